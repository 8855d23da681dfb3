"""Where the words of a report point: only to what is known here, never to a guess."""

from __future__ import annotations

import pytest

from gezhi.ledger import clock
from gezhi.matters import clues
from gezhi.places import addresses
from gezhi.places.models import Building
from gezhi.places.queries import tree

from .liuxi import COUNTY, GRID, OTHER, World


@pytest.fixture
def town(world: World) -> World:
    from gezhi.ledger.ids import new_id

    rows = [("桥东路12号", GRID, 118.204), ("桥东路14号", GRID, 118.206), ("望湖花园3栋", OTHER, 118.215)]
    ground = tree(clock.today())
    for address, path, lon in rows:
        unit = ground.by_path[path].identity
        Building.objects.create(
            id=new_id(), unit=unit, address=address, plain=addresses.plain(address), lon=lon, lat=30.505
        )
    return world


def named() -> list[clues.Named]:
    return [clues.Named(u.path, u.name, "") for u in tree(clock.today()).within(COUNTY)]


def told(text: str, within: str = COUNTY) -> list[tuple[str, str]]:
    found = clues.clues(text, named(), within, on=clock.today())
    return [(one.kind, one.name) for one in found]


def test_an_address_in_the_words_is_found_with_its_point(town: World) -> None:
    found = clues.clues("我家住在桥东路十二号，楼上漏水", named(), COUNTY, on=clock.today())
    assert [(one.kind, one.name, one.path, one.lon) for one in found] == [
        ("address", "桥东路12号", GRID, 118.204)
    ]


def test_a_compound_is_found_by_its_name(town: World) -> None:
    assert told("望湖花园的路灯坏了") == [("address", "望湖花园3栋")]


def test_a_road_without_a_number_says_nothing(town: World) -> None:
    assert told("桥东路上有个坑") == []


def test_what_is_not_known_here_is_not_guessed(town: World) -> None:
    assert told("人民路88号门口积水") == []
    assert told("路灯不亮，晚上看不见") == []


def test_outside_the_ground_of_the_asker_nothing_is_told(town: World) -> None:
    for within in (GRID, ""):
        assert clues.clues("望湖花园的路灯坏了", [], within, on=clock.today()) == []


def test_a_unit_is_found_by_its_name_and_the_smallest_goes_first(town: World) -> None:
    units = [clues.Named("00010001", "望湖镇", ""), clues.Named("000100010001", "桥东社区", "望湖镇")]
    found = clues.clues("望湖镇桥东这边垃圾没人收", units, COUNTY, on=clock.today())
    assert [(one.kind, one.name) for one in found] == [("unit", "桥东社区")]
    assert found[0].whole == "桥东社区 · 望湖镇"
