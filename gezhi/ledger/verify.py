"""Proving the ledger: every entry, every batch, every published day, both chains, and every text that was not erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from django.db.models import Max

from . import days, digests, merkle
from .actor import Actor
from .models import Entry, Seal

Words = tuple[str, bytes]  # body and salt


@dataclass
class Verdict:
    """What was found. `faults` are sentences, each with the id of what does not agree."""

    entries: int = 0
    batches: int = 0
    days: int = 0  # published
    unsealed: int = 0
    texts: int = 0
    erased: dict[str, int] = field(default_factory=dict)  # basis code -> texts
    head: str = ""  # chain value of the last batch
    faults: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.faults


TextReader = Callable[[list[UUID]], dict[UUID, Words]]


def verify(read_texts: TextReader | None = None) -> Verdict:
    """Recompute everything that was ever sealed, in one pass.

    A text whose row is gone is proved by its erasure entry ("text.erased" about the text's id, with its
    basis); a text that is gone without one, or differs from its digest, is a fault.
    """
    verdict = Verdict()
    erased = _erasures()
    chain, expected, of_days = merkle.START, 1, days.Proof()
    for batch in Seal.objects.order_by("number").iterator(chunk_size=500):
        if batch.number != expected:
            verdict.faults.append(f"batch {expected} is missing: the next one is {batch.number}")
        chain = _check_batch(batch, chain, verdict, (read_texts, erased))
        of_days.take(batch.number, batch.count, chain)
        expected = batch.number + 1
    verdict.head = chain.hex()
    of_days.end()
    verdict.days = of_days.days
    verdict.faults += of_days.faults
    last = Seal.objects.aggregate(n=Max("number"))["n"] or 0
    if stray := Entry.objects.filter(seal__gt=last).count():
        verdict.faults.append(f"{stray} entries claim a batch that does not exist")
    for rows in _chunks(Entry.objects.filter(seal=None).order_by("id").iterator(chunk_size=2000)):
        verdict.unsealed += len(rows)
        _check_entries(rows, verdict, (read_texts, erased))
    return verdict


Reading = tuple[TextReader | None, dict[UUID, str]]


def _check_batch(batch: Seal, chain: bytes, verdict: Verdict, reading: Reading) -> bytes:
    rows = list(Entry.objects.filter(seal=batch.number).order_by("id"))
    _check_entries(rows, verdict, reading)
    verdict.batches += 1
    root = merkle.root([bytes(row.digest) for row in rows])
    if len(rows) != batch.count or root != bytes(batch.root):
        verdict.faults.append(
            f"batch {batch.number}: its {batch.count} entries are not the ones that were sealed"
        )
    bound = (batch.number, batch.count, digests.stamp(batch.sealed_at))
    chained = merkle.chain(chain, bound, bytes(batch.root))
    if chained != bytes(batch.chain):
        verdict.faults.append(f"batch {batch.number}: the chain from the batch before is broken")
    return bytes(batch.chain)


def _check_entries(rows: list[Entry], verdict: Verdict, reading: Reading) -> None:
    wanted: dict[UUID, tuple[UUID, str]] = {}
    for row in rows:
        verdict.entries += 1
        actor = Actor(row.by, row.post)
        made = digests.of_entry(row.id, row.what, row.about, actor, (row.at, row.recorded_at), row.facts)
        if made != bytes(row.digest):
            verdict.faults.append(f"entry {row.id} ({row.what}): its content does not give its digest")
            continue
        for text, digest in texts_of(row.facts):
            wanted[text] = (row.id, digest)
    if reading[0] and wanted:
        _check_texts(wanted, reading[0](list(wanted)), verdict, reading[1])


def _check_texts(
    wanted: dict[UUID, tuple[UUID, str]], found: dict[UUID, Words], verdict: Verdict, erased: dict[UUID, str]
) -> None:
    for text, (entry, digest) in wanted.items():
        verdict.texts += 1
        if text in found:
            body, salt = found[text]
            if digests.of(body, bytes(salt)) != digest:
                verdict.faults.append(f"entry {entry}: the text {text} was altered")
        elif text in erased:
            verdict.erased[erased[text]] = verdict.erased.get(erased[text], 0) + 1
        else:
            verdict.faults.append(f"entry {entry}: the text {text} is gone and nobody recorded its erasure")


def texts_of(facts: str) -> list[tuple[UUID, str]]:
    """Texts an entry speaks about: facts "texts" holds "<id>:<digest>" words."""
    said = msgspec.json.decode(facts)
    pairs = (word.split(":", 1) for word in said.get("texts", ()))
    return [(UUID(id), digest) for id, digest in pairs]


def _erasures() -> dict[UUID, str]:
    rows = Entry.objects.filter(what="text.erased").values_list("about", "facts")
    return {about: msgspec.json.decode(facts)["basis"] for about, facts in rows}


def _chunks(rows: Iterable[Entry], size: int = 2000) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
