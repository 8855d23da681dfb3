"""Lengths, moments and due moments as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from gezhi.ui import words

NOW = datetime(2026, 11, 20, 2, 24, tzinfo=UTC)  # 10:24 in Shanghai


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "不到1分"),
        (41, "41分"),
        (60, "1小时"),
        (135, "2小时15分"),
        (1440, "1天"),
        (1620, "1天3小时"),
        (14460, "10天"),
    ],
)
def test_a_length_has_two_units_at_most(minutes: int, said: str) -> None:
    assert words.length(timedelta(minutes=minutes)) == said


def test_english_says_the_same_in_its_own_order() -> None:
    with translation.override("en"):
        assert words.length(timedelta(minutes=135)) == "2 h 15 min"
        assert words.left(timedelta(days=1), workdays=1) == "1 working day left"
        assert words.left(timedelta(days=3), workdays=3) == "3 working days left"
        assert words.moment(NOW - timedelta(days=2), NOW) == "18 Nov 10:24"
        assert words.moment(NOW - timedelta(days=627), NOW) == "3 Mar 2025"
        assert (words.matters(1), words.matters(1284)) == ("1 matter", "1,284 matters")


def test_a_moment_says_no_more_than_is_needed() -> None:
    assert words.moment(NOW, NOW) == "10:24"
    assert words.moment(NOW - timedelta(days=2), NOW) == "11月18日 10:24"
    assert words.moment(NOW - timedelta(days=627), NOW) == "2025年3月3日"


def test_midnight_ends_the_day_before() -> None:
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert words.due(midnight, NOW) == "11月23日 24:00"
    assert words.exact_due(midnight) == "2026-11-23 24:00:00"
    assert words.exact_due(midnight + timedelta(seconds=1)) == "2026-11-24 00:00:01"
    assert words.due(datetime(2026, 11, 20, 16, tzinfo=UTC), NOW) == "今天 24:00"
