"""Borders put together from those below: where all of a unit's parts are drawn and it is not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.places import measuring
from gezhi.places.tree import Tree, TreeUnit

SEAM = 0.5  # metres between two parts that are taken for one line drawn twice
LEAST = 1.0  # square metres of an overlap or a gap that is told


@dataclass(frozen=True, slots=True)
class Joined:
    """A unit whose border its parts make: how many they are, in how many pieces it lies, and what does not fit.

    `overlap`: m² that more than one part claims; `gap`: m² within it that no part claims, and that stay holes.
    """

    unit: TreeUnit
    border: BaseGeometry
    parts: int
    pieces: int
    square_metres: float
    overlap: float
    gap: float

    @property
    def fits(self) -> bool:
        return self.pieces == 1 and not self.overlap and not self.gap

    @property
    def sentence(self) -> str:
        said = _("由 {n} 个下级拼成，{area} 公顷。").format(
            n=self.parts, area=f"{self.square_metres / 10_000:,.1f}"
        )
        if self.overlap:
            said += _("下级之间重叠 {area} 平方米。").format(area=f"{self.overlap:,.0f}")
        if self.gap:
            said += _("下级之间空出 {area} 平方米，拼成以后是洞。").format(area=f"{self.gap:,.0f}")
        if self.pieces > 1:
            said += _("分成互不相连的 {n} 块。").format(n=self.pieces)
        return said


def joined(ground: Tree) -> list[Joined]:
    """Every unit without a border of which each part has one, or gets one this way; from the root down."""
    held: dict[str, BaseGeometry] = {}
    found: list[Joined] = []
    for unit in sorted(ground.by_path.values(), key=lambda one: -len(one.path)):
        border = ground.border(unit.path)
        if border is None:
            parts = [held.get(child.path) for child in ground.children(unit.path)]
            drawn = [part for part in parts if part is not None]
            if not parts or len(drawn) < len(parts):
                continue
            found.append(_join(unit, drawn))
            border = found[-1].border
        held[unit.path] = border
    return sorted(found, key=lambda one: (len(one.unit.path), one.unit.path))


def _join(unit: TreeUnit, parts: list[BaseGeometry]) -> Joined:
    whole = _closed(measuring.flat_parts(shapely.normalize(shapely.union_all(parts))))
    pieces = shapely.get_parts(whole)
    holes = [shapely.Polygon(ring) for piece in pieces for ring in piece.interiors]
    area = measuring.area(whole)
    overlap = float(measuring.areas(parts).sum()) - area
    gap = float(measuring.areas(holes).sum()) if holes else 0.0
    return Joined(
        unit,
        whole,
        len(parts),
        len(pieces),
        area,
        overlap if overlap >= LEAST else 0.0,
        gap if gap >= LEAST else 0.0,
    )


def _closed(whole: BaseGeometry) -> BaseGeometry:
    """The same without seams: strips no wider than `SEAM` between parts whose common line was drawn twice."""
    if _loose(whole) == 1:
        return whole
    plane = measuring.plane_of([whole])
    wide = shapely.buffer(plane.metres(whole), SEAM / 2, join_style="mitre")
    closed = measuring.flat_parts(plane.degrees(shapely.buffer(wide, -SEAM / 2, join_style="mitre")))
    return closed if _loose(closed) < _loose(whole) else whole


def _loose(whole: BaseGeometry) -> int:
    """Pieces and holes; 1 for ground in one."""
    pieces = shapely.get_parts(whole)
    return len(pieces) + sum(len(piece.interiors) for piece in pieces)
