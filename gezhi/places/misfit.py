"""Whether a file lies where it says it lies. A wrong datum is noticed by misfit and asked, never guessed. Pure.

Each yardstick compares the file, read in each way that could be meant, with something already known, in metres of
mean displacement. A yardstick tells something only if at least one reading would lie off by more than `FLOOR`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import measuring, turning
from gezhi.places.measuring import apart
from gezhi.places.turning import BD09, GCJ02, WGS84, Frame

FLOOR = 60.0  # metres; borders drawn twice by different hands differ by less, datums by 300 and more
RATIO = 3.0  # how much better another reading must fit
FAR = 1000.0  # metres of misfit that no datum explains
_ENOUGH = 30  # buildings
_CUT = 400.0  # metres that a share of one of cut buildings counts as


@dataclass(frozen=True, slots=True)
class Known:
    """What the instance knows of its ground: the border around the file, units the file draws again (by the place of
    the feature), outlines of buildings, and a stated extent (west, south, east, north) in degrees."""

    around: BaseGeometry | None = None
    drawn: Mapping[int, BaseGeometry] | None = None
    buildings: Sequence[BaseGeometry] = ()
    extent: tuple[float, float, float, float] | None = None

    @property
    def anything(self) -> bool:
        return bool(self.around is not None or self.drawn or self.extent or len(self.buildings) >= _ENOUGH)


@dataclass(frozen=True, slots=True)
class Fit:
    """Metres of misfit by one yardstick (around, drawn, buildings, extent), for each way of reading."""

    yardstick: str
    metres: Mapping[Frame, float]

    @property
    def tells(self) -> bool:
        return max(self.metres.values()) > FLOOR

    @property
    def best(self) -> Frame:
        """The reading that fits best; of equals, the first one asked."""
        return min(self.metres, key=lambda frame: self.metres[frame])


def readings(stated: Frame) -> tuple[Frame, ...]:
    """The ways of reading to compare: the stated one first."""
    if stated.kind == "gk":
        return (stated, *(Frame("gk", stated.meridian + off) for off in (-3.0, 3.0)))
    return (stated, *(frame for frame in (WGS84, GCJ02, BD09) if frame != stated))


def fits(shapes: Sequence[BaseGeometry | None], stated: Frame, known: Known) -> list[Fit]:
    """The misfit of the file by each yardstick there is."""
    if not known.anything:
        return []
    ways = {frame: _turned(shapes, frame) for frame in readings(stated)}
    found = []
    if known.around is not None:
        around = known.around
        found.append(Fit("around", {frame: _beyond(read, around) for frame, read in ways.items()}))
    if known.drawn:
        drawn = known.drawn
        found.append(Fit("drawn", {frame: _moved(read, drawn) for frame, read in ways.items()}))
    if len(known.buildings) >= _ENOUGH:
        index = shapely.STRtree(list(known.buildings))
        found.append(Fit("buildings", {frame: _cut(read, index) for frame, read in ways.items()}))
    if known.extent is not None:
        extent = known.extent
        found.append(Fit("extent", {frame: _edges(read, extent) for frame, read in ways.items()}))
    return [fit for fit in found if fit.tells]


def check_numbers(shapes: Sequence[BaseGeometry | None], frame: Frame, around: BaseGeometry | None) -> None:
    """Refuse degrees that are metres, metres that are degrees, and latitudes before longitudes."""
    held = [shape for shape in shapes if shape is not None]
    if not held:
        return
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.array(held, dtype=object)))
    if not np.isfinite([west, south, east, north]).all():
        raise _asked(_("文件里有不是数字的坐标。请重新导出。"), "border_out_of_range")
    degrees = -180 <= west <= east <= 180 and -180 <= south <= north <= 180
    if frame.kind == "gk" and degrees:
        raise _asked(_("坐标看起来是经纬度，不是米。请核对坐标系。"))
    if frame.kind != "gk" and not degrees:
        middle = 114.0 if around is None else float(shapely.centroid(around).x)
        raise _asked(
            _(
                "坐标是米，不是经纬度。请写明投影的中央子午线，例如 gk:{meridian}（命令行 --datum gk:{meridian}）。"
            ).format(meridian=f"{3 * round(middle / 3)}")
        )
    if frame.kind != "gk" and (north > 90 or (south > 60 and west < 60)):
        raise _asked(_("经度和纬度写反了。请先经度、后纬度，再导出一次。"), "border_out_of_range")


def settled(found: Sequence[Fit], said: Frame | None, declared: Frame | None, *, sure: bool) -> Frame:
    """The frame to read by. Raises `Refused` with the likely datum and its option where the misfit speaks against it.

    1. What a person says counts before what the file says; without either, degrees are read as CGCS2000. 2. Where
    another reading fits much better, the person is asked, also if they have said something else, unless they are sure.
    3. Where nobody said anything and nothing can be compared, the person is asked.
    """
    stated = said or declared or WGS84
    if sure and said is not None:
        return stated
    for fit in found:
        off, best = fit.metres[stated], fit.metres[fit.best]
        if off > FLOOR and fit.best != stated and off > RATIO * best:
            raise _unlike(fit, stated, fit.best)
        if off > FAR:
            raise _asked(
                _(
                    "图形和{yardstick}错开约 {off}，哪种坐标系都对不上。请核对是不是这个区的图、投影带对不对。"
                ).format(yardstick=yardstick(fit.yardstick), off=_long(off)),
                "far_away",
            )
    if said is None and declared is None and not found:
        raise _asked(
            _(
                "文件没有写坐标系，这里也没有可以对照的边界。请问清是哪一种再写明：wgs84、gcj02（高德、腾讯）或 bd09（百度）（命令行 --datum）。"
            )
        )
    return stated


def _unlike(fit: Fit, stated: Frame, likely: Frame) -> Refused:
    return _asked(
        _(
            "按 {stated} 读，图形和{yardstick}错开约 {off}；按 {likely} 读只差 {best}。这份图多半是 {likely}。"
            "问清后请写明坐标系再导入（命令行 --datum {likely}）；确实是 {stated}，就写 --datum {stated} --sure。"
        ).format(
            stated=stated.word,
            likely=likely.word,
            yardstick=yardstick(fit.yardstick),
            off=_long(fit.metres[stated]),
            best=_long(fit.metres[likely]),
        ),
        "datum_unlikely",
    )


def yardstick(word: str) -> str:
    """What a file was compared with, in words."""
    return {
        "around": _("上级的边界"),
        "drawn": _("已有的同名单元"),
        "buildings": _("已有的楼栋"),
        "extent": _("写明的范围"),
    }[word]


def _long(metres: float) -> str:
    return (
        _("{n} 公里").format(n=f"{metres / 1000:,.1f}")
        if metres >= 5000
        else _("{n} 米").format(n=f"{metres:,.0f}")
    )


def _asked(sentence: str, code: str = "datum_asked") -> Refused:
    return Refused(sentence, code=code, field="datum")


def _turned(shapes: Sequence[BaseGeometry | None], frame: Frame) -> list[BaseGeometry | None]:
    turned = turning.into_degrees(shapes, frame)
    return [one if one is None or shapely.is_valid(one) else shapely.make_valid(one) for one in turned]


def _beyond(read: Sequence[BaseGeometry | None], around: BaseGeometry) -> float:
    """How far the whole file sticks out of the ground around it: a crescent of the area a shift would give."""
    whole = measuring.flat_parts(shapely.union_all([shape for shape in read if shape is not None]))
    plane = measuring.plane_of([around])
    if not shapely.intersects(whole, around):
        return float(shapely.distance(plane.metres(whole), plane.metres(around))) + FAR
    outline = shapely.convex_hull(whole)
    return (
        pi
        * measuring.area(shapely.difference(whole, around))
        / measuring.length(shapely.boundary(outline), plane)
    )


def _moved(read: Sequence[BaseGeometry | None], drawn: Mapping[int, BaseGeometry]) -> float:
    """The median distance between the middle of a unit as drawn before and as the file draws it."""
    far = []
    for place, before in drawn.items():
        shape = read[place]
        if shape is not None and not shape.is_empty:
            a, b = shapely.centroid(shape), shapely.centroid(before)
            far.append(apart((float(a.x), float(a.y)), (float(b.x), float(b.y))))
    return float(np.median(far)) if far else 0.0


def _cut(read: Sequence[BaseGeometry | None], index: shapely.STRtree) -> float:
    """How many buildings the borders run through, as metres: borders follow streets, shifted ones do not."""
    lines = [shapely.boundary(shape) for shape in read if shape is not None]
    touched = {int(n) for n in index.query(lines, predicate="intersects")[1]}
    near = {int(n) for shape in read if shape is not None for n in index.query(shape)}
    return _CUT * len(touched) / len(near) if len(near) >= _ENOUGH else 0.0


def _edges(read: Sequence[BaseGeometry | None], extent: tuple[float, float, float, float]) -> float:
    """The mean distance between the edges of the file's extent and of the stated one."""
    held = np.array([shape for shape in read if shape is not None], dtype=object)
    plane = measuring.plane_at((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2)
    scale = np.array([plane.east, plane.north, plane.east, plane.north])
    return float(np.abs((shapely.total_bounds(held) - np.array(extent)) * scale).mean())
