from __future__ import annotations

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.errors import Refused
from gezhi.places import datum


def test_the_published_vector_comes_out_to_the_last_digit() -> None:
    assert datum.from_wgs84(120, 40, "gcj02") == pytest.approx(
        (120.00567568355486, 40.0013047896019), abs=1e-12
    )


def test_a_phone_in_the_south_is_six_hundred_metres_off() -> None:
    lon, lat = datum.from_wgs84(113.936, 22.749, "gcj02")

    assert (lon - 113.936) * 111_320 * cos(radians(22.749)) == pytest.approx(501, abs=2)
    assert (lat - 22.749) * 110_900 == pytest.approx(-330, abs=2)


@given(st.floats(73, 135), st.floats(18, 53), st.sampled_from(["gcj02", "bd09"]))
def test_the_way_back_returns_the_point_within_a_tenth_of_a_millimetre(
    lon: float, lat: float, of: datum.Datum
) -> None:
    shown = datum.from_wgs84(lon, lat, of)

    assert datum.to_wgs84(*shown, of) == pytest.approx((lon, lat), abs=1e-9)


def test_a_point_outside_the_country_is_not_shifted() -> None:
    assert datum.to_wgs84(-76.61, 39.29, "gcj02") == (-76.61, 39.29)


@pytest.mark.parametrize(
    ("lon", "lat", "of", "code"),
    [
        (float("nan"), 30, "wgs84", "point_not_finite"),
        (120, float("inf"), "gcj02", "point_not_finite"),
        (30.5, 118.2, "wgs84", "point_out_of_range"),
        (200, 30, "bd09", "point_out_of_range"),
        (120, 30, "beijing54", "unknown_datum"),
    ],
)
def test_what_is_no_point_is_refused_with_a_sentence(lon: float, lat: float, of: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        datum.to_wgs84(lon, lat, of)

    assert refusal.value.code == code
    assert refusal.value.reason.endswith("。")
