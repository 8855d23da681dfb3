"""Borders that reach beyond what stands above them: asked before they are stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.places import measuring, paths
from gezhi.places.audit_words import metres
from gezhi.places.tree import Tree

LEAST = 1.0  # square metres of an overlap that is told
LARGEST_LEAF, LARGEST = 2e9, 2.5e11  # square metres
SHARE = 0.01  # of a unit's own ground; what two surveys of one line differ by is less


@dataclass(frozen=True, slots=True)
class Beyond:
    """How much of a unit lies beyond the nearest drawn unit above: m², share of the unit, metres at the farthest."""

    name: str
    above: str
    square_metres: float
    share: float
    metres: float

    @property
    def sentence(self) -> str:
        return _("{name}有 {area} 平方米（{share}）在{above}以外，最远出去 {metres} 米。").format(
            name=self.name, area=f"{self.square_metres:,.0f}", share=f"{self.share:.0%}", above=self.above,
            metres=f"{self.metres:,.0f}",
        )  # fmt: skip


def beyond(ground: Tree, drawn: Mapping[str, BaseGeometry]) -> list[Beyond]:
    """Of the borders by the path of their unit, those with more than `SHARE` of their ground beyond, the largest first."""
    found = []
    for path, border in drawn.items():
        above = paths.parent(path)
        while above and drawn.get(above, ground.border(above)) is None:
            above = paths.parent(above)
        outer = drawn.get(above, ground.border(above)) if above else None
        if outer is None:
            continue
        out = measuring.flat_parts(shapely.difference(border, outer))
        area, whole = measuring.areas([out, border])
        if whole and area > SHARE * whole:
            names = ground.by_path[path].name, ground.by_path[above].name
            found.append(Beyond(*names, float(area), float(area / whole), _farthest(out, outer)))
    return sorted(found, key=lambda one: -one.square_metres)


def too_large(ground: Tree, path: str, square_metres: float) -> str:
    """A sentence where a unit would be larger than any there is, which is what clicks on an empty map make of it: a grid
    of more than 2,000 km² (those of the widest grasslands have some hundred), a unit above of more than 250,000.
    """
    unit = ground.by_path[path]
    if square_metres <= (LARGEST_LEAF if unit.leaf else LARGEST):
        return ""
    told = _("{name}有 {area}，大得不像：图上没有别的边界可对照时，请直接写拐点，或先导入。")
    return told.format(name=unit.name, area=metres(square_metres))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of a border lies on the ground of a neighbour, in m²."""

    name: str
    neighbour: str
    square_metres: float

    @property
    def sentence(self) -> str:
        return _("{name}和{neighbour}重叠 {area} 平方米。").format(
            name=self.name, neighbour=self.neighbour, area=f"{self.square_metres:,.0f}"
        )


def overlaps(ground: Tree, path: str, border: BaseGeometry) -> list[Overlap]:
    """What of it lies on drawn units that are neither above the unit nor within it, the largest first; a unit whose own
    upper unit is told already is left out."""
    told: list[tuple[str, Overlap]] = []
    others = [one for one in ground.by_path.values() if not path.startswith(one.path)]
    for unit in sorted(others, key=lambda one: len(one.path)):
        other = ground.border(unit.path)
        if other is None or unit.path.startswith(path) or any(unit.path.startswith(p) for p, _one in told):
            continue
        area = (
            measuring.area(shapely.intersection(border, other)) if shapely.intersects(border, other) else 0.0
        )
        if area >= LEAST:
            told.append((unit.path, Overlap(ground.by_path[path].name, unit.name, area)))
    return sorted((one for _path, one in told), key=lambda one: -one.square_metres)


def _farthest(out: BaseGeometry, outer: BaseGeometry) -> float:
    plane = measuring.plane_of([out])
    points = shapely.points(shapely.get_coordinates(plane.metres(out)))
    return float(np.max(shapely.distance(points, plane.metres(outer))))
