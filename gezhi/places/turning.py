"""Many points at once from any datum or projection of a file into CGCS2000 degrees, and back for comparison.

The formulas of `datum` over arrays; Gauss-Krüger by Krüger's series to the fourth power of the third flattening
(Karney, "Transverse Mercator with an accuracy of a few nanometers", 2011), below a millimetre within a zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.places.measuring import AXIS, FLATTENING, Floats

Kind = Literal["wgs84", "gcj02", "bd09", "gk", "web"]
_KRASOVSKY = 6378245.0
_ECCENTRICITY = 0.00669342162296594323  # squared
_BAIDU = np.pi * 3000 / 180
_ROUNDS = 12
_CLOSE = 1e-12  # degrees
_N = FLATTENING / (2 - FLATTENING)
_RADIUS = AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_DELTA = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """In what the numbers of a file are meant: degrees of a datum, metres of a Gauss-Krüger zone on CGCS2000 (gk), or
    those of web maps (web, EPSG:3857).

    `meridian` in degrees, `false_east` in metres; an easting of eight digits carries the zone before it.
    """

    kind: Kind = "wgs84"
    meridian: float = 0.0
    false_east: float = 500_000.0
    scale: float = 1.0

    @property
    def word(self) -> str:
        """As the command line says it: wgs84, gcj02, bd09, gk:114, web."""
        return f"gk:{self.meridian:g}" if self.kind == "gk" else self.kind

    @property
    def metric(self) -> bool:
        return self.kind in ("gk", "web")


WGS84, GCJ02, BD09, WEB = Frame("wgs84"), Frame("gcj02"), Frame("bd09"), Frame("web")


def into_degrees(shapes: Sequence[BaseGeometry | None], frame: Frame) -> list[BaseGeometry | None]:
    """Geometries in CGCS2000 longitude and latitude, flat; all their points are turned at once."""
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapely.force_2d(np.array([*shapes, None], dtype=object))[:-1]
    return list(shapely.transform(held, lambda points: degrees(points, frame)))


def degrees(points: Floats, frame: Frame) -> Floats:
    """Points [n, 2] of the frame in CGCS2000 degrees."""
    if frame.kind == "gk":
        return from_gauss(points, frame)
    if frame.kind == "web":
        return from_web(points)
    if frame.kind == "wgs84":
        return points
    turn = gcj02 if frame.kind == "gcj02" else bd09
    found = points
    for _round in range(_ROUNDS):
        miss = points - turn(found)
        found = found + miss
        if not len(points) or np.abs(miss).max() < _CLOSE:
            break
    return found


def gcj02(points: Floats) -> Floats:
    """CGCS2000 degrees as GCJ-02 shows them; outside the box of the formula nothing is shifted."""
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    s, pi = np.sin, np.pi
    ripple = (20 * s(6 * x * pi) + 20 * s(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east += (20 * s(x * pi) + 40 * s(x / 3 * pi)) * 2 / 3
    east += (150 * s(x / 12 * pi) + 300 * s(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north += (20 * s(y * pi) + 40 * s(y / 3 * pi)) * 2 / 3
    north += (160 * s(y / 12 * pi) + 320 * s(y * pi / 30)) * 2 / 3
    angle = lat / 180 * pi
    bulge = 1 - _ECCENTRICITY * s(angle) ** 2
    metres_north = _KRASOVSKY * (1 - _ECCENTRICITY) / (bulge * np.sqrt(bulge)) * pi / 180
    metres_east = _KRASOVSKY / np.sqrt(bulge) * np.cos(angle) * pi / 180
    there = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    moved = np.stack([lon + east / metres_east, lat + north / metres_north], axis=1)
    return np.where(there[:, None], moved, points)


def bd09(points: Floats) -> Floats:
    """CGCS2000 degrees as BD-09 shows them, by way of GCJ-02."""
    x, y = gcj02(points).T
    far = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    return np.stack([far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006], axis=1)


def from_web(points: Floats) -> Floats:
    """Metres of the Mercator map that the web uses (a sphere of the ellipsoid's axis), in degrees."""
    east, north = points[:, 0] / AXIS, points[:, 1] / AXIS
    return np.stack([np.degrees(east), np.degrees(np.arctan(np.sinh(north)))], axis=1)


def from_gauss(points: Floats, frame: Frame) -> Floats:
    """Eastings and northings [n, 2] of a zone, in degrees. A zone number before the easting is taken off."""
    east = points[:, 0] % 1e6 - frame.false_east % 1e6
    xi, eta = points[:, 1] / (frame.scale * _RADIUS), east / (frame.scale * _RADIUS)
    north, wide = xi.copy(), eta.copy()
    for j, beta in enumerate(_BETA, start=1):
        north -= beta * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        wide -= beta * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    chi = np.arcsin(np.sin(north) / np.cosh(wide))
    lat = chi + sum(delta * np.sin(2 * j * chi) for j, delta in enumerate(_DELTA, start=1))
    lon = frame.meridian + np.degrees(np.arctan2(np.sinh(wide), np.cos(north)))
    return np.stack([lon, np.degrees(lat)], axis=1)


def to_gauss(points: Floats, frame: Frame) -> Floats:
    """Degrees [n, 2] as eastings and northings of a zone."""
    lat, away = np.radians(points[:, 1]), np.radians(points[:, 0] - frame.meridian)
    e = np.sqrt(FLATTENING * (2 - FLATTENING))
    t = np.sinh(np.arctanh(np.sin(lat)) - e * np.arctanh(e * np.sin(lat)))
    xi, eta = np.arctan2(t, np.cos(away)), np.arctanh(np.sin(away) / np.sqrt(1 + t**2))
    north, wide = xi.copy(), eta.copy()
    for j, alpha in enumerate(_ALPHA, start=1):
        north += alpha * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        wide += alpha * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    reach = frame.scale * _RADIUS
    return np.stack([frame.false_east + reach * wide, reach * north], axis=1)
