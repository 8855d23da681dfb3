"""Writing small shapefiles and GeoJSON files, to be read by what is tested. Not a writer for use."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

PRJ_4490 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,'
    '298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
PRJ_4548 = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_117E",' + PRJ_4490 + ',PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
Row = tuple[Mapping[str, str], BaseGeometry | None]


def geojson(rows: Sequence[Row], crs: str = "", encoding: str = "utf-8") -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": dict(said),
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for said, shape in rows
    ]
    found: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        found["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(found, ensure_ascii=False).encode(encoding)


def shapefile(
    rows: Sequence[Row],
    *,
    encoding: str = "utf-8",
    cpg: str | None = "UTF-8",
    prj: str | None = PRJ_4490,
    mark: int = 0,
) -> dict[str, bytes]:
    """The parts of a shapefile called 网格."""
    files = {
        "网格.shp": _shp([shape for _said, shape in rows]),
        "网格.dbf": _dbf([s for s, _g in rows], encoding, mark),
    }
    if prj is not None:
        files["网格.prj"] = prj.encode()
    if cpg is not None:
        files["网格.cpg"] = cpg.encode()
    return files


def _shp(shapes: Sequence[BaseGeometry | None]) -> bytes:
    body = b""
    for number, shape in enumerate(shapes, start=1):
        held = _record(shape)
        body += struct.pack(">ii", number, len(held) // 2) + held
    head = struct.pack(">iiiiiii", 9994, 0, 0, 0, 0, 0, (100 + len(body)) // 2) + struct.pack("<ii", 1000, 5)
    return head + struct.pack("<8d", *([0.0] * 8)) + body


def _record(shape: BaseGeometry | None) -> bytes:
    if shape is None:
        return struct.pack("<i", 0)
    rings = []
    for part in shapely.get_parts(shape):
        turned = shapely.orient_polygons(part, exterior_cw=True)
        rings += [ring.coords[:] for ring in (turned.exterior, *turned.interiors)]
    starts, count = [], 0
    for ring in rings:
        starts.append(count)
        count += len(ring)
    points = [float(number) for ring in rings for point in ring for number in point[:2]]
    return (
        struct.pack("<i4d", 5, *shapely.bounds(shape))
        + struct.pack("<ii", len(rings), count)
        + struct.pack(f"<{len(rings)}i", *starts)
        + struct.pack(f"<{len(points)}d", *points)
    )


def _dbf(said: Sequence[Mapping[str, str]], encoding: str, mark: int, width: int = 60) -> bytes:
    columns = list(dict.fromkeys(key for row in said for key in row))
    head = struct.pack("<BBBBIHH", 3, 126, 1, 1, len(said), 33 + 32 * len(columns), 1 + width * len(columns))
    head += b"\0" * 17 + bytes([mark]) + b"\0\0"
    for column in columns:
        kind = b"N" if column.startswith("N_") else b"C"
        head += (
            column.encode(encoding)[:10].ljust(11, b"\0") + kind + b"\0" * 4 + bytes([width, 0]) + b"\0" * 14
        )
    body = b"".join(
        b" " + b"".join(row.get(c, "").encode(encoding)[:width].ljust(width) for c in columns) for row in said
    )
    return head + b"\x0d" + body + b"\x1a"
