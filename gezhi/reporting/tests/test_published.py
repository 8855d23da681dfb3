"""Published numbers, come to through the services: matters are opened, stepped, ended or brought; no row is written.

979 = 917 + 32 + 30, 4908 of 5081 and the statistics of 天门 come whole through the import door, with ended records.
Lived step by step, `make test` takes a small share of the same ways; `make soak` lives all 979 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.matters.models import Matter
from gezhi.matters.services import importing
from gezhi.matters.services.brought import Brought
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import BEGAN, COUNTY, FRIDAY, GRID, INSIDE, World
from gezhi.places import queries as places
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.reporting import metrics
from gezhi.reporting.metrics import Query, UnitReadings
from gezhi.reporting.rounding import percent
from gezhi.reporting.scopes import Scope
from gezhi.rules import load
from gezhi.rules.model import Model
from tests.shares import WHOLE

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
SOLVED = ("accept", "finish_grid", "pass", "answer", "close_early")
DAY = timedelta(days=1)


class Ways(NamedTuple):
    """So many records that went the same way: opened, and ended (or not) so long after."""

    number: int
    moves: tuple[str, ...] = ()
    after: timedelta | None = None
    at: datetime = MONDAY


def brought(ways: list[Ways], item: str = "N01", unit: str = GRID) -> None:
    """All of them through the import door."""
    report = Report(text="楼道堆了纸箱。", item=item, unit=unit, reporting="anonymous", late_reason="导入")
    records = [
        Brought(
            new_id(),
            "old",
            f"{n}-{m}",
            report,
            way.at,
            way.at + way.after if way.after else None,
            moves=way.moves,
        )
        for n, way in enumerate(ways)
        for m in range(way.number)
    ]
    with transaction.atomic():
        judged = importing.judge(records, by=HOUSE)
        assert judged.refused == {}
        importing.bring(judged.loads)


def read(model: Model, path: str = COUNTY, *, imported: bool = True) -> UnitReadings:
    basis = "happened" if imported else "known"
    query = Query(Scope(path), model, NOVEMBER, clock.now(), basis, imported)
    return metrics.dictionary(query, places.tree(clock.today())).whole


def said(unit: UnitReadings, id: str) -> tuple[int, int | None, str]:
    one = unit.of(id)
    return one.numerator, one.denominator, one.words


def test_979_accepted_are_917_solved_32_open_and_30_void(world: World) -> None:
    brought([Ways(917, SOLVED, DAY), Ways(32, ("accept",)), Ways(30, ("drop",), DAY)])
    found = read(world.model)
    assert said(found, "accepted") == (979, None, "979")
    assert said(found, "closed_rate") == (917, 979, "93.7%")
    assert said(found, "success") == (917, 979, "93.7%")
    assert said(found, "closed_valid") == (917, 949, "96.6%")
    assert [(one.why, one.number) for one in found.of("closed_valid").left] == [("void", 30)]
    assert said(found, "open") == (32, None, "32")
    assert said(found, "invalid") == (30, None, "30")
    assert read(world.model, imported=False).of("accepted").left == (("import", "导入", 979),)


def test_the_statistics_of_tianmen(world: World) -> None:
    """1054 registered, 996 filed, 972 due, 911 closed, 737 in time: the denominator is what fell due."""
    late = FRIDAY - DAY
    brought(
        [
            Ways(737, SOLVED, DAY),
            Ways(174, SOLVED, 7 * DAY),
            Ways(61, ("accept",)),
            Ways(24, ("accept",), at=late),
            Ways(58, ("refuse",), DAY),
        ]
    )
    found = read(world.model)
    assert Matter.objects.count() == 1054
    assert said(found, "accepted") == (996, None, "996")
    assert said(found, "closed_of_due") == (911, 972, "93.72%")
    assert said(found, "on_time") == (737, 972, "75.82%")


@pytest.fixture
def guanlan(db: None) -> Iterator[Model]:
    """One town with one community and one block, under the model of 观澜."""
    liuxi.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})
    with clock.fixed(FRIDAY):
        model = adopt(load.named("guanlan"), by=HOUSE, at=FRIDAY)
        rows, above = list[UnitRow](), ""
        for level in model.levels.values():
            rows.append(
                UnitRow(
                    level.id, above, level.id, f"示例{level.name}", liuxi.square(118.2, 30.5, 118.22, 30.51)
                )
            )
            above = level.id
        plant_tree(
            rows, Levels({one.id: one.under for one in model.levels.values()}), on=BEGAN, by=HOUSE, at=FRIDAY
        )
        yield model
    liuxi.forget()


def test_4908_of_5081_disputes_are_97_percent_and_96_6_with_a_digit(guanlan: Model) -> None:
    ground = places.tree(clock.today())
    lowest = max(ground.by_path, key=len)
    item = next(
        one
        for one in guanlan.items.values()
        if one.category == "矛盾纠纷" and one.flow == "main" and one.in_grid
    )
    brought([Ways(4908, SOLVED, DAY), Ways(173, ("accept",))], item.code, lowest)
    found = read(guanlan, ground.root.path if ground.root else "")
    assert said(found, "settled") == (4908, 5081, "97%")
    assert said(found, "closed_rate") == (4908, 5081, "96.6%")
    assert said(found, "disputes") == (5081, None, "5081")


def test_lived_step_by_step_the_same_ways_come_to_the_same_parts(world: World) -> None:
    """Under the test's own clock: some are solved, some are being handled, some are void. `make soak` lives all 979."""
    solved, being, void = (917, 32, 30) if WHOLE else (46, 2, 2)
    with clock.fixed(MONDAY) as moving:
        for n in range(solved + being + void):
            lived(world, n, "void" if n < void else "open" if n < void + being else "solved")
            moving.tick(60)
        while keep_promises(at=clock.now()):
            pass
        found = read(world.model, imported=False)
    assert found.of("accepted").numerator == solved + being + void
    assert said(found, "closed_rate") == (
        solved,
        solved + being + void,
        f"{percent(solved, solved + being + void)}%",
    )
    assert said(found, "closed_valid") == (solved, solved + being, f"{percent(solved, solved + being)}%")
    assert said(found, "open")[0] == being
    if WHOLE:
        assert (found.of("closed_rate").words, found.of("closed_valid").words) == ("93.7%", "96.6%")


def lived(world: World, n: int, way: str) -> None:
    report = Report(
        text=f"楼道堆了纸箱 {n}。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous"
    )
    number = open_matter(report, by=world.clerk()).number
    ways = {"void": [("he", "drop")], "open": [("he", "accept")]}
    hands = ("he", "lin", "qiao", "qiao", "he")
    for who, move in ways.get(way, zip(hands, SOLVED, strict=True)):
        take_step(number, move, by=world.person(who), at=clock.now(), given=StepGiven(note="看过了。"))
