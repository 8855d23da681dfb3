"""Blocks parted into compact, connected groups of given weights: towns, communities, grids.

Halving, again and again: order the blocks along a direction, cut where the weight is right, mend what the cut left
disconnected, and keep the direction that cuts fewest streets. No cut crosses the river.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import cos, pi, sin

from gezhi.demo.streets import RIVER, Cell

_DIRECTIONS = [(cos(pi * n / 12), sin(pi * n / 12)) for n in range(12)]


def parted(cells: Iterable[Cell], shares: Sequence[int], weights: Mapping[Cell, int]) -> list[list[Cell]]:
    """As many connected groups as shares, each with about its share of the weight. The cells must be connected."""
    held = sorted(cells)
    if len(shares) == 1:
        return [held]
    middle = len(shares) // 2
    share = sum(shares[:middle]) / sum(shares)
    one, other = _halved(held, share, weights, (middle, len(shares) - middle))
    return parted(one, shares[:middle], weights) + parted(other, shares[middle:], weights)


def beside(cell: Cell) -> tuple[Cell, ...]:
    """The blocks across each street, but not those across the river."""
    i, j = cell
    found = [(i, j - 1), (i, j + 1)]
    if i != RIVER:
        found.append((i - 1, j))
    if i + 1 != RIVER:
        found.append((i + 1, j))
    return tuple(found)


def _halved(
    cells: list[Cell], share: float, weights: Mapping[Cell, int], least: tuple[int, int]
) -> tuple[set[Cell], set[Cell]]:
    """The best of all directions: little missing from the share, few streets cut, blocks enough on each side."""
    whole = sum(weights[cell] for cell in cells)
    best: tuple[float, set[Cell], set[Cell]] | None = None
    for x, y in _DIRECTIONS:
        order = sorted(cells, key=lambda cell: (cell[0] * x + cell[1] * y, cell))  # used at once
        one, other = _mended(*_cut(order, whole * share, weights))
        missing = abs(sum(weights[cell] for cell in one) - whole * share) / whole
        short = len(one) < least[0] or len(other) < least[1]
        cost = missing * 40 + _cut_streets(one, other) / len(cells) ** 0.5 + 1000 * short
        if best is None or cost < best[0]:
            best = cost, one, other
    if best is None:
        raise ValueError("nothing to part")
    return best[1], best[2]


def _cut(order: list[Cell], target: float, weights: Mapping[Cell, int]) -> tuple[set[Cell], set[Cell]]:
    """The shortest beginning that reaches the target to within half a block, and the rest."""
    total, end = 0.0, 0
    while end < len(order) - 1 and (end == 0 or total + weights[order[end]] / 2 < target):
        total += weights[order[end]]
        end += 1
    return set(order[:end]), set(order[end:])


def _mended(one: set[Cell], other: set[Cell]) -> tuple[set[Cell], set[Cell]]:
    """Both halves connected: what hangs apart from the larger piece of a half goes to the other half."""
    for _turn in range(8):
        main = _largest_piece(one)
        one, other = main, other | (one - main)
        main = _largest_piece(other)
        if main == other:
            break
        one, other = one | (other - main), main
    return one, other


def _largest_piece(cells: set[Cell]) -> set[Cell]:
    left, best = set(cells), set[Cell]()
    while left:
        start = min(left)
        piece, edge = {start}, [start]
        while edge:
            found = [near for near in beside(edge.pop()) if near in left and near not in piece]
            piece.update(found)
            edge.extend(found)
        left -= piece
        if len(piece) > len(best):
            best = piece
    return best


def _cut_streets(one: set[Cell], other: set[Cell]) -> int:
    return sum(near in other for cell in one for near in beside(cell))
