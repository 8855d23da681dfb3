"""Points from phones and maps, turned into WGS 84 (CGCS2000 agrees with it within centimetres).

Chinese phones and maps show GCJ-02 or BD-09, half a kilometre away: enough to name the wrong grid.
The offset has a forward formula only; the way back is found by repeating it until it returns the input.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, isfinite, pi, sin, sqrt
from typing import Literal

from django.utils.translation import gettext as _

from gezhi.errors import Refused

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")

_AXIS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY = 0.00669342162296594323  # squared
_BAIDU = pi * 3000 / 180
_ROUNDS = 12
_Turn = Callable[[float, float], tuple[float, float]]


def to_wgs84(lon: float, lat: float, datum: str = "wgs84") -> tuple[float, float]:
    """The point in WGS 84 degrees. Raises `Refused` for what is no point on earth."""
    if datum not in DATUMS:
        raise Refused(_("坐标系只能是 wgs84、gcj02 或 bd09。"), code="unknown_datum", field="datum")
    check(lon, lat)
    if datum == "wgs84":
        return lon, lat
    return _undo(gcj02 if datum == "gcj02" else bd09, lon, lat)


def from_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """The same point as a phone of that datum would show it."""
    if datum == "wgs84":
        return lon, lat
    return gcj02(lon, lat) if datum == "gcj02" else bd09(lon, lat)


def check(lon: float, lat: float) -> None:
    """Refuse numbers that are no longitude and latitude; a point at sea is still a point."""
    if not (isfinite(lon) and isfinite(lat)):
        raise Refused(_("坐标不是数字。请重新在地图上选点。"), code="point_not_finite", field="point")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused(
            _("坐标超出范围：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间。请核对经纬度是否写反。"),
            code="point_out_of_range",
            field="point",
        )


def gcj02(lon: float, lat: float) -> tuple[float, float]:
    """WGS 84 to GCJ-02. Outside the box of the published formula nothing is shifted."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    angle = lat / 180 * pi
    bulge = 1 - _ECCENTRICITY * sin(angle) ** 2
    metres_north = _AXIS * (1 - _ECCENTRICITY) / (bulge * sqrt(bulge)) * pi / 180
    metres_east = _AXIS / sqrt(bulge) * cos(angle) * pi / 180
    return lon + east / metres_east, lat + north / metres_north


def bd09(lon: float, lat: float) -> tuple[float, float]:
    """WGS 84 to BD-09, by way of GCJ-02."""
    x, y = gcj02(lon, lat)
    far = hypot(x, y) + 0.00002 * sin(y * _BAIDU)
    angle = atan2(y, x) + 0.000003 * cos(x * _BAIDU)
    return far * cos(angle) + 0.0065, far * sin(angle) + 0.006


def _undo(turn: _Turn, lon: float, lat: float) -> tuple[float, float]:
    """The point that `turn` moves onto this one: step back by the miss until there is none."""
    x, y = lon, lat
    for _round in range(_ROUNDS):
        east, north = turn(x, y)
        x, y = x + lon - east, y + lat - north
    return x, y
