"""Blocks filled with buildings: kinds, footprints, addresses, households as counts. Nobody lives here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gezhi.demo.names import ROADS
from gezhi.demo.streets import LAKE, RIVER, SIDE, Cell, Streets, street_class

KINDS = ("tower", "slab", "lane", "shop", "public", "park")
_LIKELY = {"tower": 0.30, "slab": 0.30, "lane": 0.12, "shop": 0.14, "public": 0.08, "park": 0.06}
_COUNTS = {"tower": (44, 96), "slab": (18, 40), "lane": (2, 7), "shop": (0, 4), "public": (0, 1)}
_RANK = {"main": 0, "secondary": 1, "minor": 2}
Box = tuple[float, float, float, float]  # left, low, right, high
_COMPOUNDS = {"tower", "slab", "lane"}


@dataclass
class House:
    """One building: its ring of five points, and a count of households."""

    cell: Cell
    kind: str
    address: str
    ring: NDArray[np.float64]
    households: int


@dataclass
class Block:
    """What stands in one cell."""

    kind: str
    houses: list[House] = field(default_factory=list)

    @property
    def households(self) -> int:
        return sum(house.households for house in self.houses)


def built(streets: Streets, seed: int) -> dict[Cell, Block]:
    """Each block with its buildings, always the same for one seed."""
    random = np.random.default_rng(seed + 1)
    return {cell: _block(streets, cell, random) for cell in streets.blocks}


def _block(streets: Streets, cell: Cell, random: np.random.Generator) -> Block:
    if cell in LAKE:
        return Block("water")
    kind = str(random.choice(KINDS, p=_odds(cell)))
    block = Block(kind)
    street, number = _front(cell)
    corners = streets.corners(cell)
    for index, box in enumerate(_boxes(kind, random)):
        if kind in _COMPOUNDS:
            address = f"{street} {number} 号 {index + 1} 幢"
        else:
            address = f"{street} {number + 2 * index} 号"
        low, high = _COUNTS[kind]
        ring = _on_ground(corners, box)
        block.houses.append(House(cell, kind, address, ring, int(random.integers(low, high + 1))))
    return block


def _odds(cell: Cell) -> list[float]:
    """Towers and shops towards the middle, lanes towards the edge."""
    far = max(abs(cell[0] - SIDE / 2), abs(cell[1] - SIDE / 2)) / (SIDE / 2)
    lean = {"tower": 1.5 - far, "shop": 1.4 - 0.8 * far, "lane": 0.2 + 1.8 * far}
    found = np.array([_LIKELY[kind] * lean.get(kind, 1.0) for kind in KINDS])
    return list(found / found.sum())


def _boxes(kind: str, random: np.random.Generator) -> list[Box]:
    """Footprints in shares of the block, a few left out by chance."""
    ways = _FOOTPRINTS.get(kind, [[]])
    way = ways[int(random.integers(len(ways)))]
    found = [box for box in way if random.random() >= _LEFT_OUT.get(kind, 0.0)]
    return found or way[:1]


def _rows(lefts: tuple[float, ...], wide: float, lows: tuple[float, ...], high: float) -> list[Box]:
    return [(left, low, left + wide, low + high) for low in lows for left in lefts]


_FOOTPRINTS = {
    "tower": [
        _rows((0.18, 0.60), 0.20, (0.2, 0.62), 0.17),
        [(0.16, 0.2, 0.36, 0.4), (0.62, 0.16, 0.82, 0.36), (0.4, 0.62, 0.6, 0.82)],
    ],
    "slab": [
        _rows((0.14,), 0.72, (0.15, 0.42, 0.69), 0.12),
        _rows((0.13, 0.54), 0.33, (0.17, 0.62), 0.13),
        [*_rows((0.13, 0.54), 0.33, (0.15,), 0.12), *_rows((0.13,), 0.74, (0.42, 0.69), 0.12)],
    ],
    "lane": [
        _rows((0.12, 0.40, 0.67), 0.19, (0.16, 0.58), 0.2),
        _rows((0.12, 0.55), 0.3, (0.14, 0.42, 0.70), 0.14),
    ],
    "shop": [_rows((0.12, 0.42, 0.70), 0.22, (0.12,), 0.2)],
    "public": [
        [(0.16, 0.2, 0.5, 0.42), (0.58, 0.2, 0.8, 0.74)],
        [(0.2, 0.2, 0.8, 0.36), (0.2, 0.36, 0.4, 0.76)],
    ],
}
_LEFT_OUT = {"lane": 0.35, "slab": 0.06, "tower": 0.06}


def _on_ground(corners: NDArray[np.float64], box: Box) -> NDArray[np.float64]:
    """A box in shares of the block, as a ring on the ground that leans as the block leans."""
    left, low, right, high = box
    s = np.array([left, right, right, left, left])[:, None]
    t = np.array([low, low, high, high, low])[:, None]
    a, b, c, d = corners
    found: NDArray[np.float64] = a * (1 - s) * (1 - t) + b * s * (1 - t) + c * s * t + d * (1 - s) * t
    return found.round(7)


def _front(cell: Cell) -> tuple[str, int]:
    """The street a block opens to, the greatest around it, and its first house number there."""
    i, j = cell
    around = [("i", j, i, 0), ("i", j + 1, i, 1), ("j", i, j, 0), ("j", i + 1, j, 1)]
    dry = [one for one in around if not (one[0] == "j" and one[1] == RIVER)]
    along, index, place, side = min(dry, key=lambda one: (_RANK[street_class(one[0], one[1])], one))
    return road(along, index), 1 + side + 12 * place


def road(along: str, index: int) -> str:
    """The invented name of a street."""
    return ROADS[index if along == "i" else SIDE + 1 + index]
