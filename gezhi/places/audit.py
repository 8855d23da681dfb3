"""Faults of drawn borders: what overlaps, what is left out, what is drawn twice or crosses itself. Pure.

Areas are m² on the ellipsoid (see `measuring`), exact to the square centimetre; what is smaller than a square metre
is below the precision of any survey that grids are drawn from and is not reported, except rings that small themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gezhi.places import measuring

Kind = Literal[
    "no_border",
    "bare_level",
    "self_crossing",
    "duplicate",
    "overlap",
    "outside",
    "gap",
    "hole",
    "sliver",
    "tiny_ring",
]
LEAST = 1.0  # square metres
TINY = 10.0  # square metres of a ring that nobody meant to draw
THIN = 1.0  # metres of mean width below which a piece is a sliver
LONG = 48.0  # of (way around)² to area: a strip ten times as long as it is wide
TWICE = 0.999  # of both areas in common: the same ground drawn twice
_GRAVE = ("self_crossing", "duplicate", "overlap", "outside", "gap", "hole")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit as the audit needs it. `key` is its path, or the file's own word; `parent` the key above."""

    key: str
    parent: str
    level: str
    name: str
    border: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: which units, how much ground, where. `thin` marks a piece narrower than a metre on average."""

    kind: Kind
    units: tuple[str, ...]
    square_metres: float
    shape: BaseGeometry | None
    thin: bool = False
    detail: str = ""

    @property
    def grave(self) -> bool:
        """Whether somebody could stand there and belong to nobody, or to two."""
        return self.kind in _GRAVE

    @property
    def point(self) -> tuple[float, float] | None:
        """A point of the fault, in degrees."""
        if self.shape is None or self.shape.is_empty:
            return None
        at = shapely.point_on_surface(self.shape)
        return float(at.x), float(at.y)


def audited(units: Sequence[Drawn]) -> list[Fault]:
    """Every fault, the gravest kinds first and the largest of a kind before the smaller ones.

    1. Units without a border. 2. Borders that cross themselves; the rest goes on with what they seem to mean.
    3. Pairs that share ground. 4. Children beyond their parent. 5. Ground of a parent in no child, holes. 6. Rings and
    parts too small or too thin to be meant.
    """
    faults = list(_without_border(units))
    known = [unit for unit in units if unit.border is not None and not unit.border.is_empty]
    valid, crossed = _mended(known)
    faults += crossed
    grounds = np.empty(len(known), dtype=object)
    grounds[:] = valid
    areas = measuring.areas(valid)
    faults += _shared(known, grounds, areas)
    by_key = {unit.key: index for index, unit in enumerate(known)}
    whole = {unit.key for unit in units} - {unit.parent for unit in units if unit.border is None}
    children: dict[str, list[int]] = {}
    for index, unit in enumerate(known):
        children.setdefault(unit.parent, []).append(index)
    for key, inside in children.items():
        if key in by_key:
            parent = grounds[by_key[key]]
            faults += _beyond(known, grounds, inside, parent, key)
            if key in whole:
                faults += _left_out(key, parent, grounds[inside])
    holes = list(_rings(known, grounds))
    faults = [fault for fault in faults if not _is_among(fault, holes)] + holes
    order = {kind: place for place, kind in enumerate(get_args(Kind))}
    return sorted(faults, key=lambda f: (not f.grave, order[f.kind], -f.square_metres, f.units))


def _without_border(units: Sequence[Drawn]) -> Iterator[Fault]:
    levels: dict[str, list[Drawn]] = {}
    for unit in units:
        levels.setdefault(unit.level, []).append(unit)
    for level, held in levels.items():
        without = [unit for unit in held if unit.border is None or unit.border.is_empty]
        if len(without) == len(held):
            yield Fault("bare_level", (), 0.0, None, detail=level)
        else:
            yield from (Fault("no_border", (unit.key,), 0.0, None) for unit in without)


def _mended(units: Sequence[Drawn]) -> tuple[list[BaseGeometry], list[Fault]]:
    valid: list[BaseGeometry] = []
    faults: list[Fault] = []
    for unit in units:
        border = shapely.Polygon() if unit.border is None else unit.border
        if not shapely.is_valid(border):
            reason = str(shapely.is_valid_reason(border))
            border = measuring.flat_parts(shapely.make_valid(border))
            faults.append(Fault("self_crossing", (unit.key,), 0.0, _spot_of(reason), detail=reason))
        valid.append(border)
    return valid, faults


def _spot_of(reason: str) -> BaseGeometry | None:
    """The point that GEOS names at the end of its reason: "Self-intersection[118.2 30.5]"."""
    try:
        x, y = reason.rpartition("[")[2].rstrip("]").split()[:2]
        return shapely.Point(float(x), float(y))
    except ValueError:
        return None


def _shared(
    units: Sequence[Drawn], grounds: NDArray[np.object_], areas: NDArray[np.float64]
) -> Iterator[Fault]:
    """Pairs of one level, or under one parent, that share a square metre."""
    one, other = shapely.STRtree(grounds).query(grounds, predicate="intersects")
    levels = np.unique([unit.level for unit in units], return_inverse=True)[1]
    parents = np.unique([unit.parent for unit in units], return_inverse=True)[1]
    keep = (one < other) & ((levels[one] == levels[other]) | (parents[one] == parents[other]))
    one, other = one[keep], other[keep]
    common = shapely.intersection(grounds[one], grounds[other])
    held = measuring.areas(list(common))
    for i, j, shape, area in zip(one, other, common, held, strict=True):
        if area >= LEAST:
            twice = area >= TWICE * max(areas[i], areas[j])
            pair = tuple(sorted((units[i].key, units[j].key)))
            flat = measuring.flat_parts(shape)
            yield Fault("duplicate" if twice else "overlap", pair, float(area), flat, _is_thin(flat, area))


def _beyond(
    units: Sequence[Drawn],
    grounds: NDArray[np.object_],
    inside: Sequence[int],
    parent: BaseGeometry,
    key: str,
) -> Iterator[Fault]:
    shapely.prepare(parent)
    beyond = [index for index in inside if not shapely.covers(parent, grounds[index])]
    for index in beyond:
        shape = shapely.difference(grounds[index], parent)
        area = measuring.area(shape)
        if area >= LEAST:
            flat = measuring.flat_parts(shape)
            yield Fault("outside", (units[index].key, key), area, flat, _is_thin(flat, area))


def _left_out(key: str, parent: BaseGeometry, children: Iterable[BaseGeometry]) -> Iterator[Fault]:
    left = measuring.flat_parts(shapely.difference(parent, shapely.union_all(list(children))))
    for part in shapely.get_parts(left):
        area = measuring.area(part)
        if area >= LEAST:
            yield Fault("gap", (key,), area, part, _is_thin(part, area))


def _rings(units: Sequence[Drawn], grounds: NDArray[np.object_]) -> Iterator[Fault]:
    """Holes that no other unit of the level fills, rings and parts of a few square metres, parts too thin."""
    if not len(grounds):
        return
    index, plane = shapely.STRtree(grounds), measuring.plane_of(list(grounds))
    parts, of = shapely.get_parts(grounds, return_index=True)
    areas = measuring.areas(list(parts))
    around = shapely.length(shapely.transform(parts, lambda at: at * (plane.east, plane.north)))
    several = np.bincount(of, minlength=len(grounds))[of] > 1
    tiny = several & (areas < TINY)
    thin = ~tiny & (2 * areas < THIN * around) & (around**2 > LONG * areas)
    pierced = shapely.get_num_interior_rings(parts) > 0
    for n in np.flatnonzero(tiny | thin | pierced):
        unit, part, area = units[of[n]], parts[n], float(areas[n])
        for ring in part.interiors:
            yield from _hole(unit, shapely.Polygon(ring), units, grounds, index)
        if tiny[n]:
            yield Fault("tiny_ring", (unit.key,), area, part)
        elif thin[n]:
            yield Fault("sliver", (unit.key,), area, part, thin=True)


def _hole(
    unit: Drawn,
    hole: BaseGeometry,
    units: Sequence[Drawn],
    grounds: NDArray[np.object_],
    index: shapely.STRtree,
) -> Iterator[Fault]:
    near = [i for i in index.query(hole) if units[i].level == unit.level and units[i].key != unit.key]
    left = measuring.flat_parts(shapely.difference(hole, shapely.union_all(grounds[near])) if near else hole)
    area = measuring.area(left)
    if area >= TINY or (area >= LEAST and near):
        yield Fault("hole", (unit.key,), area, left, _is_thin(left, area))
    elif area and not near:
        yield Fault("tiny_ring", (unit.key,), area, left)


def _is_thin(shape: BaseGeometry, area: float) -> bool:
    """Whether the mean width (twice the area by the way around it) is below `THIN`, and the piece long."""
    around = measuring.length(shape.boundary, measuring.plane_of([shape]))
    return bool(2 * area < THIN * around and around**2 > LONG * area)


def _is_among(fault: Fault, holes: Sequence[Fault]) -> bool:
    """A gap that is a hole is told once, as a hole."""
    if fault.kind != "gap" or fault.shape is None:
        return False
    return any(
        hole.shape is not None
        and shapely.intersection(hole.shape, fault.shape).area > 0.99 * fault.shape.area
        for hole in holes
    )
