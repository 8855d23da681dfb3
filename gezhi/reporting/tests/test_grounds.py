"""Figures across changes of the ground: restated they add up, as it was then they say what was said then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Former, Matter
from gezhi.matters.services.carrying import carry
from gezhi.matters.tests import ground_plans, liuxi
from gezhi.matters.tests.ground_plans import halved, merged
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, OTHER, TOWN, World, square
from gezhi.places import queries as places
from gezhi.places.changes import Add, Change, Merge, Move, Piece, Split
from gezhi.places.geometry import read_border
from gezhi.places.services import adopt_plan, levels_of
from gezhi.places.tree import Tree, TreeUnit
from gezhi.reporting import figures
from gezhi.reporting.scopes import Scope

from . import rows

START = date(2026, 11, 1)
Plan = tuple[str, int, int, bool, bool]  # what, two choices, keeps, with borders
plans = st.lists(
    st.tuples(
        st.sampled_from(("split", "merge", "move", "lift")),
        st.integers(0, 99),
        st.integers(0, 99),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture
def ground(world: World) -> World:
    """The corner, with another town and community beside it, and matters everywhere: open and ended, with a point or without."""
    more: list[Change] = [
        Add(key="t", under=world.units["county"], level="town", name="柳荫街道"),
        Add(key="c", under="t", level="community", name="北桥社区"),
        Add(key="g", under="c", level="grid", name="北桥 01 格"),
    ]
    adopt_plan(more, levels_of(world.model), on=FRIDAY.date() - timedelta(days=5), by=HOUSE, at=clock.now())
    carry_all()
    said: dict[str, Any] = {"model": world.model.version, "step": "gridwork"}
    found = []
    for n in range(6):
        lon = 118.2008 + n * 0.0035
        point = {"lon": lon, "lat": 30.5052, "located": "point"}
        path = places.tree(clock.today()).locate(lon, 30.5052).path
        found += [rows.matter("solved" if n % 2 else "", path=path, **said, **point)]
    for path in (GRID, OTHER, named("北桥 01 格"), COMMUNITY):
        found += [rows.matter(path=path, **said), rows.matter("solved", path=path, **said)]
    rows.put(*found)
    return world


def carry_all() -> None:
    while carry(at=clock.now()):
        pass


def named(name: str) -> str:
    return next(u.path for u in places.tree(clock.today()).by_path.values() if u.name == name)


def counted(world: World, path: str, tree: Tree, then: date | None = None) -> figures.Page:
    """Accepted and solved of a unit, and of all below it."""
    scope = Scope(path, then=then)
    days = (START, clock.today())
    return figures.page_of(scope, world.model, tree, days, clock.now(), "known")


def all_figures(world: World, tree: Tree, then: date | None = None) -> dict[UUID, tuple[int, int]]:
    """Accepted and solved of every unit of a tree."""
    found = {}
    for unit in tree.by_path.values():
        page = counted(world, unit.path, tree, then)
        parts = page.whole.partition
        if page.below:
            assert sum(one.partition.accepted for one in page.below) == parts.accepted
            assert sum(one.partition.solved for one in page.below) == parts.solved
        found[unit.identity] = (parts.accepted, parts.solved)
    return found


def change_of(plan: Plan, tree: Tree) -> list[Change]:
    """A change that can be made on this tree, out of what chance said; none where it cannot."""
    what, first, second, keeps, drawn = plan
    grids = [unit for unit in tree.by_path.values() if unit.level == "grid"]
    communities = [unit for unit in tree.by_path.values() if unit.level == "community"]
    one, other = grids[first % len(grids)], grids[second % len(grids)]
    if what == "split":
        return [_split(one, tree, keeps=keeps, drawn=drawn)]
    if what == "merge" and one is not other:
        kept = one.identity if keeps else None
        return [Merge(units=(one.identity, other.identity), key="m", name=f"并格{first}", keeps=kept)]
    if what == "move":
        under = communities[second % len(communities)]
        return [] if one.path.startswith(under.path) else [Move(unit=one.identity, under=under.identity)]
    towns = [unit for unit in tree.by_path.values() if unit.level == "town"]
    community, town = communities[first % len(communities)], towns[second % len(towns)]
    return (
        [] if community.path.startswith(town.path) else [Move(unit=community.identity, under=town.identity)]
    )


def _split(unit: TreeUnit, tree: Tree, *, keeps: bool, drawn: bool) -> Split:
    border = tree.border(unit.path) if drawn else None
    halves: list[Any] = [None, None]
    if border is not None:
        west, south, east, north = border.bounds
        middle = (west + east) / 2
        halves = [
            border.intersection(read_border(square(west, south, middle, north))).wkb,
            border.intersection(read_border(square(middle, south, east, north))).wkb,
        ]
    names = (f"{unit.name[:8]}西", f"{unit.name[:8]}东")
    pieces = (
        Piece(key="w", name=names[0], border=halves[0], keeps=keeps),
        Piece(key="e", name=names[1], border=halves[1]),
    )
    return Split(unit=unit.identity, into=pieces)


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens within leaves nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    liuxi.forget()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=plans)
def test_through_any_changes_sums_stand_and_the_past_says_what_it_said(
    ground: World, said: list[Plan]
) -> None:
    """1. The whole stays the whole. 2. Children add up. 3. Successors, and what waits above them, hold what their
    predecessors held. 4. Asked as it was then, each day says what it said."""
    with taken_back(), clock.fixed(FRIDAY) as standing:
        liuxi.forget()
        every = Matter.objects.count()
        told: list[tuple[date, dict[UUID, tuple[int, int]]]] = []
        for plan in said:
            today = clock.today()
            before, tree = all_figures(ground, places.tree(today)), places.tree(today)
            told.append((today, before))
            standing.move_to(standing() + timedelta(days=1))
            changes = change_of(plan, tree)
            if changes:
                try:
                    id = adopt_plan(
                        changes, levels_of(ground.model), on=clock.today(), by=HOUSE, at=clock.now()
                    )
                except Refused:
                    continue
                carry_all()
                _successors_hold_it(ground, id, before, tree)
            assert counted(ground, COUNTY, places.tree(clock.today())).whole.partition.accepted == every
        for day, before in told:
            assert all_figures(ground, places.tree(day), then=day) == before


def _successors_hold_it(world: World, plan: UUID, before: dict[UUID, tuple[int, int]], was: Tree) -> None:
    """What every unit of the lowest level held that has gone or gave away lies in the units of today that took it, or
    above them for want of a place."""
    tree = places.tree(clock.today())
    after = all_figures(world, tree)
    moved = Former.objects.filter(plan=plan).values_list("matter", "path")
    now = dict(Matter.objects.values_list("id", "path"))
    flows: Counter[UUID] = Counter()
    for matter, path in moved:
        flows[was.by_path[path].identity] -= 1
        flows[tree.by_path[now[matter]].identity] += 1
    leaves = {
        unit.identity for unit in (*was.by_path.values(), *tree.by_path.values()) if unit.level == "grid"
    }
    for unit in leaves:
        held, holds = before.get(unit, (0, 0))[0], after.get(unit, (0, 0))[0]
        assert holds == held + flows[unit]
    gone = [unit for unit in leaves if unit in before and unit not in after]
    assert sum(before[unit][0] for unit in gone) == -sum(flows[unit] for unit in gone)


def test_a_merged_unit_holds_what_its_parts_held_ended_ones_too(ground: World) -> None:
    tree = places.tree(clock.today())
    parts = [counted(ground, path, tree).whole.partition for path in (GRID, OTHER)]
    ground_plans.taken(ground, merged(ground))
    ground_plans.first_of_december()
    today = places.tree(clock.today())
    big = counted(ground, ground_plans.unit_called("桥东大格"), today).whole.partition
    assert (big.accepted, big.solved) == (
        sum(p.accepted for p in parts),
        sum(p.solved for p in parts),
    )
    assert big.solved > 0


def test_the_page_counts_by_either_ground_and_says_by_which(ground: World) -> None:
    ground_plans.taken(ground, merged(ground))
    before = counted(ground, GRID, places.tree(clock.today())).whole.partition.accepted
    ground_plans.first_of_december()
    who, day = ground.person("qiao"), date(2026, 11, 30)
    asked: dict[str, Any] = {"first": START, "last": day, "as_of": clock.now()}
    now = figures.page(who, COMMUNITY, **asked)
    assert [one.name for one in now.below] == ["桥东大格", "尚未落到下一级"]
    assert "当时的划分" not in now.whole.accepted.says
    then = figures.page(who, COMMUNITY, ground="then", **asked)
    assert [one.name for one in then.below] == ["桥东 01 格", "桥东 02 格", "尚未落到下一级"]
    assert "按 2026-11-30 当时的划分" in then.whole.accepted.says
    assert then.whole.partition == now.whole.partition
    grid = figures.page(who, GRID, ground="then", **asked)  # it stands no longer; its community does
    assert grid.whole.partition.accepted == before


def test_a_unit_is_found_by_any_path_it_had_and_not_before_it_stood(ground: World) -> None:
    unit = ground.units["community"]
    ground_plans.taken(
        ground,
        Add(key="s", under=ground.units["county"], level="town", name="南桥街道"),
        Move(unit=unit, under="s"),
    )
    ground_plans.first_of_december()
    who, asked = ground.person("he"), {"first": START, "last": date(2026, 12, 1), "as_of": clock.now()}
    path = places.tree(clock.today()).by_identity[unit].path
    assert path != COMMUNITY
    assert figures.page(who, COMMUNITY, **asked).asked.scope.path == path
    earlier = asked | {"last": date(2026, 11, 30)}
    assert figures.page(who, path, ground="then", **earlier).asked.scope.path == COMMUNITY
    with pytest.raises(NotFound):
        figures.page(who, ground_plans.unit_called("南桥街道"), ground="then", **earlier)


def test_whoever_may_not_count_a_unit_today_may_not_count_it_as_it_was(ground: World) -> None:
    """The town's desk loses a community to another town: of then it sees its own town alone."""
    unit = ground.units["community"]
    ground_plans.taken(
        ground,
        Add(key="s", under=ground.units["county"], level="town", name="南桥街道"),
        Move(unit=unit, under="s"),
    )
    ground_plans.first_of_december()
    tang, asked = ground.person("tang"), {"first": START, "last": date(2026, 11, 30), "as_of": clock.now()}
    with pytest.raises(NotFound):
        figures.page(tang, COMMUNITY, ground="then", **asked)
    with pytest.raises(NotFound):
        figures.page(tang, GRID, ground="then", **asked)
    assert figures.page(tang, TOWN, ground="then", **asked).whole.partition.accepted > 0
    assert figures.page(tang, TOWN, **asked).whole.partition.accepted == 0


def test_what_a_divided_unit_cannot_tell_is_counted_above_and_said(ground: World) -> None:
    adopt_plan(
        [halved(ground, borders=False)], levels_of(ground.model), on=clock.today(), by=HOUSE, at=clock.now()
    )
    carry_all()
    page = counted(ground, COMMUNITY, places.tree(clock.today()))
    loose = next(one for one in page.below if not one.path)
    assert loose.name == "尚未落到下一级"
    assert loose.partition.accepted > 2
