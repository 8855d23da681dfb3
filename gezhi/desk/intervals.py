"""可能范围, drawn: the shares of some units, each with the range in which its true share may lie, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _

from gezhi.reporting.rounding import wilson

STEP = 5  # percent: a scale begins and ends at a multiple of it
LEAST = 10  # percent: no scale is narrower, so that a hair's breadth does not look like a gulf
LEFT, WIDE = 10, 980  # thousandths of the drawing: room for half a mark at both ends
MARK = 14  # thousandths that a mark is wide


@dataclass(frozen=True)
class Interval:
    """One share: its range in words, and in thousandths of the drawing its ends and its mark's left edge."""

    words: str
    says: str
    low: str
    high: str
    mark: str


@dataclass(frozen=True)
class Scale:
    """The percents at which the drawing begins and ends, both multiples of `STEP`."""

    begins: int
    ends: int

    def at(self, share: float) -> float:
        """Where a share stands, in thousandths of the drawing."""
        return LEFT + WIDE * (100 * share - self.begins) / (self.ends - self.begins)

    @property
    def ticks(self) -> list[str]:
        """Three percents to write under the drawing: where it begins, its middle, where it ends."""
        return [f"{percent:g}%" for percent in (self.begins, self.middle, self.ends)]

    @property
    def lines(self) -> list[str]:
        return [f"{self.at(percent / 100):.0f}" for percent in (self.begins, self.middle, self.ends)]

    @property
    def middle(self) -> float:
        return (self.begins + self.ends) / 2


def scale_of(shares: Sequence[tuple[int, int]]) -> Scale | None:
    """The scale on which all of these (numerator, denominator) fit with their ranges; none if nothing was counted."""
    ends = [wilson(n, d) for n, d in shares if d]
    if not ends:
        return None
    low = floor(100 * min(low for low, _high in ends) / STEP) * STEP
    high = min(100, ceil(100 * max(high for _low, high in ends) / STEP) * STEP)
    low = max(0, min(low, high - LEAST))
    return Scale(low, max(high, low + LEAST))


def interval_of(numerator: int, denominator: int, scale: Scale | None) -> Interval | None:
    """One share on the scale; none where there is nothing to divide by."""
    if scale is None or not denominator:
        return None
    low, high = wilson(numerator, denominator)
    percents = {"low": round(low * 100), "high": round(high * 100)}
    return Interval(
        words=_("{low}–{high}%").format(**percents),
        says=_("可能在 {low}% 到 {high}% 之间").format(**percents),
        low=f"{scale.at(low):.0f}",
        high=f"{scale.at(high):.0f}",
        mark=f"{scale.at(numerator / denominator) - MARK / 2:.0f}",
    )
