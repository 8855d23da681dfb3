"""What lies in a unit goes where the unit went: along with it, to its only heir, by its point, or one level up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from gezhi.ledger.actor import HOUSE
from gezhi.places import queries, succession
from gezhi.places.changes import Change, End, Merge, Move, Piece, Redraw, Rename, Split
from gezhi.places.services import Planted, adopt_plan, previewed
from gezhi.places.succession import MOVED, POINT, SOLE, UNDECIDED, Home, Succession

from .ground import AT, DAY, LEVELS, middle, planted, square

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)
Made = tuple[Planted, dict[str, str]]


@pytest.fixture
def world() -> Made:
    made = planted()
    ground = queries.tree(DAY)
    return made, {key: ground.by_identity[unit].path for key, unit in made.identities.items()}


def after(*changes: Change) -> Succession:
    """The succession of a plan, asked before it is written and afterwards: both must say the same."""
    plan: Sequence[Change] = changes
    seen = previewed(plan, LEVELS, on=JULY)
    foreseen = succession.of_outcome(seen.outcome, seen.links, queries.tree(JULY), JULY)
    written = succession.of_plan(adopt_plan(plan, LEVELS, on=JULY, by=HOUSE, at=AT), JULY)
    assert sorted(foreseen.units) == sorted(written.units)
    for path, unit in foreseen.units.items():
        assert (unit.now, len(unit.heirs), unit.divided, unit.redrawn) == (
            written.units[path].now,
            len(written.units[path].heirs),
            written.units[path].divided,
            written.units[path].redrawn,
        )
    assert foreseen.ranges() == written.ranges()
    return written


def path_of(unit: UUID) -> str:
    return queries.tree(JULY).by_identity[unit].path


def named(name: str) -> str:
    return next(u.path for u in queries.tree(JULY).by_path.values() if u.name == name)


def test_a_moved_unit_takes_all_along(world: Made) -> None:
    made, old = world
    turn = after(Move(unit=made.identities["b"], under=made.identities["t2"]))
    assert turn.home(old["b"], None) == Home(path_of(made.identities["b"]), MOVED)
    assert turn.home(old["g3"], middle(2, 0)) == Home(path_of(made.identities["g3"]), MOVED)
    assert turn.home(old["g1"], None) is None
    assert turn.home(old["t1"], None) == Home(old["t1"], MOVED)
    assert turn.home(old["t1"], middle(2, 0)) == Home(path_of(made.identities["g3"]), POINT)
    assert turn.units[old["t2"]].stays  # it only gained


def test_a_renamed_unit_keeps_what_lies_there(world: Made) -> None:
    made, old = world
    turn = after(Rename(unit=made.identities["g1"], name="东桥\u202e一网格"))
    assert turn.home(old["g1"], None) == Home(old["g1"], MOVED)
    assert turn.ranges() == ()
    assert queries.tree(JULY).by_path[old["g1"]].name == "东桥一网格"  # no sign turns its writing


def test_a_merged_unit_goes_into_its_only_heir(world: Made) -> None:
    made, old = world
    turn = after(Merge(units=(made.identities["g1"], made.identities["g2"]), key="m", name="东桥大格"))
    assert turn.home(old["g1"], None) == Home(named("东桥大格"), SOLE)
    assert turn.home(old["g1"], middle(0, 0)) == Home(named("东桥大格"), POINT)
    assert turn.heirs[made.identities["g1"]] == (queries.tree(JULY).by_path[named("东桥大格")].identity,)


@pytest.mark.parametrize("keeps", [True, False])
def test_what_lies_in_a_divided_unit_goes_by_its_point_or_waits_above(world: Made, keeps: bool) -> None:
    made, old = world
    halves = (
        Piece(key="w", name="一格西", border=square(0, 0, 0.5), keeps=keeps),
        Piece(key="e", name="一格东", border=square(0.5, 0, 0.5)),
    )
    turn = after(Split(unit=made.identities["g1"], into=halves))
    west, east = middle(-0.25, 0), middle(0.25, 0)
    assert turn.home(old["g1"], west) == Home(named("一格西"), POINT)
    assert turn.home(old["g1"], east) == Home(named("一格东"), POINT)
    assert turn.home(old["g1"], None) == Home(old["a"], UNDECIDED)
    assert turn.home(old["g1"], middle(3, 1)) == Home(
        old["a"], UNDECIDED
    )  # a point of elsewhere tells nothing


def test_a_unit_that_lost_ground_keeps_what_has_no_point(world: Made) -> None:
    made, old = world
    turn = after(
        Redraw(unit=made.identities["g1"], border=square(0, 0, 0.5)),
        Redraw(unit=made.identities["g2"], border=square(0.5, 0, 1.5)),
    )
    assert turn.home(old["g1"], None) == Home(old["g1"], MOVED)
    assert turn.home(old["g1"], middle(0.25, 0)) == Home(old["g2"], POINT)
    assert turn.home(old["g1"], middle(-0.25, 0)) == Home(old["g1"], POINT)
    assert turn.ranges() == ((old["g1"], old["g1"] + "0"),)


def test_what_lay_in_a_unit_without_an_heir_goes_by_its_point_or_up(world: Made) -> None:
    made, old = world
    turn = after(End(unit=made.identities["g1"]), Redraw(unit=made.identities["g2"], border=square(0, 0, 2)))
    assert turn.home(old["g1"], None) == Home(old["a"], UNDECIDED)
    assert turn.home(old["g1"], middle(0, 0)) == Home(old["g2"], POINT)


def test_what_ends_with_its_parent_goes_to_what_became_of_that(world: Made) -> None:
    made, old = world
    turn = after(
        End(unit=made.identities["g1"]),
        Merge(units=(made.identities["a"], made.identities["b"]), key="m", name="东西桥社区"),
    )
    assert turn.home(old["g1"], None) == Home(named("东西桥社区"), UNDECIDED)
    assert turn.home(old["g3"], None) == Home(path_of(made.identities["g3"]), MOVED)


def test_ranges_cover_what_must_go_and_nothing_beside(world: Made) -> None:
    made, old = world
    turn = after(Move(unit=made.identities["b"], under=made.identities["t2"]))
    assert (old["b"], old["b"] + "~") in turn.ranges()
    assert not any(first <= old["g1"] < end for first, end in turn.ranges())
    assert any(
        first <= old["t1"] < end for first, end in turn.ranges()
    )  # it lost ground: points may have gone
