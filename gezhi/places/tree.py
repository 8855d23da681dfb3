"""The tree of units as it stands on a day: one immutable value, asked without the database.

A point falls to the leaf whose border holds it; on a shared border to the leaf with the lowest path; in no
leaf to the deepest unit above whose border holds it; else nowhere. The same point always gets the same answer.
Each leaf within half a metre that does not own the point is named beside the answer: no map is finer than that,
so its desk should see what lies there, and either may take it over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gezhi.places import paths
from gezhi.places.measuring import plane_at

TOLERANCE = 0.5  # metres from a border within which a point is a neighbour's affair too
SQUARES = 200  # to a degree: some 500 metres
MOST_SQUARES = 20_000  # remembered at a time
How = Literal["grid", "parent", "none"]
Core = tuple[
    float, float, float, BaseGeometry
]  # middle and squared radius of a circle in it, and itself; degrees


@dataclass(frozen=True, slots=True)
class TreeUnit:
    """One unit on the day of its tree. `names` run from the root to the unit itself."""

    path: str
    identity: UUID
    level: str
    name: str
    short: str
    code: str
    names: tuple[str, ...]
    lon: float | None
    lat: float | None
    leaf: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a point lies. `how` is "none", and path, level and names are empty, if no unit holds it.

    `reason` is a code: point_in_unit, point_on_border (of several, the lowest path), point_in_parent
    (no leaf holds it), point_outside. `also` are the paths, in order, of the other leaves within `TOLERANCE`.
    """

    path: str
    identity: UUID | None
    level: str
    names: tuple[str, ...]
    how: How
    reason: str
    also: tuple[str, ...] = ()

    @property
    def outside(self) -> bool:
        return self.how == "none"


NOWHERE = Spot("", None, "", (), "none", "point_outside")


@dataclass(frozen=True, slots=True)
class Row:
    """What the tree is made of; `border` is WKB."""

    path: str
    identity: UUID
    level: str
    name: str
    short: str
    code: str
    lon: float | None
    lat: float | None
    border: bytes | memoryview | None


class Tree:
    """All units that stand on the days [begins, ends).

    `parted` are units that gave ground away on some day: a building put into one lies where its point lies.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        begins: date = date.min,
        ends: date = date.max,
        parted: frozenset[UUID] = frozenset(),
    ) -> None:
        held = sorted(rows, key=lambda row: row.path)
        self.begins, self.ends, self.parted = begins, ends, parted
        self.paths: tuple[str, ...] = tuple(row.path for row in held)
        self.by_path: dict[str, TreeUnit] = _units(held)
        self.by_identity: dict[UUID, TreeUnit] = {unit.identity: unit for unit in self.by_path.values()}
        self._borders = {row.path: bytes(row.border) for row in held if row.border is not None}
        leaves = [path for path in self._borders if self.by_path[path].leaf]
        above = [path for path in self._borders if not self.by_path[path].leaf]
        self._leaves: list[Spot] = [self._spot(path, "grid", "point_in_unit") for path in leaves]
        self._above: list[Spot] = [self._spot(path, "parent", "point_in_parent") for path in above]
        self._ground = np.array(self._polygons(leaves), dtype=object)
        self._leaf_index = shapely.STRtree(self._ground)
        self._bounds: list[tuple[float, ...]] = [one.bounds for one in self._ground]
        self._near = _degrees_of(TOLERANCE, self._ground)
        self._cores: dict[int, Core] = {}
        self._squares: dict[tuple[float, float], list[int]] = {}
        self._apart: dict[tuple[float, float, float, float], bool] = {}
        self._above_index = shapely.STRtree(self._polygons(above))

    @property
    def root(self) -> TreeUnit | None:
        return self.by_path[self.paths[0]] if self.paths else None

    def locate(self, lon: float, lat: float) -> Spot:
        """The leaf that holds the point, else the deepest unit above it that does, else `NOWHERE`."""
        for leaf in self._near_leaves(lon, lat):
            west, south, east, north = self._bounds[leaf]
            if not (west <= lon <= east and south <= lat <= north):
                continue
            core = self._cores.get(leaf)
            if core is None:
                continue
            if (lon - core[0]) ** 2 + (lat - core[1]) ** 2 < core[2] or shapely.intersects_xy(
                core[3], lon, lat
            ):
                return self._leaves[leaf]
        return self._measured(lon, lat)

    def _near_leaves(self, lon: float, lat: float) -> list[int]:
        """At least the leaves whose box holds the point. Where points come again and again, those of a small square."""
        key = (lon * SQUARES // 1, lat * SQUARES // 1)
        found = self._squares.get(key)
        if found:
            return found
        if found is None:
            if len(self._squares) >= MOST_SQUARES:
                self._squares.clear()
            self._squares[key] = []
            once: list[int] = self._leaf_index.query(shapely.points([[lon, lat]]))[1].tolist()
            return once
        west, south = key[0] / SQUARES, key[1] / SQUARES
        box = shapely.box(west, south, west + 1 / SQUARES, south + 1 / SQUARES)
        self._squares[key] = again = list[int](self._leaf_index.query(box).tolist())
        return again

    def apart_from(self, west: float, south: float, east: float, north: float) -> bool:
        """Whether no unit reaches into this box of degrees. Rounded points are few, and each comes again and again."""
        key = (west, south, east, north)
        if key not in self._apart:
            if len(self._apart) >= MOST_SQUARES:
                self._apart.clear()
            box, indexes = shapely.box(*key), (self._leaf_index, self._above_index)
            self._apart[key] = not any(len(held.query(box, "intersects")) for held in indexes)
        return self._apart[key]

    def around(self, lon: float, lat: float, metres: float) -> tuple[str, ...]:
        """The paths of all leaves within so many metres of the point; a little more than these, never less."""
        reach = _degrees_of(metres, self._ground)
        box = shapely.box(lon - reach, lat - reach, lon + reach, lat + reach)
        return tuple(sorted(self._leaves[int(index)].path for index in self._leaf_index.query(box)))

    def _measured(self, lon: float, lat: float) -> Spot:
        """The answer near a border, where no leaf holds the point, or for the first point of a leaf."""
        point = shapely.Point(lon, lat)
        found = self._leaf_index.query(point, predicate="dwithin", distance=self._near)
        near = sorted(int(index) for index in found)
        for leaf in near:
            if leaf not in self._cores:
                self._cores[leaf] = self._core(leaf)
        return self._beside(lon, lat, near)

    def _core(self, leaf: int) -> Core:
        """The part of a leaf where no other leaf is near: made when the first point falls into the leaf.

        The widest circle in it answers most points without asking the geometry. A point in no core is measured.
        """
        ground = self._ground[leaf]
        core = shapely.buffer(ground, -self._near, join_style="mitre")
        touched = self._leaf_index.query(core, predicate="dwithin", distance=self._near)
        for other in (int(index) for index in touched if index != leaf):  # only where the ground is at fault
            core = shapely.difference(core, shapely.buffer(self._ground[other], self._near))
        east, north, square = 0.0, 0.0, -1.0
        if not core.is_empty:
            reach = shapely.maximum_inscribed_circle(core)
            (east, north), square = reach.coords[0], (reach.length * (1 - 1e-9)) ** 2
        return east, north, square, core

    def _beside(self, lon: float, lat: float, near: Sequence[int]) -> Spot:
        """The answer near a border, or where no leaf holds the point."""
        held = [index for index in near if shapely.intersects_xy(self._ground[index], lon, lat)]
        also = tuple(
            self._leaves[index].path
            for index in near
            if index not in held[:1] and (index in held or self._metres(index, lon, lat) <= TOLERANCE)
        )
        if held:
            reason = "point_on_border" if len(held) > 1 else "point_in_unit"
            return replace(self._leaves[held[0]], reason=reason, also=also)
        around = self._above_index.query(shapely.Point(lon, lat), predicate="intersects")
        spots = [self._above[int(index)] for index in around]
        owner = min(spots, key=lambda spot: (-len(spot.path), spot.path), default=NOWHERE)
        return replace(owner, also=also) if also else owner

    def _metres(self, leaf: int, lon: float, lat: float) -> float:
        """How far the point is from a leaf."""
        plane = plane_at(lon, lat)
        return float(shapely.distance(plane.metres(self._ground[leaf]), shapely.Point(0, 0)))

    def within(self, path: str) -> tuple[TreeUnit, ...]:
        """The unit and each unit below it, in the order of paths."""
        first, after = paths.span(path)
        inside = self.paths[bisect_left(self.paths, first) : bisect_left(self.paths, after)]
        return tuple(self.by_path[found] for found in inside) if path else ()

    def children(self, path: str) -> tuple[TreeUnit, ...]:
        below = len(path) + paths.WIDTH
        return tuple(unit for unit in self.within(path) if len(unit.path) == below)

    def down_to(self, path: str) -> tuple[TreeUnit, ...]:
        """The units above this path and the unit itself, from the root down. A path that is no unit of this day leads as far as
        its units go."""
        return tuple(unit for one in paths.ancestors(path) if (unit := self.by_path.get(one)) is not None)

    def names(self, path: str) -> tuple[str, ...]:
        """Names from the root down to the unit; empty for no such unit."""
        unit = self.by_path.get(path)
        return unit.names if unit else ()

    def wkb(self, path: str) -> bytes | None:
        """The border as it is stored; None for none."""
        return self._borders.get(path)

    def border(self, path: str) -> BaseGeometry | None:
        said = self._borders.get(path)
        return None if said is None else shapely.from_wkb(said)

    def neighbours(self, path: str) -> tuple[TreeUnit, ...]:
        """Units of the same level whose borders touch this one's."""
        unit, border = self.by_path.get(path), self.border(path)
        if unit is None or border is None:
            return ()
        same = [p for p in self._borders if p != path and self.by_path[p].level == unit.level]
        near = shapely.STRtree(self._polygons(same)).query(border, predicate="intersects")
        return tuple(self.by_path[same[index]] for index in sorted(near))

    @cached_property
    def outlines(self) -> dict[str, str]:
        """Each border as GeoJSON text, to about ten centimetres."""
        return {path: _outline(shapely.from_wkb(border)) for path, border in self._borders.items()}

    def _polygons(self, of: Sequence[str]) -> Sequence[BaseGeometry]:
        return [shapely.from_wkb(self._borders[path]) for path in of]

    def _spot(self, path: str, how: How, reason: str) -> Spot:
        unit = self.by_path[path]
        return Spot(path, unit.identity, unit.level, unit.names, how, reason)


def _degrees_of(metres: float, ground: NDArray[np.object_]) -> float:
    """Degrees that are at least so many metres, in any direction, anywhere on this ground."""
    if not len(ground):
        return 0.0
    _west, south, _east, north = shapely.total_bounds(ground)
    planes = [plane_at(0.0, float(lat)) for lat in (south, north)]
    return metres / min(min(plane.east, plane.north) for plane in planes)


def _outline(border: BaseGeometry) -> str:
    return str(shapely.to_geojson(shapely.transform(border, lambda points: np.round(points, 6))))


def _units(rows: Sequence[Row]) -> dict[str, TreeUnit]:
    """Units by path. A row whose parent is not there begins its own names."""
    parents = {paths.parent(row.path) for row in rows}
    names: dict[str, tuple[str, ...]] = {}
    units: dict[str, TreeUnit] = {}
    for row in rows:
        names[row.path] = (*names.get(paths.parent(row.path), ()), row.name)
        units[row.path] = TreeUnit(
            row.path,
            row.identity,
            row.level,
            row.name,
            row.short,
            row.code,
            names[row.path],
            row.lon,
            row.lat,
            row.path not in parents,
        )
    return units
