"""A moment that is written out in full is read as `strptime` reads it; so is every other one."""

from __future__ import annotations

import gc
import random
from datetime import datetime, timedelta

import pytest

from gezhi.exchange import ahead, moments
from gezhi.exchange.foreign_words import PATTERNS

ODD = (
    "2026-02-30 08:00:00",
    "2026-2-3 8:00",
    "２０２６-02-03",
    "12/31/2026 12:00:00 AM",
    "0000-01-01",
    "02/29/2025 01:00 PM",
)


def by_strptime(said: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(said, form)  # noqa: DTZ007
    except ValueError:
        return None


@pytest.mark.parametrize("form", PATTERNS)
def test_a_moment_written_in_full_is_what_strptime_reads(form: str) -> None:
    chance = random.Random(form)
    at = [datetime(1970, 1, 1) + timedelta(days=chance.randrange(25_000)) for _n in range(20)]  # noqa: DTZ001
    for day in (*at, datetime(2024, 2, 29), datetime(2025, 12, 31)):  # noqa: DTZ001
        for hour in range(24):
            there = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
            said = there.strftime(form)
            assert moments._patterned(said, form) == by_strptime(said, form) is not None
            loose = said.replace("0", "", 1).lower()
            if not moments._COMPACT.match(form):
                assert moments._patterned(loose, form) == by_strptime(loose, form)


def test_what_no_month_has_and_what_is_written_otherwise_is_read_alike() -> None:
    for form in PATTERNS:
        for said in ODD:
            if not moments._COMPACT.match(form):
                assert moments._patterned(said, form) == by_strptime(said, form)
    assert moments._strict("%Y-%m-%d %I:%M") is None  # twelve hours without their half
    assert moments._strict("%d-%b-%Y") is None
    assert moments._strict("%m/%d/%Y %I:%M:%S %p") is not None


def fails_in_between() -> None:
    with ahead.seldom_swept():
        assert gc.get_threshold()[0] > 10_000
        raise KeyError


def test_cycles_are_looked_for_as_usual_after_an_import() -> None:
    usual = gc.get_threshold()
    with pytest.raises(KeyError):
        fails_in_between()
    assert gc.get_threshold() == usual
