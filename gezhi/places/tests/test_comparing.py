"""What a file is compared with, and the metres it may be in: noticed by what stands above, below and beside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.places import features, reference, turning
from gezhi.places.matching import Columns
from gezhi.places.misfit import DatumAsked
from gezhi.places.planting import Levels, UnitRow
from gezhi.places.services import plant_tree, stage_file
from gezhi.places.staging import Reading, Stage
from gezhi.places.turning import GCJ02, WEB, WGS84, Frame

from .drawn import Row, geojson
from .ground import AT, DAY

pytestmark = pytest.mark.django_db
LEVELS = Levels({"county": "", "community": "county", "grid": "community"})


def box(column: int, row: int, wide: int = 1) -> BaseGeometry:
    """A square of about 900 metres; `wide` squares in a row."""
    return shapely.box(
        118.30 + 0.01 * column, 30.92 + 0.008 * row, 118.30 + 0.01 * (column + wide), 30.928 + 0.008 * row
    )


GRIDS = {f"枫林0{n}网格": box(n - 1, 0) for n in (1, 2, 3)} | {
    f"石桥0{n}网格": box(n - 1, 1) for n in (1, 2, 3)
}
COMMUNITIES = {"枫林社区": box(0, 0, 3), "石桥社区": box(0, 1, 3)}


def planted(*drawn: str) -> None:
    instance.open_instance("simulation")
    held = {
        name: bytes(shapely.to_wkb(shape)) for name, shape in (GRIDS | COMMUNITIES).items() if name in drawn
    }
    rows = [UnitRow("c", "", "county", "柳溪县")]
    rows += [UnitRow(name, "c", "community", name, held.get(name)) for name in COMMUNITIES]
    rows += [UnitRow(name, f"{name[:2]}社区", "grid", name, held.get(name)) for name in GRIDS]
    plant_tree(rows, LEVELS, on=DAY, by=HOUSE, at=AT)


def staged(
    shapes: dict[str, BaseGeometry],
    way: Callable[..., object] | None = None,
    crs: str = "",
    said: Frame | None = None,
) -> Stage:
    turn = way or (lambda at: at)
    rows: list[Row] = [({"名": name}, shapely.transform(shape, turn)) for name, shape in shapes.items()]
    source = features.read({"网格.geojson": geojson(rows, crs=crs)})
    level = "community" if "枫林社区" in shapes else "grid"
    return stage_file(source, Columns(level=level, name="名"), LEVELS, Reading(said=said, make=False), on=DAY)


@pytest.mark.parametrize(
    ("drawn", "file", "yardstick"),
    [
        (("枫林社区",), GRIDS, "各自上级的边界"),
        (("枫林社区", "石桥社区"), GRIDS, "各自上级的边界"),
        (tuple(GRIDS), COMMUNITIES, "下级的边界"),
        (("枫林02网格",), {"枫林01网格": box(0, 0), "枫林03网格": box(2, 0)}, "相邻的单元"),
    ],
)
def test_a_shift_is_noticed_by_what_is_drawn_around(
    drawn: tuple[str, ...], file: dict[str, BaseGeometry], yardstick: str
) -> None:
    planted(*drawn)

    with pytest.raises(DatumAsked) as asked:
        staged(file, turning.gcj02)

    assert asked.value.likely == GCJ02
    assert yardstick in asked.value.plain
    assert "整体错开约" in asked.value.plain
    assert "像是GCJ-02" in asked.value.plain
    assert "--datum" not in asked.value.plain
    assert staged(file).frame == WGS84
    assert staged(file, turning.gcj02, said=GCJ02).problems == ()


def test_where_nothing_is_drawn_it_is_said_and_asked() -> None:
    planted()

    with pytest.raises(DatumAsked) as asked:
        staged(GRIDS)

    assert asked.value.likely is None
    assert "没有可以对照的边界" in asked.value.plain


def test_metres_are_asked_with_the_zone_that_fits_the_district() -> None:
    planted("枫林社区")

    with pytest.raises(DatumAsked) as zone:
        staged(GRIDS, lambda at: turning.to_gauss(at, Frame("gk", 117.0)))
    with pytest.raises(DatumAsked) as web:
        staged(GRIDS, to_web)

    assert zone.value.likely == Frame("gk", 117.0)
    assert web.value.likely == WEB
    assert [fit.yardstick for fit in staged(GRIDS, to_web, said=WEB).fits] == ["parents"]
    assert staged(GRIDS, to_web, crs="urn:ogc:def:crs:EPSG::3857").problems == ()


def test_the_zone_before_an_easting_tells_it_where_nothing_is_drawn() -> None:
    planted()

    with pytest.raises(DatumAsked) as asked:
        staged(GRIDS, lambda at: turning.to_gauss(at, Frame("gk", 117.0, 39_500_000.0)))

    assert asked.value.likely == Frame("gk", 117.0)


def test_degrees_that_call_themselves_metres_are_asked() -> None:
    planted("枫林社区")

    with pytest.raises(DatumAsked, match="看起来是经纬度") as asked:
        staged(GRIDS, crs="EPSG:3857")

    assert asked.value.likely == WGS84


def to_web(points: turning.Floats) -> turning.Floats:
    """As web maps have it, by the formula of the other direction."""
    east = np.radians(points[:, 0]) * 6378137
    north = np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2)) * 6378137
    return np.stack([east, north], axis=1)


@pytest.mark.parametrize(
    ("word", "frame"),
    [
        ("gk:117", Frame("gk", 117.0)),
        ("gk:39", Frame("gk", 117.0)),
        ("gk:20", Frame("gk", 117.0)),
        ("EPSG:4548", Frame("gk", 117.0)),
        ("gk:4548", Frame("gk", 117.0)),
        ("gk:EPSG:4548", Frame("gk", 117.0)),
        ("3857", WEB),
        ("web", WEB),
        ("4490", WGS84),
        ("EPSG:4326", WGS84),
    ],
)
def test_a_projection_is_said_by_meridian_zone_or_number(word: str, frame: Frame) -> None:
    assert reference.said_frame(word) == frame


@pytest.mark.parametrize("word", ["gk:60", "gk:200", "gk:24", "EPSG:2", "EPSG:2401"])
def test_what_is_no_projection_is_refused(word: str) -> None:
    with pytest.raises(Refused):
        reference.said_frame(word)
