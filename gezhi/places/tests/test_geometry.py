from __future__ import annotations

import json

import pytest
import shapely

from gezhi.errors import Refused
from gezhi.places import geometry


def polygon(*points: tuple[float, float]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [[*points, points[0]]]})


SQUARE = polygon((118, 30), (118.1, 30), (118.1, 30.1), (118, 30.1))


def test_geojson_a_feature_a_mapping_and_wkb_give_the_same_border() -> None:
    border = geometry.read_border(SQUARE)

    assert border.equals(geometry.read_border({"type": "Feature", "geometry": json.loads(SQUARE)}))
    assert border.equals(geometry.read_border(geometry.to_wkb(border)))
    assert border.equals(geometry.read_border(SQUARE.encode()))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (polygon((118, 30), (118.1, 30.1), (118.1, 30), (118, 30.1)), "border_invalid"),
        ('{"type": "Polygon", "coordinates": []}', "border_empty"),
        ('{"type": "Point", "coordinates": [118, 30]}', "border_not_area"),
        ('{"type": "Polygon"', "border_unreadable"),
        ('{"type": "Polygon", "coordinates": "x"}', "border_unreadable"),
        (b"\x01\x03\x00", "border_unreadable"),
        ("null", "border_unreadable"),
        ("[" * 100_000, "border_unreadable"),
        (polygon((446000, 3370000), (446100, 3370000), (446100, 3370100)), "border_out_of_range"),
        (polygon((100, 20), (118, 20), (118, 40)), "border_too_wide"),
        (" " * (geometry.MOST_BYTES + 1), "border_too_large"),
    ],
)
def test_a_border_that_is_none_is_refused_with_a_sentence(said: str | bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        geometry.read_border(said)

    assert refusal.value.code == code
    assert refusal.value.reason.endswith("。")


def test_a_border_of_a_quarter_million_points_is_refused() -> None:
    points = [(118 + n / 250_000, 30.0) for n in range(250_000)]
    strip = shapely.Polygon([*points, (119.0, 30.1), (118.0, 30.1)])

    with pytest.raises(Refused, match="20 万"):
        geometry.read_border(geometry.to_wkb(strip))
