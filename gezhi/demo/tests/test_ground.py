from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
import shapely

from gezhi.demo import names
from gezhi.demo.ground import District, district
from gezhi.demo.parting import beside, parted

LEVELS = ("county", "town", "community", "grid")


@pytest.fixture(scope="module")
def liuxi() -> District:
    return district(LEVELS, counted_on=date(2026, 8, 1))


def borders(of: District, level: str) -> list[shapely.Polygon]:
    return [shapely.from_wkb(unit.border) for unit in of.units if unit.level == level]


def test_the_district_has_the_published_numbers_of_units(liuxi: District) -> None:
    assert Counter(unit.level for unit in liuxi.units) == {
        "county": 1,
        "town": 6,
        "community": 25,
        "grid": 211,
    }


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_covers_the_district_without_gap_or_overlap(liuxi: District, level: str) -> None:
    found = borders(liuxi, level)

    assert shapely.coverage_is_valid(found)
    assert shapely.area(found).sum() == pytest.approx(borders(liuxi, "county")[0].area, rel=1e-9)
    assert {border.geom_type for border in found} == {"Polygon"}


def test_each_grid_has_three_to_six_hundred_households(liuxi: District) -> None:
    assert all(300 <= count <= 600 for count in liuxi.households.values())
    assert sum(liuxi.households.values()) == sum(row.households or 0 for row in liuxi.buildings)


def test_each_building_has_its_own_address_and_says_where_its_count_is_from(liuxi: District) -> None:
    assert len({row.address for row in liuxi.buildings}) == len(liuxi.buildings) > 2000
    assert {row.source for row in liuxi.buildings} == {"示例"}


def test_the_same_seed_gives_the_same_district_and_another_seed_another(liuxi: District) -> None:
    assert district(LEVELS, counted_on=date(2026, 8, 1)) == liuxi
    assert district(LEVELS, counted_on=date(2026, 8, 1), seed=8).base != liuxi.base


def test_the_picture_is_small_and_says_that_it_is_invented(liuxi: District) -> None:
    said = json.loads(liuxi.base)

    assert len(liuxi.base.encode()) <= 400_000
    assert "虚构" in said["note"]
    assert {f["properties"]["layer"] for f in said["features"]} == {
        "land",
        "green",
        "water",
        "road",
        "building",
    }


def test_no_unit_shares_its_name(liuxi: District) -> None:
    assert len({unit.name for unit in liuxi.units}) == len(liuxi.units)
    assert len(set(names.ROADS)) == len(names.ROADS) == 62


def test_blocks_part_into_connected_groups() -> None:
    cells = [(i, j) for i in range(12, 20) for j in range(8)]

    groups = parted(cells, [3, 1, 2], dict.fromkeys(cells, 10))

    assert sorted(cell for group in groups for cell in group) == sorted(cells)
    for group in groups:
        reached, edge = {group[0]}, [group[0]]
        while edge:
            new = [near for near in beside(edge.pop()) if near in group and near not in reached]
            reached.update(new)
            edge.extend(new)
        assert reached == set(group)
