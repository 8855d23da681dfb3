"""Many points at once: as the single formulas have them, and Gauss-Krüger against published figures."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gezhi.places import datum, turning
from gezhi.places.measuring import apart
from gezhi.places.turning import BD09, GCJ02, WGS84, Frame

CHANCE = random.Random(8)
POINTS = np.array([(CHANCE.uniform(70, 140), CHANCE.uniform(-3, 57)) for _ in range(400)])


@pytest.mark.parametrize(("frame", "word"), [(GCJ02, "gcj02"), (BD09, "bd09"), (WGS84, "wgs84")])
def test_arrays_agree_with_the_formula_for_one_point(frame: Frame, word: str) -> None:
    found = turning.degrees(POINTS, frame)

    assert np.abs(found - [datum.to_wgs84(*point, word) for point in POINTS.tolist()]).max() < 1e-11


def test_the_shift_at_guangming_is_the_one_measured() -> None:
    east, north = turning.gcj02(np.array([[113.936, 22.749]]))[0]

    assert apart((113.936, 22.749), (float(east), 22.749)) == pytest.approx(501, abs=1)
    assert apart((113.936, 22.749), (113.936, float(north))) == pytest.approx(330, abs=1)


def test_the_meridian_arc_to_45_degrees_has_its_published_length() -> None:
    frame = Frame("gk", 114.0)

    assert turning.to_gauss(np.array([[114.0, 45.0]]), frame)[0] == pytest.approx(
        [500_000, 4_984_944.378], abs=0.001
    )
    assert turning.from_gauss(np.array([[500_000, 4_984_944.378]]), frame)[0] == pytest.approx(
        [114, 45], abs=1e-8
    )


def test_a_published_tower_stands_at_its_published_metres() -> None:
    """CN Tower, 43°38′33.24″N 79°23′13.7″W: zone 17 of the same projection with scale 0.9996."""
    zone = Frame("gk", -81.0, 500_000.0, 0.9996)
    tower = np.array([[-(79 + 23 / 60 + 13.7 / 3600), 43 + 38 / 60 + 33.24 / 3600]])

    assert turning.to_gauss(tower, zone)[0] == pytest.approx([630_084, 4_833_438], abs=1)


def test_metres_go_there_and_back_within_a_zone_and_beside_it() -> None:
    frame = Frame("gk", 117.0)
    points = np.array([(CHANCE.uniform(114, 120), CHANCE.uniform(1, 55)) for _ in range(300)])

    assert np.abs(turning.from_gauss(turning.to_gauss(points, frame), frame) - points).max() < 1e-9


def test_a_zone_number_before_the_easting_is_taken_off() -> None:
    plain, zoned = Frame("gk", 114.0), Frame("gk", 114.0, 38_500_000.0)
    there = turning.to_gauss(np.array([[113.9, 22.7]]), plain)

    for frame in (plain, zoned):
        assert turning.from_gauss(np.add(there, (38_000_000, 0)), frame)[0] == pytest.approx(
            [113.9, 22.7], abs=1e-10
        )
    assert turning.to_gauss(np.array([[113.9, 22.7]]), zoned)[0][0] == pytest.approx(there[0][0] + 38e6)
    assert (plain.word, GCJ02.word) == ("gk:114", "gcj02")
