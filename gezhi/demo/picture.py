"""The picture under the demo's map: land, water, parks, streets and houses as one small GeoJSON.

Coordinates are rounded to five digits, about a metre. Each feature says its `layer`; streets also say their
`class` and, the greater ones, their `name`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gezhi.demo.houses import Block, road
from gezhi.demo.streets import (
    LAKE,
    METRES_EAST,
    METRES_NORTH,
    RIVER,
    SIDE,
    Cell,
    Streets,
    street_class,
)

Feature = dict[str, Any]
Line = NDArray[np.float64]


def layers(streets: Streets, blocks: dict[Cell, Block]) -> Feature:
    """A FeatureCollection, the lowest layer first."""
    parks = [streets.blocks[cell] for cell, block in blocks.items() if block.kind == "park"]
    features = [
        _area("land", [shapely.union_all(list(streets.blocks.values()))]),
        _area("green", [_inset(park, 9) for park in parks]),
        _area("water", [_river(streets), _lake(streets)]),
        *_roads(streets),
        _area("building", (shapely.Polygon(h.ring) for b in blocks.values() for h in b.houses)),
    ]
    return {"type": "FeatureCollection", "note": "示例数据，虚构", "features": features}


def _roads(streets: Streets) -> list[Feature]:
    """Minor streets in one feature without names, the greater ones one by one."""
    minor: list[list[list[float]]] = []
    named: list[Feature] = []
    for along in ("i", "j"):
        for index in range(SIDE + 1):
            kind = street_class(along, index)
            pieces = [_points(piece) for piece in _drawn(streets.line(along, index), along, index, kind)]
            if kind == "minor":
                minor += pieces
            elif kind != "river":
                named.append(_feature("road", "MultiLineString", pieces, kind, road(along, index)))
    return [_feature("road", "MultiLineString", minor, "minor", ""), *named]


def _drawn(line: Line, along: str, index: int, kind: str) -> list[Line]:
    """The runs of a street that are there: none through the lake, and of a minor one not every stretch."""
    runs: list[Line] = []
    start = 0
    for stretch in range(SIDE + 1):
        if stretch < SIDE and _is_there(along, index, stretch, kind):
            continue
        if start < stretch:
            runs.append(line[2 * start : 2 * stretch + 1])
        start = stretch + 1
    return runs


def _is_there(along: str, index: int, stretch: int, kind: str) -> bool:
    """A stretch with the lake on both sides is not; a minor one has no bridge, and one in six is missing."""
    sides = (
        [(stretch, index - 1), (stretch, index)] if along == "i" else [(index - 1, stretch), (index, stretch)]
    )
    if all(side in LAKE for side in sides):
        return False
    if kind != "minor":
        return True
    over_river = along == "i" and stretch in (RIVER - 1, RIVER)
    return not over_river and (index * 31 + stretch * 17 + index * stretch) % 6 != 0


def _river(streets: Streets) -> BaseGeometry:
    line = shapely.LineString(streets.line("j", RIVER))
    return _in_metres(line, lambda found: found.buffer(26, cap_style="flat"))


def _lake(streets: Streets) -> BaseGeometry:
    whole = shapely.union_all([streets.blocks[cell] for cell in sorted(LAKE)])
    return _in_metres(whole, lambda found: found.buffer(-95).buffer(70, quad_segs=4).simplify(4))


def _inset(block: BaseGeometry, metres: float) -> BaseGeometry:
    return _in_metres(block, lambda found: found.buffer(-metres, join_style="mitre"))


def _in_metres(shape: BaseGeometry, change: Callable[[BaseGeometry], BaseGeometry]) -> BaseGeometry:
    flat = shapely.transform(shape, lambda points: points * (METRES_EAST, METRES_NORTH))
    changed: BaseGeometry = change(flat)
    return shapely.transform(changed, lambda points: points / (METRES_EAST, METRES_NORTH))


def _area(layer: str, shapes: Iterable[BaseGeometry]) -> Feature:
    polygons = [part for shape in shapes for part in shapely.get_parts(shape) if not part.is_empty]
    rings = [[_points(np.array(polygon.exterior.coords))] for polygon in polygons]
    return _feature(layer, "MultiPolygon", rings, "", "")


def _points(line: Any) -> list[list[float]]:
    found: list[list[float]] = np.round(line, 5).tolist()
    return found


def _feature(layer: str, kind: str, coordinates: Any, grade: str, name: str) -> Feature:
    properties = {"layer": layer}
    if grade:
        properties["class"] = grade
    if name:
        properties["name"] = name
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}
