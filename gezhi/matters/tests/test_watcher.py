"""The watcher warns once, marks a miss once, and lets follow what the model says; nobody can outrun it."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.clock import Fixed
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import events, queries, scenes
from gezhi.matters.models import Matter
from gezhi.matters.proof import proof
from gezhi.matters.services import moving
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import LATER, keep_promises
from gezhi.matters.services.reports import Report
from gezhi.promises import queries as promise_queries
from gezhi.promises import services as promises
from gezhi.promises.models import Promise
from gezhi.promises.services import broken_from
from gezhi.rules import deadlines, load

from .liuxi import COMMUNITY, FRIDAY, GRID, INSIDE, TOWN, World

CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")
LAMP = Report(text="院门口路灯不亮。", item="N12", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")
CALLED_BACK = StepGiven(note="电话回访，满意。")
FAST = (("he", "accept"), ("lin", "finish_grid"), ("qiao", "pass"), ("qiao", "answer"))


@pytest.fixture
def time(world: World) -> Iterator[Fixed]:
    with clock.fixed(FRIDAY) as standing:
        yield standing


def step(world: World, number: str, who: str, move: str) -> None:
    given = StepGiven(note="看过了。")
    take_step(number, move, by=world.person(who), at=clock.now(), given=given)


def watch() -> int:
    """Look until nothing is left to look at."""
    looked = 0
    while found := keep_promises(at=clock.now()):
        looked += found
    return looked


def happened(what: str) -> list[str]:
    """Which promises the ledger says this of, in order."""
    return [h.facts["promise"] for h in _story() if h.what == what]


def _story() -> list[queries.ledger.Happened]:
    return queries.ledger.entries(Entry.objects.values_list("id", flat=True))


def test_nothing_is_done_before_its_time(world: World, time: Fixed) -> None:
    open_matter(CLUTTER, by=world.clerk())
    warn_at = Promise.objects.get().warn_at
    assert warn_at is not None
    time.move_to(warn_at - timedelta(microseconds=1))
    assert watch() == 0
    time.move_to(warn_at)
    assert watch() == 1
    assert happened(events.PROMISE_WARNED) == ["triage"]


def test_a_promise_is_warned_then_missed_once_each(world: World, time: Fixed) -> None:
    open_matter(CLUTTER, by=world.clerk())
    made = Promise.objects.get()
    time.move_to(made.due_at - timedelta(minutes=1))
    assert watch() == 1
    time.move_to(made.due_at)
    assert watch() == 0
    time.move_to(broken_from(made.due_at))
    assert watch() == 1
    time.tick(3600)
    assert watch() == 0
    assert (happened(events.PROMISE_WARNED), happened(events.PROMISE_MISSED)) == (["triage"], ["triage"])
    row = Promise.objects.get()
    assert (row.warned_at, row.missed_at) == (made.due_at - timedelta(minutes=1), broken_from(made.due_at))


def test_a_watcher_that_comes_late_marks_the_miss_and_warns_nobody(world: World, time: Fixed) -> None:
    open_matter(CLUTTER, by=world.clerk())
    time.tick(9 * 3600)
    assert watch() == 1
    assert (happened(events.PROMISE_WARNED), happened(events.PROMISE_MISSED)) == ([], ["triage"])


def test_a_kept_promise_is_never_looked_at(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", "accept")
    Promise.objects.exclude(name="triage").update(look_at=None)
    time.tick(30 * 86400)
    assert watch() == 0


@pytest.mark.parametrize("watched", [False, True], ids=["act first", "watcher first"])
def test_a_late_act_is_never_timely(world: World, time: Fixed, watched: bool) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    late = broken_from(Promise.objects.get().due_at)
    time.move_to(late)
    if watched:
        watch()
    step(world, number, "he", "accept")
    watch()
    row = Promise.objects.get(name="triage")
    assert (row.missed_at, row.met_at) == (late, late)
    assert happened(events.PROMISE_MISSED) == ["triage"]


@pytest.mark.parametrize("before", [timedelta(seconds=1), timedelta()], ids=["a second before", "at it"])
def test_an_act_in_the_last_moment_is_timely(world: World, time: Fixed, before: timedelta) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    time.move_to(Promise.objects.get().due_at - before)
    watch()
    step(world, number, "he", "accept")
    time.tick(3600)
    watch()
    assert Promise.objects.get(name="triage").missed_at is None
    assert happened(events.PROMISE_MISSED) == []


def test_a_promise_dropped_too_late_is_missed_whether_or_not_somebody_looked(
    world: World, time: Fixed
) -> None:
    numbers = [open_matter(CLUTTER, by=world.clerk()).number for _n in range(2)]
    time.move_to(Promise.objects.first().due_at)  # type: ignore[union-attr]  # two were just made
    step(world, numbers[0], "he", "drop")
    time.tick(1)
    step(world, numbers[1], "he", "drop")
    assert watch() == 0
    missed = [entry.about for entry in _story() if entry.what == events.PROMISE_MISSED]
    assert missed == [Matter.objects.get(number=numbers[1]).id]


def test_a_claimed_moment_before_the_due_one_changes_nothing(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    time.tick(3 * 3600)
    given = StepGiven(late_reason="当时没有网络。")
    take_step(number, "accept", by=world.person("he"), at=FRIDAY + timedelta(minutes=5), given=given)
    assert Promise.objects.get(name="triage").missed_at == clock.now()


def test_a_missed_finish_is_raised_with_a_new_clock_up_to_the_root(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", "accept")
    for command in (COMMUNITY, TOWN, TOWN[:4], TOWN[:4]):
        row = Matter.objects.get(number=number)
        last = Promise.objects.filter(name="finish").latest("made_at")
        time.move_to(broken_from(last.due_at))
        watch()
        row.refresh_from_db()
        assert row.command == command
    assert sorted(happened(events.PROMISE_MISSED)) == ["finish"] * 4 + ["quiet"]
    assert happened(events.RAISED) == ["finish"] * 3
    assert row.step == "gridwork"
    assert row.next_due_at < clock.now() + timedelta(seconds=1)  # at the root nothing begins anew
    started = list(Promise.objects.filter(name="finish").order_by("made_at"))
    assert [p.void_at for p in started] == [p.missed_at for p in started[:3]] + [None]
    assert [p.made_at for p in started[1:]] == [p.missed_at for p in started[:3]]


def test_a_miss_that_calls_for_supervision_is_told_and_moves_nothing(world: World, time: Fixed) -> None:
    number = open_matter(LAMP, by=world.clerk()).number
    step(world, number, "he", "accept")
    before = Matter.objects.values().get(number=number)
    time.move_to(broken_from(Promise.objects.get(name="sign").due_at))
    watch()
    assert happened(events.PROMISE_MISSED) == ["sign"]
    assert Matter.objects.values().get(number=number) == before


def test_silence_ends_when_its_promise_does(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for who, move in FAST:
        step(world, number, who, move)
    silence = Promise.objects.get(name="rating")
    time.move_to(silence.due_at)
    assert watch() == 0
    time.move_to(broken_from(silence.due_at))
    assert watch() == 1
    row = Matter.objects.get(number=number)
    assert (row.step, row.closing, row.ended_recorded_at) == ("closed", "solved", clock.now())
    last = _story()[-1]
    assert (last.facts["move"], last.by, last.post, last.facts["met"]) == ("close", None, "house", [])
    time.tick(86400)
    assert watch() == 0


def test_a_rating_that_never_came_is_no_broken_promise(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for who, move in FAST:
        step(world, number, who, move)
    time.move_to(broken_from(Promise.objects.get(name="rating").due_at))
    watch()
    row = Promise.objects.get(name="rating")
    assert (row.outside, row.missed_at, row.met_at, row.lapsed_at) == (True, None, None, clock.now())
    assert (happened(events.PROMISE_LAPSED), happened(events.PROMISE_MISSED)) == (["rating"], [])
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert "「等候评价」期满，没有回音" in [one.verb for one in page.story]
    assert not any("超期" in one.verb for one in page.story)
    (shown,) = [p for p in page.promises if p.rule == "rating"]
    assert (shown.missed_at, shown.lapsed_at) == (None, clock.now())
    seal(at=clock.now())
    assert proof().whole


@pytest.mark.parametrize("moment", [timedelta(), timedelta(microseconds=1)], ids=["at the end", "after it"])
def test_a_rating_at_the_last_moment_counts_and_one_after_it_has_lapsed(
    world: World, time: Fixed, moment: timedelta
) -> None:
    """Whether the watcher came first does not decide: whoever closes a moment too late closes what had lapsed."""
    number = open_matter(CLUTTER, by=world.clerk()).number
    for who, move in FAST:
        step(world, number, who, move)
    time.move_to(Promise.objects.get(name="rating").due_at + moment)
    step(world, number, "he", "close_early")
    row = Promise.objects.get(name="rating")
    assert (row.met_at is not None, row.lapsed_at is not None) == (not moment, bool(moment))
    assert happened(events.PROMISE_LAPSED) == (["rating"] if moment else [])
    assert _story()[-1].facts["met"] == ([] if moment else ["rating"])
    assert happened(events.PROMISE_MISSED) == []


def test_only_what_somebody_outside_keeps_and_only_the_clock_follows_waits_outside(world: World) -> None:
    waits = {
        (model.id, flow.id, rule.id)
        for model in (load.named(name) for name in ("nanling", "guangming", "guanlan", "jianghai"))
        for flow in model.flows.values()
        for rule in flow.promises.values()
        if deadlines.waits_outside(flow, rule)
    }
    assert {one for one in waits if one[1] == "main"} == {
        (name, "main", rule)
        for name in ("nanling", "guangming", "guanlan", "jianghai")
        for rule in ("rating", "ask_grid", "ask_dept")
    }
    assert waits - {one for one in waits if one[1] == "main"} == {("guangming", "secretary", "rating")}


def test_a_promise_of_the_house_cannot_be_stored_as_waiting_and_missed(world: World) -> None:
    open_matter(CLUTTER, by=world.clerk())
    late = broken_from(Promise.objects.get().due_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.update(outside=True, missed_at=late)


def test_an_older_house_learns_from_its_models_what_waits(world: World, time: Fixed) -> None:
    numbers = [open_matter(CLUTTER, by=world.clerk()).number for _n in range(2)]
    for who, move in FAST:
        step(world, numbers[0], who, move)
    Promise.objects.update(outside=False)
    import_module("gezhi.promises.migrations.0004_outside").mark_what_waits(apps, None)
    assert list(Promise.objects.filter(outside=True).values_list("name", flat=True)) == ["rating"]
    time.tick(30 * 86400)
    watch()
    assert happened(events.PROMISE_LAPSED) == ["rating"]


def test_whoever_closes_before_the_clock_stands(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for who, move in (*FAST, ("he", "close_early")):
        step(world, number, who, move)
    time.tick(30 * 86400)
    assert watch() == 0
    with pytest.raises(Refused):
        step(world, number, "he", "close_early")


def test_a_watcher_that_dies_leaves_its_batch_whole(world: World, time: Fixed) -> None:
    open_matter(CLUTTER, by=world.clerk())
    time.tick(3 * 3600)
    before = Promise.objects.values().get()

    class Killed(BaseException):
        pass

    def look_and_die() -> None:
        with transaction.atomic():
            keep_promises(at=clock.now())
            raise Killed

    with pytest.raises(Killed):
        look_and_die()
    assert Promise.objects.values().get() == before
    assert watch() == 1
    assert happened(events.PROMISE_MISSED) == ["triage"]


def test_a_step_that_was_begun_before_a_raise_does_not_undo_it(world: World, time: Fixed) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    step(world, number, "he", "accept")
    time.move_to(broken_from(Promise.objects.get(name="finish").due_at))
    read_before = scenes.scene_of(Matter.objects.get(number=number), clock.now())
    watch()
    taken = read_before.flow.moves["finish_grid"]
    now = clock.now()
    with transaction.atomic():
        moving.move(
            read_before, taken, by=world.clerk("lin"), at=now, recorded_at=now, said=moving.Said("清了。")
        )
    row = Matter.objects.get(number=number)
    assert (row.step, row.command) == ("done", COMMUNITY)
    made_anew = Promise.objects.get(name="finish", void_at=None)
    assert row.next_due_at == made_anew.due_at
    step(world, number, "qiao", "pass")
    assert not Promise.objects.filter(name="finish", met_at=None, void_at=None).exists()


def test_raises_and_steps_at_once_neither_block_nor_undo_each_other(lasting: World) -> None:
    numbers = [open_matter(CLUTTER, by=HOUSE).number for _n in range(6)]
    he, lin = lasting.person("he"), lasting.person("lin")
    for number in numbers:
        take_step(number, "accept", by=he, at=clock.now())
    with clock.fixed(FRIDAY + timedelta(days=9)):

        def finish_all() -> None:
            for number in reversed(numbers):
                take_step(number, "finish_grid", by=lin, at=clock.now(), given=StepGiven(note="清了。"))

        acts = iter([finish_all, watch_in_small_batches, watch_in_small_batches])

        def next_of_them() -> None:
            next(acts)()

        together("threads", 3, next_of_them)
        watch()
    assert {(m.step, m.command) for m in Matter.objects.all()} == {("done", COMMUNITY)}
    open_ones = Promise.objects.filter(name="finish", met_at=None, void_at=None)
    due = {p.about: p.due_at for p in open_ones}
    assert {m.id: m.next_due_at for m in Matter.objects.all()} == due


def test_a_broken_matter_does_not_stop_the_promises_of_the_others(
    world: World, time: Fixed, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = [open_matter(CLUTTER, by=world.clerk()).number for _n in range(3)]
    for number in numbers:
        step(world, number, "he", "accept")
    Matter.objects.filter(number=numbers[1]).update(model="no such version")
    time.tick(9 * 86400)
    with caplog.at_level(logging.ERROR):
        assert watch() == 6  # of each the finish and the note
    commands = Matter.objects.order_by("number").values_list("command", flat=True)
    assert list(commands) == [COMMUNITY, GRID, COMMUNITY]
    assert sorted(happened(events.PROMISE_MISSED)) == ["finish", "finish", "quiet", "quiet"]
    assert str(Matter.objects.get(number=numbers[1]).id) in caplog.text


def test_more_broken_matters_than_a_batch_holds_stop_no_promise_and_are_looked_at_again(
    world: World, time: Fixed
) -> None:
    numbers = [open_matter(CLUTTER, by=world.clerk()).number for _n in range(5)]
    for number in numbers:
        step(world, number, "he", "accept")
    version = Matter.objects.values_list("model", flat=True)[0]
    Matter.objects.exclude(number=numbers[4]).update(model="no such version")
    time.tick(9 * 86400)
    for _look in range(3):
        keep_promises(at=clock.now(), most=2)
    assert Matter.objects.get(number=numbers[4]).command == COMMUNITY
    assert promise_queries.next_look() == clock.now() + LATER
    Matter.objects.update(model=version)
    assert watch() == 0
    time.move_to(clock.now() + LATER)
    assert watch() == 8
    assert set(Matter.objects.values_list("command", flat=True)) == {COMMUNITY}
    assert sorted(happened(events.PROMISE_MISSED)) == ["finish"] * 5 + ["quiet"] * 5


MANY = 24


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_several_watchers_mark_each_promise_once(lasting: World, kind: str) -> None:
    for _n in range(MANY):
        open_matter(CLUTTER, by=HOUSE)
    for hours, what in ((1.9, events.PROMISE_WARNED), (2.1, events.PROMISE_MISSED)):
        with clock.fixed(FRIDAY + timedelta(hours=hours)):
            together(kind, 4, watch_in_small_batches)
            assert watch() == 0
        assert len(happened(what)) == MANY
    about = [entry.about for entry in Entry.objects.filter(what=events.PROMISE_MISSED)]
    assert len(set(about)) == MANY
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_two_claims_never_get_the_same_promise(lasting: World) -> None:
    for _n in range(MANY):
        open_matter(CLUTTER, by=HOUSE)
    got, at = list[object](), FRIDAY + timedelta(hours=2.1)

    def claim() -> None:
        while True:
            waiting = list(promise_queries.to_look_at(at, 3))
            if not waiting:
                return
            with transaction.atomic():
                got.extend(one.id for one in promises.claim(waiting, at=at))

    together("threads", 4, claim)
    assert (len(got), len(set(got))) == (MANY, MANY)


def test_the_watcher_and_a_person_at_once_give_one_outcome(lasting: World) -> None:
    numbers = [open_matter(CLUTTER, by=HOUSE).number for _n in range(6)]
    people = {who: lasting.person(who) for who, _move in FAST}
    for number in numbers:
        for who, move in FAST:
            take_step(number, move, by=people[who], at=clock.now(), given=StepGiven(note="看过了。"))
    he = people["he"]
    with clock.fixed(FRIDAY + timedelta(days=9)):

        def close_all() -> None:
            for number in numbers:
                with suppress(Refused):
                    take_step(number, "close_early", by=he, at=clock.now(), given=CALLED_BACK)

        mixed = iter([close_all, watch_in_small_batches, close_all, watch_in_small_batches])

        def next_of_them() -> None:
            next(mixed)()

        together("threads", 4, next_of_them)
        watch()
        assert {m.step for m in Matter.objects.all()} == {"closed"}
        closes = [h.about for h in _story() if h.facts.get("move") in {"close", "close_early"}]
        assert (len(closes), len(set(closes))) == (6, 6)
        assert happened(events.PROMISE_LAPSED) == ["rating"] * 6
        assert happened(events.PROMISE_MISSED) == []


def watch_in_small_batches() -> None:
    while keep_promises(at=clock.now(), most=3):
        pass


def together(kind: str, many: int, act: Callable[[], None]) -> None:
    """Run `act` in so many threads or processes that all begin at once; a failure in one is a failure."""
    if kind == "processes":
        return _forked(many, act)
    gate, failed = threading.Barrier(many), list[BaseException]()

    def run() -> None:
        try:
            gate.wait()
            act()
        except BaseException as error:  # handed on below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return None


def _forked(many: int, act: Callable[[], None]) -> None:
    """Each child goes on with the clock and the memory of this process, and a connection of its own."""
    connection.close()
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=act) for _ in range(many)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * many


def test_what_one_watcher_holds_is_left_and_the_next_batch_taken(lasting: World) -> None:
    """On PostgreSQL: the rows of the first batch are held elsewhere; this watcher does the second one meanwhile."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    numbers = [open_matter(CLUTTER, by=HOUSE).number for _time in range(4)]
    first = list(Promise.objects.order_by("look_at").values_list("about", flat=True)[:2])
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Matter.objects.select_for_update().filter(id__in=first))
            holding.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert holding.wait(20)
    with clock.fixed(FRIDAY + timedelta(days=3)):
        try:
            assert keep_promises(at=clock.now(), most=2) == 2
            assert not Promise.objects.filter(about__in=first, missed_at__isnull=False).exists()
        finally:
            done.set()
            other.join()
        assert keep_promises(at=clock.now(), most=2) == 2
    assert Promise.objects.filter(missed_at__isnull=False).count() == len(numbers)
