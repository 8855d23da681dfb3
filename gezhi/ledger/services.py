"""Writing the ledger: one entry per thing that happened, sealed in batches by a job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from . import clock, digests, merkle
from .actor import Actor
from .digests import Fact
from .ids import new_id
from .models import Entry, Seal, Unheard

BATCH = 5000


class Prepared(NamedTuple):
    """The column values of one entry, in the order of the table, made before anything is stored."""

    id: UUID
    what: str
    about: UUID
    by: UUID | None
    post: str
    at: datetime
    recorded_at: datetime
    facts: str
    digest: bytes


def prepare(
    what: str, about: UUID, *, by: Actor, at: datetime, recorded_at: datetime, facts: dict[str, Fact]
) -> Prepared:
    """An entry's row, with its digest. `recorded_at` must be the instance's clock; only the hot path passes it."""
    id = new_id()
    body = digests.canonical({**facts, "own": by.own} if by.own else facts)
    digest = digests.of_entry(id, what, about, by, (at, recorded_at), body)
    return Prepared(id, what, about, by.account, by.post, at, recorded_at, body, digest)


def record(what: str, about: UUID, *, by: Actor, at: datetime, **facts: Fact) -> UUID:
    """Write one entry and let its readers know. Returns its id.

    Raises `TransactionManagementError` outside a transaction: a change and its entry are one write.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs into the transaction of the change.")
    row = prepare(what, about, by=by, at=at, recorded_at=clock.now(), facts=facts)
    Entry.objects.bulk_create([Entry(**row._asdict())])
    Unheard.objects.bulk_create([Unheard(entry=row.id)])
    return row.id


def record_all(said: Sequence[tuple[str, UUID, dict[str, Fact]]], *, by: Actor, at: datetime) -> None:
    """Write one entry for each (what, about, facts), as `record` does, in a few statements."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "record_all() belongs into the transaction of the change."
        )
    now = clock.now()
    rows = [prepare(what, about, by=by, at=at, recorded_at=now, facts=facts) for what, about, facts in said]
    Entry.objects.bulk_create([Entry(**row._asdict()) for row in rows], batch_size=500)
    Unheard.objects.bulk_create([Unheard(entry=row.id) for row in rows], batch_size=500)


def unheard(most: int, *, only: UUID | None = None) -> list[UUID]:
    """Entries that their reader has still to hear, oldest first; held by this transaction until it ends.

    With `only`, that one, if it has still to be heard.
    """
    rows = Unheard.objects.order_by("entry")
    if only is not None:
        rows = rows.filter(entry=only)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True)
    return list(rows.values_list("entry", flat=True)[:most])


def forget_heard(entries: Iterable[UUID]) -> None:
    """These entries were heard."""
    Unheard.objects.filter(entry__in=list(entries)).delete()


def seal(*, at: datetime) -> int:
    """Seal what is not sealed yet, at most `BATCH` entries. Returns how many.

    1. Take the lock that makes sealing one at a time. 2. Read unsealed entries by id. 3. Number them with
    the next batch. 4. Write its root, chained to the batch before.
    """
    with transaction.atomic():
        if not only_sealer():
            return 0
        last = Seal.objects.order_by("-number").first()
        rows = list(Entry.objects.filter(seal=None).order_by("id").values_list("id", "digest")[:BATCH])
        if not rows:
            return 0
        number = last.number + 1 if last else 1
        Entry.objects.filter(id__in=[r[0] for r in rows], seal=None).update(seal=number)
        root = merkle.root([bytes(r[1]) for r in rows])
        before = bytes(last.chain) if last else merkle.START
        chained = merkle.chain(before, (number, len(rows), digests.stamp(at)), root)
        Seal.objects.bulk_create(
            [Seal(number=number, count=len(rows), root=root, chain=chained, sealed_at=at)]
        )
        return len(rows)


def only_sealer() -> bool:
    """Whether this transaction is the one that seals. On SQLite there is only ever one writer."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.ledger.seal'))")
        return bool(cursor.fetchone()[0])
