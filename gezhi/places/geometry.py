"""Borders as they come in: GeoJSON or WKB, checked, and refused with a sentence that says what to mend."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused

Said = str | bytes | dict[str, Any]  # WKB, GeoJSON text or a GeoJSON mapping
MOST_BYTES = 20_000_000
MOST_POINTS = 200_000
WIDEST = 12.0  # degrees; no county is wider
_KINDS = {"Polygon", "MultiPolygon"}


def read_border(said: Said) -> BaseGeometry:
    """A valid polygon in longitude and latitude, from WKB, GeoJSON text or a GeoJSON mapping.

    A Feature gives its geometry. Raises `Refused` for anything else: not readable, no area, a line that
    crosses itself, out of range, or larger than any district.
    """
    if not isinstance(said, dict) and len(said) > MOST_BYTES:
        raise _no(_("边界文件超过 20 MB。请简化边界后再试。"), "border_too_large")
    border = _parsed(said)
    if border is None:
        raise _no(_("读不出边界。请给出 GeoJSON 或 WKB 格式的面。"), "border_unreadable")
    if border.geom_type not in _KINDS:
        raise _no(_("边界必须是面，不能是点或线。"), "border_not_area")
    if border.is_empty:
        raise _no(_("边界是空的。请重新画出这个单元的范围。"), "border_empty")
    _check_size(border)
    if not border.is_valid:
        raise _no(
            _("边界不成立：{where}。常见原因是边线自己相交，请改画后再试。").format(
                where=shapely.is_valid_reason(border)
            ),
            "border_invalid",
        )
    return shapely.normalize(shapely.force_2d(border))


def as_mapping(border: BaseGeometry) -> dict[str, Any]:
    """The geometry as a GeoJSON mapping."""
    found: dict[str, Any] = json.loads(shapely.to_geojson(border))
    return found


def to_wkb(border: BaseGeometry) -> bytes:
    return bytes(shapely.to_wkb(border, output_dimension=2, byte_order=1))


def from_wkb(said: bytes | memoryview | None) -> BaseGeometry | None:
    """A stored border, or None."""
    return None if said is None else shapely.from_wkb(bytes(said))


def point_inside(border: BaseGeometry) -> tuple[float, float]:
    """A point that surely lies inside, for a label."""
    point = shapely.point_on_surface(border)
    return float(point.x), float(point.y)


def _check_size(border: BaseGeometry) -> None:
    if shapely.get_num_coordinates(border) > MOST_POINTS:
        raise _no(_("边界的点超过 20 万个。请简化边界后再试。"), "border_too_detailed")
    west, south, east, north = (float(edge) for edge in shapely.bounds(border))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # false for NaN too
        raise _no(_("边界坐标超出经纬度范围。请用经度、纬度，不要用米。"), "border_out_of_range")
    if east - west > WIDEST or north - south > WIDEST:
        raise _no(_("边界比任何一个区县都大。请核对坐标。"), "border_too_wide")


def _parsed(said: Said) -> BaseGeometry | None:
    try:
        if isinstance(said, bytes) and said[:1] in (b"\x00", b"\x01"):
            return shapely.from_wkb(said)
        found = said if isinstance(said, dict) else json.loads(said)
        if isinstance(found, dict) and found.get("type") == "Feature":
            found = found.get("geometry")
        return shapely.from_geojson(json.dumps(found))
    except (ValueError, TypeError, RecursionError, shapely.GEOSException):
        return None


def _no(sentence: str, code: str) -> Refused:
    return Refused(sentence, code=code, field="border")
