"""Changing the work calendar: what it takes, what it refuses, what it leaves alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.promises import calendars, queries
from gezhi.promises.models import CalendarChange, CalendarDay
from gezhi.promises.services import put_calendar
from gezhi.rules import seed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
STORM = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def standing() -> None:
    put_calendar(seed.days(2026, 2027))


def rest(day: date, why: str = "台风停工") -> calendars.Row:
    return day, "rest", "official", why


def test_a_changed_day_holds_at_once_and_opens_one_recount() -> None:
    changed = calendars.change([rest(STORM)], by=HOUSE, at=NOW)
    assert changed.days == (STORM,)
    assert queries.calendar()[STORM] == ("rest", "official")
    one = calendars.unfinished()
    assert one is not None
    assert (one.first, one.last, one.source) == (STORM, STORM, "台风停工")
    assert Entry.objects.filter(what=calendars.CHANGED, about=one.id).count() == 1


def test_what_is_so_already_changes_nothing() -> None:
    calendars.change([rest(STORM)], by=HOUSE, at=NOW)
    assert calendars.change([rest(STORM)], by=HOUSE, at=NOW) == (None, ())
    assert calendars.change([], by=HOUSE, at=NOW) == (None, ())
    assert CalendarChange.objects.count() == 1


def test_a_day_that_is_over_stays_what_it_was() -> None:
    before = list(CalendarDay.objects.order_by("day").values_list("day", "kind"))
    with pytest.raises(Refused) as told:
        calendars.change([rest(date(2026, 11, 19)), rest(STORM)], by=HOUSE, at=NOW)
    assert told.value.code == "day_is_over"
    assert list(CalendarDay.objects.order_by("day").values_list("day", "kind")) == before
    assert calendars.unfinished() is None


def test_a_notice_of_a_year_that_began_is_taken_where_it_says_nothing_else() -> None:
    """The past days become official; only another kind of a past day is refused."""
    CalendarDay.objects.update(status="provisional")
    rows = [(d, k, "official", "通知") for d, k, _s, _o in seed.days(2026, 2026)]
    changed = calendars.change(rows, by=HOUSE, at=NOW)
    assert changed.days == ()
    assert not CalendarDay.objects.filter(day__year=2026, status="provisional").exists()
    one = calendars.unfinished()
    assert one is not None
    assert one.first == date(2026, 11, 20)


def test_years_without_a_notice_are_named() -> None:
    assert calendars.provisional_years() == [2027]
    assert [day.day for day in calendars.year(2027)][:2] == [
        date(2027, 1, 1),
        date(2027, 1, 1) + timedelta(days=1),
    ]
