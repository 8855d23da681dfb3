"""Borders that reach beyond what stands above them: asked before they are stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.places import measuring, paths
from gezhi.places.tree import Tree

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


def _farthest(out: BaseGeometry, outer: BaseGeometry) -> float:
    plane = measuring.plane_of([out])
    points = shapely.points(shapely.get_coordinates(plane.metres(out)))
    return float(np.max(shapely.distance(points, plane.metres(outer))))
