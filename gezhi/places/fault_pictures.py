"""A small picture of one fault: what stands around it, the faulty ground hatched, names, a bar of metres, north up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.places import audit_words, measuring
from gezhi.places.audit import Drawn, Fault
from gezhi.places.measuring import Floats

WIDE, HIGH = 360, 240  # pixels
LEAST_VIEW = 12.0  # metres across, however small the fault
AROUND = 3.0  # times the fault's own size
_TINTS = ("#E0E7E1", "#D9EAEC", "#EDF0F4", "#DCE9D8", "#FBEBCB")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#14201D}"
    ".n{paint-order:stroke;stroke:#fff;stroke-width:3px;text-anchor:middle}"
    ".u{stroke:#0E4F5C;stroke-width:1.2;stroke-linejoin:round}"
    ".f{fill:url(#h);stroke:#8F5E00;stroke-width:2;stroke-linejoin:round}"
    ".s{text-anchor:start;font-weight:700;fill:#8F5E00}"
    ".b{stroke:#14201D;stroke-width:2;fill:none}"
)


@dataclass
class Scene:
    """All units that pictures are drawn of, found quickly."""

    units: Sequence[Drawn]

    @cached_property
    def _grounds(self) -> list[BaseGeometry]:
        empty = shapely.Polygon()
        found = [empty if unit.border is None else unit.border for unit in self.units]
        return [one if shapely.is_valid(one) else shapely.make_valid(one) for one in found]

    @cached_property
    def _index(self) -> shapely.STRtree:
        return shapely.STRtree(self._grounds)

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {unit.key: unit.name for unit in self.units}

    def around(self, view: BaseGeometry, fault: Fault) -> list[tuple[Drawn, BaseGeometry]]:
        """Units of the fault's own level or below its parent that touch the view, in the order given."""
        levels = {unit.level for unit in self.units if unit.key in fault.units}
        below = {unit.level for unit in self.units if fault.kind == "gap" and unit.parent in fault.units}
        found = sorted(int(index) for index in self._index.query(view, predicate="intersects"))
        return [
            (self.units[index], self._grounds[index])
            for index in found
            if self.units[index].level in (below or levels)
        ]


def picture(fault: Fault, scene: Scene) -> str:
    """The picture as SVG, 360 by 240; empty for a fault that lies nowhere."""
    shape = fault.shape
    if shape is None or shape.is_empty:
        return ""
    plane = measuring.plane_of([shape])
    local = plane.metres(shape)
    west, south, east, north = (float(edge) for edge in shapely.bounds(local))
    across = max((east - west) * AROUND, (north - south) * AROUND * WIDE / HIGH, LEAST_VIEW)
    frame = Canvas((west + east) / 2, (south + north) / 2, across)
    around = scene.around(plane.degrees(frame.box), fault)
    drawn = [(unit, shapely.intersection(plane.metres(ground), frame.box)) for unit, ground in around]
    title = f"{audit_words.title(fault)} {_('、').join(scene.names.get(key, key) for key in fault.units)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        '<defs><pattern id="h" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="#FBEBCB"/><path d="M0 0V7" stroke="#B87400" stroke-width="3"/></pattern></defs>',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#F2F5F3"/>',
        *(frame.area(cut, _TINTS[n % len(_TINTS)]) for n, (_unit, cut) in enumerate(drawn)),
        frame.fault(local),
        frame.size(audit_words.metres(fault.square_metres) if fault.square_metres else "", local),
        *(frame.name(unit.name, shapely.difference(cut, local)) for unit, cut in _named_first(drawn, fault)),
        frame.bar(),
        "</svg>",
    ]
    return "".join(parts)


def _named_first(
    drawn: Sequence[tuple[Drawn, BaseGeometry]], fault: Fault
) -> list[tuple[Drawn, BaseGeometry]]:
    """The units of the fault before the others: they get their names where room is scarce."""
    return sorted(drawn, key=lambda one: one[0].key not in fault.units)


class Canvas:
    """Metres turned into pixels; words are set where no other word stands."""

    def __init__(self, x: float, y: float, across: float, wide: int = WIDE, high: int = HIGH) -> None:
        self.wide, self.high = wide, high
        self.scale = wide / across
        self.words: list[BaseGeometry] = [
            shapely.box(0, high - 32, 150, high),
            shapely.box(wide - 50, high - 38, wide, high),
        ]
        self.west, self.north = x - across / 2, y + across * high / wide / 2
        self.box = shapely.box(self.west, self.north - across * high / wide, self.west + across, self.north)

    def _pixels(self, points: Floats) -> Floats:
        turned: Floats = (points - (self.west, self.north)) * (self.scale, -self.scale)
        return turned

    def _path(self, shape: BaseGeometry) -> str:
        said = []
        flat = measuring.flat_parts(shape)
        for part in () if flat.is_empty else shapely.get_parts(flat):
            for ring in (part.exterior, *part.interiors):
                points = self._pixels(shapely.get_coordinates(ring))
                said.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z")
        return "".join(said)

    def area(self, shape: BaseGeometry, tint: str) -> str:
        path = self._path(shape)
        return (
            f'<path class="u" fill="{tint}" fill-opacity=".75" fill-rule="evenodd" d="{path}"/>'
            if path
            else ""
        )

    def fault(self, shape: BaseGeometry) -> str:
        path = self._path(shape)
        if path:
            return f'<path class="f" fill-rule="evenodd" d="{path}"/>'
        x, y = self._pixels(shapely.get_coordinates(shape))[0]
        return f'<circle class="f" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'

    def name(self, name: str, shape: BaseGeometry) -> str:
        """The name on the widest free piece of a unit, where it has room."""
        parts = shapely.get_parts(measuring.flat_parts(shape))
        part = max(parts, key=lambda one: one.area, default=None)
        if part is None or part.area * self.scale**2 < 700:
            return ""
        x, y = self._pixels(shapely.get_coordinates(shapely.point_on_surface(part)))[0]
        half = min(len(name) * 6.5, self.wide / 2 - 4)
        x, y = min(max(x, half), self.wide - half), min(max(y, 14), self.high - 34)
        if not self._is_free(shapely.box(x - half, y - 12, x + half, y + 3)):
            return ""
        return f'<text class="n" x="{x:.0f}" y="{y:.0f}">{escape(name)}</text>'

    def size(self, words: str, shape: BaseGeometry) -> str:
        """How much ground, beside the fault."""
        if not words:
            return ""
        _x, south, east, _north = shapely.bounds(shape)
        x, y = self._pixels(np.array([[east, south]]))[0]
        x, y = min(max(x + 6, 6), self.wide - 8 - 9 * len(words)), min(max(y + 14, 16), self.high - 36)
        self._is_free(shapely.box(x, y - 12, x + 9 * len(words), y + 3))
        return f'<text class="n s" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>'

    def _is_free(self, room: BaseGeometry) -> bool:
        """Whether no word stands there yet; from now on one does."""
        free = not any(shapely.intersects(room, word) for word in self.words)
        if free:
            self.words.append(room)
        return free

    def bar(self) -> str:
        """A bar of a round number of metres, about a quarter of the width, and an arrow to the north."""
        wanted = self.wide / 4 / self.scale
        power = 10 ** np.floor(np.log10(wanted))
        round_one = max(step * power for step in (1, 2, 5) if step * power <= wanted)
        long, words = round_one * self.scale, f"{round_one:g} " + _("米")
        if round_one >= 1000:
            words = f"{round_one / 1000:g} " + _("千米")
        return (
            f'<path class="b" d="M12 {self.high - 18}v6h{long:.1f}v-6"/>'
            f'<text x="{16 + long:.0f}" y="{self.high - 11}">{escape(words)}</text>'
            f'<path d="M{self.wide - 18} {self.high - 12}v-18m-5 7l5-8l5 8" class="b"/>'
            f'<text text-anchor="end" x="{self.wide - 27}" y="{self.high - 14}">{escape(_("北"))}</text>'
        )
