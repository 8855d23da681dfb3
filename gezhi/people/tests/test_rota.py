"""Who is on duty: nights, weekends and holidays of a week's pattern, dates of their own, and only while a term runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gezhi.errors import NotFound
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.people import queries, rota, services
from gezhi.people.models import Shift
from gezhi.people.services import Hours
from gezhi.places import queries as places
from gezhi.rules.workdays import Calendar

from .liuxi import DISTRICT, GRID, MODEL, NOON, OTHER_GRID, STREET, account, open_ground, seat
from .test_standing import MONDAY, stand
from .test_terms import end, put, refused

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR = date(2027, 1, 1)  # a Friday, and a holiday
MAKE_UP = date(2026, 12, 26)  # a Saturday on which people work
CALENDAR: Calendar = {NEW_YEAR: ("holiday", "official"), MAKE_UP: ("makeup", "official")}
NIGHT = {"starts": 18 * 60, "ends": 8 * 60}
DAYTIME = {"starts": 8 * 60, "ends": 18 * 60}
TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


@pytest.fixture
def terms(ground: dict[str, UUID]) -> dict[str, UUID]:
    """贾一 and 易二 are cadres of the street."""
    return {
        name: seat(account(name, said), "cadre", ground[STREET])
        for name, said in (("jia", "贾一"), ("yi", "易二"))
    }


def shift(term: UUID, from_on: date = TODAY, **hours: object) -> UUID:
    return services.put_shift(term, Hours(from_on=from_on, **hours), by=HOUSE, at=NOON)  # type: ignore[arg-type]


def asked(unit: UUID, day: date, clock: str, post: str = "") -> list[str]:
    at = datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=SHANGHAI)
    found = rota.on_duty(unit, at, CALENDAR, queries.roster(day), post=post)
    return [one.name for one in found]


def test_a_night_goes_on_after_midnight_and_ends_to_the_minute(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    shift(terms["jia"], day=4, **NIGHT)  # Friday
    at = [("17:59", []), ("18:00", ["贾一"]), ("23:59", ["贾一"])]
    assert [(clock, asked(ground[STREET], TODAY, clock)) for clock, _ in at] == at
    after = [("00:00", ["贾一"]), ("07:59", ["贾一"]), ("08:00", [])]
    saturday = TODAY + timedelta(days=1)
    assert [(clock, asked(ground[STREET], saturday, clock)) for clock, _ in after] == after
    assert asked(ground[STREET], saturday + timedelta(days=7), "03:00") == ["贾一"]
    assert asked(ground[STREET], TODAY, "03:00") == []  # Thursday's night is nobody's


def test_days_off_are_those_of_the_calendar(ground: dict[str, UUID], terms: dict[str, UUID]) -> None:
    shift(terms["jia"], day=Shift.OFF, **DAYTIME)
    shift(terms["yi"], day=Shift.WORKING, **NIGHT)
    cases = {
        (NEW_YEAR, "10:00"): ["贾一"],
        (date(2027, 1, 2), "10:00"): ["贾一"],
        (MAKE_UP, "10:00"): [],
        (MAKE_UP, "20:00"): ["易二"],
        (date(2026, 12, 28), "10:00"): [],
        (date(2026, 12, 28), "20:00"): ["易二"],
        (NEW_YEAR, "03:00"): ["易二"],  # Thursday's night
        (NEW_YEAR, "20:00"): [],
    }
    assert {case: asked(ground[STREET], *case) for case in cases} == cases


def test_dates_of_their_own_stand_in_place_of_the_week(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    shift(terms["jia"], day=4, **NIGHT)
    shift(terms["yi"], from_on=NEW_YEAR, to_on=NEW_YEAR + timedelta(days=3), starts=0, ends=1440)
    assert asked(ground[STREET], NEW_YEAR, "20:00") == ["易二"]
    assert asked(ground[STREET], NEW_YEAR + timedelta(days=2), "23:59") == ["易二"]
    assert asked(ground[STREET], NEW_YEAR + timedelta(days=3), "00:00") == []
    assert asked(ground[STREET], NEW_YEAR - timedelta(days=7), "20:00") == ["贾一"]
    at = datetime(2027, 1, 1, 20, tzinfo=SHANGHAI)
    one = rota.on_duty(ground[STREET], at, CALENDAR, queries.roster(NEW_YEAR))[0]
    assert one.exception
    assert (one.desk, one.own) == (f"cadre@{STREET}", "")
    assert timezone.localtime(one.starts_at).isoformat() == "2027-01-01T00:00:00+08:00"
    assert timezone.localtime(one.ends_at).isoformat() == "2027-01-02T00:00:00+08:00"


def test_dates_of_one_post_leave_the_others_week_alone(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    leader = seat(account("wu", "吴五"), "leader", ground[DISTRICT])
    centre = seat(account("zhu", "朱六"), "centre", ground[DISTRICT])
    shift(leader, day=4, **NIGHT)
    shift(centre, day=4, **NIGHT)
    services.leave_empty(leader, TODAY, TODAY + timedelta(days=1), by=HOUSE, at=NOON)
    assert asked(ground[DISTRICT], TODAY, "20:00") == ["朱六"]
    assert asked(ground[DISTRICT], TODAY, "20:00", "leader") == []
    assert asked(ground[DISTRICT], TODAY + timedelta(days=7), "20:00", "leader") == ["吴五"]


def test_a_shift_counts_only_while_its_term_runs(ground: dict[str, UUID], terms: dict[str, UUID]) -> None:
    shift(terms["jia"], day=4, **NIGHT)
    end(terms["jia"], TODAY + timedelta(days=8))  # a Saturday
    assert asked(ground[STREET], TODAY + timedelta(days=7), "23:59") == ["贾一"]
    assert asked(ground[STREET], TODAY + timedelta(days=8), "00:00") == []
    assert asked(ground[STREET], TODAY + timedelta(days=14), "20:00") == []


def test_whoever_stands_in_has_the_shifts_of_who_is_away(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    seat(account("song", "宋四"), "grid_worker", ground[OTHER_GRID])
    jia = seat(account("lin", "林五"), "grid_worker", ground[GRID])
    shift(jia, day=0, **NIGHT)  # Monday
    stand("song", jia)
    at = datetime(2026, 11, 23, 20, tzinfo=SHANGHAI)
    found = rota.on_duty(ground[GRID], at, CALENDAR, queries.roster(MONDAY))
    assert [(one.name, one.desk, one.own) for one in found] == [
        ("宋四", f"grid_worker@{GRID}", f"grid_worker@{OTHER_GRID}")
    ]
    assert asked(ground[GRID], MONDAY + timedelta(days=7), "20:00") == ["林五"]


def test_the_nearest_unit_at_which_somebody_is_on_duty_answers(
    ground: dict[str, UUID], terms: dict[str, UUID], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shift(terms["jia"], day=4, **NIGHT)
    shift(seat(account("zhu", "朱六"), "centre", ground[DISTRICT]), day=Shift.WORKING, **NIGHT)
    tree, staff = places.tree(TODAY), queries.roster(TODAY)
    friday = datetime(2026, 11, 20, 20, tzinfo=SHANGHAI)
    with django_assert_num_queries(1):
        found = rota.nearest_on_duty(GRID, friday, CALENDAR, staff, tree)
    assert [one.name for one in found] == ["贾一"]
    thursday = friday - timedelta(days=1)
    assert rota.nearest_on_duty(GRID, thursday, CALENDAR, staff, tree) == ()  # before the rota began
    monday = rota.nearest_on_duty(GRID, friday + timedelta(days=3), CALENDAR, queries.roster(MONDAY), tree)
    assert [one.name for one in monday] == ["朱六"]


def test_a_shift_is_taken_off_from_a_day_on_and_undone_before_it_begins(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    weekly = shift(terms["jia"], day=4, **NIGHT)
    services.end_shift(weekly, TODAY + timedelta(days=7), by=HOUSE, at=NOON)
    assert asked(ground[STREET], TODAY, "20:00") == ["贾一"]
    assert asked(ground[STREET], TODAY + timedelta(days=7), "20:00") == []
    refused("shift_end", lambda: services.end_shift(weekly, TODAY + timedelta(days=9), by=HOUSE, at=NOON))
    later = shift(terms["yi"], from_on=MONDAY, day=0, **NIGHT)
    services.end_shift(later, MONDAY, by=HOUSE, at=NOON)
    assert not Shift.objects.filter(id=later).exists()
    with pytest.raises(NotFound):
        services.end_shift(later, MONDAY, by=HOUSE, at=NOON)


def test_the_rota_of_a_unit_lists_what_has_not_ended(ground: dict[str, UUID], terms: dict[str, UUID]) -> None:
    sunday = shift(terms["jia"], day=6, **NIGHT)
    monday = shift(terms["yi"], day=0, **NIGHT)
    free = services.leave_empty(terms["jia"], NEW_YEAR, NEW_YEAR + timedelta(days=1), by=HOUSE, at=NOON)
    services.end_shift(sunday, NEW_YEAR, by=HOUSE, at=NOON)
    assert [one.shift for one in rota.shifts_at(ground[STREET], TODAY)] == [monday, sunday, free]
    assert [one.shift for one in rota.shifts_at(ground[STREET], NEW_YEAR)] == [monday, free]
    assert rota.shifts_at(ground[GRID], TODAY) == []


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ({"day": 4, "starts": 1440, "ends": 0}, "shift_hours"),
        ({"day": 4, "starts": -1, "ends": 0}, "shift_hours"),
        ({"day": 4, "starts": 0, "ends": 1441}, "shift_hours"),
        ({"day": 9, "starts": 0, "ends": 60}, "shift_day"),
        ({"starts": 0, "ends": 60}, "shift_dates"),
        ({"starts": 0, "ends": 60, "to_on": TODAY}, "shift_dates"),
        ({"day": 4, "starts": 0, "ends": 60, "from_on": TODAY - timedelta(days=1)}, "shift_past"),
        ({"day": 4, "starts": 0, "ends": 60, "from_on": NEW_YEAR}, "shift_beyond_term"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    ground: dict[str, UUID], terms: dict[str, UUID], hours: dict[str, object], code: str
) -> None:
    end(terms["jia"], NEW_YEAR)
    refused(code, lambda: shift(terms["jia"], **hours))  # type: ignore[arg-type]
    assert not Shift.objects.exists()


def test_the_same_shift_is_not_put_twice_and_holds_its_term(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    later = put(account("bing", "丙三"), "cadre", ground[STREET], MONDAY)
    shift(later, from_on=MONDAY, day=0, **NIGHT)
    refused("shift_there", lambda: shift(later, from_on=MONDAY + timedelta(days=7), day=0, **NIGHT))
    refused("term_in_use", lambda: services.undo_term(later, MODEL, by=HOUSE, at=NOON))


def test_the_ledger_names_nobody_and_no_hour_worked_is_kept(
    ground: dict[str, UUID], terms: dict[str, UUID]
) -> None:
    shift(terms["jia"], day=4, **NIGHT)
    entry = Entry.objects.get(what="shift.put")
    assert "贾" not in entry.facts
    assert {f.name for f in Shift._meta.get_fields()} == {
        *("id", "term", "unit", "post", "department", "day", "from_on", "to_on", "starts", "ends")
    }


def test_the_question_is_answered_by_an_index(ground: dict[str, UUID], terms: dict[str, UUID]) -> None:
    rows = Shift.objects.filter(unit__in=[ground[STREET]], from_on__lte=TODAY).order_by("starts", "id")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "people_rota" in rows.explain()
