from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gezhi.rules import length, seed, workdays

CALENDAR = {day: (kind, status) for day, kind, status, _ in seed.days(2024, 2027)}
HOURS = "09:00-12:00 14:00-18:00"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(start: str, words: str) -> workdays.Due:
    return workdays.due(at(start), length.parse(words), CALENDAR, HOURS)


@pytest.mark.parametrize(
    ("start", "words", "last", "legal"),
    [
        ("2026-09-28", "5工作日", "2026-10-10", None),
        ("2026-02-13", "5工作日", "2026-02-27", None),
        ("2026-04-30", "1工作日", "2026-05-06", None),
        ("2026-09-18", "2工作日", "2026-09-21", None),
        ("2025-09-28", "5工作日", "2025-10-11", None),
        ("2025-01-24", "5工作日", "2025-02-07", None),
        ("2026-05-08", "1工作日", "2026-05-09", None),
        ("2026-09-20", "15日", "2026-10-05", "2026-10-08"),
        ("2026-08-03", "60日", "2026-10-02", "2026-10-08"),
        ("2026-02-02", "15日", "2026-02-17", "2026-02-24"),
        ("2026-01-31", "1月", "2026-02-28", None),
        ("2026-03-04", "1周", "2026-03-11", None),
    ],
)
def test_the_measured_vectors(start: str, words: str, last: str, legal: str | None) -> None:
    found = due(f"{start}T10:00", words)
    assert found.last_day.isoformat() == last
    assert found.due_at == at(last) + timedelta(days=1)
    if legal:
        assert found.legal_at == at(legal) + timedelta(days=1)
        assert found.rolls


def test_the_day_is_the_local_day_early_in_the_morning() -> None:
    assert due("2026-09-18T07:30", "1日").last_day == date(2026, 9, 19)
    assert due("2026-09-18T00:30", "1日").last_day == date(2026, 9, 19)
    assert due("2026-09-18T07:30", "1日").due_at == datetime(2026, 9, 19, 16, tzinfo=UTC)


def test_hours_count_from_the_moment() -> None:
    assert due("2026-10-01T23:50", "30分钟").due_at == at("2026-10-02T00:20")
    assert due("2026-10-01T23:50", "4小时").due_at == at("2026-10-02T03:50")


@pytest.mark.parametrize(
    ("start", "words", "end"),
    [
        ("2026-09-30T17:00", "4工作小时", "2026-10-08T12:00"),  # one hour left, then seven days of holiday
        ("2026-09-20T11:00", "2工作小时", "2026-09-20T15:00"),  # a make-up Sunday, over noon
        ("2026-09-19T20:00", "30服务分钟", "2026-09-20T09:30"),
        ("2026-10-03T10:00", "2服务小时", "2026-10-03T12:00"),  # a holiday: the service runs
    ],
)
def test_working_and_service_hours_run_only_in_their_windows(start: str, words: str, end: str) -> None:
    assert due(start, words).due_at == at(end)


def test_the_strip_shows_every_day_that_decided() -> None:
    strip = due("2026-09-28T10:00", "5工作日").strip
    assert [(d.day.day, d.kind) for d in strip if d.counted] == [
        (29, "work"), (30, "work"), (8, "work"), (9, "work"), (10, "makeup"),
    ]  # fmt: skip
    assert strip[0] == workdays.DayStrip(date(2026, 9, 28), "work", False)
    assert [d.kind for d in strip[3:10]] == ["holiday"] * 7


def test_a_rolled_date_shows_the_days_it_rolled_over() -> None:
    strip = due("2026-09-20T10:00", "15日").strip
    assert [(d.day.day, d.counted) for d in strip[-4:]] == [(5, True), (6, False), (7, False), (8, False)]


def test_a_warning_comes_after_its_share_of_the_counted_time() -> None:
    assert due("2026-09-28T10:00", "5工作日").warn_at(80) == at("2026-10-10T00:00")
    assert due("2026-09-28T10:00", "10小时").warn_at(80) == at("2026-09-28T18:00")
    assert due("2026-09-30T17:00", "4工作小时").warn_at(50) == at("2026-10-08T10:00")
    assert due("2026-09-28T10:00", "5工作日").warn_at(0) is None


@pytest.mark.parametrize(
    "start", ["1900-02-27T07:30", "2100-02-27T07:30", "1986-05-03T23:30", "2027-09-30T08:00"]
)
def test_a_year_without_a_notice_counts_weekdays_and_says_so(start: str) -> None:
    found = due(start, "3工作日")
    assert found.provisional
    assert all(d.counted == (d.day.weekday() < 5) for d in found.strip[1:])
    assert not due(start, "4小时").provisional


def test_a_term_across_the_end_of_the_notice_is_provisional() -> None:
    assert due("2026-12-30T10:00", "3工作日").provisional
    assert not due("2026-12-28T10:00", "3工作日").provisional


def test_a_long_term_keeps_its_last_hundred_days() -> None:
    found = due("2026-01-31T10:00", "36月")
    assert (found.last_day, len(found.strip)) == (date(2029, 1, 31), 100)
    assert found.cut == (date(2029, 1, 31) - date(2026, 1, 31)).days + 1 - 100


def test_a_derivation_comes_back_from_json_as_it_went() -> None:
    found = due("2026-09-20T10:00", "15日")
    assert workdays.Due.from_json(found.to_json()) == found


def test_a_due_moment_that_came_with_the_record_is_not_counted() -> None:
    found = workdays.given(at("2018-04-12T11:11:26"), at("2018-04-13T11:11:26"), zone="America/New_York")
    assert found.due_at == at("2018-04-13T11:11:26")
    assert (found.clock, found.provisional, found.strip) == ("source", False, ())
    with pytest.raises(ValueError, match="source"):
        workdays.due(at("2018-04-12T11:11:26"), length.SOURCE, CALENDAR)


def test_a_day_is_as_long_as_its_clock_changes_make_it() -> None:
    start = datetime(2026, 3, 7, 12, tzinfo=ZoneInfo("America/New_York"))
    found = workdays.due(start, length.parse("1日"), {}, zone="America/New_York")
    assert found.due_at == datetime(2026, 3, 9, 4, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["", "09:00", "12:00-09:00", "09:00-12:00 11:00-18:00"])
def test_service_hours_are_windows_in_order(hours: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        workdays.service_windows(hours)


def test_the_calendar_of_2026_is_the_official_one() -> None:
    year = {day: (kind, status) for day, kind, status, _ in seed.days(2026, 2027)}
    assert year[date(2026, 9, 20)] == ("makeup", "official")
    assert year[date(2026, 10, 3)] == ("holiday", "official")
    assert year[date(2026, 10, 17)] == ("rest", "official")
    assert year[date(2027, 10, 1)] == ("work", "provisional")
    assert len(year) == 730


@pytest.mark.parametrize("words", ["5 工作日", "1天", "30服务分钟", "4工作小时", "36月"])
def test_lengths_are_words_that_a_clerk_writes(words: str) -> None:
    assert length.parse(words).amount


@pytest.mark.parametrize("words", ["", "5", "工作日", "0日", "-1日", "1.5日", "半天", "5工作月", "99999日"])
def test_what_is_no_length_is_refused(words: str) -> None:
    with pytest.raises(length.LengthError):
        length.parse(words)
