"""这一带: everything stands as it stood when today began, and a day that is over is told alike for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import around, editions, following, outward
from gezhi.matters.models import Matter, PastEnd
from gezhi.matters.services import reporters_own
from gezhi.matters.tests.liuxi import COMMUNITY, FRIDAY, GRID, World
from gezhi.matters.tests.test_path import step
from gezhi.reporting.tests.rows import DAY, put

from .test_around import handed, lamp, lines, said, titles

pytestmark = pytest.mark.django_db
ANSWERED = (("he", "accept"), ("zhu", "sign"), ("zhu", "finish"), ("qiao", "pass"), ("qiao", "answer"))


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def walk(world: World, steps: tuple[tuple[str, str], ...]) -> Matter:
    """A lamp that somebody reported, taken so far today."""
    number = handed(world, reporting="anonymous")
    for who, move in steps:
        step(world, number, who, move, "看过了。")
    return Matter.objects.get(number=number)


def told() -> tuple[list[str], list[str]]:
    return lines(said()), titles()


def answer(row: Matter) -> None:
    reporters_own.answer(row.id, "三栋二单元。", seen=None, at=clock.now())


def content(row: Matter) -> None:
    reporters_own.rate(row.id, "content", "", seen=None, at=clock.now())


def redo(row: Matter) -> None:
    reporters_own.rate(row.id, "discontent", "还是黑的。", seen=None, at=clock.now())


def reopen(row: Matter) -> None:
    reporters_own.reopen(row.id, "又黑了。", seen=None, at=clock.now())


ASKED = (*ANSWERED[:2], ("zhu", "ask_dept"))


@pytest.mark.parametrize(("so_far", "speaks"), [(ASKED, answer), (ANSWERED, content), (ANSWERED, redo)])
def test_nobody_sees_on_this_day_that_the_reporter_spoke(
    world: World, so_far: tuple[tuple[str, str], ...], speaks: Callable[[Matter], None]
) -> None:
    row = walk(world, so_far)
    with clock.fixed(local(11, 22, 9)) as now:
        before = told()
        assert before == (["路灯不亮 11月20日受理，正在办"], ["路灯不亮 受理 1 件"])
        now.move_to(local(11, 22, 10))
        speaks(row)
        assert Matter.objects.get().moved > row.moved
        now.move_to(local(11, 22, 23, 59))
        assert told() == before


def test_what_ended_today_is_in_work_until_midnight(world: World) -> None:
    row = walk(world, ANSWERED)
    with clock.fixed(local(11, 22, 10)) as now:
        content(row)
        now.move_to(local(11, 23))
        assert told() == (
            ["路灯不亮 11月20日受理，11月22日办好"],
            ["路灯不亮 办好 1 件", "路灯不亮 受理 1 件"],
        )


def test_what_was_opened_again_stands_as_done_until_midnight_and_its_day_stays(world: World) -> None:
    row = walk(world, ANSWERED)
    with clock.fixed(local(11, 22, 10)) as now:
        content(row)
        now.move_to(local(11, 25, 9))
        before = told()
        reopen(row)
        assert told() == before
        assert before[0] == ["路灯不亮 11月20日受理，11月22日办好"]
        now.move_to(local(11, 26))
        assert lines(said()) == ["路灯不亮 11月20日受理，正在办，答应 11月30日 前办好"]
        assert titles() == before[1] == ["路灯不亮 办好 1 件", "路灯不亮 受理 1 件"]
        for who, move in ANSWERED[1:]:
            step(world, row.number, who, move, "换了灯泡。")
        content(row)
        now.move_to(local(11, 27))
        assert lines(said()) == ["路灯不亮 11月20日受理，11月26日办好"]
        assert titles() == ["路灯不亮 办好 1 件", *before[1]]


def test_what_was_done_and_opened_again_on_one_day_was_not_done_on_it(world: World) -> None:
    row = walk(world, ANSWERED)
    with clock.fixed(local(11, 22, 10)) as now:
        content(row)
        now.move_to(local(11, 22, 11))
        reopen(row)
        for at in (local(11, 22, 12), local(11, 23, 1)):
            now.move_to(at)
            assert titles() == ["路灯不亮 受理 1 件"]


def test_what_was_merged_and_is_on_its_own_again_was_never_done(world: World) -> None:
    row = lamp()
    put(row)
    ended = FRIDAY - 2 * DAY
    times = {"ended_at": ended, "ended_recorded_at": ended, "undone_at": FRIDAY, "undone_recorded_at": FRIDAY}
    PastEnd.objects.create(id=new_id(), matter=row.id, **times)
    assert told() == ([], ["路灯不亮 受理 1 件"])
    with clock.fixed(FRIDAY + DAY):
        assert told() == (["路灯不亮 11月17日受理，正在办"], ["路灯不亮 受理 1 件"])


@pytest.mark.parametrize("closing", ["void", "withdrawn", "merged", "transferred"])
def test_what_was_told_of_a_day_is_not_taken_back(world: World, closing: str) -> None:
    put(lamp(closing, done=0), lamp(closing, ago=3, done=3))
    assert told() == (["路灯不亮 11月17日受理，正在办"], ["路灯不亮 受理 1 件"])
    with clock.fixed(FRIDAY + DAY):
        assert told() == ([], ["路灯不亮 受理 1 件"])


def test_no_step_of_what_is_in_work_is_told(world: World) -> None:
    put(*(lamp(phase=phase) for phase in ("accepted", "handling", "suspended", "checking", "answering")))
    assert lines(said()) == ["路灯不亮 11月17日受理，正在办 5 件"]


def test_the_day_is_that_of_the_reporters_own_page(world: World) -> None:
    row = walk(world, ANSWERED[:1])
    assert Matter.objects.get().next_promise == "sign"
    with clock.fixed(local(11, 22)):
        own = following.following(row.id, clock.now())
        assert own is not None
        assert own.promise is not None
        assert (own.promise.rule, outward.day_of(own.promise.due_at)) == ("finish", local(11, 25).date())
        assert lines(said()) == ["路灯不亮 11月20日受理，正在办，答应 11月25日 前办好"]
    with clock.fixed(local(11, 25, 12)):
        assert Matter.objects.get().next_due_at < clock.now(), "what desks owe one another has lapsed"
        assert lines(said()) == ["路灯不亮 11月20日受理，正在办，答应 今天 前办好"]
    with clock.fixed(local(11, 26)):
        assert lines(said()) == ["路灯不亮 11月20日受理，正在办，答应 11月25日 前办好，已超期"]


def test_a_clock_that_goes_on_today_tells_so_tomorrow(world: World) -> None:
    row = walk(world, ASKED)
    standing = ["路灯不亮 11月20日受理，正在办"]
    with clock.fixed(local(11, 24, 10)) as now:
        answer(row)
        assert lines(said()) == standing
        now.move_to(local(11, 25))
        assert lines(said()) != standing


def test_a_clock_that_stood_still_today_alone_tells_nothing_of_it_today(world: World) -> None:
    row = walk(world, ANSWERED[:2])
    promised = ["路灯不亮 11月20日受理，正在办，答应 11月25日 前办好"]
    with clock.fixed(local(11, 23, 10)) as now:
        step(world, row.number, "zhu", "ask_dept", "几栋？")
        assert lines(said()) == promised
        now.move_to(local(11, 24, 9))
        assert lines(said()) == ["路灯不亮 11月20日受理，正在办"]
        answer(row)
        now.move_to(local(11, 24, 10))
        step(world, row.number, "tang", "pause", "缺配件。", reason="money")
        now.move_to(local(11, 24, 11))
        step(world, row.number, "tang", "resume", "到了。")
        assert lines(said()) == ["路灯不亮 11月20日受理，正在办"]


def test_a_short_stop_counts_from_the_next_day(world: World) -> None:
    row = walk(world, ANSWERED[:2])
    with clock.fixed(local(11, 25, 9)) as now:
        before = lines(said())
        step(world, row.number, "zhu", "ask_dept", "几栋？")
        now.move_to(local(11, 25, 10))
        answer(row)
        assert lines(said()) == before == ["路灯不亮 11月20日受理，正在办，答应 今天 前办好"]


def test_statements_are_few_and_as_many_however_much_there_is(world: World) -> None:
    row = walk(world, ANSWERED)
    with clock.fixed(local(11, 22, 10)) as now:
        content(row)
        reopen(row)
        counts = []
        for _time in range(2):
            put(*(lamp(ago=n % 9 + 1, path=GRID) for n in range(30)), *(lamp("solved") for n in range(30)))
            now.move_to(clock.now() + DAY)
            model = editions.today()
            with CaptureQueriesContext(connection) as asked:
                around.around(COMMUNITY, model, clock.now())
            counts.append(len(asked))
    assert counts == [5, 5]
