from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.places import queries
from gezhi.places.models import Unit
from gezhi.places.services import Levels, UnitRow, plant_tree, rename, reparent

from .ground import AT, DAY, LEVELS, SIDE, SOUTH, WEST, middle, planted, rows

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=100)


def calls_of(act: Callable[[], object]) -> int:
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return made


def test_a_point_falls_into_the_grid_whose_border_holds_it() -> None:
    ground = planted()

    spot = queries.locate(*middle(2, 0), on=DAY)

    assert (spot.path, spot.level, spot.how) == (ground.paths["g3"], "grid", "grid")
    assert spot.names == ("柳溪县", "望湖街道", "西桥社区", "西桥01网格")
    assert spot.identity == ground.identities["g3"]
    assert not spot.outside


def test_a_point_on_a_shared_border_always_goes_to_the_lowest_path() -> None:
    ground = planted()

    spot = queries.locate(WEST + SIDE, SOUTH + SIDE / 2, on=DAY)
    corner = queries.locate(WEST + 2 * SIDE, SOUTH + SIDE, on=DAY)

    assert (spot.path, spot.reason) == (ground.paths["g1"], "point_on_border")
    assert corner.path == ground.paths["g2"]


def test_a_point_in_no_grid_falls_to_the_smallest_unit_around_it() -> None:
    ground = planted()

    spot = queries.locate(*middle(-1, 0), on=DAY)

    assert (spot.path, spot.how, spot.reason) == (ground.paths["q"], "parent", "point_in_parent")


def test_a_point_at_sea_lies_nowhere_and_says_so() -> None:
    planted()

    spot = queries.locate(125.0, 30.5, on=DAY)

    assert (spot.path, spot.how, spot.reason) == ("", "none", "point_outside")
    assert spot.outside


def test_a_place_is_found_in_sixty_calls_and_one_statement() -> None:
    planted()
    ground = queries.tree(DAY)
    point = middle(1, 1)
    ground.locate(*point)

    assert calls_of(lambda: ground.locate(*point)) <= 60
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.locate(*point, on=DAY)
    assert len(asked) == 1


def test_a_tree_is_read_in_three_statements_and_then_kept_for_all_its_days() -> None:
    planted()
    with CaptureQueriesContext(connection) as asked:
        first = queries.tree(DAY)

    assert len(asked) == 4
    assert queries.tree(LATER) is first
    assert queries.tree(DAY - timedelta(days=1)).root is None


def test_within_is_a_range_of_paths() -> None:
    ground = planted()

    found = [unit.name for unit in queries.units_within(ground.paths["t2"], DAY)]

    assert found == [
        "柳荫街道",
        "南桥社区",
        "南桥01网格",
        "南桥02网格",
        "北桥社区",
        "北桥01网格",
        "北桥02网格",
    ]
    assert queries.units_within("", DAY) == ()
    assert queries.names_of("0009", DAY) == ()


def test_a_path_is_told_as_the_units_above_it_and_itself() -> None:
    ground = planted()
    held = queries.tree(DAY)
    grid = ground.paths["g5"]

    assert [unit.name for unit in held.down_to(grid)] == ["柳溪县", "柳荫街道", "南桥社区", "南桥01网格"]
    assert [unit.path for unit in held.down_to(grid)] == [grid[:4], grid[:8], grid[:12], grid]
    assert [unit.name for unit in held.down_to(grid + "0009")] == [unit.name for unit in held.down_to(grid)]
    assert held.down_to("0009") == held.down_to("") == ()


def test_a_renamed_unit_keeps_its_old_name_before_that_day() -> None:
    ground = planted()
    path, identity = ground.paths["a"], ground.identities["a"]

    rename(identity, "桥头社区", on=LATER, by=HOUSE, at=AT)

    assert queries.names_of(path, LATER - timedelta(days=1))[-1] == "东桥社区"
    assert queries.names_of(path, LATER)[-1] == "桥头社区"
    assert queries.locate(*middle(0, 0), on=LATER).names[2] == "桥头社区"


def test_a_community_under_another_town_takes_its_grids_along_from_that_day() -> None:
    ground = planted()

    path = reparent(ground.identities["b"], ground.identities["t2"], on=LATER, by=HOUSE, at=AT)

    before, after = queries.tree(LATER - timedelta(days=1)), queries.tree(LATER)
    assert len(before.by_path) == len(after.by_path) == 15
    assert len(before.within(ground.paths["t1"])) == 7
    assert len(after.within(ground.paths["t1"])) == 4
    assert after.locate(*middle(2, 0)).path.startswith(path)
    assert after.locate(*middle(2, 0)).identity == ground.identities["g3"]
    assert before.locate(*middle(2, 0)).path == ground.paths["g3"]
    assert path == after.by_path[ground.paths["t2"]].path + "0003"


def test_thirty_one_communities_become_thirty_seven_and_both_days_count_right() -> None:
    """Six new communities take grids from old ones: what a district did between two years."""
    instance.open_instance("simulation")
    said = [UnitRow("q", "", "county", "柳溪县"), UnitRow("t", "q", "town", "望湖街道")]
    said += [UnitRow(f"c{n}", "t", "community", f"{n}号社区") for n in range(37)]
    said += [UnitRow(f"g{n}-{m}", f"c{n}", "grid", f"{n}-{m}") for n in range(31) for m in range(8)]
    ground = plant_tree(said, LEVELS, on=DAY, by=HOUSE, at=AT)
    Unit.objects.filter(identity__in=[ground.identities[f"c{n}"] for n in range(31, 37)]).update(
        valid_from=LATER - timedelta(days=1)
    )

    for n in range(6):
        reparent(ground.identities[f"g{n}-7"], ground.identities[f"c{31 + n}"], on=LATER, by=HOUSE, at=AT)

    for day, communities in ((DAY, 31), (LATER, 37)):
        levels = [unit.level for unit in queries.units_within("0001", day)]
        assert (levels.count("community"), levels.count("grid")) == (communities, 248)


def test_a_change_before_a_later_change_is_refused() -> None:
    ground = planted()
    rename(ground.identities["a"], "桥头社区", on=LATER, by=HOUSE, at=AT)

    for day in (DAY, LATER - timedelta(days=1), LATER):
        with pytest.raises(Refused) as refusal:
            rename(ground.identities["a"], "别的社区", on=day, by=HOUSE, at=AT)
        assert refusal.value.code == "unit_changes_later"


@pytest.mark.parametrize(
    ("unit", "under", "code"),
    [("g1", "t2", "wrong_level"), ("a", "t1", "same_parent"), ("q", "t1", "wrong_level")],
)
def test_a_unit_goes_only_under_another_parent_of_the_same_level(unit: str, under: str, code: str) -> None:
    ground = planted()

    with pytest.raises(Refused) as refusal:
        reparent(ground.identities[unit], ground.identities[under], on=LATER, by=HOUSE, at=AT)

    assert refusal.value.code == code
    assert Unit.objects.filter(valid_to=None).count() == 15


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (UnitRow("x", "q", "grid", "悬空网格"), "wrong_level"),
        (UnitRow("x", "nobody", "town", "孤镇"), "parent_unknown"),
        (UnitRow("q", "", "county", "又一个区"), "key_twice"),
        (UnitRow("x", "", "county", "又一个区"), "one_root"),
        (UnitRow("x", "q", "town", " "), "name_empty"),
        (UnitRow("x", "q", "town", "坏边界镇", border="{"), "border_unreadable"),
    ],
)
def test_a_tree_that_breaks_its_levels_is_not_planted_at_all(row: UnitRow, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        plant_tree([*rows(), row], LEVELS, on=DAY, by=HOUSE, at=AT)

    assert refusal.value.code == code
    assert not Unit.objects.exists()


def test_units_that_are_their_own_ancestors_are_refused() -> None:
    ring = Levels({"county": "", "village": "village"})
    said = [
        UnitRow("q", "", "county", "区"),
        UnitRow("a", "b", "village", "甲"),
        UnitRow("b", "a", "village", "乙"),
    ]

    with pytest.raises(Refused) as refusal:
        plant_tree(said, ring, on=DAY, by=HOUSE, at=AT)

    assert refusal.value.code == "circle"


def test_a_level_that_may_be_left_out_is_left_out() -> None:
    levels = Levels({"county": "", "town": "county", "grid": "town"}, may_skip=frozenset({"town"}))
    said = [UnitRow("q", "", "county", "区"), UnitRow("g", "q", "grid", "直属网格")]

    assert plant_tree(said, levels, on=DAY, by=HOUSE, at=AT).paths["g"] == "00010001"


def test_the_ledger_holds_the_planting_and_the_changes_but_no_name() -> None:
    ground = planted()
    reparent(ground.identities["b"], ground.identities["t2"], on=LATER, by=HOUSE, at=AT)
    rename(ground.identities["a"], "桥头社区", on=LATER, by=HOUSE, at=AT)

    entries = list(Entry.objects.order_by("id").values_list("what", "facts"))
    assert [what for what, _facts in entries] == [
        "tree.planted",
        "plan.adopted",
        "unit.moved",
        "plan.adopted",
        "unit.renamed",
    ]
    assert all(facts.isascii() for _what, facts in entries)


def test_a_second_tree_is_refused() -> None:
    planted()

    with pytest.raises(Refused, match="已经有单元树"):
        planted()


def test_the_path_is_kept_in_byte_order() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps every text in byte order")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND (table_name, column_name) IN (('places_unit', 'path'), ('places_building', 'plain'))"
        )
        assert dict(cursor.fetchall()) == {"places_unit": "C", "places_building": "C"}


def test_the_tree_of_a_day_before_all_days_is_empty() -> None:
    planted()

    assert queries.locate(*middle(0, 0), on=date(1900, 1, 1)).outside
    assert queries.unit_at("0001", date(2100, 1, 1)) is not None


def test_around_a_point_lie_the_leaves_within_reach_and_none_is_missed() -> None:
    ground = planted()
    held = queries.tree(DAY)
    lon, lat = middle(0, 0)
    assert held.around(lon, lat, 1) == (ground.paths["g1"],)
    corner = held.around(WEST + SIDE, SOUTH + SIDE / 2, 1)
    assert {ground.paths["g1"], ground.paths["g2"]} <= set(corner)
    assert held.around(WEST - 1, SOUTH - 1, 100) == ()
