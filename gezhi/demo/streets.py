"""Streets and blocks of the invented district, made from one seed.

1. A lattice of crossings is bent into a rounded outline, warped, and pushed aside by a river. 2. Each stretch
between two crossings gets a middle point of a smooth curve through its neighbours. 3. Each cell of the lattice is
a block: the stretches around it, shared to the last digit with the blocks beside it, so that any union of blocks
leaves no gap. Coordinates are degrees; the place is fictitious and its coordinates mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

SIDE = 30  # blocks along each side of the lattice
RIVER = 11  # the line of the lattice that is a river, not a street
WEST, SOUTH = 118.2, 30.5  # the fictitious centre
METRES_EAST = 111_320 * cos(radians(SOUTH))
METRES_NORTH = 110_870.0
LAKE = {(i, j) for i in range(17, 21) for j in range(18, 22)} - {(17, 18), (20, 21), (20, 18)}

Points = NDArray[np.float64]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Streets:
    """Crossings [i, j, lon/lat], middles of stretches along i and along j, and the block of each cell."""

    crossings: Points
    along_i: Points  # [i, j] lies between crossing (i, j) and (i + 1, j)
    along_j: Points
    blocks: dict[Cell, BaseGeometry]

    def corners(self, cell: Cell) -> Points:
        """The four corners of a block in order around it."""
        i, j = cell
        found: Points = self.crossings[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]]
        return found

    def line(self, along: str, index: int) -> Points:
        """One street from end to end: crossings and middles by turns."""
        if along == "j":
            ends, middles = self.crossings[index], self.along_j[index]
        else:
            ends, middles = self.crossings[:, index], self.along_i[:, index]
        found = np.empty((2 * SIDE + 1, 2))
        found[0::2], found[1::2] = ends, middles
        return found


def street_class(along: str, index: int) -> str:
    """river, main, secondary or minor."""
    if along == "j" and index == RIVER:
        return "river"
    if index in (0, SIDE) or index % 6 == 0:
        return "main"
    return "secondary" if index % 3 == 0 else "minor"


def laid(seed: int) -> Streets:
    """The streets that this seed gives, always the same."""
    crossings = _degrees(_crossings(np.random.default_rng(seed)))
    along_i, along_j = _middles(crossings), _middles(crossings.swapaxes(0, 1)).swapaxes(0, 1)
    cells = [(i, j) for i in range(SIDE) for j in range(SIDE)]
    blocks: dict[Cell, BaseGeometry] = {
        cell: shapely.Polygon(_ring(crossings, along_i, along_j, cell)) for cell in cells
    }
    return Streets(crossings, along_i, along_j, blocks)


def _crossings(random: np.random.Generator) -> Points:
    """Crossings in metres from the centre."""
    step = np.linspace(-1, 1, SIDE + 1)
    u, v = np.meshgrid(step, step, indexing="ij")
    x = 2450 * u * np.sqrt(1 - 0.36 * v**2)
    y = 2250 * v * np.sqrt(1 - 0.36 * u**2)
    x = x + 120 * np.sin(y / 820 + 1) + 55 * np.sin(y / 310)
    y = y + 110 * np.sin(x / 900) + 45 * np.cos(x / 380 + y / 900)
    beside = np.exp(-(((np.arange(SIDE + 1) - RIVER) / 3.2) ** 2))[:, None]
    x = x + beside * (150 * np.sin(2.3 * pi * v + 0.6) + 60 * np.sin(5.1 * v))
    inner = np.ones((SIDE + 1, SIDE + 1))
    inner[[0, -1], :] = inner[:, [0, -1]] = 0.25
    x = x + inner * random.uniform(-17, 17, x.shape)
    y = y + inner * random.uniform(-17, 17, y.shape)
    turn = radians(-14)
    return np.stack([x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)], axis=-1)


def _degrees(metres: Points) -> Points:
    return np.round(metres / (METRES_EAST, METRES_NORTH) + (WEST, SOUTH), 7)


def _middles(points: Points) -> Points:
    """The middle of each stretch along the first axis, on a smooth curve through four crossings."""
    first, last = 2 * points[:1] - points[1:2], 2 * points[-1:] - points[-2:-1]
    p = np.concatenate([first, points, last])
    found: Points = np.round((9 * (p[1:-2] + p[2:-1]) - p[:-3] - p[3:]) / 16, 7)
    return found


def _ring(crossings: Points, along_i: Points, along_j: Points, cell: Cell) -> list[Points]:
    i, j = cell
    return [
        crossings[i, j],
        along_i[i, j],
        crossings[i + 1, j],
        along_j[i + 1, j],
        crossings[i + 1, j + 1],
        along_i[i, j + 1],
        crossings[i, j + 1],
        along_j[i, j],
        crossings[i, j],
    ]
