"""Quartiles are values that occur; a mean is rounded half up; nothing is said of nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from gezhi.reporting.waits import spread


@pytest.mark.parametrize(
    ("values", "quartiles", "mean"),
    [
        ([5], (5, 5, 5), "5.0"),
        ([1, 2], (1, 1, 2), "1.5"),
        ([1, 2, 3, 4], (1, 2, 3), "2.5"),
        ([0, 0, 0, 100], (0, 0, 0), "25.0"),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], (1, 1, 1), "1.1"),  # 1.05, half up
    ],
)
def test_quartiles_and_mean(values: list[int], quartiles: tuple[int, int, int], mean: str) -> None:
    found = spread(Counter(values))
    assert (found.lower, found.median, found.upper) == quartiles
    assert (found.mean_words, found.least, found.most) == (mean, min(values), max(values))


def test_nothing_is_said_of_nothing() -> None:
    assert (spread(Counter()).count, spread(Counter()).mean_words) == (0, "—")
