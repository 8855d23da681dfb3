"""A clock that stood still, an extension, a calendar that changed: from the same start, counted once more."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.rules import counting_on, length, seed, workdays
from gezhi.rules.workdays import Due

CALENDAR = {day: (kind, status) for day, kind, status, _ in seed.days(2026, 2027)}
HOURS = "09:00-12:00 14:00-18:00"
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = "2026-11-17T10:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def counted(words: str, start: str = TUESDAY) -> Due:
    return workdays.due(at(start), length.parse(words), CALENDAR, HOURS)


def stood(before: Due, since: str, until: str) -> Due:
    return counting_on.went_on(before, CALENDAR, at(since), now=at(until))


@pytest.mark.parametrize(
    ("words", "since", "until", "due"),
    [
        # Tuesday 10:00: 3 working days end with Friday; stood from Wednesday to Friday: Monday and Tuesday more
        ("3工作日", "2026-11-18T15:00", "2026-11-20T09:00", "2026-11-25T00:00"),
        ("3工作日", "2026-11-18T09:00", "2026-11-18T17:00", "2026-11-21T00:00"),  # the same day: nothing gained
        ("3工作日", "2026-11-20T23:59", "2026-11-21T00:00", "2026-11-24T00:00"),  # over its midnight: one day
        ("3工作日", "2026-11-21T00:00", "2026-11-23T09:00", "2026-11-21T00:00"),  # only after it was over
        ("5日", "2026-11-18T15:00", "2026-11-20T09:00", "2026-11-25T00:00"),
        ("1月", "2026-11-18T15:00", "2026-11-20T09:00", "2026-12-20T00:00"),
        ("4小时", "2026-11-17T11:00", "2026-11-17T18:30", "2026-11-17T21:30"),
        ("8工作小时", "2026-11-17T11:00", "2026-11-18T10:00", "2026-11-19T10:00"),
        ("8工作小时", "2026-11-17T12:30", "2026-11-17T13:30", "2026-11-18T11:00"),  # stood at noon, when nothing counts
    ],
)  # fmt: skip
def test_what_counts_is_what_ran(words: str, since: str, until: str, due: str) -> None:
    before = counted(words)
    after = stood(before, since, until)
    expected = at(due)
    if expected < at(until):  # it was over before: held until that day ends, and said so
        assert (after.held, after.was) == (True, expected)
    else:
        assert after.due_at == expected
    assert after.length == words
    assert after.stood == ((at(since), at(until)),)
    ran = sum((b - a for a, b in after.runs), timedelta())
    assert ran == sum((b - a for a, b in before.runs), timedelta())


def test_standing_still_twice_is_counted_once_from_the_beginning() -> None:
    once = stood(counted("3工作日"), "2026-11-18T15:00", "2026-11-19T09:00")
    twice = stood(once, "2026-11-20T10:00", "2026-11-24T10:00")
    assert (once.due_at, twice.due_at) == (at("2026-11-24T00:00"), at("2026-11-26T00:00"))
    assert len(twice.stood) == 2
    assert Due.from_json(twice.to_json()) == twice


@given(
    st.integers(1, 300),
    st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 5000)), min_size=1, max_size=4),
)
def test_hours_move_by_exactly_as_long_as_the_clock_stood(hours: int, gaps: list[tuple[int, int]]) -> None:
    due = counted(f"{hours}小时")
    first = due.due_at
    moment, lost = at(TUESDAY), timedelta()
    for ran, still in gaps:
        since = moment + timedelta(minutes=ran)
        if since >= due.due_at:
            break
        moment = since + timedelta(minutes=still)
        lost += moment - since
        due = counting_on.went_on(due, CALENDAR, since, now=moment)
        assert due.due_at == first + lost


@given(
    st.sampled_from(["3工作日", "6日", "2月", "20小时", "9工作小时"]), st.integers(1, 90), st.integers(1, 200)
)
def test_nobody_loses_time_by_standing_still(words: str, ran: int, still: int) -> None:
    before = counted(words)
    since = at(TUESDAY) + timedelta(hours=ran)
    if since >= before.due_at:
        return
    after = counting_on.went_on(before, CALENDAR, since, now=since + timedelta(hours=still))
    assert after.due_at >= max(before.due_at, since + timedelta(hours=still))
    assert after.due_at - before.due_at <= timedelta(hours=still) * 3 + timedelta(days=11)


@pytest.mark.parametrize(
    ("words", "more", "due"),
    [
        ("3工作日", "5工作日", "2026-11-28T00:00"),
        ("3工作日", "2日", "2026-11-23T00:00"),
        ("4小时", "1工作日", "2026-11-19T00:00"),
        ("4小时", "2小时", "2026-11-17T16:00"),
        ("3工作日", "4工作小时", "2026-11-23T15:00"),
    ],
)
def test_an_extension_counts_from_where_it_would_have_been_over(words: str, more: str, due: str) -> None:
    after = counting_on.extended(counted(words), CALENDAR, more, HOURS, now=at("2026-11-17T11:00"))
    assert (after.due_at, after.more, after.length) == (at(due), (more,), words)
    again = counting_on.recounted(after, CALENDAR, now=at("2026-11-17T12:00"))
    assert again is None  # the same days: nothing changes


def test_a_day_off_that_is_announced_while_the_clock_stands_is_counted_when_it_goes_on() -> None:
    days = CALENDAR | {date(2026, 11, 26): ("rest", "official")}
    after = counting_on.went_on(counted("3工作日"), days, at("2026-11-18T15:00"), now=at("2026-11-25T09:00"))
    assert after.due_at == at("2026-12-01T00:00")


def test_what_would_be_over_by_a_new_calendar_is_held_until_the_day_ends() -> None:
    works = CALENDAR | {date(2026, 11, day): ("makeup", "official") for day in (21, 22)}
    due = counting_on.went_on(counted("3工作日"), works, at("2026-11-20T15:00"), now=at("2026-11-20T16:00"))
    assert (due.due_at, due.held) == (at("2026-11-21T00:00"), False)
    late = counting_on.extended(counted("1工作日"), works, "1小时", HOURS, now=at("2026-11-20T10:00"))
    assert (late.due_at, late.held) == (at("2026-11-21T00:00"), True)


def test_a_due_moment_that_came_with_the_record_moves_by_the_time_it_stood() -> None:
    due = workdays.given(at(TUESDAY), at("2026-11-19T12:00"))
    after = stood(due, "2026-11-18T12:00", "2026-11-18T18:00")
    assert after.due_at == at("2026-11-19T18:00")
    longer = counting_on.extended(after, CALENDAR, "2工作日", HOURS, now=at("2026-11-18T19:00"))
    assert (longer.due_at, longer.clock) == (at("2026-11-24T00:00"), "source")
    assert longer.start == at(TUESDAY).astimezone(UTC)
