"""Lengths, moments and due moments as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

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


def test_a_moment_says_no_more_than_is_needed() -> None:
    assert words.moment(NOW, NOW) == "10:24"
    assert words.moment(NOW - timedelta(days=2), NOW) == "11月18日 10:24"
    assert words.moment(NOW - timedelta(days=627), NOW) == "2025年3月3日"


def test_midnight_ends_the_day_before() -> None:
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert words.due(midnight, NOW) == "11月23日 24:00"
    assert words.due(datetime(2026, 11, 20, 16, tzinfo=UTC), NOW) == "今天 24:00"
