"""Areas and lengths on the ground, from longitude and latitude, without a projection to choose.

Borders are straight between their corners in degrees (as GeoJSON has it). On the ellipsoid of CGCS2000 the surface
below a piece of such a line is an integral of the authalic function over longitude; three Gauss points a piece give
it to better than one part in a billion, so areas of overlaps of one square metre are exact to the square centimetre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

AXIS = 6378137.0  # metres, CGCS2000 and WGS 84
FLATTENING = 1 / 298.257222101
E2 = FLATTENING * (2 - FLATTENING)
_E = sqrt(E2)
_GAUSS = ((0.5 - sqrt(0.15), 5 / 18), (0.5, 8 / 18), (0.5 + sqrt(0.15), 5 / 18))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north around a point: true at its middle, 0.3 % off in scale 30 km away."""

    lon: float
    lat: float
    east: float  # metres of a degree of longitude
    north: float  # metres of a degree of latitude

    def metres(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry in metres from the middle."""
        return shapely.transform(
            geometry, lambda points: (points - (self.lon, self.lat)) * (self.east, self.north)
        )

    def degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            geometry, lambda points: points / (self.east, self.north) + (self.lon, self.lat)
        )


def plane_at(lon: float, lat: float) -> Plane:
    """The plane that touches the ellipsoid there."""
    bulge = 1 - E2 * sin(radians(lat)) ** 2
    north = AXIS * (1 - E2) / bulge**1.5
    east = AXIS / sqrt(bulge) * cos(radians(lat))
    return Plane(lon, lat, radians(east), radians(north))


def plane_of(geometries: Sequence[BaseGeometry]) -> Plane:
    """The plane in the middle of what the geometries span; that of (0, 0) for none."""
    held = [one for one in geometries if one is not None and not one.is_empty]
    if not held:
        return plane_at(0.0, 0.0)
    west, south, east, north = shapely.total_bounds(np.array(held, dtype=object))
    return plane_at(float(west + east) / 2, float(south + north) / 2)


def area(geometry: BaseGeometry | None) -> float:
    """Square metres of one geometry; 0 for none, and for points and lines."""
    return float(areas([geometry])[0])


def areas(geometries: Sequence[BaseGeometry | None]) -> Floats:
    """Square metres of each geometry on the ellipsoid; holes are taken off, only polygons count."""
    found = np.zeros(len(geometries))
    parts, of = shapely.get_parts(np.array(geometries, dtype=object), return_index=True)
    kinds = shapely.get_type_id(parts)
    for part, index in zip(parts[kinds > 3], of[kinds > 3], strict=True):  # a collection within a collection
        found[index] += areas(list(part.geoms)).sum()
    parts, of = parts[kinds == 3], of[kinds == 3]
    if len(parts):
        np.add.at(found, of, _polygons(parts))
    return found


def length(line: BaseGeometry, plane: Plane) -> float:
    """Metres along a line or around a border."""
    return float(shapely.length(plane.metres(line)))


def apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two points some kilometres from each other."""
    plane = plane_at((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    return float(np.hypot((a[0] - b[0]) * plane.east, (a[1] - b[1]) * plane.north))


def flat_parts(geometry: BaseGeometry | None) -> BaseGeometry:
    """Only the polygons of a geometry, as one; an empty polygon where there is none."""
    found = _flat(geometry)
    if len(found) == 1:
        return found[0]
    return shapely.MultiPolygon(found) if found else shapely.Polygon()


def _flat(geometry: BaseGeometry | None) -> list[shapely.Polygon]:
    found: list[shapely.Polygon] = []
    for part in () if geometry is None else shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and not part.is_empty:
            found.append(part)
        elif part.geom_type in ("MultiPolygon", "GeometryCollection"):
            found.extend(_flat(part))
    return found


def _polygons(parts: NDArray[np.object_]) -> Floats:
    """Each polygon: what its outer ring holds, less what its holes hold."""
    rings, of = shapely.get_rings(parts, return_index=True)
    outer = np.ones(len(rings), dtype=bool)
    outer[1:] = of[1:] != of[:-1]  # the first ring of each polygon
    held = np.abs(_rings(rings))
    found = np.zeros(len(parts))
    np.add.at(found, of, np.where(outer, held, -held))
    return found


def _rings(rings: NDArray[np.object_]) -> Floats:
    """Signed square metres within each ring: the sum over its pieces of height times width."""
    points, of = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return np.zeros(len(rings))
    middle = points.mean(axis=0)
    a, b = points[:-1], points[1:]
    same = of[:-1] == of[1:]
    across = np.radians(b[:, 0] - a[:, 0])
    base = _authalic(np.array([middle[1]]))[0]
    high = sum(weight * (_authalic(a[:, 1] + at * (b[:, 1] - a[:, 1])) - base) for at, weight in _GAUSS)
    found = np.zeros(len(rings))
    np.add.at(found, of[:-1][same], (AXIS**2 / 2 * across * high)[same])
    return found


def _authalic(lat: Floats) -> Floats:
    """Snyder's q: the surface of the ellipsoid between equator and latitude is a² q / 2 for each radian of longitude."""
    s = np.sin(np.radians(lat))
    found: Floats = (1 - E2) * (s / (1 - E2 * s**2) + np.arctanh(_E * s) / _E)
    return found
