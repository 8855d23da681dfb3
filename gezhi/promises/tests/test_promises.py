"""Promises: counted once, kept or missed once, never flattered by a slow watcher."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction

from gezhi.ledger import pouring
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.matters.models import Matter
from gezhi.matters.services import step_writer
from gezhi.matters.services.step_writer import Sheet
from gezhi.promises import queries, services
from gezhi.promises.models import Promise
from gezhi.promises.services import Terms
from gezhi.rules import length, seed
from gezhi.rules.workdays import Due

FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def terms(words: str, warn: int = 80) -> Terms:
    calendar = {day: (kind, status) for day, kind, status, _source in seed.days(2026, 2026)}
    return Terms(length.parse(words), warn, calendar, "09:00-12:00 14:00-18:00", "Asia/Shanghai")


def promised(words: str = "2工作日") -> Promise:
    made = services.prepare(a_matter(), "main", "finish", terms(words), at=FRIDAY)
    services.make([made])
    return Promise.objects.get(id=made.id)


def a_matter() -> UUID:
    """What is promised about: a bare row, for a step to change."""
    id = new_id()
    row = Matter(id=id, number=id.hex, at=FRIDAY, recorded_at=FRIDAY, next_due_at=queries.FAR)
    row.save(force_insert=True)
    return id


def claim(at: datetime) -> list[str]:
    """What the watcher does of what must be looked at."""
    with transaction.atomic():
        return [one.what for one in services.claim(list(queries.to_look_at(at, 200)), at=at)]


def stepped(about: UUID, at: datetime, **ends: list[str]) -> list[str]:
    """What a step does that keeps (`met`) or drops (`dropped`) promises of main: they are judged, and its sheet is
    written. Returns what became of those that came too late."""
    settled = services.judge(queries.open_about(about), "main", at=at, **ends)  # type: ignore[arg-type]
    with transaction.atomic():
        matter = Matter.objects.get(id=about)
        assert step_writer.write(Sheet(about, matter.moved, ended=settled.ended), matter)
    return [one.what for one in settled.late]


def test_a_lamp_reported_on_friday_evening_is_promised_by_the_end_of_tuesday() -> None:
    promise = promised("2工作日")
    assert promise.due_at == datetime(
        2026, 11, 24, 16, 0, tzinfo=UTC
    )  # midnight that ends Tuesday in Shanghai
    assert [(d.day.day, d.kind, d.counted) for d in Due.from_json(promise.why).strip] == [
        (20, "work", False),
        (21, "rest", False),
        (22, "rest", False),
        (23, "work", True),
        (24, "work", True),
    ]


def test_a_promise_is_warned_once_and_missed_once() -> None:
    promise = promised("10小时")
    assert claim(FRIDAY + timedelta(hours=7)) == []
    assert claim(FRIDAY + timedelta(hours=8)) == ["warned"]
    assert claim(FRIDAY + timedelta(hours=9)) == []
    assert claim(promise.due_at) == []
    assert claim(promise.due_at + services.TICK) == ["missed"]
    assert claim(promise.due_at + timedelta(days=1)) == []


def test_a_watcher_that_slept_marks_the_miss_and_skips_the_warning() -> None:
    promise = promised("10小时")
    assert claim(promise.due_at + timedelta(days=3)) == ["missed"]
    assert Promise.objects.get().warned_at is None


def test_an_act_after_the_due_moment_is_late_although_nobody_watched() -> None:
    promise = promised("10小时")
    at = promise.due_at + services.TICK
    assert stepped(promise.about, at, met=["finish"]) == ["missed"]
    row = Promise.objects.get()
    assert (row.missed_at, row.met_at) == (at, at)
    assert claim(promise.due_at + timedelta(days=1)) == []


def test_an_act_in_time_keeps_the_promise_for_good() -> None:
    promise = promised("10小时")
    assert stepped(promise.about, promise.due_at - timedelta(seconds=1), met=["finish"]) == []
    assert stepped(promise.about, promise.due_at + timedelta(days=1), met=["finish"]) == []
    assert Promise.objects.get().missed_at is None


SECOND = timedelta(seconds=1)
LATE = pytest.mark.parametrize(
    ("after", "late"), [(-SECOND, False), (timedelta(), False), (services.TICK, True), (SECOND, True)]
)


@LATE
@pytest.mark.parametrize("end", ["met_at", "void_at"])
def test_live_or_imported_what_ends_at_the_due_moment_is_in_time(
    after: timedelta, late: bool, end: str
) -> None:
    """One rule: the same act at the same moment gives the same judgement, whichever way the promise came here."""
    live = promised("10小时")
    at = live.due_at + after
    stepped(live.about, at, **{"met" if end == "met_at" else "dropped": ["finish"]})
    given = services.prepare_given(new_id(), "main", "finish", live.due_at, at=FRIDAY, zone="Asia/Shanghai")
    pouring.put(services.load([services.Judged(given, **{end: at})], at=FRIDAY + timedelta(days=90)))
    rows = Promise.objects.order_by("imported")
    assert [(row.imported, row.missed_at is not None) for row in rows] == [(False, late), (True, late)]
    assert [getattr(row, end) for row in rows] == [at, at]
    assert claim(FRIDAY + timedelta(days=90)) == []


@LATE
@pytest.mark.parametrize("imported", [False, True], ids=["live", "imported"])
def test_the_watcher_breaks_what_is_strictly_past(after: timedelta, late: bool, imported: bool) -> None:
    live = promised("10小时")
    if imported:
        Promise.objects.all().delete()
        given = services.prepare_given(
            live.about, "main", "finish", live.due_at, at=FRIDAY, zone="Asia/Shanghai"
        )
        pouring.put(services.load([services.Judged(given)], at=live.due_at))
    assert ("missed" in claim(live.due_at + after)) == late
    stepped(live.about, live.due_at + after, met=["finish"])
    assert (Promise.objects.get().missed_at is not None) == late
    assert claim(live.due_at + timedelta(days=1)) == []


@LATE
@pytest.mark.parametrize("imported", [False, True], ids=["live", "imported"])
def test_what_waits_for_somebody_outside_is_never_missed(
    after: timedelta, late: bool, imported: bool
) -> None:
    due_at = FRIDAY + timedelta(hours=10)
    zone = "Asia/Shanghai"
    made = (
        services.prepare_given(new_id(), "main", "rating", due_at, at=FRIDAY, zone=zone, outside=True)
        if imported
        else services.prepare(a_matter(), "main", "rating", terms("10小时", 0), at=FRIDAY, outside=True)
    )
    if imported:
        pouring.put(
            services.load([services.Judged(made, met_at=due_at + after)], at=FRIDAY + timedelta(days=90))
        )
    else:
        services.make([made])
        assert stepped(made.about, due_at + after, met=["rating"]) == (["lapsed"] if late else [])
    row = Promise.objects.get()
    assert (row.missed_at, row.met_at is None, row.lapsed_at is not None) == (None, late, late)


@LATE
def test_a_record_still_open_is_missed_when_it_is_brought_after_its_due_moment(
    after: timedelta, late: bool
) -> None:
    due_at = FRIDAY + timedelta(hours=10)
    given = services.prepare_given(new_id(), "main", "finish", due_at, at=FRIDAY, zone="Asia/Shanghai")
    pouring.put(services.load([services.Judged(given)], at=due_at + after))
    row = Promise.objects.get()
    assert (row.missed_at is not None, row.look_at is None) == (late, late)


def test_an_older_house_looked_at_the_due_moment_and_looks_after_it_now() -> None:
    moving = import_module("gezhi.promises.migrations.0002_the_due_moment_keeps")
    promise, warned = promised("10小时"), promised("10小时")
    Promise.objects.filter(id=promise.id).update(
        look_at=promise.due_at, imported=True, missed_at=promise.due_at
    )
    moving.look_after_the_due_moment(apps, None)
    found = Promise.objects.get(id=promise.id)
    assert found.look_at == found.missed_at == promise.due_at + services.TICK
    assert Promise.objects.get(id=warned.id).look_at == warned.warn_at
    moving.look_at_the_due_moment(apps, None)
    assert Promise.objects.get(id=promise.id).look_at == promise.due_at


def test_nothing_is_promised_sorts_last() -> None:
    promise = promised()
    assert queries.earliest_open(promise.about)[0] == promise.due_at
    stepped(promise.about, FRIDAY, dropped=["finish"])
    assert queries.earliest_open(promise.about)[0] == queries.FAR


def test_the_calendar_is_kept_until_the_revision_moves() -> None:
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})
    services.put_calendar(seed.days(2026, 2026))
    makeup = queries.calendar()[datetime(2026, 10, 10, tzinfo=UTC).date()]
    assert makeup == ("makeup", "official")
    services.put_calendar([(datetime(2026, 10, 10, tzinfo=UTC).date(), "rest", "official", "台风停工")])
    assert queries.calendar()[datetime(2026, 10, 10, tzinfo=UTC).date()] == ("rest", "official")


def test_claiming_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        services.claim([new_id()], at=FRIDAY)
