from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.places import addresses, queries
from gezhi.places.models import Building
from gezhi.places.services import BuildingRow, put_buildings, reparent

from .ground import AT, DAY, middle, planted

pytestmark = pytest.mark.django_db


def building(address: str, x: float, y: float, households: int | None = 10) -> BuildingRow:
    lon, lat = middle(x, y)
    return BuildingRow(address, lon, lat, None, households, "示例", DAY)


def put(*rows: BuildingRow) -> None:
    put_buildings(rows, on=DAY, by=HOUSE, at=AT)


@pytest.mark.parametrize(
    "typed",
    [
        "柳荫路61号",
        "柳荫路 61 號",
        "柳荫路６１号",
        "柳溪县柳荫街道柳荫路61号3单元502",
        "柳荫路六十一号",
        "荫路61",
    ],
)
def test_an_address_is_found_however_it_is_typed(typed: str) -> None:
    ground = planted()
    put(building("柳荫路 61 号", 0, 1), building("柳荫路 63 号", 1, 1), building("柳荫路 6 号", 1, 1))

    with CaptureQueriesContext(connection) as asked:
        hits = queries.address_search(typed, "0001", on=DAY)

    assert [hit.address for hit in hits] == ["柳荫路 61 号"]
    assert hits[0].path == ground.paths["g5"]
    assert len(asked) <= 5


def test_a_search_stays_within_its_unit_and_gives_at_most_ten() -> None:
    ground = planted()
    put(*(building(f"柳荫路{n}号", 0, 1) for n in range(1, 30)), building("柳荫路99号", 0, 0))

    assert len(queries.address_search("柳荫路", "0001", on=DAY)) == 10
    inside = queries.address_search("柳荫路", ground.paths["t1"], on=DAY)
    assert [hit.address for hit in inside] == ["柳荫路99号"]
    assert queries.address_search("柳荫路", "", on=DAY) == ()
    assert queries.address_search("。，", "0001", on=DAY) == ()


def test_a_search_word_is_never_a_pattern() -> None:
    planted()
    put(building("柳荫路61号", 0, 1))

    assert queries.address_search("柳%61", "0001", on=DAY) == ()
    assert queries.address_search("𠮷%", "0001", on=DAY) == ()


def test_households_are_counted_upwards_and_move_with_their_grid() -> None:
    ground = planted()
    later = DAY + timedelta(days=9)
    put(building("甲路1号", 0, 0, 300), building("甲路2号", 2, 0, 50), building("甲路3号", 2, 0, None))
    reparent(ground.identities["b"], ground.identities["t2"], on=later, by=HOUSE, at=AT)

    before, after = queries.households(DAY), queries.households(later)
    assert before[ground.paths["t1"]] == queries.Households(3, 350, 1)
    assert after[ground.paths["t1"]] == queries.Households(1, 300, 0)
    assert after["0001"] == before["0001"]


def test_a_count_without_source_and_day_is_refused() -> None:
    planted()
    lon, lat = middle(0, 0)

    with pytest.raises(Refused) as refusal:
        put(BuildingRow("甲路1号", lon, lat, None, 12))

    assert refusal.value.code == "count_without_source"
    assert not Building.objects.exists()


def test_a_building_outside_every_grid_is_left_out_and_told() -> None:
    planted()

    said = put_buildings([building("甲路1号", 0, 0), building("甲路2号", -1, 0)], on=DAY, by=HOUSE, at=AT)

    assert (said.put, said.outside) == (1, (1,))


def test_putting_an_address_again_replaces_it() -> None:
    planted()
    put(building("甲路1号", 0, 0, 10))
    put(building("甲路１號", 0, 0, 12))

    assert list(Building.objects.values_list("address", "households")) == [("甲路１號", 12)]


def test_the_map_gets_the_unit_what_lies_within_and_its_veiled_neighbours() -> None:
    ground = planted()

    said = json.loads(queries.borders_geojson(ground.paths["a"], DAY))

    shown = {f["properties"]["name"]: f["properties"]["veiled"] for f in said["features"]}
    assert shown == {
        "东桥社区": False,
        "东桥01网格": False,
        "东桥02网格": False,
        "西桥社区": True,
        "南桥社区": True,
        "北桥社区": True,
    }


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("一百零五号", "105号"),
        ("柳荫路十号", "柳荫路10号"),
        ("三幢", "3栋"),
        ("二百一十号", "210号"),
        ("一号路", "1号路"),
    ],
)
def test_chinese_numbers_before_a_house_mark_turn_into_figures(said: str, plain: str) -> None:
    assert addresses.plain(said) == plain
