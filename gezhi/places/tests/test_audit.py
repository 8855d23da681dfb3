"""Each fault of a border is found with its area, drawn, and told with what to do; a clean ground is clean."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree as ET  # reads only what our own picture wrote

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.places import audit_report, audit_words
from gezhi.places.audit import Drawn, Fault, audited
from gezhi.places.fault_pictures import Scene, picture
from gezhi.places.measuring import area, plane_at

PLANE = plane_at(118.2, 30.5)
NAMES = {"q": "柳溪县", "a": "甲网格", "b": "乙网格", "c": "丙网格"}


def at(*corners: tuple[float, float]) -> BaseGeometry:
    """A polygon from metres east and north of the middle of the ground."""
    return PLANE.degrees(shapely.Polygon(corners))


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    return at((west, south), (east, south), (east, north), (west, north))


def ground(**changed: BaseGeometry | None) -> list[Drawn]:
    """A county of three grids side by side, 1,200 m by 300 m, with some borders drawn otherwise."""
    borders: dict[str, BaseGeometry | None] = {
        "q": box(0, 0, 1200, 300),
        "a": box(0, 0, 400, 300),
        "b": box(400, 0, 800, 300),
        "c": box(800, 0, 1200, 300),
    }
    borders.update(changed)
    return [
        Drawn(key, "" if key == "q" else "q", "county" if key == "q" else "grid", NAMES[key], border)
        for key, border in borders.items()
    ]


def only(units: list[Drawn]) -> Fault:
    found = audited(units)
    assert len(found) == 1, [(f.kind, f.units, f.square_metres) for f in found]
    return found[0]


def test_a_clean_ground_has_no_fault() -> None:
    assert audited(ground()) == []
    assert audit_report.headline([]) == "边界没有发现毛病。"


@pytest.mark.parametrize(("wide", "found"), [(0.9, False), (1.1, True)])
def test_an_overlap_of_one_square_metre_is_found_and_less_is_not(wide: float, found: bool) -> None:
    bump = at(
        (0, 0), (400, 0), (400, 100), (401, 100), (401, 100 + wide), (400, 100 + wide), (400, 300), (0, 300)
    )
    faults = [fault for fault in audited(ground(a=bump)) if fault.kind == "overlap"]

    assert bool(faults) is found
    if found:
        assert faults[0].units == ("a", "b")
        assert faults[0].square_metres == pytest.approx(1.1, rel=1e-3)
        assert "重叠 1.10 平方米" in audit_words.sentence(faults[0], NAMES)


def test_a_gap_within_the_parent_is_found_with_its_area() -> None:
    fault = only(ground(b=at((400, 0), (790, 0), (800, 100), (800, 300), (400, 300))))

    assert (fault.kind, fault.units, fault.thin) == ("gap", ("q",), False)
    assert fault.square_metres == pytest.approx(500, rel=1e-3)


def test_a_sliver_between_two_borders_is_told_as_one() -> None:
    fault = only(ground(b=box(400.3, 0, 800, 300)))

    assert (fault.kind, fault.thin) == ("gap", True)
    assert fault.square_metres == pytest.approx(90, rel=1e-3)
    assert "吸附" in audit_words.sentence(fault, NAMES)


def test_a_grid_drawn_beyond_its_parent_is_found() -> None:
    fault = only(ground(c=box(800, 0, 1210, 300)))

    assert (fault.kind, fault.units) == ("outside", ("c", "q"))
    assert fault.square_metres == pytest.approx(3000, rel=1e-3)


def test_a_line_that_crosses_itself_is_found_where_it_does() -> None:
    crossed = at(
        (400, 0), (800, 0), (800, 300), (400, 300), (400, 200), (430, 150), (400, 150), (430, 200), (400, 120)
    )
    fault = next(one for one in audited(ground(b=crossed)) if one.kind == "self_crossing")

    assert fault.units == ("b",)
    assert fault.point is not None
    x, y = shapely.get_coordinates(PLANE.metres(shapely.Point(fault.point)))[0]
    assert (x, y) == pytest.approx((415, 175), abs=0.5)


def test_the_same_ground_drawn_twice_is_a_duplicate_and_not_an_overlap() -> None:
    faults = audited(ground(b=box(0, 0, 400, 300)))

    assert [fault.kind for fault in faults] == ["duplicate", "gap"]
    assert faults[0].units == ("a", "b")


def test_a_hole_is_told_once_and_one_that_another_grid_fills_not_at_all() -> None:
    square = shapely.Polygon([(500, 100), (600, 100), (600, 200), (500, 200)])
    pierced = PLANE.degrees(
        shapely.Polygon([(400, 0), (800, 0), (800, 300), (400, 300)], [square.exterior.coords])
    )
    island = Drawn("d", "q", "grid", "丁网格", PLANE.degrees(square))

    fault = only(ground(b=pierced))

    assert (fault.kind, fault.units) == ("hole", ("b",))
    assert fault.square_metres == pytest.approx(10_000, rel=1e-3)
    assert audited([*ground(b=pierced), island]) == []


def test_rings_and_parts_nobody_meant_are_found_however_small() -> None:
    tiny = shapely.Polygon([(500, 100), (500.5, 100), (500.5, 100.5), (500, 100.5)])
    pierced = PLANE.degrees(
        shapely.Polygon([(400, 0), (800, 0), (800, 300), (400, 300)], [tiny.exterior.coords])
    )
    crumb = shapely.union(box(0, 0, 400, 300), box(900, 100, 902, 102))

    ring, part = only(ground(b=pierced)), [f for f in audited(ground(a=crumb)) if f.kind == "tiny_ring"]

    assert (ring.kind, ring.units) == ("tiny_ring", ("b",))
    assert ring.square_metres == pytest.approx(0.25, rel=1e-2)
    assert [(f.units, round(f.square_metres)) for f in part] == [(("a",), 4)]


def test_a_unit_that_is_itself_a_thread_is_a_sliver() -> None:
    thread = Drawn("d", "q", "grid", "丁网格", box(0, 300, 1200, 300.5))
    kinds = [fault.kind for fault in audited([*ground(q=box(0, 0, 1200, 300.5)), thread])]

    assert kinds == ["sliver"]


def test_a_missing_border_is_told_and_no_gap_is_claimed_beside_it() -> None:
    fault = only(ground(b=None))
    assert (fault.kind, fault.units, fault.grave) == ("no_border", ("b",), False)

    bare = only(ground(a=None, b=None, c=None))
    assert (bare.kind, bare.detail) == ("bare_level", "grid")


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: ground(a=box(0, 0, 410, 300)),
        lambda: ground(b=at((400, 0), (799, 0), (800, 1), (800, 300), (400, 300))),
        lambda: ground(c=box(800, 0, 1500, 300)),
        lambda: ground(b=at((400, 0), (800, 0), (400, 300), (800, 300))),
    ],
)
def test_each_fault_has_a_picture_that_is_to_scale_and_labelled(drawn: Callable[[], list[Drawn]]) -> None:
    units = drawn()
    scene = Scene(units)
    for fault in audited(units):
        root = ET.fromstring(picture(fault, scene))  # noqa: S314
        words = "".join(root.itertext())
        assert "米" in words
        assert "北" in words
        assert any(name in words for key, name in NAMES.items() if key in fault.units)
        numbers = [float(n) for p in root.iter() for n in _numbers(p.get("d", ""))]
        assert numbers
        assert max(map(abs, numbers)) < 2000


def _numbers(path: str) -> list[str]:
    return re.findall(r"-?\d+(?:\.\d+)?", path)


def test_the_picture_of_a_square_metre_is_drawn_large_enough_to_see() -> None:
    bump = at(
        (0, 0), (400, 0), (400, 100), (401.05, 100), (401.05, 101.05), (400, 101.05), (400, 300), (0, 300)
    )
    units = ground(a=bump)
    fault = next(one for one in audited(units) if one.kind == "overlap")
    root = ET.fromstring(picture(fault, Scene(units)))  # noqa: S314
    path = next(p.get("d", "") for p in root.iter() if p.get("class") == "f")
    xs = [float(pair.split()[0]) for pair in path.strip("MZ").split("L")]

    assert 25 < max(xs) - min(xs) < 60  # 1.05 m of 12 m across 360 pixels


def test_the_page_tells_every_fault_and_takes_names_as_words_only() -> None:
    units = ground(a=box(0, 0, 410, 300))
    sly = [Drawn(u.key, u.parent, u.level, f"<b>{u.name}", u.border) for u in units]

    said = audit_report.page(sly, audited(sly), title="柳溪县", on=date(2026, 1, 1))

    assert "边界有 1 处毛病，其中 1 处会让人不知道归谁。" in said
    assert "<svg" in said
    assert "<b>甲" not in said
    assert "&lt;b&gt;甲网格" in said


def test_two_thousand_grids_are_looked_through_in_seconds() -> None:
    """Fifty by forty squares of twenty corners, a few of them spoilt: all found, nothing else."""
    units = [Drawn("q", "", "county", "县", box(0, 0, 50 * 300, 40 * 300))]
    spoilt = random.Random(4).sample(range(2000), 12)
    for n in range(2000):
        x, y = n // 40 * 300, n % 40 * 300
        off = 0.5 if n in spoilt else 0.0
        square = shapely.segmentize(shapely.box(x + off, y, x + 300 + off, y + 300), 60)
        units.append(Drawn(f"g{n:04}", "q", "grid", f"{n}网格", PLANE.degrees(square)))

    began = time.process_time()
    found = audited(units)
    seconds = time.process_time() - began

    kinds = [fault.kind for fault in found]
    edge = sum(n // 40 == 49 for n in spoilt)
    left = sum(n not in spoilt or n // 40 == 0 or (n - 40) not in spoilt for n in spoilt)
    assert kinds.count("overlap") == sum(n // 40 < 49 and n + 40 not in spoilt for n in spoilt)
    assert kinds.count("outside") == edge
    assert 1 <= kinds.count("gap") <= left
    assert set(kinds) <= {"overlap", "outside", "gap"}
    assert all(fault.thin for fault in found)
    assert seconds < 8


def test_areas_of_faults_add_up_to_what_was_moved() -> None:
    chance = np.random.default_rng(5)
    for _turn in range(20):
        edge = float(400 + chance.uniform(-30, 30))
        faults = audited(ground(a=box(0, 0, edge, 300)))
        moved = abs(edge - 400) * 300
        assert sum(f.square_metres for f in faults) == pytest.approx(
            moved if moved >= 1 else 0, rel=2e-3, abs=1
        )
    assert area(box(0, 0, 1000, 1000)) == pytest.approx(1e6, rel=1e-3)
