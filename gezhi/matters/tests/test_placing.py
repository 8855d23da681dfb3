"""核对地点: who may say where a matter lies, what changes and what does not."""

from __future__ import annotations

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import proof, queries
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.placing import Where, place
from gezhi.matters.services.reports import Report
from gezhi.promises.models import Promise

from .liuxi import BESIDE, COUNTY, GRID, INSIDE, OTHER, World
from .test_path import step

LOST = Report(text="路灯不亮，说不清在哪。", item="N12", reporting="anonymous")


def lost(world: World) -> str:
    return open_matter(LOST, by=world.clerk()).number


def put(world: World, number: str, where: Where, who: str = "he", seen: int | None = None) -> Matter:
    place(number, where, by=world.person(who), at=clock.now(), seen=seen)
    return Matter.objects.get(number=number)


def test_a_matter_is_placed_and_its_promises_run_on(world: World) -> None:
    number = lost(world)
    before = list(Promise.objects.values_list("id", "made_at", "due_at", "void_at"))
    row = put(world, number, Where(*INSIDE))
    assert (row.path, row.a1, row.a4, row.command) == (GRID, COUNTY, GRID, GRID)
    assert (row.located, row.place_flag, row.moved) == ("point", "", 1)
    assert (row.lon, row.lat) == INSIDE
    assert list(Promise.objects.values_list("id", "made_at", "due_at", "void_at")) == before
    assert Entry.objects.filter(what="matter.placed", about=row.id).count() == 1
    assert proof.proof().whole


def test_who_is_asked_is_decided_anew(world: World) -> None:
    number = lost(world)
    step(world, number, "he", "accept")
    assert not Matter.objects.get(number=number).desk.endswith(GRID)
    desk = put(world, number, Where(unit=OTHER)).desk
    assert desk == f"grid_worker@{OTHER}" or desk.startswith("department:")


def test_the_story_tells_from_where_to_where(world: World) -> None:
    number = lost(world)
    put(world, number, Where(unit=OTHER))
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert (page.story[0].verb, page.story[0].note) == ("核对地点", "从 柳溪县 到 桥东社区 / 桥东 02 格")


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (Where(), "place_missing"),
        (Where(lon=10.123456, lat=50.123456), "place_outside"),
        (Where(lon=118.2, lat=30.5), "place_rounded"),
        (Where(lon=118.205), "half_a_point"),
        (Where(address="没有这条路"), "place_missing"),
        (Where(unit="00019999"), "unit_unknown"),
    ],
)
def test_what_says_no_one_place_changes_nothing(world: World, where: Where, code: str) -> None:
    number = lost(world)
    with pytest.raises(Refused) as refused:
        put(world, number, where)
    assert refused.value.code == code
    assert Matter.objects.get().moved == 0


def test_whoever_does_not_accept_matters_places_none(world: World) -> None:
    number = open_matter(Report(**{**_said(LOST), "unit": GRID}), by=world.clerk()).number
    with pytest.raises(Refused, match="地点由受理的岗位"):
        put(world, number, Where(*BESIDE), who="lin")
    with pytest.raises(NotFound):
        put(world, number, Where(*BESIDE), who="song")


def test_a_place_that_is_known_stands_once_somebody_handles_it(world: World) -> None:
    number = open_matter(Report(**{**_said(LOST), "unit": GRID}), by=world.clerk()).number
    assert put(world, number, Where(*BESIDE)).path == OTHER
    step(world, number, "he", "accept")
    with pytest.raises(Refused, match="地点由受理的岗位"):
        put(world, number, Where(*INSIDE))


def test_a_stale_page_places_nothing(world: World) -> None:
    number = lost(world)
    put(world, number, Where(unit=OTHER), seen=0)
    with pytest.raises(Refused) as refused:
        put(world, number, Where(unit=GRID), seen=0)
    assert refused.value.code == "moved_meanwhile"
    assert Matter.objects.get().path == OTHER


def _said(report: Report) -> dict[str, str]:
    return {"text": report.text, "item": report.item, "reporting": report.reporting}
