"""A point on a border belongs to the lowest path, the neighbours are named, and the same every time.

Held against a slow answer that asks every leaf, over thousands of points on and beside real borders.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import shapely

from gezhi.demo.ground import district
from gezhi.places.measuring import plane_at
from gezhi.places.mending import mended
from gezhi.places.planting import Levels, laid_out
from gezhi.places.tree import Row, Tree

BALTIMORE = Path(__file__).parents[4] / "shared/data/baltimore311/neighborhoods.geojson"
LEVELS = Levels({"county": "", "town": "county", "community": "town", "grid": "community"})
TOLERANCE = 0.5  # metres, as the manual says it
HAIR = 0.02  # metres about the tolerance where two ways of measuring may differ


def row(path: str, level: str, border: bytes | None) -> Row:
    return Row(path, UUID(int=int(path, 32)), level, path, "", "", None, None, border)


@cache
def demo() -> Tree:
    units = district(("county", "town", "community", "grid"), counted_on=date(2026, 1, 1)).units
    placed = laid_out(units, LEVELS)
    return Tree(row(placed[u.key], u.level, u.border if isinstance(u.border, bytes) else None) for u in units)


def baltimore() -> Tree:
    if not BALTIMORE.is_file():
        pytest.skip("the real records are not beside the project")
    features = json.loads(BALTIMORE.read_bytes())["features"]
    leaves = [row(f"0001{n:04}", "grid", mended(one)[0]) for n, one in enumerate(features, start=1)]
    return Tree([row("0001", "county", None), *leaves])


def on_borders(tree: Tree, many: int, seed: int) -> Iterator[tuple[float, float]]:
    """Corners, middles of pieces, and points up to a metre beside them."""
    chance = random.Random(seed)
    leaves = [path for path in tree.paths if tree.by_path[path].leaf]
    for _turn in range(many):
        points = shapely.get_coordinates(tree.border(chance.choice(leaves)))
        at = chance.randrange(len(points) - 1)
        share = chance.choice((0.0, 0.5, chance.random()))
        lon, lat = points[at] + share * (points[at + 1] - points[at])
        plane = plane_at(lon, lat)
        off = chance.choice((0.0, 0.1, 0.45, 0.55, 1.0))
        yield lon + chance.choice((-off, off)) / plane.east, lat + chance.choice((-off, off)) / plane.north


class Slow:
    """Every leaf asked, near the point, in metres from it."""

    def __init__(self, tree: Tree) -> None:
        self.paths = [path for path in tree.paths if tree.by_path[path].leaf]
        self.ground = np.array([tree.border(path) for path in self.paths])
        self.boxes = shapely.bounds(self.ground)

    def near(self, lon: float, lat: float) -> tuple[list[str], list[str], set[str]]:
        """Leaves that hold the point, leaves surely within the tolerance, leaves about as far as it."""
        west, south, east, north = self.boxes.T
        close = np.flatnonzero(
            (west < lon + 1e-4) & (east > lon - 1e-4) & (south < lat + 1e-4) & (north > lat - 1e-4)
        )
        held, near, unsure = [], [], set()
        plane = plane_at(lon, lat)
        for index in close:
            if shapely.intersects(self.ground[index], shapely.Point(lon, lat)):
                held.append(self.paths[index])
            far = shapely.distance(plane.metres(self.ground[index]), shapely.Point(0, 0))
            if far <= TOLERANCE:
                near.append(self.paths[index])
            if abs(far - TOLERANCE) < HAIR:
                unsure.add(self.paths[index])
        return sorted(held), sorted(near), unsure


def compared(tree: Tree, points: Sequence[tuple[float, float]]) -> dict[str, int]:
    slow, seen = Slow(tree), {"shared": 0, "beside": 0, "inside": 0, "outside": 0}
    for lon, lat in points:
        held, near, unsure = slow.near(lon, lat)
        spot = tree.locate(lon, lat)
        assert spot == tree.locate(lon, lat)
        assert spot.how == ("grid" if held else spot.how if spot.how != "grid" else "none")
        if held:
            assert spot.path == held[0]
        assert set(spot.also) ^ {p for p in near if p != (held[0] if held else "")} <= unsure
        assert list(spot.also) == sorted(spot.also)
        if len(held) > 1:
            assert spot.reason == "point_on_border"
            assert set(held[1:]) <= set(spot.also)
        kind = "shared" if len(held) > 1 else "beside" if spot.also else "inside" if held else "outside"
        seen[kind] += 1
    return seen


@pytest.mark.slow
def test_four_thousand_border_points_of_the_invented_district() -> None:
    tree = demo()

    seen = compared(tree, list(on_borders(tree, 4000, seed=1)))

    assert min(seen.values()) > 30, seen
    assert seen["shared"] > 300
    assert seen["beside"] > 1000


@pytest.mark.shared
@pytest.mark.slow
def test_two_thousand_border_points_of_real_neighbourhoods() -> None:
    tree = baltimore()

    seen = compared(tree, list(on_borders(tree, 2000, seed=2)))

    assert seen["shared"] > 100, seen
    assert seen["beside"] > 500


def test_two_trees_of_the_same_rows_in_another_order_answer_alike() -> None:
    tree = demo()
    rows = [
        row(path, tree.by_path[path].level, bytes(shapely.to_wkb(tree.border(path))))
        for path in reversed(tree.paths)
    ]
    other = Tree(rows)

    for point in on_borders(tree, 500, seed=3):
        assert other.locate(*point) == tree.locate(*point)


def test_a_point_in_a_hairline_gap_falls_to_the_parent_and_names_both_sides() -> None:
    metre = 1 / plane_at(118.2, 30.5).east
    west = shapely.box(118.19, 30.49, 118.2, 30.51)
    east = shapely.box(118.2 + 0.4 * metre, 30.49, 118.21, 30.51)
    around = shapely.box(118.19, 30.49, 118.21, 30.51)
    ground = Tree(
        row(path, "grid" if len(path) == 8 else "county", bytes(shapely.to_wkb(border)))
        for path, border in (("0001", around), ("00010001", west), ("00010002", east))
    )

    spot = ground.locate(118.2 + 0.2 * metre, 30.5)

    assert (spot.path, spot.how, spot.also) == ("0001", "parent", ("00010001", "00010002"))


def test_where_two_leaves_overlap_by_mistake_the_lower_owns_and_the_other_is_named() -> None:
    a, b = shapely.box(118.19, 30.49, 118.2, 30.5), shapely.box(118.195, 30.49, 118.21, 30.5)
    ground = Tree(
        row(path, "grid", bytes(shapely.to_wkb(border)))
        for path, border in (("00010001", a), ("00010002", b))
    )
    metre = 1 / plane_at(118.2, 30.5).east

    deep = ground.locate(118.197, 30.495)
    beside = ground.locate(118.195 - 0.3 * metre, 30.495)

    assert (deep.path, deep.reason, deep.also) == ("00010001", "point_on_border", ("00010002",))
    assert (beside.path, beside.reason, beside.also) == ("00010001", "point_in_unit", ("00010002",))
