"""Borders from elsewhere that cross themselves by a hair: mended, and how much that changed said aloud."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.places import geometry

MOST_CHANGE = 0.01


def mended(said: dict[str, Any]) -> tuple[bytes, str]:
    """A valid border as WKB, and what was wrong with it (empty: nothing).

    Raises `Refused` for what `geometry.read_border` refuses for another reason, and where mending would change
    the area by more than one per cent: that one a person must draw again.
    """
    try:
        return geometry.to_wkb(geometry.read_border(said)), ""
    except Refused as no:
        if no.code != "border_invalid":
            raise
        wrong = no.reason
    before = shapely.from_geojson(json.dumps(said.get("geometry", said)))
    parts = [p for p in shapely.get_parts(shapely.make_valid(before)) if p.geom_type.endswith("Polygon")]
    after = shapely.union_all(parts)
    if not before.area or abs(after.area - before.area) > MOST_CHANGE * abs(before.area):
        raise Refused(
            _("边界不成立，自动修补会改动面积。请重新画出这个单元。"), code="border_invalid", field="border"
        )
    return geometry.to_wkb(geometry.read_border(geometry.to_wkb(after))), wrong
