"""What a reader can work out from a published table: an exact solver that shares nothing with what hides.

Unknown whole numbers, nought or more, of which some sums are known; the least and the greatest that another sum can be.
It searches: bounds are drawn tight by every known sum, then the narrowest unknown is tried, the values nearest to the
true one first. A search that takes too long is undecided, and said to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Sum = tuple[int, ...]
NODES = 400


class Undecided(Exception):
    """The search took too long."""


@dataclass(frozen=True)
class Known:
    """The unknowns' true values, where the search begins, and which sums of them are known. `most` is more than is asked."""

    true: tuple[int, ...]
    sums: Mapping[Sum, int]
    most: int

    def can_be(self, asked: Sum, value: int) -> bool:
        """Whether whole numbers exist that agree with everything known and make the asked sum this value.

        Raises `Undecided`.
        """
        rows = [*self.sums.items(), (asked, value)]
        return _search([(0, self.most)] * len(self.true), rows, self.true, [NODES])

    def width(self, asked: Sum, true: int, enough: int) -> int:
        """Greatest less least of a sum, counted from its true value outward; no further than `enough`.

        Raises `Undecided`.
        """
        up = down = 0
        while up + down < enough and self.can_be(asked, true + up + 1):
            up += 1
        while up + down < enough and true - down > 0 and self.can_be(asked, true - down - 1):
            down += 1
        return up + down


def _search(
    bounds: list[tuple[int, int]], rows: Sequence[tuple[Sum, int]], true: Sequence[int], left: list[int]
) -> bool:
    left[0] -= 1
    if left[0] < 0:
        raise Undecided
    tight = _tightened(bounds, rows)
    if tight is None:
        return False
    free = [(high - low, n) for n, (low, high) in enumerate(tight) if low < high]
    if not free:
        return True
    _wide, n = min(free)
    low, high = tight[n]
    values = sorted(range(low, high + 1), key=lambda value: abs(value - true[n]))
    return any(_search([*tight[:n], (v, v), *tight[n + 1 :]], rows, true, left) for v in values)


def _tightened(
    bounds: list[tuple[int, int]], rows: Sequence[tuple[Sum, int]]
) -> list[tuple[int, int]] | None:
    """The bounds that the known sums leave; none where they contradict one another."""
    found, moved = list(bounds), True
    while moved:
        moved = False
        for unknowns, value in rows:
            lows, highs = sum(found[n][0] for n in unknowns), sum(found[n][1] for n in unknowns)
            if not lows <= value <= highs:
                return None
            for n in unknowns:
                low, high = found[n]
                tighter = max(low, value - highs + high), min(high, value - lows + low)
                if tighter != (low, high):
                    if tighter[0] > tighter[1]:
                        return None
                    found[n], moved = tighter, True
                    lows, highs = lows - low + tighter[0], highs - high + tighter[1]
    return found
