"""Where a matter lies, drawn from the instance's own ground: borders, streets and houses; no server of maps is asked."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from gezhi.documents.own_words import METRES as METRES_WORD
from gezhi.documents.own_words import NORTH
from gezhi.ledger import clock
from gezhi.paper import glyphs
from gezhi.places import base_map
from gezhi.places import queries as places

WIDE, HIGH = 1200, 780
RATIO = HIGH / WIDE
METRES = 420.0  # from the point to the left and right edge
DEGREE = 111_320.0  # metres of a degree of latitude
_LAYERS = {"land": "#F3F1EA", "water": "#CFE0E8", "green": "#DCE8D6", "building": "#DDD8CF"}
_ROADS = {"main": 12, "secondary": 8, "minor": 4}
Point = tuple[float, float]
Project = Callable[[float, float], Point]


def drawn(lon: float | None, lat: float | None, path: str, file: Path) -> Path | None:
    """Draw the picture into a PNG; none for a matter without a point."""
    if lon is None or lat is None:
        return None
    picture = Image.new("RGB", (WIDE, HIGH), "#F6F4EE")
    pen = ImageDraw.Draw(picture)
    project = _projection(lon, lat)
    for feature in _features(gzip.decompress(base_map.packed()).decode(), lon, lat):
        _ground(pen, feature, project)
    on = timezone.localdate(clock.now())
    _borders(pen, places.borders_geojson(path, on), path, project)
    _mark(pen)
    picture.save(file, optimize=True)
    return file


def _projection(lon: float, lat: float) -> Project:
    per_metre = WIDE / 2 / METRES
    east = DEGREE * math.cos(math.radians(lat))

    def project(x: float, y: float) -> Point:
        return WIDE / 2 + (x - lon) * east * per_metre, HIGH / 2 - (y - lat) * DEGREE * per_metre

    return project


def _features(text: str, lon: float, lat: float) -> Iterator[dict[str, Any]]:
    """What of the ground lies near the point, low layers first."""
    order = {"land": 0, "water": 1, "green": 2, "building": 3, "road": 4}
    found = json.loads(text)["features"]
    found.sort(key=lambda one: order.get(one["properties"].get("layer", ""), 9))
    reach = METRES * 1.6 / DEGREE / max(math.cos(math.radians(lat)), 0.2)
    for one in found:
        if any(
            abs(x - lon) < reach and abs(y - lat) < reach for line in _lines(one["geometry"]) for x, y in line
        ) or (one["properties"].get("layer") in {"land", "water", "green"}):
            yield one


def _lines(geometry: dict[str, Any] | None) -> Iterator[list[Point]]:
    """Every line of a geometry, rings included."""
    if not geometry:
        return
    kind, said = geometry["type"], geometry.get("coordinates", [])
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}.get(kind)
    if depth is None:
        return
    level = [said]
    for _step in range(depth):
        level = [below for one in level for below in one]
    yield from ([(p[0], p[1]) for p in line] for line in level)


def _ground(pen: ImageDraw.ImageDraw, feature: dict[str, Any], project: Project) -> None:
    layer, said = feature["properties"].get("layer", ""), feature["properties"]
    for line in _lines(feature["geometry"]):
        drawn = [project(x, y) for x, y in line]
        if layer == "road" and len(drawn) > 1:
            width = _ROADS.get(said.get("class", ""), 4)
            pen.line(drawn, fill="#D2CBBE", width=width + 2, joint="curve")
            pen.line(drawn, fill="#FFFFFF", width=width, joint="curve")
        elif layer in _LAYERS and len(drawn) > 2:
            pen.polygon(drawn, fill=_LAYERS[layer])


def _borders(pen: ImageDraw.ImageDraw, text: str, path: str, project: Project) -> None:
    face = ImageFont.truetype(str(glyphs.FONTS / "NotoSansSC-Regular.ttf"), 26)
    features = json.loads(text)["features"]
    for feature in sorted(features, key=lambda one: one["properties"]["path"] == path):
        own = feature["properties"]["path"] == path
        for line in _lines(feature["geometry"]):
            drawn = [project(x, y) for x, y in line]
            if len(drawn) > 1:
                pen.line(drawn, fill="#0E4F5C" if own else "#7A8983", width=6 if own else 2, joint="curve")
        said = feature["properties"]
        if said.get("lon") is not None:
            x, y = project(float(said["lon"]), float(said["lat"]))
            if 0 < x < WIDE and 0 < y < HIGH:
                pen.text(
                    (x, y),
                    said["name"],
                    font=face,
                    fill="#0E4F5C",
                    anchor="mm",
                    stroke_width=4,
                    stroke_fill="#FFFFFF",
                )


def _mark(pen: ImageDraw.ImageDraw) -> None:
    """The point itself, north, and a length on the ground."""
    x, y = WIDE / 2, HIGH / 2
    pen.ellipse((x - 15, y - 15, x + 15, y + 15), fill="#98131F", outline="#FFFFFF", width=4)
    face = ImageFont.truetype(str(glyphs.FONTS / "NotoSansSC-Regular.ttf"), 22)
    length = 100 * WIDE / 2 / METRES
    pen.line([(40, HIGH - 40), (40 + length, HIGH - 40)], fill="#14201D", width=4)
    pen.text(
        (40 + length / 2, HIGH - 50),
        METRES_WORD,
        font=face,
        fill="#14201D",
        anchor="mb",
        stroke_width=3,
        stroke_fill="#FFFFFF",
    )
    pen.polygon([(WIDE - 50, 30), (WIDE - 66, 72), (WIDE - 50, 62), (WIDE - 34, 72)], fill="#14201D")
    pen.text(
        (WIDE - 50, 78), NORTH, font=face, fill="#14201D", anchor="mt", stroke_width=3, stroke_fill="#FFFFFF"
    )
    pen.rectangle((0, 0, WIDE - 1, HIGH - 1), outline="#7A8983", width=2)
