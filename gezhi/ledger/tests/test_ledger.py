"""The ledger: append-only, hashed when written, sealed in batches, provable after an erasure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from gezhi.errors import Refused
from gezhi.ledger import clock, digests, instance, lock, merkle
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry, Instance, Seal
from gezhi.ledger.services import record, seal
from gezhi.ledger.verify import verify

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def opened() -> None:
    instance.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})


def write(count: int = 1, **facts: digests.Fact) -> UUID:
    about = new_id()
    with transaction.atomic():
        for _ in range(count):
            record("matter.opened", about, by=HOUSE, at=NOON, **facts)
    return about


def test_ids_of_one_process_never_run_backwards() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000
    assert {i.version for i in ids} == {7}


def test_an_entry_outside_a_transaction_is_refused(transactional_db: None) -> None:
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})
    with pytest.raises(transaction.TransactionManagementError):
        record("matter.opened", new_id(), by=HOUSE, at=NOON)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("words", ["何敏", "call 138 0000", "a\nb"])
def test_words_do_not_get_into_the_ledger(words: str) -> None:
    with pytest.raises(digests.FactError), transaction.atomic():
        record("matter.opened", new_id(), by=HOUSE, at=NOON, note=words)


def test_recorded_at_is_the_instances_clock_whatever_is_claimed() -> None:
    with clock.fixed(NOON + timedelta(hours=3)):
        write()
    assert Entry.objects.get().recorded_at == NOON + timedelta(hours=3)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
def test_a_sealed_ledger_proves_itself(count: int) -> None:
    write(count)
    assert seal(at=NOON) == count
    write(2)
    assert seal(at=NOON) == 2
    assert seal(at=NOON) == 0
    verdict = verify()
    assert verdict.whole, verdict.faults
    assert (verdict.entries, verdict.batches, verdict.unsealed) == (count + 2, 2, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET what = 'matter.opener'",
        "UPDATE ledger_entry SET facts = '{\"n\":2}'",
        "UPDATE ledger_entry SET post = 'clerk@0001'",
        "UPDATE ledger_entry SET seal = seal + 1",
        "DELETE FROM ledger_entry WHERE id = (SELECT min(id::text)::uuid FROM ledger_entry)",
        "UPDATE ledger_seal SET count = count + 1",
        "UPDATE ledger_seal SET sealed_at = '2026-11-20 04:00:01'",
    ],
)
def test_one_altered_value_is_found(change: str) -> None:
    if connection.vendor == "sqlite":
        change = change.replace("min(id::text)::uuid", "min(id)")
    write(3, n=1)
    seal(at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert not verify().whole


def test_one_altered_byte_of_a_digest_is_found() -> None:
    write(3)
    seal(at=NOON)
    row = Entry.objects.order_by("id")[1]
    body = bytearray(row.digest)
    body[7] ^= 1
    Entry.objects.filter(id=row.id).update(digest=bytes(body))
    assert len(verify().faults) == 2  # the entry, and its batch


def test_a_missing_batch_is_found() -> None:
    for _ in range(3):
        write()
        seal(at=NOON)
    Seal.objects.filter(number=2).delete()
    assert any("batch 2 is missing" in fault for fault in verify().faults)


def test_an_erased_text_leaves_the_rest_proved_and_says_why() -> None:
    text, other, salt = new_id(), new_id(), digests.new_salt()
    kept = {other: ("路灯不亮", salt)}
    words = [f"{text}:{digests.of('家住三楼', salt)}", f"{other}:{digests.of('路灯不亮', salt)}"]
    write(texts=words)
    assert verify(lambda ids: kept).faults
    with transaction.atomic():
        record("text.erased", text, by=HOUSE, at=NOON, basis="request")
    seal(at=NOON)
    verdict = verify(lambda ids: kept)
    assert verdict.whole
    assert verdict.erased == {"request": 1}
    assert not verify(lambda ids: {other: ("路灯亮", salt)}).whole


def test_leaf_and_node_are_told_apart() -> None:
    a, b = b"a" * 32, b"b" * 32
    assert merkle.root([a, b]) != merkle.root([merkle.root([a, b])])
    assert merkle.root([a, b]) != merkle.root([b, a])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["UPDATE ledger_entry SET post = 'x'", "DELETE FROM ledger_entry"])
def test_the_lock_refuses_even_our_own_code(change: str) -> None:
    write(2)
    lock.lock_tables()
    try:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
        assert seal(at=NOON) == 2
    finally:
        lock.unlock_tables()
    assert verify().whole


def test_the_clock_of_a_simulation_moves_forward_only() -> None:
    later = clock.wall() + timedelta(days=3)
    clock.move_to(later)
    assert clock.now() >= later
    with pytest.raises(Refused, match="往前"):
        clock.move_to(later - timedelta(days=1))


def test_the_clock_of_a_live_instance_cannot_be_moved() -> None:
    Instance.objects.update(kind="live")
    instance.forget()
    with pytest.raises(Refused):
        clock.move_to(clock.wall() + timedelta(days=1))
    instance.forget()


def test_an_instance_stays_what_it_was_opened_as() -> None:
    with pytest.raises(ValueError, match="stays so"):
        instance.open_instance("live")


def test_the_actor_is_part_of_the_digest() -> None:
    one = digests.of_entry(new_id(), "a", new_id(), Actor(None, "x"), (NOON, NOON), "{}")
    assert len(one) == 32
