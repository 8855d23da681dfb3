"""What is remembered by the day is what would have been counted, to the byte."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from gezhi.promises import counted
from gezhi.promises.counted import Days, Terms
from gezhi.rules import length, seed

HOURS = "09:00-12:00 14:00-18:00"
LENGTHS = ("1工作日", "5工作日", "7日", "1周", "3月", "2小时", "30分钟", "72小时", "4工作小时", "2服务小时")


def terms(words: str, warn: int, years: tuple[int, int]) -> Terms:
    calendar = {day: (kind, status) for day, kind, status, _source in seed.days(*years)}
    return Terms(length.parse(words), warn, calendar, HOURS, "Asia/Shanghai")


def test_days_remember_what_is_counted() -> None:
    chance, days, asked = random.Random(9), Days(), 0
    began = datetime(
        2026, 9, 25, 15, 59, 59, 999_000, tzinfo=UTC
    )  # a millisecond before midnight in Shanghai
    moments = [began + timedelta(milliseconds=chance.randrange(9 * 86_400_000)) for _n in range(40)]
    for words in LENGTHS:
        for warn in (0, 80):
            one = terms(words, warn, (2026, 2026))
            for at in (began, began + timedelta(milliseconds=1), *moments):
                assert days.counted(at, one) == counted.counted(at, one)
                asked += 1
    assert asked == 840


def test_another_calendar_is_counted_anew_and_little_is_kept() -> None:
    days, at = Days(), datetime(2026, 9, 30, 2, tzinfo=UTC)  # before the days of the national holiday
    with_holidays, without = terms("5工作日", 80, (2026, 2026)), terms("5工作日", 80, (2025, 2025))
    first = days.counted(at, with_holidays)
    assert days.counted(at, without) == counted.counted(at, without) != first
    assert days.counted(at, with_holidays) == first
    for n in range(counted.MOST_KEPT + 9):
        days.counted(at + timedelta(days=n), without._replace(length=length.parse("1日")))
    assert sum(len(known) for _terms, known in days._known.values()) <= counted.MOST_KEPT


def test_terms_that_count_alike_share_their_answers_and_others_do_not() -> None:
    days, at = Days(), datetime(2026, 9, 30, 2, tzinfo=UTC)
    one = terms("5工作日", 80, (2026, 2026))
    days.counted(at, one)
    days.counted(at, one._replace(warn=80))  # another value, the same words
    days.counted(at, one._replace(warn=50))
    assert len({id(known) for _terms, known in days._known.values()}) == 2
    assert days.counted(at, one._replace(warn=50)) == counted.counted(at, one._replace(warn=50))
