"""Days: what was sealed in one is under one root, made once when it is over, and never anything else."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from gezhi.ledger import days, instance, lock, merkle
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.days import close_days, published
from gezhi.ledger.ids import new_id
from gezhi.ledger.inclusion import first_line, inclusion
from gezhi.ledger.models import DayRoot, Entry, Instance, Seal
from gezhi.ledger.services import record, seal
from gezhi.ledger.verify import verify

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # the 21st begins in Shanghai
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def opened() -> None:
    instance.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})


def sealed(at: datetime, count: int = 1) -> UUID:
    """Entries sealed as one batch at this moment; what the last of them is about."""
    about = new_id()
    with transaction.atomic():
        for n in range(count):
            record("matter.opened", about if n == count - 1 else new_id(), by=HOUSE, at=at)
    assert seal(at=at) == count
    return about


def test_a_day_is_closed_when_it_is_over_and_not_a_second_before() -> None:
    sealed(MIDNIGHT - 2 * SECOND, 3)
    assert close_days(at=MIDNIGHT - SECOND) == 0
    assert close_days(at=MIDNIGHT) == 1
    (line,) = published()
    assert (line.day, line.first, line.last, line.batches, line.entries) == (date(2026, 11, 20), 1, 1, 1, 3)
    assert line.before == "0" * 64


def test_what_was_recorded_before_midnight_and_sealed_after_it_is_in_the_day_of_its_seal() -> None:
    sealed(MIDNIGHT - 5 * SECOND)
    with transaction.atomic():
        record("matter.opened", about := new_id(), by=HOUSE, at=MIDNIGHT - 2 * SECOND)
    assert close_days(at=MIDNIGHT + SECOND) == 1
    seal(at=MIDNIGHT + 5 * SECOND)
    before = published()
    assert close_days(at=MIDNIGHT + DAY) == 1
    assert published()[:1] == before, "a day that was published stays"
    line = first_line(about, "matter.opened")
    assert line is not None
    found = inclusion(line.id)
    assert found is not None
    assert found.day == date(2026, 11, 21)


def test_days_without_anything_are_skipped_and_their_neighbours_show_that_nothing_is_left_out() -> None:
    for offset in (0, 1, 5):
        sealed(MIDNIGHT + offset * DAY)
        sealed(MIDNIGHT + offset * DAY + SECOND)
    assert close_days(at=MIDNIGHT + 9 * DAY) == 3
    lines = published()
    assert [line.day.day for line in lines] == [21, 22, 26]
    assert [(line.first, line.last) for line in lines] == [(1, 2), (3, 4), (5, 6)]
    assert [line.before for line in lines[1:]] == [line.chain for line in lines[:-1]]
    assert published(date(2026, 11, 22)) == lines[1:]
    assert published(date(2026, 11, 27)) == []
    assert verify().days == 3


def test_closed_once_it_is_closed() -> None:
    sealed(MIDNIGHT)
    assert [close_days(at=MIDNIGHT + DAY) for _ in range(3)] == [1, 0, 0]
    assert close_days(at=MIDNIGHT + 3 * DAY) == 0
    assert DayRoot.objects.count() == 1


def test_a_batch_that_comes_too_late_for_its_day_is_in_the_next() -> None:
    """A sealer took its moment before midnight and its turn after the day was closed."""
    sealed(MIDNIGHT - 5 * SECOND)
    close_days(at=MIDNIGHT)
    sealed(MIDNIGHT - SECOND)
    assert close_days(at=MIDNIGHT + SECOND) == 0
    sealed(MIDNIGHT + SECOND)
    assert close_days(at=MIDNIGHT + DAY) == 1
    assert [(line.day.day, line.first, line.last) for line in published()] == [(20, 1, 1), (21, 2, 3)]
    assert verify().whole


def test_a_clock_that_ran_years_ahead_for_a_minute_stops_no_day() -> None:
    sealed(MIDNIGHT)
    sealed(MIDNIGHT + 3000 * DAY)
    sealed(MIDNIGHT + SECOND)
    sealed(MIDNIGHT + DAY)
    assert close_days(at=MIDNIGHT + 2 * DAY) == 2
    assert [(line.day.day, line.first, line.last) for line in published()] == [(21, 1, 3), (22, 4, 4)]
    assert verify().whole


def test_a_job_that_dies_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(MIDNIGHT)
    sealed(MIDNIGHT + DAY)

    def dies(*_said: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(merkle, "day_chain", dies)
        with pytest.raises(KeyboardInterrupt):
            close_days(at=MIDNIGHT + 2 * DAY)
    assert published() == []
    assert close_days(at=MIDNIGHT + 2 * DAY) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="on SQLite there is one writer at a time")
def test_of_several_jobs_one_closes_a_day() -> None:
    for n in range(12):
        sealed(MIDNIGHT + n * DAY)
    done: list[int] = []

    def job() -> None:
        for _ in range(6):
            done.append(close_days(at=MIDNIGHT + 20 * DAY))
        connection.close()

    jobs = [threading.Thread(target=job) for _ in range(4)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join()
    assert sum(done) == DayRoot.objects.count() == 12
    assert verify().whole


def test_every_entry_leads_to_the_root_of_its_day_in_few_statements(
    django_assert_num_queries: object,
) -> None:
    for n, count in enumerate((1, 2, 5, 7, 1, 8)):
        sealed(MIDNIGHT + n * SECOND, count)
    close_days(at=MIDNIGHT + DAY)
    root, ids = bytes(DayRoot.objects.get().root), list(Entry.objects.values_list("id", flat=True))
    with django_assert_num_queries(6):  # type: ignore[operator]
        inclusion(ids[0])
    for entry in Entry.objects.order_by("id"):
        found = inclusion(entry.id)
        with django_assert_num_queries(4):  # type: ignore[operator]
            assert inclusion(entry.id) == found
        assert found is not None
        batch = merkle.climb(bytes(entry.digest), found.path)
        bound = (found.batch, found.count, found.sealed_at)
        chain = merkle.chain(bytes.fromhex(found.before), bound, batch)
        assert merkle.climb(chain, found.day_path) == root
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert close_days(at=MIDNIGHT + DAY + SECOND) == 0


def test_there_is_no_way_yet_for_what_is_not_sealed_or_whose_day_goes_on() -> None:
    with transaction.atomic():
        id = record("matter.opened", new_id(), by=HOUSE, at=MIDNIGHT)
    assert inclusion(id) is None
    seal(at=MIDNIGHT)
    assert inclusion(id) is None
    close_days(at=MIDNIGHT + DAY)
    assert inclusion(id) is not None
    assert inclusion(new_id()) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_dayroot SET entries = entries + 1 WHERE first = 3",
        "UPDATE ledger_dayroot SET last = 3 WHERE first = 3",
        "UPDATE ledger_dayroot SET day = '2026-11-25' WHERE first = 3",
        "UPDATE ledger_dayroot SET root = chain WHERE first = 3",
        "UPDATE ledger_dayroot SET chain = root WHERE first = 3",
        "DELETE FROM ledger_dayroot WHERE first = 3",
        "UPDATE ledger_seal SET chain = root WHERE number = 4",
        "DELETE FROM ledger_seal WHERE number = 7",
    ],
)
def test_a_day_that_was_altered_is_found(change: str) -> None:
    for n in range(4):
        sealed(MIDNIGHT + n * DAY)
        sealed(MIDNIGHT + n * DAY + SECOND)
    close_days(at=MIDNIGHT + 9 * DAY)
    assert verify().whole
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert any(fault.startswith("day 2026-11-2") for fault in verify().faults)


def test_a_last_day_whose_batches_are_gone_is_found() -> None:
    sealed(MIDNIGHT)
    sealed(MIDNIGHT + DAY)
    close_days(at=MIDNIGHT + 9 * DAY)
    Seal.objects.filter(number=2).delete()
    Entry.objects.filter(seal=2).delete()
    assert [fault[:14] for fault in verify().faults] == ["day 2026-11-22"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", ["UPDATE ledger_dayroot SET entries = 7", "DELETE FROM ledger_dayroot WHERE first = 1"]
)
def test_the_lock_refuses_even_our_own_code(change: str) -> None:
    sealed(MIDNIGHT)
    sealed(MIDNIGHT + DAY)
    lock.lock_tables()
    try:
        assert close_days(at=MIDNIGHT + DAY) == 1
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
        assert close_days(at=MIDNIGHT + 2 * DAY) == 1
    finally:
        lock.unlock_tables()
    assert verify().whole


def test_the_end_of_a_day_is_midnight_where_the_instance_lies() -> None:
    assert days._end(date(2026, 11, 20)) == MIDNIGHT
