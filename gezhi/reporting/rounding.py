"""Shares in words, from integers: half up, and never flattered by the last digit."""

from __future__ import annotations

from math import sqrt

NOTHING = "—"
NORMAL_95 = 1.959963984540054


def percent(numerator: int, denominator: int, digits: int = 1) -> str:
    """96.6 for 4908 of 5081, without its sign; — when there is nothing to divide by.

    Rounds half up in integers. It reads 100 if, and only if, all of them; 0 if, and only if, none.
    """
    if denominator == 0:
        return NOTHING
    whole = 100 * 10**digits
    parts = (2 * numerator * whole + denominator) // (2 * denominator)
    if numerator < denominator:
        parts = min(parts, whole - 1)
    if numerator > 0:
        parts = max(parts, 1)
    return _pointed(parts, digits)


def _pointed(parts: int, digits: int) -> str:
    if not digits:
        return str(parts)
    before, after = divmod(parts, 10**digits)
    return f"{before}.{after:0{digits}d}"


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, both ends within 0 and 1; the whole range for nothing."""
    if denominator == 0:
        return 0.0, 1.0
    share, z2 = numerator / denominator, NORMAL_95**2
    middle = share + z2 / (2 * denominator)
    half = NORMAL_95 * sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2))
    scale = 1 + z2 / denominator
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
