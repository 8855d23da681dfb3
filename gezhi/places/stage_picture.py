"""A picture of a file before it is taken in: its shapes by name over the borders that stand, metres, north up."""

from __future__ import annotations

from collections.abc import Sequence, Set
from html import escape

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.places import measuring
from gezhi.places.fault_pictures import Canvas
from gezhi.places.staging import Stage
from gezhi.places.tree import Tree

WIDE, HIGH = 840, 480  # pixels
MOST = 400  # borders beside the file that are drawn
_AROUND = 1.25  # times the extent of the file
Named = tuple[str, BaseGeometry]


def picture(stage: Stage, ground: Tree) -> str:
    """SVG, 840 by 480: the shapes of the file filled, what stands around them as broken lines; empty for no shape.

    Its colours are those of the page's stylesheet (.stage).
    """
    rows = [(row.name, row.border) for row in stage.rows if row.border is not None]
    title = _("文件里的 {n} 块，实线填色；虚线是已有的边界").format(n=len(rows))
    return drawing(rows, ground, {row.unit for row in stage.rows}, title)


def drawing(rows: Sequence[Named], ground: Tree, mine: Set[object], title: str) -> str:
    """The same of shapes with their names; `mine` are the units (identities) whose own border is not drawn beside."""
    if not rows:
        return ""
    drawn = [border for _name, border in rows]
    plane = measuring.plane_of(drawn)
    west, south, east, north = shapely.total_bounds(
        np.array([plane.metres(one) for one in drawn], dtype=object)
    )
    across = float(max(east - west, (north - south) * WIDE / HIGH, 50.0)) * _AROUND
    canvas = Canvas(float(west + east) / 2, float(south + north) / 2, across, WIDE, HIGH)
    cut = [(name, shapely.intersection(plane.metres(border), canvas.box)) for name, border in rows]
    standing = _standing(ground, plane.degrees(canvas.box), mine)
    old = [(name, shapely.intersection(plane.metres(border), canvas.box)) for name, border in standing]
    tints = ("#D9EAEC", "#DCE9D8", "#FBEBCB", "#E0E7E1")
    parts = [
        f'<svg class="stage" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDE}" height="{HIGH}" fill="#F2F5F3"/>',
        *(canvas.area(shape, tints[at % len(tints)]) for at, (_name, shape) in enumerate(cut)),
        '<g class="o">', *(canvas.area(shape, "none") for _name, shape in old), "</g>",
        *(canvas.name(name, shape) for name, shape in cut),
        '<g class="o">', *(canvas.name(name, _rest(shape, [one for _n, one in cut])) for name, shape in old), "</g>",
        canvas.bar(), "</svg>",
    ]  # fmt: skip
    return "".join(parts)


def _rest(shape: BaseGeometry, drawn: Sequence[BaseGeometry]) -> BaseGeometry:
    """Where a name of what stands may be written: beside the file."""
    return shapely.difference(shape, shapely.union_all(list(drawn)))


def _standing(ground: Tree, view: BaseGeometry, mine: Set[object]) -> list[tuple[str, BaseGeometry]]:
    found = []
    for unit in ground.by_path.values():
        border = ground.border(unit.path)
        if border is None or unit.identity in mine or not shapely.intersects(border, view):
            continue
        found.append((unit.name, border))
        if len(found) == MOST:
            break
    return found
