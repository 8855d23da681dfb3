"""Plans of the ground: what they do to the tree, to shares, to what lies on it; undone until their day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
import shapely

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.places import history, queries
from gezhi.places.changes import Add, Change, End, Merge, Move, Piece, Redraw, Rename, Split
from gezhi.places.measuring import area
from gezhi.places.models import Lineage, Plan, Unit
from gezhi.places.planting import Levels, UnitRow
from gezhi.places.services import (
    BuildingRow,
    adopt_plan,
    plant_tree,
    previewed,
    put_buildings,
    undo_plan,
)

from .ground import AT, DAY, LEVELS, middle, planted, square

pytestmark = pytest.mark.django_db
LATER = date(2026, 7, 1)
BEFORE = LATER - timedelta(days=1)


def adopted(*changes: Change, on: date = LATER, at: datetime = AT) -> UUID:
    return adopt_plan(changes, LEVELS, on=on, by=HOUSE, at=at)


def names(on: date, within: str = "0001") -> list[str]:
    return [unit.name for unit in queries.units_within(within, on)]


def thirds(unit: UUID) -> Split:
    """Grid g1 split at a third and two thirds of its width."""
    return Split(
        unit=unit,
        into=(
            Piece(key="w", name="东桥01西网格", border=square(0, 0, 1 / 3, 1)),
            Piece(key="e", name="东桥01东网格", border=square(1 / 3, 0, 2 / 3, 1)),
        ),
    )


def test_a_grid_is_split_from_a_day_on_and_both_pieces_know_where_they_came_from() -> None:
    ground = planted()
    g1 = ground.identities["g1"]

    adopted(thirds(g1))

    assert queries.tree(BEFORE).by_identity[g1].name == "东桥01网格"
    assert g1 not in queries.tree(LATER).by_identity
    west, east = queries.locate(*middle(-0.3, 0), on=LATER), queries.locate(*middle(0.3, 0), on=LATER)
    assert (west.names[-1], east.names[-1]) == ("东桥01西网格", "东桥01东网格")
    assert west.path == ground.paths["a"] + "0003"
    heirs = history.became(g1, BEFORE, LATER)
    assert [kin.names[-1] for kin in heirs] == ["东桥01东网格", "东桥01西网格"]
    assert float(heirs[1].share or 0) == pytest.approx(1 / 3, abs=1e-5)
    assert sum(kin.share or 0 for kin in heirs) == 1
    origin = history.came_from(heirs[0].identity, BEFORE, LATER)
    assert [(kin.identity, kin.names[-1]) for kin in origin] == [(g1, "东桥01网格")]


def test_a_piece_may_keep_the_identity_so_that_posts_there_go_on() -> None:
    ground = planted()
    g1 = ground.identities["g1"]
    kept = Piece(key="w", name="东桥一网格", border=square(0, 0, 0.5, 1), keeps=True)
    fresh = Piece(key="e", name="东桥03网格", border=square(0.5, 0, 0.5, 1))

    adopted(Split(unit=g1, into=(kept, fresh)))

    assert history.plans()[0].told[0]["name"] == "东桥01网格"
    unit = queries.tree(LATER).by_identity[g1]
    assert (unit.path, unit.name) == (ground.paths["g1"], "东桥一网格")
    assert {kin.names[-1]: kin.share for kin in history.became(g1, BEFORE, LATER)} == {
        "东桥一网格": Fraction(1, 2),
        "东桥03网格": Fraction(1, 2),
    }


def test_stated_parts_stand_where_there_are_no_borders() -> None:
    instance.open_instance("simulation")
    said = [UnitRow("q", "", "county", "柳溪县"), UnitRow("t", "q", "town", "望湖街道")]
    ground = plant_tree(said, LEVELS, on=DAY, by=HOUSE, at=AT)
    into = (Piece(key="a", name="东街道", part=300), Piece(key="b", name="西街道", part=100))

    adopted(Split(unit=ground.identities["t"], into=into))

    assert [kin.share for kin in history.became(ground.identities["t"], DAY, LATER)] == [
        Fraction(3, 4),
        Fraction(1, 4),
    ]
    assert Lineage.objects.values_list("measure", flat=True).distinct().get() == "stated"


def test_a_share_nobody_knows_is_told_and_never_guessed() -> None:
    instance.open_instance("simulation")
    said = [UnitRow("q", "", "county", "柳溪县"), UnitRow("t", "q", "town", "望湖街道")]
    t = plant_tree(said, LEVELS, on=DAY, by=HOUSE, at=AT).identities["t"]

    adopted(Split(unit=t, into=(Piece(key="a", name="东街道"), Piece(key="b", name="西街道"))))

    assert {kin.names[-1]: kin.share for kin in history.became(t, DAY, LATER)} == {
        "东街道": None,
        "西街道": None,
    }
    came = history.restated({t: 979}, DAY, LATER)
    assert (came.values, came.unknown) == ({}, {t: 979})


def test_a_community_is_split_and_each_grid_goes_where_its_ground_is() -> None:
    ground = planted()
    into = (
        Piece(key="w", name="东桥西社区", border=square(0, 0, 1, 1)),
        Piece(key="e", name="东桥东社区", border=square(1, 0, 1, 1)),
    )

    adopted(Split(unit=ground.identities["a"], into=into))

    after = queries.tree(LATER)
    assert after.by_identity[ground.identities["g1"]].names[2:] == ("东桥西社区", "东桥01网格")
    assert after.by_identity[ground.identities["g2"]].names[2:] == ("东桥东社区", "东桥02网格")
    assert len(after.by_path) == 16


def test_two_grids_of_two_communities_become_one_and_the_ground_follows() -> None:
    ground = planted()
    g2, g3, a, b = (ground.identities[key] for key in ("g2", "g3", "a", "b"))

    adopted(Merge(units=(g2, g3), key="m", name="桥上网格"))

    before, after = queries.tree(BEFORE), queries.tree(LATER)
    spot = after.locate(*middle(1, 0))
    assert spot == after.locate(*middle(2, 0))
    assert spot.names == ("柳溪县", "望湖街道", "东桥社区", "桥上网格")
    larger, smaller = (
        area(after.border(after.by_identity[a].path)),
        area(after.border(after.by_identity[b].path)),
    )
    assert larger == pytest.approx(1.5 * area(before.border(ground.paths["a"])), rel=1e-9)
    assert smaller == pytest.approx(0.5 * area(before.border(ground.paths["b"])), rel=1e-9)
    assert {kin.names[-1]: kin.share for kin in history.became(b, BEFORE, LATER)} == {
        "西桥社区": Fraction(1, 2),
        "东桥社区": Fraction(1, 2),
    }
    assert [kin.share for kin in history.became(g2, BEFORE, LATER)] == [1]


def test_a_moved_community_takes_its_ground_from_one_town_to_the_other() -> None:
    ground = planted()
    t1, t2 = ground.identities["t1"], ground.identities["t2"]

    adopted(Move(unit=ground.identities["b"], under=t2))

    after = queries.tree(LATER)
    town = after.by_identity[t2].path
    assert after.border(town).area == pytest.approx(6 * 0.0001)
    assert after.locate(*middle(2, 0)).names[1] == "柳荫街道"
    shares = {kin.names[-1]: kin.share or 0 for kin in history.became(t1, BEFORE, LATER)}
    assert sum(shares.values()) == 1
    assert float(shares["柳荫街道"]) == pytest.approx(0.5, abs=1e-6)


def test_a_border_redrawn_between_two_grids_cedes_what_lies_between() -> None:
    ground = planted()
    g1, g2 = ground.identities["g1"], ground.identities["g2"]

    adopted(Redraw(unit=g1, border=square(0, 0, 0.75, 1)), Redraw(unit=g2, border=square(0.75, 0, 1.25, 1)))

    assert queries.locate(*middle(0.4, 0), on=BEFORE).path == ground.paths["g1"]
    assert queries.locate(*middle(0.4, 0), on=LATER).path == ground.paths["g2"]
    shares = {kin.identity: kin.share for kin in history.became(g1, BEFORE, LATER)}
    assert float(shares[g2] or 0) == pytest.approx(0.25, abs=1e-4)
    assert shares[g1] == 1 - (shares[g2] or 0)


def test_what_one_grid_cedes_to_two_others_adds_up() -> None:
    ground = planted()
    g1, g2, g5 = (ground.identities[key] for key in ("g1", "g2", "g5"))
    ell = shapely.union(shapely.from_wkb(square(0, 1)), shapely.from_wkb(square(0, 0.75, 0.5, 0.25)))

    adopted(
        Redraw(unit=g1, border=square(0, 0, 0.5, 0.75)),
        Redraw(unit=g2, border=square(0.5, 0, 1.5, 1)),
        Redraw(unit=g5, border=bytes(shapely.to_wkb(ell))),
    )

    shares = {kin.identity: float(kin.share or 0) for kin in history.became(g1, BEFORE, LATER)}
    assert shares[g2] == pytest.approx(0.5, abs=1e-4)
    assert shares[g5] == pytest.approx(0.125, abs=1e-4)
    assert shares[g1] == pytest.approx(0.375, abs=1e-4)


def test_changes_of_one_plan_build_on_each_other() -> None:
    ground = planted()
    g1, g2, a = (ground.identities[key] for key in ("g1", "g2", "a"))

    adopted(
        Add(
            key="new", under=ground.identities["t1"], level="community", name="新桥社区", border=square(-1, 0)
        ),
        Move(unit=g1, under="new"),
        Move(unit=g2, under="new"),
        End(unit=a),
        Rename(unit="new", name="大新桥社区"),
    )

    assert names(LATER, ground.paths["t1"]) == [
        "望湖街道",
        "西桥社区",
        "西桥01网格",
        "西桥02网格",
        "大新桥社区",
        "东桥01网格",
        "东桥02网格",
    ]
    assert names(BEFORE, ground.paths["t1"])[1] == "东桥社区"


def test_a_preview_writes_nothing_and_says_which_paths_are_left() -> None:
    ground = planted()

    found = previewed([thirds(ground.identities["g1"])], LEVELS, on=LATER)

    assert found.outcome.left == (ground.paths["g1"],)
    assert [said["kind"] for said in found.outcome.told] == ["split"]
    assert not Plan.objects.exists()
    assert Unit.objects.count() == 15


def test_a_plan_is_undone_whole_until_its_day_and_not_from_it_on() -> None:
    ground = planted()
    shape = list(Unit.objects.order_by("path").values())
    plan = adopted(thirds(ground.identities["g1"]), Rename(unit=ground.identities["d"], name="北新社区"))
    day = datetime(LATER.year, LATER.month, LATER.day, tzinfo=UTC)

    with pytest.raises(Refused) as refusal:
        undo_plan(plan, by=HOUSE, at=day)  # midnight in London is morning on the instance's own calendar
    assert refusal.value.code == "plan_in_force"
    undo_plan(plan, by=HOUSE, at=day - timedelta(hours=8, seconds=1))

    assert list(Unit.objects.order_by("path").values()) == shape
    assert not Lineage.objects.exists()
    assert [line.undone for line in history.plans()] == [True]
    assert queries.tree(LATER).by_identity[ground.identities["g1"]].name == "东桥01网格"
    with pytest.raises(NotFound):
        undo_plan(plan, by=HOUSE, at=AT)


def test_a_plan_that_another_builds_on_is_undone_after_that_one() -> None:
    ground = planted()
    first = adopted(Rename(unit=ground.identities["a"], name="甲"))
    second = adopted(Rename(unit=ground.identities["a"], name="乙"), on=date(2026, 8, 1))

    with pytest.raises(Refused) as refusal:
        undo_plan(first, by=HOUSE, at=AT)

    assert refusal.value.code == "plan_built_on"
    undo_plan(second, by=HOUSE, at=AT)
    undo_plan(first, by=HOUSE, at=AT)
    assert names(date(2027, 1, 1))[2] == "东桥社区"


def test_a_border_for_a_unit_that_begins_that_very_day_is_filled_in_and_can_be_taken_back() -> None:
    instance.open_instance("simulation")
    said = [UnitRow("q", "", "county", "柳溪县"), UnitRow("t", "q", "town", "望湖街道")]
    ground = plant_tree(said, LEVELS, on=DAY, by=HOUSE, at=AT)

    plan = adopted(
        Redraw(unit=ground.identities["t"], border=square(0, 0)), on=DAY, at=datetime(2025, 12, 1, tzinfo=UTC)
    )

    assert queries.locate(*middle(0, 0), on=DAY).names[-1] == "望湖街道"
    assert Unit.objects.count() == 2
    undo_plan(plan, by=HOUSE, at=datetime(2025, 12, 1, tzinfo=UTC))
    assert queries.locate(*middle(0, 0), on=DAY).outside


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([End(unit="a")], "left_hanging"),
        ([End(unit="q")], "root_stays"),
        ([Move(unit="g1", under="t1")], "wrong_level"),
        ([Move(unit="t1", under="a")], "wrong_level"),
        ([Move(unit="a", under="t1")], "same_parent"),
        ([Add(key="x", under="a", level="town", name="甲镇")], "wrong_level"),
        ([Add(key="x", under="a", level="grid", name="  ")], "name_empty"),
        (
            [
                Add(key="x", under="a", level="grid", name="甲"),
                Add(key="x", under="a", level="grid", name="乙"),
            ],
            "key_twice",
        ),
        ([Merge(units=("g1",), key="m", name="甲")], "merge_wrong"),
        ([Merge(units=("g1", "a"), key="m", name="甲")], "merge_wrong"),
        ([Split(unit="g1", into=(Piece(key="x", name="甲"),))], "split_wrong"),
        (
            [Split(unit="a", into=(Piece(key="x", name="甲"), Piece(key="y", name="乙")))],
            "child_without_home",
        ),
        ([End(unit="g1"), Rename(unit="g1", name="甲")], "unit_unknown"),
        ([Rename(unit="g1", name="东桥01网格")], "plan_empty"),
    ],
)
def test_a_plan_that_cannot_be_changes_nothing(changes: Sequence[Change], code: str) -> None:
    ground = planted()

    with pytest.raises(Refused) as refusal:
        adopt_plan([_meant(one, ground.identities) for one in changes], LEVELS, on=LATER, by=HOUSE, at=AT)

    assert refusal.value.code == code
    assert Unit.objects.filter(valid_to=None).count() == 15
    assert not Plan.objects.exists()


def _meant(change: Change, identities: dict[str, UUID]) -> Change:
    """The change with the keys of the small ground turned into identities."""
    words = {name: getattr(change, name) for name in change.__dataclass_fields__}
    for name in ("unit", "under"):
        if name in words:
            words[name] = identities.get(words[name], words[name])
    if "units" in words:
        words["units"] = tuple(identities[key] for key in words["units"])
    return type(change)(**words)


def test_buildings_go_with_the_ground_they_stand_on() -> None:
    ground = planted()
    rows = []
    for number, x in ((1, -0.4), (2, 0.1), (3, 0.4)):
        lon, lat = middle(x, 0)
        rows.append(BuildingRow(f"桥头路 {number} 号", lon, lat, None, 10 * number, "示例", DAY))
    put_buildings(rows, on=DAY, by=HOUSE, at=AT)

    adopted(thirds(ground.identities["g1"]))

    before, after = queries.households(BEFORE), queries.households(LATER)
    assert before[ground.paths["g1"]].households == 60
    assert before["0001"] == after["0001"]
    assert {p: h.households for p, h in after.items() if len(p) == 16} == {
        ground.paths["a"] + "0003": 10,
        ground.paths["a"] + "0004": 50,
    }
    hits = queries.address_search("桥头路3号", ground.paths["a"], on=LATER)
    assert [hit.names[-1] for hit in hits] == ["东桥01东网格"]
    assert queries.address_search("桥头路3号", ground.paths["b"], on=LATER) == ()


def test_figures_of_a_year_follow_the_lineage_to_the_last_matter() -> None:
    ground = planted()
    ids = ground.identities
    adopted(thirds(ids["g1"]), Merge(units=(ids["g3"], ids["g4"]), key="m", name="西桥大网格"))
    values = {ids["g1"]: 90, ids["g2"]: 7, ids["g3"]: 5, ids["g4"]: 6}

    came = history.restated(values, BEFORE, LATER)

    ground_after = queries.tree(LATER)
    said = {ground_after.by_identity[one].name: value for one, value in came.values.items()}
    assert sum(came.values.values()) == 108
    assert said["西桥大网格"] == 11
    assert said["东桥02网格"] == 7
    assert float(said["东桥01西网格"]) == pytest.approx(30, abs=0.001)
    assert came.unknown == {}


def test_a_unit_that_moved_tells_each_path_it_had_in_a_period() -> None:
    ground = planted()
    b = ground.identities["b"]
    adopted(Rename(unit=b, name="西新社区"))
    adopted(Move(unit=b, under=ground.identities["t2"]), on=date(2026, 9, 1))

    found = history.paths_of(b, DAY, date(2027, 1, 1))

    assert found == (
        (ground.paths["b"], DAY, date(2026, 9, 1)),
        (ground.paths["t2"] + "0003", date(2026, 9, 1), date(2027, 1, 1)),
    )
    assert history.paths_of(b, DAY, LATER) == ((ground.paths["b"], DAY, LATER),)
    assert [one.name for one in history.stretches(b)] == ["西桥社区", "西新社区", "西新社区"]


def test_the_ledger_tells_each_plan_with_a_digest_and_no_name() -> None:
    ground = planted()
    plan = adopted(thirds(ground.identities["g1"]))
    undo_plan(plan, by=HOUSE, at=AT)

    entries = list(Entry.objects.order_by("id").values_list("what", "about", "facts"))

    assert [what for what, _about, _facts in entries] == [
        "tree.planted",
        "plan.adopted",
        "unit.split",
        "plan.undone",
    ]
    assert entries[1][1] == entries[3][1] == plan
    assert all(facts.isascii() for _what, _about, facts in entries)


def test_units_under_a_level_that_hangs_from_two_levels() -> None:
    """A factory park hangs from the county directly, others from a town: two chains in one tree."""
    levels = Levels({"county": "", "town": "county", "grid": ("town", "county")})
    instance.open_instance("simulation")
    said = [
        UnitRow("q", "", "county", "柳溪县"),
        UnitRow("t", "q", "town", "望湖街道"),
        UnitRow("g", "q", "grid", "园区"),
    ]
    ground = plant_tree(said, levels, on=DAY, by=HOUSE, at=AT)

    adopt_plan(
        [Move(unit=ground.identities["g"], under=ground.identities["t"])], levels, on=LATER, by=HOUSE, at=AT
    )

    assert queries.tree(LATER).by_identity[ground.identities["g"]].path == "000100010001"


def test_a_border_that_does_not_hold_water_is_refused_before_anything_is_written() -> None:
    ground = planted()
    crossed = bytes(shapely.to_wkb(shapely.Polygon([(118, 30), (118.1, 30.1), (118.1, 30), (118, 30.1)])))

    with pytest.raises(Refused) as refusal:
        adopted(Redraw(unit=ground.identities["g1"], border=crossed))

    assert refusal.value.code == "border_invalid"
    with pytest.raises(Refused):
        adopted(Rename(unit=uuid4(), name="无"))
