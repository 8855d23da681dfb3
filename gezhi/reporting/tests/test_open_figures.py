"""What is published for everybody: whole periods, nothing small, nothing by subtraction, and it stays as it was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter, Wall
from gezhi.matters.tests.liuxi import COUNTY, FRIDAY, GRID, TOWN, World
from gezhi.promises.models import Promise
from gezhi.reporting import open_figures, publications
from gezhi.reporting.open_figures import Publication
from gezhi.reporting.public import ITSELF

from .rows import DAY, many, put
from .solver import Known
from .test_public import places

MONDAY = date(2026, 11, 16)
AFTER = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
HERE = f"{COUNTY}{ITSELF}"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(publications, "FOLDER", str(tmp_path))


def due(at: datetime, path: str, *, kept: int = 0, late: int = 0) -> list[Matter]:
    """Matters whose finish fell due at this moment: solved in time, or still open then."""
    done = many(kept, "solved", path=path, ended_at=at - DAY, ended_recorded_at=at - DAY)
    slow = many(late, path=path)
    put(*done, *slow)
    said: dict[str, Any] = {"flow": "main", "name": "finish", "length": "1日", "why": "{}"}
    Promise.objects.bulk_create(
        Promise(
            id=new_id(),
            about=m.id,
            due_at=at,
            made_at=at - 3 * DAY,
            met_at=at - DAY if m.closing else None,
            **said,
        )
        for m in (*done, *slow)
    )
    return [*done, *slow]


@pytest.fixture
def later(world: World) -> Iterator[World]:
    with clock.fixed(AFTER):
        yield world


def table(at: date = MONDAY) -> Publication:
    return open_figures.week_table(at)


def told(of: Publication, unit: str) -> tuple[int | None, int | None]:
    numbers = next(line.numbers for line in of.lines if line.unit == unit)
    return numbers["in_time"], numbers["due"]


def test_a_week_tells_both_numbers_of_each_unit(later: World) -> None:
    due(FRIDAY, GRID, kept=30, late=9)
    due(FRIDAY, COUNTY, kept=12, late=6)
    week = table()
    assert [line.unit for line in week.lines] == [COUNTY, TOWN, HERE]
    assert (told(week, COUNTY), told(week, TOWN), told(week, HERE)) == ((42, 57), (30, 39), (12, 18))
    assert week.district.rate("on_time", week.digits["on_time"]) == "73.68"
    assert (week.first, week.last, week.hidden) == (MONDAY, MONDAY + 6 * DAY, 0)


def test_a_matter_is_in_one_week_only_and_no_week_moves(later: World) -> None:
    """A window that moves by a day tells the one case of the day it lost; whole weeks share none."""
    sunday = datetime(2026, 11, 15, 15, 59, 59, tzinfo=UTC)  # 23:59:59 of the district's day
    due(sunday, GRID, kept=20, late=8)
    due(sunday + timedelta(seconds=1), GRID, kept=40, late=10)
    assert told(table(MONDAY - 7 * DAY), COUNTY) == (20, 28)
    assert told(table(), COUNTY) == (40, 50)
    assert {str(table(MONDAY + n * DAY).lines) for n in range(7)} == {str(table().lines)}
    with pytest.raises(Refused, match="还没有过完"):
        table(MONDAY + 7 * DAY)


@pytest.mark.parametrize("few", [(3, 7), (30, 2), (0, 0), (4, 0), (6, 5), (50, 0)])
def test_nothing_small_is_told_nor_can_be_worked_out(later: World, few: tuple[int, int]) -> None:
    """The reader knows every number that is told, of both weeks, and which sums they are; an exact solver tries."""
    for weeks_ago in (0, 7):
        due(FRIDAY - weeks_ago * DAY, GRID, kept=few[0], late=few[1])
        due(FRIDAY - weeks_ago * DAY, COUNTY, kept=21 + weeks_ago, late=11)
        week = table(MONDAY - weeks_ago * DAY)
        true = (few[0], few[1], 21 + weeks_ago, 11)
        sums = {
            (TOWN, "in_time"): (0,),
            (TOWN, "due"): (0, 1),
            (HERE, "in_time"): (2,),
            (HERE, "due"): (2, 3),
            (COUNTY, "in_time"): (0, 2),
            (COUNTY, "due"): (0, 1, 2, 3),
        }
        shown = {(line.unit, name): n for line in week.lines for name, n in line.numbers.items()}
        assert all(n is None or n >= week.least for n in shown.values())
        known = Known(true, {sums[cell]: n for cell, n in shown.items() if n is not None}, 200)
        late = {(1,), (3,), (1, 3)}  # due less in time: whoever subtracts
        for asked in {*sums.values(), *late}:
            value = sum(true[n] for n in asked)
            if value < week.least or (asked in sums.values() and asked not in known.sums):
                assert known.width(asked, value, week.least) >= week.least, (asked, shown)


def test_what_is_kept_from_somebody_is_in_no_published_number(later: World) -> None:
    due(FRIDAY, GRID, kept=30, late=9)
    before = table()
    walled = due(FRIDAY, GRID, kept=1)[0]
    assert told(table(), COUNTY) != told(before, COUNTY)
    since = FRIDAY - DAY
    Wall.objects.create(id=new_id(), matter=walled.id, blocked=f"unit:{GRID}", why="about", since=since)
    Matter.objects.filter(id=walled.id).update(walled=True)
    assert table() == before


def test_what_was_published_stays(later: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    due(FRIDAY, GRID, kept=30, late=9)
    while publications.publish(AFTER):
        pass
    first = publications.latest("week")
    assert first is not None
    assert (first.first, told(first, COUNTY)) == (MONDAY, (30, 39))
    some = Promise.objects.filter(met_at=None).values_list("id", flat=True)[:3]
    Promise.objects.filter(id__in=list(some)).update(due_at=AFTER + 9 * DAY)  # extended afterwards
    assert told(table(), COUNTY) != (30, 39), (
        "counted again it would be another number, and the difference small"
    )
    assert publications.publish(AFTER) == 0
    with django_assert_num_queries(0):
        assert publications.latest("week") == first
        assert publications.kept("week")[0] == first
    with clock.fixed(AFTER + 7 * DAY):
        assert publications.publish(clock.now()) == 1
    assert [one.first for one in publications.kept("week")][:2] == [MONDAY + 7 * DAY, MONDAY]


def test_a_month_tells_what_was_accepted_and_what_reporters_said(later: World) -> None:
    for path, word in places():
        of = {"path": path, "category": word}
        put(*many(12, "solved", **of), *many(8, **of), *many(6, "void", **of))
    with clock.fixed(AFTER + 8 * DAY):
        month = open_figures.month_table(date(2026, 11, 5))
        assert month.district.numbers["accepted"] == 26 * len(places())
        assert month.district.rate("closed_rate", month.digits["closed_rate"]) == "46.2"
        assert month.district.numbers["rated"] is None  # nobody was asked
        assert "on_time" not in month.digits, (
            "each number by one calendar: a month less its weeks is a few days"
        )
        assert not {*month.district.numbers} & {*table().district.numbers}


def test_before_the_house_was_there_nothing_is_published(db: None) -> None:
    assert publications.publish(AFTER) == 0
    assert publications.latest("week") is None


def test_a_table_costs_the_same_statements_however_many_matters(later: World) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            table()
        return len(seen)

    table()  # the tree and the model are read once
    due(FRIDAY, GRID, kept=6, late=6)
    few = statements()
    due(FRIDAY, COUNTY, kept=60, late=60)
    assert statements() == few <= 6
