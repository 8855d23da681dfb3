"""Shares are rounded half up in integers and never flattered."""

from __future__ import annotations

import pytest

from gezhi.reporting.rounding import percent, wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "words"),
    [
        (4908, 5081, 1, "96.6"),
        (4908, 5081, 0, "97"),
        (917, 979, 1, "93.7"),
        (917, 949, 1, "96.6"),
        (207, 242, 1, "85.5"),
        (1, 8, 1, "12.5"),
        (1, 16, 1, "6.3"),
        (1, 3, 2, "33.33"),
        (0, 0, 1, "—"),
        (0, 7, 1, "0.0"),
        (7, 7, 1, "100.0"),
        (9999, 10000, 1, "99.9"),
        (1, 10000, 1, "0.1"),
    ],
)
def test_a_share_is_rounded_half_up(numerator: int, denominator: int, digits: int, words: str) -> None:
    assert percent(numerator, denominator, digits) == words


def test_the_interval_of_a_share_holds_it_and_stays_in_range() -> None:
    low, high = wilson(134, 160)
    assert (round(low, 4), round(high, 4)) == (0.7725, 0.8866)
    assert wilson(0, 1)[0] == 0.0
    assert wilson(1, 1)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)
