"""Square metres on the ellipsoid, against closed forms and against another way of summing."""

from __future__ import annotations

from math import atanh, radians, sin, sqrt

import numpy as np
import pytest
import shapely

from gezhi.places.measuring import AXIS, E2, apart, area, areas, flat_parts, plane_at, plane_of


def band(south: float, north: float, degrees: float) -> float:
    """The surface between two parallels, in closed form."""

    def q(lat: float) -> float:
        s, e = sin(radians(lat)), sqrt(E2)
        return (1 - E2) * (s / (1 - E2 * s * s) + atanh(e * s) / e)

    return AXIS**2 / 2 * radians(degrees) * (q(north) - q(south))


def test_the_whole_earth_has_its_published_surface() -> None:
    assert band(-90, 90, 360) == pytest.approx(510_065_621_724_000, rel=1e-9)


@pytest.mark.parametrize("south", [0.0, 22.7, 30.5, 53.0])
def test_a_box_has_the_surface_between_its_parallels(south: float) -> None:
    box = shapely.box(118, south, 118.01, south + 0.01)

    assert area(box) == pytest.approx(band(south, south + 0.01, 0.01), rel=1e-11)


def test_a_slanting_border_is_summed_as_a_thousand_small_ones_would_be() -> None:
    triangle = shapely.Polygon([(118, 30), (118.3, 30.1), (118.1, 30.4)])
    fine = shapely.segmentize(triangle, 0.0003)

    assert area(triangle) == pytest.approx(area(fine), rel=1e-10)
    assert area(triangle) == pytest.approx(
        triangle.area * plane_at(118.13, 30.17).east * plane_at(118.13, 30.17).north, rel=1e-4
    )


def test_one_square_metre_far_from_the_origin_is_one_square_metre() -> None:
    plane = plane_at(118.2, 30.5)
    metre = plane.degrees(shapely.box(1000, 1000, 1001, 1001))

    assert area(metre) == pytest.approx(1.0, abs=2e-4)


def test_holes_are_taken_off_and_parts_added_whatever_way_they_turn() -> None:
    hole = shapely.box(118.002, 30.002, 118.004, 30.004)
    whole = shapely.box(118, 30, 118.01, 30.01)
    pierced = shapely.Polygon(whole.exterior.coords, [list(hole.exterior.coords)[::-1]])
    turned = shapely.Polygon(list(whole.exterior.coords)[::-1], [hole.exterior.coords])
    far = shapely.box(118.02, 30, 118.03, 30.01)

    assert area(pierced) == pytest.approx(area(whole) - area(hole), rel=1e-12)
    assert area(turned) == area(pierced)
    assert area(shapely.MultiPolygon([pierced, far])) == pytest.approx(area(pierced) + area(far), rel=1e-12)


def test_points_lines_and_nothing_have_no_area_and_collections_that_of_their_polygons() -> None:
    box = shapely.box(118, 30, 118.01, 30.01)
    mixed = shapely.GeometryCollection([shapely.Point(1, 1), box, shapely.LineString([(0, 0), (1, 1)])])
    nested = shapely.GeometryCollection([mixed])

    found = areas([None, shapely.Point(1, 1), shapely.Polygon(), mixed, nested])

    assert list(found[:3]) == [0, 0, 0]
    assert found[3] == found[4] == area(box)
    assert flat_parts(nested).equals(box)
    assert flat_parts(shapely.Point(0, 0)).is_empty
    assert flat_parts(None).is_empty


def test_the_plane_goes_there_and_back() -> None:
    box = shapely.box(118, 30, 118.01, 30.01)
    plane = plane_of([box, shapely.Polygon()])

    assert shapely.equals_exact(plane.degrees(plane.metres(box)), box, 1e-12)
    assert plane.metres(box).area == pytest.approx(area(box), rel=1e-6)
    assert plane_of([]).lon == 0.0
    assert apart((118, 30), (118, 31)) == pytest.approx(110_867, abs=20)
    assert np.isclose(apart((118, 30), (118, 30)), 0)
