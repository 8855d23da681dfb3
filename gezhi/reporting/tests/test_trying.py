"""A past period under another model: what would have come out differently, with numerators and denominators."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.matters.tests.test_path import CLUTTER, LAMP, opened, step
from gezhi.reporting import trying
from gezhi.reporting.trying import Outcome, Period
from gezhi.reporting.trying_clock import Dues, Passed, replayed
from gezhi.rules.load import from_canonical, named
from gezhi.rules.model import Model

MONTH = Period(datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC))


def edited(model: Model, **changes: Any) -> Model:
    """The model with values changed: `flow__main__promise__triage__length="1小时"`, items by `items__N01__时限=…`."""
    said = json.loads(model.canonical)
    for path, value in changes.items():
        way = path.split("__")
        table = said["items"] if way[0] == "items" else said["tables"]
        for part in way[1 if way[0] == "items" else 0 : -1]:
            table = table[part]
        table[way[-1]] = value
    return from_canonical(json.dumps(said, ensure_ascii=False))


def without_item(model: Model, code: str) -> Model:
    said = json.loads(model.canonical)
    del said["items"][code]
    said["tables"]["catalogue"]["common"]["total"] -= 1
    return from_canonical(json.dumps(said, ensure_ascii=False))


def trial(model: Model, *, most: int = 10) -> Outcome:
    with trying.reading_only():
        return trying.tried(model, MONTH, as_of=clock.now(), most=most)


@pytest.fixture
def season(world: World) -> list[str]:
    """Three matters: one accepted after 90 minutes and done, one for the department, one that lies for three hours."""
    numbers = [opened(world, report).number for report in (CLUTTER, LAMP, CLUTTER)]
    with clock.fixed(FRIDAY + timedelta(minutes=90)):
        step(world, numbers[0], "he", "accept")
        step(world, numbers[0], "lin", "finish_grid", "已清。")
        step(world, numbers[1], "he", "accept")
    return numbers


def later(hours: int = 3) -> Any:
    """Three hours after the first report."""
    return clock.fixed(FRIDAY + timedelta(hours=hours))


def test_its_own_model_gives_what_happened(world: World, season: list[str]) -> None:
    with later():
        keep_promises(at=clock.now())
        found = trial(world.model)
    assert (found.matters, found.compared, found.judged) == (3, 3, 3)
    for part in (found.absent, found.grade, found.first_desk, found.newly_late, found.newly_in_time):
        assert (part.different, part.of) == (0, 3)
    assert (found.handling_desk.different, found.handling_desk.of) == (0, 2)
    triage = found.promises["main", "triage"]
    assert (triage.of, triage.late_before, triage.late_after) == (3, 1, 1)
    assert all(part.late_before == part.late_after for part in found.promises.values())


def test_what_is_overdue_counts_before_the_watcher_has_looked(world: World, season: list[str]) -> None:
    with later():
        found = trial(world.model)
    assert found.newly_late.different == 0
    assert found.promises["main", "triage"].late_before == 1


def test_a_shorter_promise_is_broken_where_it_was_kept(world: World, season: list[str]) -> None:
    shorter = edited(world.model, flow__main__promise__triage__length="1小时")
    with later():
        keep_promises(at=clock.now())
        found = trial(shorter)
    triage = found.promises["main", "triage"]
    assert (triage.of, triage.late_before, triage.late_after) == (3, 1, 3)
    assert (found.newly_late.different, found.newly_late.of) == (2, 3)
    assert found.newly_late.first == [(season[0], "", "受理"), (season[1], "", "受理")]
    longer = edited(world.model, flow__main__promise__triage__length="4小时")
    with later():
        found = trial(longer)
    assert (found.newly_in_time.different, found.newly_in_time.first) == (1, [(season[2], "受理", "")])


def test_an_item_that_is_in_no_list_is_counted_apart(world: World, season: list[str]) -> None:
    found = trial(without_item(world.model, "N12"))
    assert (found.absent.different, found.absent.of, found.compared) == (1, 3, 2)
    assert found.absent.first == [(season[1], "路灯不亮", "")]
    assert found.first_desk.of == 2


def test_another_grade_and_another_first_hand_are_told(world: World, season: list[str]) -> None:
    other = edited(
        world.model,
        items__N01__等级="urgent",
        items__N01__承办="在职干部",
        duty__triage__held_by=["town_desk", "centre"],
    )
    found = trial(other)
    assert (found.grade.different, found.grade.of) == (2, 3)
    assert found.grade.kinds == {("一般", "紧急"): 2}
    assert found.first_desk.first[0] == (season[0], "柳溪县 网格管理中心", "望湖街道 镇网格办")
    assert (found.first_desk.different, found.first_desk.of) == (3, 3)
    assert found.handling_desk.first == [(season[0], "桥东 01 格 网格员", "桥东社区 在职干部")]
    assert (found.handling_desk.different, found.handling_desk.of) == (1, 2)


def test_another_system_altogether_comes_to_an_end(world: World, season: list[str]) -> None:
    found = trial(named("guanlan"))
    assert (found.absent.different, found.absent.of, found.judged) == (3, 3, 0)


def test_a_step_that_is_not_there_cannot_be_walked(world: World, season: list[str]) -> None:
    said = json.loads(world.model.canonical)
    flow = said["tables"]["flow"]["main"]
    text = json.dumps(flow, ensure_ascii=False).replace('"gridwork"', '"fieldwork"')
    said["tables"]["flow"]["main"] = json.loads(text)
    text = json.dumps(said, ensure_ascii=False).replace("main.step:gridwork", "main.step:fieldwork")
    found = trial(from_canonical(text))
    assert (found.unwalkable, found.judged) == (1, 2)


def test_nothing_can_be_written_meanwhile(world: World, season: list[str]) -> None:
    before = Entry.objects.count(), Matter.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic(), trying.reading_only():
        Matter.objects.filter(number=season[0]).update(headline="改了")
    assert (Entry.objects.count(), Matter.objects.count()) == before
    assert Matter.objects.get(number=season[0]).headline != "改了"
    Matter.objects.filter(number=season[0]).update(headline="又能写了")


def test_pages_give_the_same_and_lists_stay_short(
    world: World, season: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = edited(world.model, flow__main__promise__triage__length="1小时")
    with later():
        whole = trial(shorter)
        monkeypatch.setattr(trying, "PAGE", 1)
        paged = trial(shorter, most=1)
    assert (paged.matters, paged.newly_late.different) == (whole.matters, whole.newly_late.different)
    assert paged.promises == whole.promises
    assert paged.newly_late.first == whole.newly_late.first[:1]


def test_a_matter_costs_no_statement_of_its_own(world: World, season: list[str]) -> None:
    trial(world.model)
    with CaptureQueriesContext(connection) as few:
        trial(world.model)
    for _ in range(5):
        opened(world)
    trial(world.model)
    with CaptureQueriesContext(connection) as many:
        trial(world.model)
    assert len(many) == len(few)


def test_another_period_holds_other_matters(world: World, season: list[str]) -> None:
    before = Period(MONTH.begins - timedelta(days=31), MONTH.begins)
    with trying.reading_only():
        assert trying.tried(world.model, before, as_of=clock.now()).matters == 0


def at(minutes: int) -> datetime:
    return FRIDAY + timedelta(minutes=minutes)


def clocked(way: list[Passed], minutes: int, model: Model | None = None) -> dict[str, bool] | None:
    model = model or named("nanling")
    flow, item = model.flows["main"], model.items["N06"]  # urgent, in the grid, 4 hours
    found = replayed(Dues(model, {}), flow, item, way, as_of=at(minutes))
    return None if found is None else {id: one.late for id, one in found.items()}


def test_the_way_decides_what_is_kept_and_what_is_broken() -> None:
    begun = [Passed(at(0), "reported")]
    assert clocked(begun, 120) == {"triage": False}
    assert clocked(begun, 121) == {"triage": True}
    accepted = [*begun, Passed(at(120), "accepted", "reported", "accept")]
    assert clocked(accepted, 200) == {"triage": False, "finish": False}
    assert clocked(accepted, 120 + 241) == {"triage": False, "finish": True}
    void = [*begun, Passed(at(30), "void", "reported", "drop")]
    assert clocked(void, 9999) == {"triage": False}


def test_what_was_broken_once_stays_broken() -> None:
    way = [
        Passed(at(0), "reported"),
        Passed(at(10), "accepted", "reported", "accept"),
        Passed(at(300), "checked", "done", "pass"),
        Passed(at(310), "answered", "checked", "answer"),
        Passed(at(320), "accepted", "answered", "redo"),
        Passed(at(330), "checked", "done", "pass"),
    ]
    found = clocked(way, 340)
    assert found is not None
    assert found["finish"] is True
    assert "rating" not in found  # somebody outside is waited for: nobody breaks it


def test_a_clock_that_stood_still_is_not_judged() -> None:
    way = [
        Passed(at(0), "reported"),
        Passed(at(10), "accepted", "reported", "accept"),
        Passed(at(20), "suspended", "gridwork", "pause"),
    ]
    found = clocked(way, 9999)
    assert found is not None
    assert "finish" not in found
    assert found["triage"] is False


def test_a_step_of_another_flow_stops_the_reckoning() -> None:
    assert clocked([Passed(at(0), "elsewhere")], 10) is None
