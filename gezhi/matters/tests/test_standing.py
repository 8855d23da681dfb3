"""挂账: the clock of a promise stands still where the model says so, is not late meanwhile, and goes on afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import queries
from gezhi.matters.clocks import PromiseView
from gezhi.matters.models import Matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.promises.models import Promise
from gezhi.promises.queries import FAR

from .liuxi import FRIDAY, World
from .test_path import CLUTTER, LAMP, opened, stands, step

DAY = timedelta(days=1)


def local(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def finish(world: World, number: str) -> PromiseView:
    page = queries.page(world.person("he"), number)
    assert page is not None
    return next(p for p in page.promises if p.rule == "finish" and p.void_at is None)


def in_work(world: World) -> str:
    number = opened(world, CLUTTER).number  # 3 working days from Friday 17:30: over with Wednesday
    step(world, number, "he", "accept")
    return number


def test_a_clock_that_stands_is_not_late_and_goes_on_with_what_was_left(world: World) -> None:
    number = in_work(world)
    assert finish(world, number).due_at == local(11, 26)
    with clock.fixed(local(11, 24, 10)):
        step(world, number, "tang", "pause", "业主不在，物业没有钥匙。", reason="owner")
        row, promise = Matter.objects.get(number=number), finish(world, number)
        assert (row.step, row.phase, row.next_promise) == ("suspended", "suspended", "look_again")
        assert promise.stands_since == local(11, 24, 10)
        assert not promise.runs
        assert Promise.objects.get(id=promise.id).due_at == FAR
    with clock.fixed(local(12, 10, 9)) as now:
        assert keep_promises(at=clock.now()) == 0
        step(world, number, "tang", "resume_grid")
        promise = finish(world, number)
        # Monday was counted; Tuesday the clock stood at the day's end; the 10th of December counts, and the 11th
        assert (promise.due_at, promise.stands_since) == (local(12, 12), None)
        assert Matter.objects.get(number=number).next_due_at == local(12, 12)
        now.move_to(promise.due_at)
        step(world, number, "lin", "finish_grid", "纸箱已搬走。")
        now.move_to(promise.due_at + timedelta(seconds=1))
        keep_promises(at=clock.now())
    assert (
        Promise.objects.get(id=promise.id).missed_at is not None
    )  # finished at the stroke, verified by nobody in time


def test_what_ran_out_before_it_was_stopped_is_missed_and_what_is_promised_anew_stands(world: World) -> None:
    number = in_work(world)
    due = finish(world, number).due_at
    with clock.fixed(due + timedelta(hours=1)) as now:
        step(
            world, number, "tang", "pause", "等天晴。", reason="owner"
        )  # nobody had looked: it was over all the same
        assert keep_promises(at=clock.now()) == 1
        old, new = Promise.objects.filter(name="finish").order_by("made_at")
        assert (old.missed_at, old.due_at, old.stands_since) == (clock.now(), due, None)
        assert (new.stands_since, new.look_at, new.missed_at) == (clock.now(), None, None)
        assert Matter.objects.get(number=number).next_promise == "look_again"
        now.move_to(due + 5 * DAY)
        step(world, number, "tang", "resume_grid")
        assert Promise.objects.get(id=new.id).due_at > clock.now()


def test_a_warning_is_given_once_however_often_the_clock_stands(world: World) -> None:
    number = in_work(world)
    with clock.fixed(local(11, 25, 20)) as now:
        keep_promises(at=clock.now())
        step(world, number, "tang", "pause", "等天晴。", reason="owner")
        now.move_to(local(11, 30, 9))
        step(world, number, "tang", "resume_grid")
        now.move_to(finish(world, number).due_at)
        keep_promises(at=clock.now())
    story = ledger.story(Matter.objects.get(number=number).id)
    assert [h.facts["promise"] for h in story if h.what == "promise.warned"].count("finish") == 1


def test_stopping_is_in_the_ledger_and_the_ledger_proves_itself(world: World) -> None:
    number = in_work(world)
    with clock.fixed(FRIDAY + DAY):
        step(world, number, "tang", "pause", "缺经费。", reason="owner")
    with clock.fixed(FRIDAY + 4 * DAY):
        step(world, number, "tang", "resume_grid")
    steps = [
        h.facts for h in ledger.story(Matter.objects.get(number=number).id) if h.what == "matter.stepped"
    ]
    paused = next(f for f in steps if f["move"] == "pause")
    again = next(f for f in steps if f["move"] == "resume_grid")
    assert paused["stood"] == ["finish"]
    assert [word.partition("@")[0] for word in again["went_on"]] == ["finish"]
    seal(at=FRIDAY + 5 * DAY)
    assert verify(queries.read_texts).whole


def test_whoever_handled_does_not_stop_their_own_clock(world: World) -> None:
    number = opened(world, LAMP).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    page = queries.page(world.person("zhu"), number)
    assert page is not None
    assert "pause" not in {m.id for m in page.next_moves}
    step(world, number, "he", "pause", "等电力公司停电。", reason="owner")
    assert stands(number)[0] == "suspended"
    with clock.fixed(FRIDAY + 40 * DAY):
        keep_promises(at=clock.now())
        names = set(Promise.objects.exclude(missed_at=None).values_list("name", flat=True))
        assert names == {"look_again"}  # nobody came back to it within thirty days
    with pytest.raises(Exception, match="格内"):
        step(world, number, "he", "resume_grid")
    step(world, number, "he", "resume")
    assert stands(number) == ("assigned", "department:housing")
