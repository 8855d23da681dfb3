"""A file of polygons taken into the ground: in the right place, all of it or nothing, the datum asked and not guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.demo.ground import District, district
from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.places import features, history, queries, turning
from gezhi.places.matching import Columns
from gezhi.places.models import Plan, Unit
from gezhi.places.planting import Levels, UnitRow
from gezhi.places.services import faults_of, plant_tree, put_buildings, stage_file, take_in
from gezhi.places.staging import Reading, Stage
from gezhi.places.turning import BD09, GCJ02, WGS84, Frame

from .drawn import PRJ_4548, Row, geojson, shapefile
from .ground import AT, DAY

pytestmark = pytest.mark.django_db
CHAIN = ("county", "town", "community", "grid")
LEVELS = Levels({"county": "", "town": "county", "community": "town", "grid": "community"})
LATER = date(2026, 7, 1)
GRIDS = Columns(
    level="grid", name="网格", code="代码", above={"town": "街道", "community": "社区"}, root="柳溪县"
)
Turn = Callable[[BaseGeometry], BaseGeometry]


@cache
def liuxi() -> District:
    return district(CHAIN, counted_on=DAY)


def border(row: UnitRow) -> BaseGeometry:
    assert isinstance(row.border, bytes)
    return shapely.from_wkb(row.border)


def as_shown(frame: Frame) -> Turn:
    """The ground as a map of that datum, or a survey in metres, shows it."""
    ways = {"wgs84": lambda at: at, "gcj02": turning.gcj02, "bd09": turning.bd09}
    way = ways.get(frame.kind, lambda at: turning.to_gauss(at, frame))
    return lambda shape: shapely.transform(shape, way)


def grids(frame: Frame = WGS84, within: str = "") -> list[Row]:
    """Rows of the grids with the names of what they lie in."""
    by_key = {row.key: row for row in liuxi().units}
    turn, found = as_shown(frame), list[Row]()
    for row in liuxi().units:
        if row.level == "grid" and row.parent.startswith(within):
            community = by_key[row.parent]
            said = {
                "网格": row.name,
                "代码": row.code,
                "社区": community.name,
                "街道": by_key[community.parent].name,
            }
            found.append((said, turn(border(row))))
    return found


def towns(frame: Frame = WGS84) -> list[Row]:
    turn = as_shown(frame)
    return [({"名": row.name}, turn(border(row))) for row in liuxi().units if row.level == "town"]


def planted(levels: Sequence[str] = CHAIN) -> None:
    instance.open_instance("simulation")
    rows = [row for row in liuxi().units if row.level in levels]
    plant_tree(rows, LEVELS, on=DAY, by=HOUSE, at=AT)


def file(rows: Sequence[Row], crs: str = "") -> features.Source:
    return features.read({"网格.geojson": geojson(rows, crs=crs)})


def stage(source: features.Source, columns: Columns, *, on: date = LATER, **read: object) -> Stage:
    return stage_file(source, columns, LEVELS, Reading(**read), on=on)  # type: ignore[arg-type]


def shared(level: str, on: date = LATER) -> float:
    """The least share of ground that a unit of the level has in common with where it should be."""
    ground = queries.tree(on)
    right = {row.name: border(row) for row in liuxi().units if row.level == level}
    found = []
    for unit in ground.by_path.values():
        if unit.level == level:
            here = ground.border(unit.path)
            assert here is not None
            there = right[unit.name]
            found.append(shapely.intersection(here, there).area / shapely.union(here, there).area)
    return min(found) if found else 0.0


def test_one_file_of_grids_with_the_names_above_makes_the_whole_tree() -> None:
    instance.open_instance("simulation")
    source = features.read(shapefile(grids(), encoding="gb18030", cpg="GBK"))

    held = stage(source, GRIDS, on=DAY)
    units, faults = faults_of(held, LEVELS, on=DAY)
    taken = take_in(held, LEVELS, on=DAY, by=HOUSE, at=AT)

    assert history.counts(DAY) == {"county": 1, "town": 6, "community": 25, "grid": 211}
    assert (taken.plan, taken.new, len(units)) == (None, 243, 243)
    assert faults == []
    assert min(shared(level, DAY) for level in CHAIN) > 0.999999
    assert (
        queries.tree(DAY).border("0001").equals(border(liuxi().units[0]).normalize())
        or shared("town", DAY) > 0.99
    )


@pytest.mark.parametrize("frame", [GCJ02, BD09])
def test_a_wrong_datum_is_noticed_and_asked_with_metres_and_its_option(frame: Frame) -> None:
    planted(("county",))
    source = file(towns(frame))
    columns = Columns(level="town", name="名")

    with pytest.raises(Refused) as refusal:
        stage(source, columns)

    assert refusal.value.code == "datum_unlikely"
    assert f"--datum {frame.word}" in refusal.value.reason
    off = int("".join(c for c in refusal.value.reason.split("错开约 ")[1].split(" 米")[0] if c.isdigit()))
    assert 250 < off < 1500
    take_in(stage(source, columns, said=frame), LEVELS, on=LATER, by=HOUSE, at=AT)
    assert shared("town") > 0.9999


def test_a_file_that_calls_itself_cgcs2000_and_is_not_is_noticed_all_the_same() -> None:
    planted(("county",))

    with pytest.raises(Refused) as refusal:
        stage(file(towns(GCJ02), crs="EPSG:4490"), Columns(level="town", name="名"))

    assert refusal.value.code == "datum_unlikely"


def test_a_person_who_says_the_wrong_datum_is_asked_again_and_one_who_is_sure_is_believed() -> None:
    planted(("county",))
    columns = Columns(level="town", name="名")

    with pytest.raises(Refused) as refusal:
        stage(file(towns(GCJ02)), columns, said=WGS84)
    assert refusal.value.code == "datum_unlikely"
    with pytest.raises(Refused) as refusal:
        stage(file(towns()), columns, said=GCJ02)
    assert "--datum wgs84" in refusal.value.reason
    assert stage(file(towns(GCJ02)), columns, said=WGS84, sure=True).frame == WGS84


def test_a_right_file_is_asked_nothing_where_something_can_be_compared() -> None:
    planted(("county",))

    held = stage(file(towns()), Columns(level="town", name="名"))

    assert held.frame == WGS84
    assert held.problems == ()
    assert [fit.yardstick for fit in held.fits] == ["around"]
    assert held.fits[0].metres[WGS84] < 1


def test_where_nothing_can_be_compared_and_nobody_said_the_datum_is_asked() -> None:
    instance.open_instance("simulation")

    with pytest.raises(Refused) as refusal:
        stage(file(grids()), GRIDS, on=DAY)

    assert refusal.value.code == "datum_asked"
    assert stage(file(grids()), GRIDS, on=DAY, said=WGS84).problems == ()
    assert stage(file(grids(), crs="EPSG:4490"), GRIDS, on=DAY).problems == ()


def test_a_stated_extent_is_enough_to_notice() -> None:
    instance.open_instance("simulation")
    extent = tuple(float(edge) for edge in shapely.bounds(border(liuxi().units[0])))

    with pytest.raises(Refused) as refusal:
        stage(file(grids(GCJ02)), GRIDS, on=DAY, extent=extent)
    assert "--datum gcj02" in refusal.value.reason
    assert stage(file(grids()), GRIDS, on=DAY, extent=extent).frame == WGS84


def test_grids_deep_inside_are_measured_by_the_units_they_draw_again() -> None:
    planted()
    inside = [row for row in grids(GCJ02) if row[0]["社区"] == _middle_community()]

    with pytest.raises(Refused) as refusal:
        stage(file(inside), GRIDS)

    assert refusal.value.code == "datum_unlikely"
    assert "已有的同名单元" in refusal.value.reason


def test_new_grids_deep_inside_are_measured_by_the_houses_their_borders_would_cut() -> None:
    instance.open_instance("simulation")
    ground = plant_tree(
        [row for row in liuxi().units if row.level != "community" and row.level != "grid"]
        + [
            UnitRow("all", "t1", "community", "整片社区"),
            UnitRow("g", "all", "grid", "整片", liuxi().units[0].border),
        ],
        LEVELS,
        on=DAY,
        by=HOUSE,
        at=AT,
    )
    assert ground
    put_buildings(liuxi().buildings, on=DAY, by=HOUSE, at=AT)
    inside = [
        (said | {"社区": "新社区"}, shape)
        for said, shape in grids(BD09)
        if said["社区"] == _middle_community()
    ]
    right = [
        (said | {"社区": "新社区"}, shape) for said, shape in grids() if said["社区"] == _middle_community()
    ]

    with pytest.raises(Refused) as refusal:
        stage(file(inside), GRIDS)

    assert "已有的楼栋" in refusal.value.reason
    assert "--datum bd09" in refusal.value.reason
    assert stage(file(right), GRIDS).frame == WGS84


def _middle_community() -> str:
    """The community nearest the middle of the district."""
    middle = shapely.centroid(border(liuxi().units[0]))
    rows = [row for row in liuxi().units if row.level == "community"]
    return min(rows, key=lambda row: shapely.distance(shapely.centroid(border(row)), middle)).name


def test_metres_of_a_zone_are_read_where_the_file_says_so_and_asked_where_it_does_not() -> None:
    planted(("county",))
    frame, columns = Frame("gk", 117.0), Columns(level="town", name="名")
    files = shapefile(towns(frame), prj=PRJ_4548)

    with pytest.raises(Refused) as refusal:
        stage(features.read({k: v for k, v in files.items() if not k.endswith("prj")}), columns)
    assert "gk:117" in refusal.value.reason

    take_in(stage(features.read(files), columns), LEVELS, on=LATER, by=HOUSE, at=AT)
    assert shared("town") > 0.999999


def test_the_wrong_zone_is_noticed() -> None:
    planted(("county",))

    with pytest.raises(Refused) as refusal:
        stage(file(towns(Frame("gk", 117.0))), Columns(level="town", name="名"), said=Frame("gk", 120.0))

    assert "--datum gk:117" in refusal.value.reason


def test_latitudes_before_longitudes_are_refused() -> None:
    planted(("county",))
    swapped = [(said, shapely.transform(shape, lambda at: at[:, ::-1])) for said, shape in towns()]

    with pytest.raises(Refused, match="写反"):
        stage(file(swapped), Columns(level="town", name="名"))


def test_a_map_of_another_district_is_refused_whatever_its_datum() -> None:
    planted(("county",))
    far = [(said, shapely.transform(shape, lambda at: np.add(at, (0.8, 0.3)))) for said, shape in towns()]

    with pytest.raises(Refused) as refusal:
        stage(file(far), Columns(level="town", name="名"))

    assert refusal.value.code == "far_away"


def test_units_that_stand_are_drawn_again_from_a_day_on_and_keep_who_they_are() -> None:
    planted()
    before = queries.tree(DAY)
    one, other = grids()[0], grids()[1]
    merged = shapely.union(one[1], other[1])
    west, south, east, north = merged.bounds
    halves = [
        shapely.intersection(merged, shapely.box(west, south, (west + east) / 2, north)),
        shapely.intersection(merged, shapely.box((west + east) / 2, south, east, north)),
    ]

    held = stage(file([(one[0], halves[0]), (other[0], halves[1])]), GRIDS)
    taken = take_in(held, LEVELS, on=LATER, by=HOUSE, at=AT, title="重画两格")

    assert (taken.new, taken.redrawn) == (0, 2)
    after = queries.tree(LATER)
    assert set(after.by_identity) == set(before.by_identity)
    unit = next(u for u in before.by_path.values() if u.name == one[0]["网格"])
    assert shapely.equals(after.border(after.by_identity[unit.identity].path), halves[0].normalize())
    assert Plan.objects.get().title == "重画两格"


def test_a_feature_without_a_named_parent_goes_under_the_unit_that_holds_most_of_it() -> None:
    planted(("county", "town", "community"))
    bare = [({"网格": said["网格"], "代码": said["代码"]}, shape) for said, shape in grids()]

    take_in(
        stage(file(bare), Columns(level="grid", name="网格", code="代码")), LEVELS, on=LATER, by=HOUSE, at=AT
    )

    ground = queries.tree(LATER)
    right = {said["网格"]: said["社区"] for said, _shape in grids()}
    assert {u.name: u.names[2] for u in ground.by_path.values() if u.level == "grid"} == right


def test_every_problem_is_named_with_its_number_and_nothing_is_written() -> None:
    planted(("county", "town", "community"))
    rows = grids()[:6]
    crossed = shapely.Polygon([(118.19, 30.49), (118.2, 30.5), (118.2, 30.49), (118.19, 30.5)])
    rows[1] = (rows[1][0] | {"网格": " "}, rows[1][1])
    rows[2] = (rows[2][0], crossed)
    rows[3] = (rows[3][0] | {"社区": ""}, rows[3][1])
    rows[5] = (rows[4][0], rows[5][1])
    entries = Entry.objects.count()

    held = stage(file(rows), GRIDS)
    with pytest.raises(Refused) as refusal:
        take_in(held, LEVELS, on=LATER, by=HOUSE, at=AT)

    assert sorted(problem.number for problem in held.problems) == [2, 3, 4, 6]
    said = {problem.number: problem.sentence for problem in held.problems}
    assert "没有名称" in said[2]
    assert "相交" in said[3]
    assert "没有写上级（社区）" in said[4]
    assert "和第 5 个图形同名" in said[6]
    assert "有 4 个图形收不下，一个也没有写入" in refusal.value.reason
    assert Entry.objects.count() == entries
    assert not Unit.objects.filter(level="grid").exists()


def test_a_border_crossed_by_a_hair_is_mended_if_a_person_wants_that() -> None:
    planted(("county", "town", "community"))
    said, shape = grids()[0]
    points = shapely.get_coordinates(shape)
    loop = points[1] + np.array([[1e-6, 1e-6], [2e-6, 0], [0, 0], [2e-6, 1e-6]])
    hair = shapely.Polygon(np.vstack([points[:2], loop, points[2:]]))
    assert not hair.is_valid

    asked = stage(file([(said, hair)]), GRIDS)
    held = stage(file([(said, hair)]), GRIDS, mend=True)

    assert [problem.number for problem in asked.problems] == [1]
    assert held.problems == ()
    assert [problem.number for problem in held.mended] == [1]


def test_a_column_the_file_does_not_have_is_refused_with_those_it_has() -> None:
    planted(("county",))

    with pytest.raises(Refused, match="没有“名称”这一列。有：名") as refusal:
        stage(file(towns()), Columns(level="town", name="名称"))
    assert refusal.value.code == "column_missing"


def test_what_a_file_would_leave_overlapping_is_shown_before_it_is_taken_in() -> None:
    planted(("county", "town", "community"))
    rows = grids()
    rows[0] = (rows[0][0], shapely.transform(rows[0][1], lambda at: np.add(at, (0.0001, 0))))

    _units, faults = faults_of(stage(file(rows), GRIDS), LEVELS, on=LATER)

    assert {"overlap", "gap"} <= {fault.kind for fault in faults}
    assert all(fault.square_metres >= 1 for fault in faults if fault.kind == "overlap")
