"""How evenly work is spread: whole numbers first, and the same words as the textbook."""

from __future__ import annotations

import random
from statistics import fmean, pstdev

import pytest

from gezhi.reporting.evenness import evenness
from tests.shares import SEED


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([10, 10, 10], "0.0"),
        ([0, 20], "100.0"),
        ([9, 11], "10.0"),
        ([0, 0], "—"),
        ([], "—"),
        ([7], "0.0"),
        ([4, 5, 6], "16.3"),
    ],
)
def test_it_is_the_deviation_by_the_mean(counts: list[int], words: str) -> None:
    assert evenness(counts).words() == words


def test_it_reads_nought_only_where_all_are_equal() -> None:
    assert evenness([100_000, 100_001]).words() == "0.1"


def test_it_is_what_statistics_say() -> None:
    chance = random.Random(SEED)
    for _ in range(300):
        counts = [chance.randrange(chance.choice([2, 50, 5000])) for _ in range(chance.randrange(2, 30))]
        if any(counts):
            said, true = float(evenness(counts).words(2)), 100 * pstdev(counts) / fmean(counts)
            assert said == pytest.approx(true, abs=0.0051) or (said == 0.01 and 0 < true < 0.01)
