"""The tree of units as it stands on a day: one immutable value, asked without the database.

A point falls to the leaf whose border holds it; on a shared border to the leaf with the lowest path; in no
leaf to the deepest unit above whose border holds it; else nowhere. The same point always gets the same answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.places import paths

How = Literal["grid", "parent", "none"]


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
    (no leaf holds it), point_outside.
    """

    path: str
    identity: UUID | None
    level: str
    names: tuple[str, ...]
    how: How
    reason: str

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
    """All units that stand on the days [begins, ends)."""

    def __init__(self, rows: Iterable[Row], begins: date = date.min, ends: date = date.max) -> None:
        held = sorted(rows, key=lambda row: row.path)
        self.begins, self.ends = begins, ends
        self.paths: tuple[str, ...] = tuple(row.path for row in held)
        self.by_path: dict[str, TreeUnit] = _units(held)
        self.by_identity: dict[UUID, TreeUnit] = {unit.identity: unit for unit in self.by_path.values()}
        self._borders = {row.path: bytes(row.border) for row in held if row.border is not None}
        leaves = [path for path in self._borders if self.by_path[path].leaf]
        above = [path for path in self._borders if not self.by_path[path].leaf]
        self._leaves: list[Spot] = [self._spot(path, "grid", "point_in_unit") for path in leaves]
        self._above: list[Spot] = [self._spot(path, "parent", "point_in_parent") for path in above]
        self._leaf_index = shapely.STRtree(self._polygons(leaves))
        self._above_index = shapely.STRtree(self._polygons(above))

    @property
    def root(self) -> TreeUnit | None:
        return self.by_path[self.paths[0]] if self.paths else None

    def locate(self, lon: float, lat: float) -> Spot:
        """The leaf that holds the point, else the deepest unit above it that does, else `NOWHERE`."""
        point = shapely.Point(lon, lat)
        found = self._leaf_index.query(point, predicate="intersects")
        if len(found) == 1:
            return self._leaves[int(found[0])]
        if len(found):
            return self._spot(self._leaves[int(min(found))].path, "grid", "point_on_border")
        around = self._above_index.query(point, predicate="intersects")
        if not len(around):
            return NOWHERE
        spots = [self._above[int(index)] for index in around]
        return sorted(spots, key=lambda spot: (-len(spot.path), spot.path))[0]

    def within(self, path: str) -> tuple[TreeUnit, ...]:
        """The unit and each unit below it, in the order of paths."""
        first, after = paths.span(path)
        inside = self.paths[bisect_left(self.paths, first) : bisect_left(self.paths, after)]
        return tuple(self.by_path[found] for found in inside) if path else ()

    def children(self, path: str) -> tuple[TreeUnit, ...]:
        below = len(path) + paths.WIDTH
        return tuple(unit for unit in self.within(path) if len(unit.path) == below)

    def names(self, path: str) -> tuple[str, ...]:
        """Names from the root down to the unit; empty for no such unit."""
        unit = self.by_path.get(path)
        return unit.names if unit else ()

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
