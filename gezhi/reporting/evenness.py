"""任务相当: how evenly work is spread over units, as the coefficient of variation of a count; a figure no predicate can say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt

from gezhi.reporting.rounding import NOTHING


@dataclass(frozen=True, slots=True)
class Evenness:
    """Of how many units, the sum of their counts and the sum of the squares: whole numbers, from which all follows."""

    units: int
    total: int
    squares: int

    def words(self, digits: int = 1) -> str:
        """The standard deviation by the mean, in percent, half up: 0 if, and only if, all are equal; — for nothing."""
        if not self.total:
            return NOTHING
        whole = 100 * 10**digits
        spread = self.units * self.squares - self.total**2  # (deviation ÷ mean)², times the total squared
        parts = (isqrt(4 * whole**2 * spread) + self.total) // (2 * self.total)
        parts = max(parts, 1) if spread else 0
        before, after = divmod(parts, 10**digits)
        return f"{before}.{after:0{digits}d}" if digits else str(before)


def evenness(counts: Iterable[int]) -> Evenness:
    """Of these units' counts, those with nought among them."""
    found = list(counts)
    return Evenness(len(found), sum(found), sum(number**2 for number in found))
