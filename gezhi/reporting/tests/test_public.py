"""A month that everybody may read: the same whenever it is looked at, and nothing in it gives a small number away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, FRIDAY, GRID, OTHER, TOWN, World
from gezhi.reporting import public
from gezhi.reporting.public import ALL, ITSELF, PARTS, PublicTable
from gezhi.reporting.suppression import Table, Tree

from .rows import many, put

NOVEMBER = date(2026, 11, 1)
DECEMBER = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
SAFETY, ORDER, CLEAN = "安全隐患类", "社区管理类", "环境污染类"
CLASSES = (ORDER, SAFETY, CLEAN, "邻里纠纷")


@pytest.fixture
def month(world: World) -> Iterator[PublicTable]:
    """Twenty-six of each class at each unit, and three alone of one class in the community."""
    for path, word in places():
        said = {"path": path, "category": word}
        put(*many(12, "solved", **said), *many(8, **said), *many(6, "void", **said))
    put(
        *many(3, "solved", path=GRID, category=CLEAN),
        *many(6, "refused", accepted=False, category=ORDER),
        *many(50, "solved", origin="import", category=ORDER),
    )
    with clock.fixed(DECEMBER):
        yield public.month_table(NOVEMBER)


def places() -> list[tuple[str, str]]:
    return [one for one in product((OTHER, TOWN, COUNTY), CLASSES) if one != (OTHER, CLEAN)]


def told(table: PublicTable, unit: str, word: str = ALL) -> tuple[int | None, ...]:
    return tuple(table.told.get((unit, word, part)) for part in PARTS.parent)


def test_every_matter_stands_once_at_its_unit_and_the_parts_add_up(month: PublicTable) -> None:
    assert told(month, COUNTY) == (289, 223, 66, 135, 88)
    assert {unit.name for unit in month.units_at(COUNTY)} == {"柳溪县", "望湖街道", "尚未落到下一级"}
    assert GRID not in month.units
    assert COMMUNITY in month.units
    assert month.told[f"{TOWN}{ITSELF}", ALL, "accepted"] == 104


def test_small_numbers_and_what_gives_them_away_are_not_told(month: PublicTable, world: World) -> None:
    assert told(month, COMMUNITY, CLEAN) == (None,) * 5
    assert all(number is None or number >= 5 for number in month.told.values())
    trees = (Tree(month.units), Tree({ALL: None, **dict.fromkeys(month.classes, ALL)}), PARTS)
    table = Table.of(trees, leaves())
    assert {cell: table.values[cell] for cell, n in month.told.items() if n is not None} == {
        cell: n for cell, n in month.told.items() if n is not None
    }
    assert month.hidden == sum(n is None for n in month.told.values()) == 4 < month.cells


def leaves() -> dict[tuple[str, ...], int]:
    """The month as it was put there."""
    at = {OTHER: COMMUNITY, TOWN: f"{TOWN}{ITSELF}", COUNTY: f"{COUNTY}{ITSELF}"}
    parts = {"solved": 12, "other": 8, "void": 6}
    found = {(at[path], word, part): n for path, word in places() for part, n in parts.items()}
    return found | {(COMMUNITY, CLEAN, "solved"): 3}


def test_a_rate_is_told_where_both_of_its_numbers_are(month: PublicTable) -> None:
    for row in (*month.units_at(COUNTY), *month.classes_of(COUNTY)):
        assert (row.closed_rate is None) == (row.accepted is None or row.solved is None)
        assert (row.closed_valid is None) == (row.valid is None or row.solved is None)
    assert month.units_at(COUNTY)[-1].closed_rate == "46.7"
    assert month.units_at(COUNTY)[-1].closed_valid == "60.5"


def test_what_is_written_down_later_does_not_change_a_month(month: PublicTable) -> None:
    """Two looks at a month are one publication: it stays as it was known when it ended."""
    late = FRIDAY + timedelta(days=12)
    put(*many(30, path=GRID, category=CLEAN, accepted_at=FRIDAY, accepted_recorded_at=late, origin="late"))
    assert public.month_table(NOVEMBER).told == month.told


def test_a_month_that_is_not_over_is_not_told(world: World) -> None:
    with pytest.raises(Refused, match="2026-11 还没有过完"):
        public.month_table(FRIDAY.date())
    with clock.fixed(DECEMBER), pytest.raises(Refused, match="2026-12 还没有过完"):
        public.month_table(DECEMBER.date())
    with clock.fixed(DECEMBER):
        empty = public.month_table(date(2026, 10, 5))
    assert set(empty.told.values()) == {None}
