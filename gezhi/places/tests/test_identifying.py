"""A feature is the unit that is called so, whatever borders stand; one that nobody is called by is told, not made."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.places import features, queries
from gezhi.places.matching import Columns
from gezhi.places.planting import Levels, UnitRow
from gezhi.places.services import plant_tree, stage_file, take_in
from gezhi.places.staging import Reading, Stage
from gezhi.places.turning import WGS84

from .drawn import Row, geojson
from .ground import AT, DAY

pytestmark = pytest.mark.django_db
LEVELS = Levels({"county": "", "community": "county", "grid": "community"})
ROWS = [
    UnitRow("c", "", "county", "柳溪县"),
    UnitRow("a", "c", "community", "枫林社区", short="枫林"),
    UnitRow("b", "c", "community", "石桥社区"),
    UnitRow("a1", "a", "grid", "枫林01网格", short="枫一"),
    UnitRow("a2", "a", "grid", "第一网格"),
    UnitRow("b1", "b", "grid", "第一网格"),
    UnitRow("b3", "b", "grid", "石桥03网格"),
    UnitRow("b4", "b", "grid", "石桥04网格"),
]


@pytest.fixture(autouse=True)
def _ground() -> None:
    instance.open_instance("simulation")
    plant_tree(ROWS, LEVELS, on=DAY, by=HOUSE, at=AT)


def square(at: int) -> shapely.Polygon:
    return shapely.box(118.30 + 0.01 * at, 30.92, 118.31 + 0.01 * at, 30.93)


def staged(
    *names: str, level: str = "grid", parent: str = "", make: bool = False, **said: list[str]
) -> Stage:
    rows: list[Row] = [
        ({"名": name, **{key: held[at] for key, held in said.items()}}, square(at))
        for at, name in enumerate(names)
    ]
    source = features.read({"网格.geojson": geojson(rows)})
    read = Reading(said=WGS84, make=make)
    return stage_file(source, Columns(level=level, name="名", parent=parent), LEVELS, read, on=DAY)


def places_of(stage: Stage) -> list[str]:
    ground = queries.tree(DAY)
    return ["/".join(ground.by_identity[row.unit].names[1:]) if row.unit else "" for row in stage.rows]


def test_names_of_the_tree_are_its_units_though_no_parent_is_drawn() -> None:
    stage = staged("枫林01网格", "石桥03网格", "石桥04网格")

    take_in(stage, LEVELS, on=DAY, by=HOUSE, at=AT)

    assert (stage.problems, stage.unknown, stage.new) == ((), (), 0)
    ground = queries.tree(DAY)
    assert len(ground.paths) == len(ROWS)
    drawn = {ground.by_path[path].name for path in ground.paths if ground.border(path) is not None}
    assert drawn == {"枫林01网格", "石桥03网格", "石桥04网格"}


@pytest.mark.parametrize(
    "name", ["枫一", "枫林社区枫林01网格", "柳溪县 / 枫林社区 / 枫林01网格", "枫林社区-枫林01网格"]
)
def test_short_names_and_names_with_those_above_tell_a_unit_and_do_not_rename_it(name: str) -> None:
    stage = staged(name)

    assert places_of(stage) == ["枫林社区/枫林01网格"]
    assert stage.rows[0].name == "枫林01网格"


def test_a_name_under_several_parents_is_asked_unless_a_column_tells_the_parent() -> None:
    asked = staged("第一网格", "第一网格")
    told = staged("第一网格", "第一网格", parent="上级", 上级=["石桥社区", "枫林"])

    assert [one.who for one in asked.problems] == ["“第一网格”（第 1 个）", "“第一网格”（第 2 个）"]
    assert "有 2 个，在枫林社区、石桥社区下面" in asked.problems[0].sentence
    assert told.problems == ()
    assert places_of(told) == ["石桥社区/第一网格", "枫林社区/第一网格"]


def test_a_parent_that_stands_and_is_another_one_leaves_the_feature_unmatched() -> None:
    stage = staged("枫林01网格", parent="上级", 上级=["石桥社区"])

    assert (stage.rows, stage.problems) == ((), ())
    assert [one.name for one in stage.unknown] == ["枫林01网格"]


def test_what_nobody_is_called_by_is_told_with_the_likest_and_left_out() -> None:
    stage = staged("石桥03网格", "石桥四网格", "某某商圈")

    take_in(stage, LEVELS, on=DAY, by=HOUSE, at=AT)

    said = {one.name: one.sentence for one in stage.unknown}
    assert said["石桥四网格"] == "没有这个单元；最像：石桥04网格"
    assert said["某某商圈"] == "没有这个单元，也没有名称相近的。"
    assert stage.problems == ()
    assert len(queries.tree(DAY).paths) == len(ROWS)


def test_they_are_made_only_where_that_is_said_and_a_parent_is_known() -> None:
    made = staged("石桥四网格", parent="上级", make=True, 上级=["石桥社区"])
    lost = staged("石桥四网格", make=True)

    take_in(made, LEVELS, on=DAY, by=HOUSE, at=AT)

    assert [one.name for one in made.unknown] == ["石桥四网格"]
    assert "石桥社区/石桥四网格" in {"/".join(unit.names[1:]) for unit in queries.tree(DAY).by_path.values()}
    assert "找不到上级" in lost.problems[0].sentence
    assert lost.problems[0].name == "石桥四网格"


def test_the_top_unit_is_not_renamed_by_a_file() -> None:
    assert [one.name for one in staged("梧桐县", level="county").unknown] == ["梧桐县"]
    assert "不能再新建" in staged("梧桐县", level="county", make=True).problems[0].sentence
    assert places_of(staged("柳溪县", level="county")) == [""]


def test_a_drawn_parent_tells_which_of_several_is_meant() -> None:
    take_in(staged("石桥社区", level="community"), LEVELS, on=DAY, by=HOUSE, at=AT)
    rows: list[Row] = [({"名": "第一网格"}, shapely.transform(square(0), lambda at: np.add(at, (0.001, 0))))]
    source = features.read({"网格.geojson": geojson(rows)})

    stage = stage_file(
        source, Columns(level="grid", name="名"), LEVELS, Reading(said=WGS84, sure=True, make=False), on=DAY
    )

    assert places_of(stage) == ["石桥社区/第一网格"]
