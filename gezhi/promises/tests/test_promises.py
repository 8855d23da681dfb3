"""Promises: counted once, kept or missed once, never flattered by a slow watcher."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
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
    made = services.prepare(new_id(), "main", "finish", terms(words), at=FRIDAY)
    services.make([made])
    return Promise.objects.get(id=made.id)


def claim(at: datetime) -> list[str]:
    with transaction.atomic():
        return [one.what for one in services.claim(at=at)]


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
    assert claim(promise.due_at) == ["missed"]
    assert claim(promise.due_at + timedelta(days=1)) == []


def test_a_watcher_that_slept_marks_the_miss_and_skips_the_warning() -> None:
    promise = promised("10小时")
    assert claim(promise.due_at + timedelta(days=3)) == ["missed"]
    assert Promise.objects.get().warned_at is None


def test_an_act_after_the_due_moment_is_late_although_nobody_watched() -> None:
    promise = promised("10小时")
    late = services.meet(promise.about, "main", ["finish"], at=promise.due_at)
    row = Promise.objects.get()
    assert [one.what for one in late] == ["missed"]
    assert (row.missed_at, row.met_at) == (promise.due_at, promise.due_at)
    assert claim(promise.due_at + timedelta(days=1)) == []


def test_an_act_in_time_keeps_the_promise_for_good() -> None:
    promise = promised("10小时")
    assert services.meet(promise.about, "main", ["finish"], at=promise.due_at - timedelta(seconds=1)) == []
    assert services.meet(promise.about, "main", ["finish"], at=promise.due_at + timedelta(days=1)) == []
    assert Promise.objects.get().missed_at is None


def test_nothing_is_promised_sorts_last() -> None:
    promise = promised()
    assert queries.earliest_open(promise.about)[0] == promise.due_at
    services.void(promise.about, "main", ["finish"], at=FRIDAY)
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
        services.claim(at=FRIDAY)
