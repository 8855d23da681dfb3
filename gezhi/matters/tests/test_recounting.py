"""A day that changes after a promise was counted on it: counted again once, with both dates in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from gezhi.ledger import clock, digests
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.clock import Fixed
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import events, queries, sentences
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.recounting import recount
from gezhi.matters.services.reports import Report
from gezhi.promises import calendars
from gezhi.promises import queries as promises
from gezhi.promises.models import Promise
from gezhi.rules.workdays import Due

from .liuxi import FRIDAY, INSIDE, World

LAMP = Report(text="院门口路灯不亮。", item="N12", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")


@pytest.fixture
def time(world: World) -> Iterator[Fixed]:
    with clock.fixed(FRIDAY) as standing:
        yield standing


def accepted(world: World) -> None:
    opened = open_matter(LAMP, by=world.clerk())
    given = StepGiven(note="看过了。")
    take_step(opened.number, "accept", by=world.person("he"), at=clock.now(), given=given)


@pytest.fixture
def lamp(world: World, time: Fixed) -> Promise:
    """A promise of working days, made on Friday."""
    accepted(world)
    return next(p for p in Promise.objects.all() if p.length.endswith("工作日"))


def storm(*days: date) -> None:
    calendars.change([(day, "rest", "official", "台风停工") for day in days], by=HOUSE, at=clock.now())


def told() -> list[queries.ledger.Happened]:
    found = queries.ledger.entries(Entry.objects.values_list("id", flat=True))
    return [entry for entry in found if entry.what == events.PROMISE_RECOUNTED]


def counted_days(promise: Promise) -> list[date]:
    return [day.day for day in Due.from_json(promise.why).strip if day.counted]


def test_a_day_that_becomes_rest_moves_the_due_moment_and_says_so(lamp: Promise, time: Fixed) -> None:
    lost = counted_days(lamp)[0]
    storm(lost)
    assert recount(at=clock.now()) >= 1
    now = Promise.objects.get(id=lamp.id)
    due = Due.from_json(now.why)
    assert now.due_at > lamp.due_at
    assert lost not in counted_days(now)
    assert (due.due_at, due.was) == (now.due_at, lamp.due_at)
    facts = next(e.facts for e in told() if e.facts["promise"] == lamp.name)
    assert digests.moment(facts["was"]) == lamp.due_at
    assert digests.moment(facts["due"]) == now.due_at
    assert "改为" in sentences.recounted(facts)
    matter = Matter.objects.get()
    assert (matter.next_due_at, matter.next_from_at, matter.next_promise) == promises.earliest_open(matter.id)
    seal(at=clock.now())
    assert verify().whole


def test_counting_again_twice_changes_nothing_twice(lamp: Promise, time: Fixed) -> None:
    storm(counted_days(lamp)[0])
    recount(at=clock.now())
    first, entries = Promise.objects.get(id=lamp.id).due_at, len(told())
    recount(at=clock.now())
    time.move_to(clock.now() + calendars.SETTLES)
    recount(at=clock.now())
    assert calendars.unfinished() is None
    assert (Promise.objects.get(id=lamp.id).due_at, len(told())) == (first, entries)
    assert recount(at=clock.now()) == 0


def test_it_goes_on_where_it_was_stopped(world: World, time: Fixed) -> None:
    for _n in range(5):
        accepted(world)
    days = counted_days(next(p for p in Promise.objects.all() if p.length.endswith("工作日")))
    storm(days[0])
    seen = [recount(at=clock.now(), most=2) for _n in range(3)]
    assert seen[:2] == [2, 2]
    while recount(at=clock.now(), most=2) == 2:
        pass
    moved = {p.about for p in Promise.objects.all() if Due.from_json(p.why).was}
    assert len(moved) == 5


def test_late_comers_are_looked_at_again_and_counted_once(lamp: Promise, time: Fixed) -> None:
    storm(counted_days(lamp)[0])
    first = recount(at=clock.now())
    again = [recount(at=clock.now()) for _turn in range(3)]
    assert again == [first] * 3  # they are young: they might have been written while the calendar changed
    one = calendars.latest()[0]
    assert (one.looked, one.again) == (first, True)


def test_what_would_be_over_already_ends_with_the_day(lamp: Promise, time: Fixed) -> None:
    """Two days rest, the promise moves on; on its old last day the rest is taken back."""
    days = counted_days(lamp)
    storm(days[-1])
    recount(at=clock.now())
    later = Promise.objects.get(id=lamp.id)
    time.move_to(later.due_at - timedelta(hours=2))
    calendars.change(
        [(timezone.localdate(clock.now()), "rest", "official", "停电")], by=HOUSE, at=clock.now()
    )
    recount(at=clock.now())
    again = Promise.objects.get(id=lamp.id)
    assert again.due_at > later.due_at
    calendars.change(
        [(timezone.localdate(clock.now()), "makeup", "official", "来电")], by=HOUSE, at=clock.now()
    )
    recount(at=clock.now())
    last = Promise.objects.get(id=lamp.id)
    assert clock.now() < last.due_at <= again.due_at


def test_what_is_broken_or_imported_or_kept_stays(lamp: Promise, time: Fixed) -> None:
    time.move_to(lamp.due_at + timedelta(days=1))
    while keep_promises(at=clock.now()):
        pass
    broken = {p.id: p.due_at for p in Promise.objects.exclude(missed_at=None)}
    assert broken
    storm(timezone.localdate(clock.now()) + timedelta(days=1))
    recount(at=clock.now())
    assert {p.id: p.due_at for p in Promise.objects.exclude(missed_at=None)} == broken
