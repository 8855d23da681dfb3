"""That an entry is in the ledger, in a form that whoever holds a published day can prove without us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from . import digests, merkle
from .models import DayRoot, Entry, Seal


class Line(NamedTuple):
    """One entry as it was hashed: `said` are exactly the characters (UTF-8) of which `hash` is the SHA-256 in hexadecimal."""

    id: UUID
    said: str
    hash: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The way from an entry to the root of the day in which it was sealed.

    `path` leads from the entry's hash to the root of its batch, as `merkle.path` writes it. `before`, `batch`, `count` and
    `sealed_at` (microseconds since 1970) give, with that root, the batch's chain value; `day_path` leads from it to the
    root of the day.
    """

    batch: int
    count: int
    sealed_at: int
    before: str
    path: list[str]
    day: date
    day_path: list[str]


def first_line(about: UUID, what: str) -> Line | None:
    """The first entry of this kind about a subject. One statement."""
    row = Entry.objects.filter(about=about, what=what).order_by("id").first()
    if row is None:
        return None
    at, recorded_at = digests.stamp(row.at), digests.stamp(row.recorded_at)
    by = row.by.hex if row.by else ""
    said = digests.LINE % (row.id.hex, row.what, row.about.hex, by, row.post, at, recorded_at, row.facts)
    return Line(row.id, said, bytes(row.digest).hex())


def inclusion(entry: UUID) -> Inclusion | None:
    """The way from an entry to its day's root; none while it is not sealed or its day is not closed. Six statements at
    most, four where its batch and day were asked for before."""
    number = Entry.objects.filter(id=entry).values_list("seal", flat=True).first()
    if number is None:
        return None
    day = DayRoot.objects.filter(last__gte=number).order_by("last").first()
    seals = {row.number: row for row in Seal.objects.filter(number__in=(number - 1, number))}
    if day is None or number not in seals:
        return None
    seal, before = seals[number], seals.get(number - 1)
    place = Entry.objects.filter(seal=number, id__lt=entry).count()
    return Inclusion(
        batch=number,
        count=seal.count,
        sealed_at=digests.stamp(seal.sealed_at),
        before=(bytes(before.chain) if before else merkle.START).hex(),
        path=merkle.path(_of_batch(number, bytes(seal.root)), place),
        day=day.day,
        day_path=merkle.path(_of_day(day.first, day.last, bytes(day.root)), number - day.first),
    )


@lru_cache(maxsize=16)
def _of_batch(number: int, _root: bytes) -> merkle.Tree:
    """The tree over a batch; it is kept under its root, so what is kept is never that of another one. Some 0.6 MB at most."""
    rows = Entry.objects.filter(seal=number).order_by("id").values_list("digest", flat=True)
    return merkle.tree([bytes(digest) for digest in rows])


@lru_cache(maxsize=16)
def _of_day(first: int, last: int, _root: bytes) -> merkle.Tree:
    """The tree over a closed day, kept likewise. Some 1 MB at most: a batch every ten seconds."""
    rows = Seal.objects.filter(number__range=(first, last)).order_by("number").values_list("chain", flat=True)
    return merkle.tree([bytes(chain) for chain in rows])
