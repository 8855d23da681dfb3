"""Which open matters may be the same thing: near, soon, said alike, and only such as the reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import access, duplicates, walls
from gezhi.matters.models import Matter, Wall
from gezhi.matters.services.parting import PartGiven, part
from gezhi.matters.services.reports import Report

from .liuxi import BESIDE, FRIDAY, INSIDE, World
from .test_path import LAMP, opened, step

DEGREE = 111_195.0  # metres
TOLD = replace(LAMP, text="您好，院门口的路灯灭了，请尽快来看。")


def away(report: Report, metres: float) -> Report:
    """The same report, so far to the north."""
    assert report.lat is not None
    return replace(report, lat=report.lat + metres / DEGREE)


def shown(world: World, report: Report, who: str = "he") -> list[duplicates.Candidate]:
    number = opened(world, report).number
    return duplicates.candidates(Matter.objects.get(number=number), world.person(who))


def test_the_same_lamp_is_shown_with_the_reason(world: World) -> None:
    first = opened(world, LAMP).number
    with clock.fixed(FRIDAY + timedelta(days=2)):
        found = shown(world, away(TOLD, 40))
    assert [one.number for one in found] == [first]
    assert found[0].reason.startswith("相距 40 米，早 2 天，都说“")
    assert "路灯" in found[0].reason
    assert found[0].headline == "院门口路灯不亮，晚上看不见台阶"


def test_what_is_far_or_long_ago_or_another_thing_is_not(world: World) -> None:
    opened(world, LAMP)
    assert shown(world, away(TOLD, 155)) == []
    assert shown(world, replace(LAMP, text="楼道堆了纸箱。", item="N01")) == []
    with clock.fixed(FRIDAY + timedelta(days=15)):
        assert shown(world, TOLD) == []


def test_a_whole_and_its_parts_are_not_taken_for_one_another(world: World) -> None:
    whole = opened(world, LAMP).number
    given = [PartGiven("院门口路灯不亮。", "N12"), PartGiven("院门口的路灯不亮，路灯杆歪。", "N12")]
    parts = part(whole, given, by=world.person("he"), key="one")
    for number in (whole, *parts):
        assert duplicates.candidates(Matter.objects.get(number=number), world.person("he")) == [], number
    other = opened(world, TOLD).number
    for number in (whole, *parts):
        found = duplicates.candidates(Matter.objects.get(number=number), world.person("he"))
        assert [one.number for one in found] == [other], number
    assert len(duplicates.candidates(Matter.objects.get(number=other), world.person("he"))) == 3


def test_the_farther_and_the_later_the_more_is_asked_of_the_words(world: World) -> None:
    opened(world, LAMP)
    vague = replace(LAMP, text="路灯坏了好几天了")
    assert shown(world, away(vague, 10))
    with clock.fixed(FRIDAY + timedelta(days=9)):
        assert shown(world, away(vague, 120)) == []


def test_a_house_that_is_named_counts(world: World) -> None:
    at = FRIDAY
    one = duplicates.Seen("N12", "x", 118.2, 30.2, at, "3栋路灯不亮")
    rule = world.model.alikes["rest"]
    same = duplicates.wanted(one, one._replace(lat=30.2009), 100.0, 1, rule)
    neither = duplicates.wanted(one, one, 100.0, 0, rule)
    other = duplicates.wanted(one, one, 100.0, -1, rule)
    assert same < neither < other
    assert duplicates.wanted(one, one._replace(item="N01"), 0.0, 0, rule) > duplicates.wanted(
        one, one, 0.0, 0, rule
    )


def test_across_the_border_of_two_grids_it_is_still_found(world: World) -> None:
    west = replace(LAMP, lon=118.21 - 0.0003, lat=INSIDE[1])
    east = replace(TOLD, lon=118.21 + 0.0003, lat=INSIDE[1])
    first = opened(world, west).number
    assert [one.number for one in shown(world, east)] == [first]
    assert Matter.objects.values_list("path", flat=True).distinct().count() == 2


def test_whoever_may_not_see_it_is_not_shown_it(world: World) -> None:
    west = replace(LAMP, lon=118.21 - 0.0003, lat=INSIDE[1])
    east = replace(TOLD, lon=118.21 + 0.0003, lat=INSIDE[1])
    opened(world, west)
    assert shown(world, east, who="song") == []
    assert [one.number for one in shown(world, replace(LAMP, lon=BESIDE[0], lat=BESIDE[1]), who="lin")] == []


def test_the_gate_by_rows_is_the_gate_by_statement(world: World) -> None:
    """Of everybody, for matters of both grids, one with a wall and one that a department was asked for."""
    numbers = [
        opened(world, LAMP).number,
        opened(world, replace(LAMP, lon=BESIDE[0], lat=BESIDE[1])).number,
        opened(world, TOLD).number,
    ]
    step(world, numbers[0], "he", "accept", "")
    matters = list(Matter.objects.filter(number__in=numbers).order_by("id"))
    Wall.objects.create(
        id=new_id(),
        matter=matters[2].id,
        blocked=walls.person_word(world.accounts["he"]),
        why="about",
        since=FRIDAY,
    )
    Matter.objects.filter(id=matters[2].id).update(walled=True)
    matters[2].walled = True
    seen = {}
    for name in world.accounts:
        person = world.person(name)
        open_by_statement = access.matters_open_to(person, world.model).order_by("id")
        seen[name] = access.open_among(person, world.model, matters)
        assert seen[name] == list(open_by_statement), name
    assert matters[2] not in seen["he"]
    assert {len(rows) for rows in seen.values()} == {1, 2, 3}


def test_what_has_ended_is_not_shown(world: World) -> None:
    first = opened(world, LAMP).number
    step(world, first, "he", "drop", "重复上报。")
    assert shown(world, TOLD) == []


def test_without_a_point_only_the_same_unit_is_looked_through(world: World) -> None:
    grid = Matter.objects.get(number=opened(world, LAMP).number).path
    stated = replace(TOLD, lon=None, lat=None, unit=grid)
    assert shown(world, stated)[0].reason.startswith("同一单元，没有准确的点，几乎同时")
    nowhere = replace(TOLD, lon=None, lat=None)
    assert shown(world, nowhere) == []


def test_the_radius_and_the_days_are_the_models(world: World) -> None:
    opened(world, LAMP)
    matter = Matter.objects.get(number=opened(world, away(TOLD, 60)).number)
    rule = world.model.alikes["rest"]
    person = world.person("he")
    assert duplicates.around(matter, rule, person, world.model)
    assert not duplicates.around(matter, replace(rule, radius=50), person, world.model)
    assert not duplicates.around(matter, replace(rule, like="95%"), person, world.model)


def test_three_statements_and_never_more_than_three_matters(world: World) -> None:
    for _n in range(6):
        opened(world, TOLD)
    matter = Matter.objects.get(number=opened(world, LAMP).number)
    person = world.person("he")
    duplicates.candidates(matter, person)
    with CaptureQueriesContext(connection) as said:
        assert len(duplicates.candidates(matter, person)) == duplicates.MOST
    assert len(said) <= 4


def test_metres_are_metres() -> None:
    one = duplicates.Seen("", "", 118.2, 30.2, FRIDAY, "")
    assert duplicates.apart(one, one._replace(lat=30.201)) == pytest.approx(111.2, abs=0.1)
    assert duplicates.apart(one, one._replace(lon=118.201)) == pytest.approx(96.1, abs=0.1)
    assert duplicates.apart(one, one._replace(lon=None)) is None
