"""Whether a file lies where it says it lies. A wrong datum is noticed by misfit and asked, never guessed. Pure.

Each yardstick compares the file, read in each way that could be meant, with something already known, in metres of
mean displacement. A yardstick tells something only if at least one reading would lie off by more than `FLOOR`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, pi

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import measuring, reference, turning
from gezhi.places.measuring import apart
from gezhi.places.turning import BD09, GCJ02, WGS84, Frame

FLOOR = 60.0  # metres; borders drawn twice by different hands differ by less, datums by 300 and more
RATIO = 3.0  # how much better another reading must fit
FAR = 1000.0  # metres of misfit that no datum explains
_ENOUGH = 30  # buildings
_CUT = 400.0  # metres that a share of one of cut buildings counts as
_SAME_DISTRICT = 60_000.0  # metres within which a zone is thought to be that of the file
_Read = Sequence[BaseGeometry | None]


@dataclass(frozen=True, slots=True)
class Known:
    """What the instance knows of its ground: the border around the whole file; by the place of a feature the unit as
    drawn before, the nearest border above it and the ground of the units below it; units beside that the file does not
    draw; outlines of buildings; and a stated extent (west, south, east, north) in degrees."""

    around: BaseGeometry | None = None
    drawn: Mapping[int, BaseGeometry] | None = None
    parents: Mapping[int, BaseGeometry] | None = None
    children: Mapping[int, BaseGeometry] | None = None
    neighbours: BaseGeometry | None = None
    buildings: Sequence[BaseGeometry] = ()
    extent: tuple[float, float, float, float] | None = None

    @property
    def anything(self) -> bool:
        drawn = self.drawn or self.parents or self.children or self.neighbours is not None
        return bool(self.around is not None or drawn or self.extent or len(self.buildings) >= _ENOUGH)

    @property
    def somewhere(self) -> BaseGeometry | None:
        """Some ground of the district: where the file should be about."""
        held = [*(self.drawn or {}).values(), *(self.parents or {}).values(), *(self.children or {}).values()]
        return self.around or (held[0] if held else self.neighbours)


class DatumAsked(Refused):
    """What a file is meant in has to be asked. `likely` is the reading that fits; `plain` says it for a page."""

    def __init__(
        self, reason: str, code: str = "datum_asked", *, plain: str = "", likely: Frame | None = None
    ) -> None:
        super().__init__(reason, code=code, field="datum")
        self.plain, self.likely = plain or reason, likely


@dataclass(frozen=True, slots=True)
class Fit:
    """Metres of misfit by one yardstick (see `yardstick`), for each way of reading."""

    yardstick: str
    metres: Mapping[Frame, float]

    @property
    def tells(self) -> bool:
        return len(self.metres) == 1 or max(self.metres.values()) > FLOOR

    @property
    def best(self) -> Frame:
        """The reading that fits best; of equals, the first one asked."""
        return min(self.metres, key=lambda frame: self.metres[frame])


def readings(stated: Frame) -> tuple[Frame, ...]:
    """The ways of reading to compare: the stated one first."""
    if stated.kind == "gk":
        return (stated, *(Frame("gk", stated.meridian + off) for off in (-3.0, 3.0)))
    if stated.kind == "web":
        return (stated,)
    return (stated, *(frame for frame in (WGS84, GCJ02, BD09) if frame != stated))


def fits(shapes: Sequence[BaseGeometry | None], stated: Frame, known: Known) -> list[Fit]:
    """The misfit of the file by each yardstick there is."""
    if not known.anything:
        return []
    ways = {frame: _turned(shapes, frame) for frame in readings(stated)}
    index = shapely.STRtree(list(known.buildings))
    asked: list[tuple[str, object, Callable[[_Read], float]]] = [
        ("around", known.around, lambda read: _beyond(read, known.around)),
        ("drawn", known.drawn, lambda read: _moved(read, known.drawn or {})),
        ("parents", known.parents, lambda read: _out_of(read, known.parents or {})),
        ("children", known.children, lambda read: _left_out(read, known.children or {})),
        ("neighbours", known.neighbours, lambda read: _over(read, known.neighbours)),
        ("buildings", len(known.buildings) >= _ENOUGH, lambda read: _cut(read, index)),
        ("extent", known.extent, lambda read: _edges(read, known.extent or (0, 0, 0, 0))),
    ]
    found = [
        Fit(word, {frame: far(read) for frame, read in ways.items()}) for word, there, far in asked if there
    ]
    return [fit for fit in found if fit.tells]


def check_numbers(shapes: Sequence[BaseGeometry | None], frame: Frame, near: BaseGeometry | None) -> None:
    """Refuse degrees that are metres, metres that are degrees, and latitudes before longitudes."""
    held = [shape for shape in shapes if shape is not None]
    if not held:
        return
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.array(held, dtype=object)))
    if not np.isfinite([west, south, east, north]).all():
        raise DatumAsked(_("文件里有不是数字的坐标。请重新导出。"), "border_out_of_range")
    degrees = -180 <= west <= east <= 180 and -180 <= south <= north <= 180
    if frame.metric and degrees:
        raise DatumAsked(_("坐标看起来是经纬度，不是米，和写明的坐标系不合。请核对坐标系。"), likely=WGS84)
    if not frame.metric and not degrees:
        raise _zone_asked(held, near)
    if not frame.metric and (north > 90 or (south > 60 and west < 60)):
        raise DatumAsked(_("经度和纬度写反了。请先经度、后纬度，再导出一次。"), "border_out_of_range")


def _zone_asked(held: Sequence[BaseGeometry], near: BaseGeometry | None) -> DatumAsked:
    """Metres of nobody knows which zone: the likely one from the number before the easting, else the nearest to `near`."""
    likely = _likely_zone(held[0], near)
    middle = 114.0 if near is None else _middle(near)[0]
    word = likely.word if likely else f"gk:{3 * round(middle / 3)}"
    plain = _("坐标是米，不是经纬度。请写明投影：中央子午线的度数或带号，或者是网络墨卡托。")
    if likely is not None:
        plain += _("像是{likely}。").format(likely=reference.spoken(likely))
    told = _("坐标是米，不是经纬度。请写明投影的中央子午线，例如 {word}（命令行 --datum {word}）。")
    return DatumAsked(told.format(word=word), plain=plain, likely=likely)


def _likely_zone(shape: BaseGeometry, near: BaseGeometry | None) -> Frame | None:
    if near is None:
        zone = int(_middle(shape)[0] // 1e6)
        return Frame("gk", zone * 3.0) if 25 <= zone <= 45 else None
    ways = (turning.WEB, *(Frame("gk", float(meridian)) for meridian in range(75, 136, 3)))
    found = []
    for way in ways:
        lon, lat = turning.degrees(np.array([_middle(shape)]), way)[0]
        if abs(lon) <= 180 and abs(lat) <= 90:
            found.append((apart((float(lon), float(lat)), _middle(near)), way.meridian, way))
    far, _meridian, best = min(found, key=lambda one: one[:2], default=(inf, 0.0, turning.WEB))
    return best if far < _SAME_DISTRICT else None


def _middle(shape: BaseGeometry) -> tuple[float, float]:
    at = shapely.centroid(shape)
    return float(at.x), float(at.y)


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
        if off > FAR and fit.yardstick != "neighbours":  # new units may lie on old ones
            raise DatumAsked(
                _(
                    "图形和{yardstick}错开约 {off}，哪种坐标系都对不上。请核对是不是这个区的图、投影带对不对。"
                ).format(yardstick=yardstick(fit.yardstick), off=_long(off)),
                "far_away",
            )
    if said is None and declared is None and not found:
        raise DatumAsked(
            _(
                "文件没有写坐标系，这里也没有可以对照的边界。请问清是哪一种再写明：wgs84、gcj02（高德、腾讯）或 bd09（百度）（命令行 --datum）。"
            ),
            plain=_(
                "文件没有写坐标系，这里也没有可以对照的边界，看不出是哪一种。请向给图的人问清，在“坐标系”里选。"
            ),
        )
    return stated


def _unlike(fit: Fit, stated: Frame, likely: Frame) -> DatumAsked:
    said = {
        "stated": stated.word,
        "likely": likely.word,
        "yardstick": yardstick(fit.yardstick),
        "off": _long(fit.metres[stated]),
        "best": _long(fit.metres[likely]),
    }
    told = _(
        "按 {stated} 读，图形和{yardstick}错开约 {off}；按 {likely} 读只差 {best}。这份图多半是 {likely}。"
        "问清后请写明坐标系再导入（命令行 --datum {likely}）；确实是 {stated}，就写 --datum {stated} --sure。"
    ).format(**said)
    plain = _(
        "整体错开约 {off}，像是{likely}：按{stated}读，和{yardstick}对不上；按{likely}读只差 {best}。"
    ).format(**said | {"stated": reference.spoken(stated), "likely": reference.spoken(likely)})
    return DatumAsked(told, "datum_unlikely", plain=plain, likely=likely)


def yardstick(word: str) -> str:
    """What a file was compared with, in words."""
    return {
        "around": _("上级的边界"),
        "parents": _("各自上级的边界"),
        "children": _("下级的边界"),
        "neighbours": _("相邻的单元"),
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


def _turned(shapes: Sequence[BaseGeometry | None], frame: Frame) -> list[BaseGeometry | None]:
    turned = turning.into_degrees(shapes, frame)
    return [one if one is None or shapely.is_valid(one) else shapely.make_valid(one) for one in turned]


def _beyond(read: _Read, around: BaseGeometry | None) -> float:
    """How far the whole file sticks out of the ground around it: a crescent of the area a shift would give."""
    whole = measuring.flat_parts(shapely.union_all([shape for shape in read if shape is not None]))
    if around is None or whole.is_empty:
        return 0.0
    plane = measuring.plane_of([around])
    if not shapely.intersects(whole, around):
        return float(shapely.distance(plane.metres(whole), plane.metres(around))) + FAR
    return _crescent(shapely.difference(whole, around), whole)


def _crescent(ground: BaseGeometry, whole: BaseGeometry) -> float:
    """How far a shift of the whole would have to be for its edge to leave so much ground."""
    outline = shapely.boundary(shapely.convex_hull(whole))
    return pi * measuring.area(ground) / measuring.length(outline, measuring.plane_of([whole]))


def _out_of(read: _Read, parents: Mapping[int, BaseGeometry]) -> float:
    """How far the features stick out of the ground of all their parents together."""
    return _beyond([read[place] for place in parents], shapely.union_all(list(parents.values())))


def _left_out(read: _Read, children: Mapping[int, BaseGeometry]) -> float:
    """How far the units below stick out of the features that they belong to."""
    held = [shape for place in children if (shape := read[place]) is not None]
    return _beyond(list(children.values()), shapely.union_all(held) if held else None)


def _over(read: _Read, neighbours: BaseGeometry | None) -> float:
    """How far the file lies over units that it does not draw."""
    whole = measuring.flat_parts(shapely.union_all([shape for shape in read if shape is not None]))
    if neighbours is None or whole.is_empty:
        return 0.0
    return _crescent(shapely.intersection(whole, neighbours), whole)


def _moved(read: _Read, drawn: Mapping[int, BaseGeometry]) -> float:
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
