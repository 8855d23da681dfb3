"""Promises are made once, met once, missed once: rows move by conditional update.

They judge by the instance's clock alone: every `at` here is a `recorded_at`. What is done at the due moment or
before it is kept; what is done later is missed. An imported promise is judged so by its source's own times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from gezhi.ledger import instance, pouring
from gezhi.ledger.ids import new_id, new_ids
from gezhi.rules import workdays

from . import counted, queries
from .counted import Days
from .counted import Terms as Terms
from .models import CalendarDay, Promise

TICK = timedelta(microseconds=1)
"""The precision in which moments are stored."""


def broken_from(due_at: datetime) -> datetime:
    """The first moment at which a promise that is still open is broken: the due moment itself still keeps it."""
    return due_at + TICK


class Prepared(NamedTuple):
    """The column values of one new promise, made before anything is stored."""

    id: UUID
    about: UUID
    flow: str
    name: str
    made_at: datetime
    length: str
    warn_at: datetime | None
    due_at: datetime
    look_at: datetime | None
    imported: bool
    outside: bool  # it waits for somebody who owes nothing
    why: str


def prepare(
    about: UUID,
    flow: str,
    name: str,
    terms: Terms,
    *,
    at: datetime,
    outside: bool = False,
) -> Prepared:
    """A promise made at `at`: when it falls due, and why, worked out once by the work calendar.

    `outside`: it waits for somebody outside the house, and lapses when it runs out.
    """
    length, warn_at, due_at, why = counted.counted(at, terms)
    look_at = warn_at or broken_from(due_at)
    return Prepared(new_id(), about, flow, name, at, length, warn_at, due_at, look_at, False, outside, why)


def prepare_given(
    about: UUID, flow: str, name: str, due_at: datetime, *, at: datetime, zone: str, outside: bool = False
) -> Prepared:
    """A promise whose due moment came with an imported record; nobody is warned, and it is marked."""
    why = workdays.given(at, due_at, zone=zone).to_json()
    return Prepared(UNNAMED, about, flow, name, at, "source", None, due_at, None, True, outside, why)


UNNAMED = UUID(int=0)
"""The id of a promise that came with a record: it is given when all of them are loaded."""


def prepare_past(
    about: UUID, flow: str, name: str, terms: Terms, *, at: datetime, outside: bool, days: Days
) -> Prepared:
    """What `prepare` makes, of a record that was brought: its id, and when it is looked at, are given by `load`."""
    length, warn_at, due_at, why = days.counted(at, terms)
    return Prepared(UNNAMED, about, flow, name, at, length, warn_at, due_at, None, True, outside, why)


def make(promises: Iterable[Prepared]) -> None:
    """Write new promises."""
    Promise.objects.bulk_create([Promise(**p._asdict()) for p in promises])


class Judged(NamedTuple):
    """A promise of an imported record, with what became of it by the source's own times."""

    promise: Prepared
    met_at: datetime | None = None
    void_at: datetime | None = None


def load(judged: Iterable[Judged], *, at: datetime) -> pouring.Load:
    """Promises of imported records, to be put: missed if, and only if, met or dropped after they fell due, or overdue at `at`.

    One that waited for somebody outside has lapsed then. Only those that have still to fall due are watched; nobody is told of what was missed before it came here.
    """
    found = list(judged)
    rows = [_brought(id, one, at) for id, one in zip(new_ids(len(found)), found, strict=True)]
    return pouring.spelt_load(Promise, _BROUGHT, rows)


_ENDS = ("met_at", "missed_at", "void_at")
_BROUGHT = (*Prepared._fields, *_ENDS)


def _brought(id: str, judged: Judged, at: datetime) -> list[object]:
    """The columns of an imported promise, spelt: what was prepared, and how it ended."""
    promise, met_at, void_at = judged
    _id, about, flow, name, made_at, length, warn_at, due_at, _look_at, _imported, outside, why = promise
    spelt = pouring.spelt_moment
    missed = due_at < (met_at or void_at or at)
    watched = not (missed or met_at or void_at)
    too_late = spelt(broken_from(due_at)) if missed or watched else None
    kept: list[object] = [
        id,
        about.hex,
        flow,
        name,
        spelt(made_at),
        length,
        warn_at and spelt(warn_at),
        spelt(due_at),
    ]
    kept += [too_late if watched else None, True, outside, why]
    if missed and outside:
        return [*kept, None, None, too_late]
    return [*kept, met_at and spelt(met_at), too_late if missed else None, void_at and spelt(void_at)]


@dataclass(frozen=True, slots=True)
class Looked:
    """A promise the watcher had to do something about."""

    id: UUID
    about: UUID
    flow: str
    name: str
    due_at: datetime
    what: Literal["warned", "missed", "lapsed"]


class Ended(NamedTuple):
    """A promise that is no longer open, with the columns that say how it ended."""

    id: UUID
    missed_at: datetime | None
    met_at: datetime | None
    void_at: datetime | None
    look_at: datetime | None = None


class Settled(NamedTuple):
    """What a change left open, which promises it kept and which it dropped, by name, and which of them too late.

    What had lapsed before was neither kept nor dropped by it. `ended` is what is to be written of them.
    """

    left: list[queries.Open]
    met: list[str]
    dropped: list[str]
    late: list[Looked]
    ended: list[Ended]


def judge(
    open_ones: Collection[queries.Open],
    flow: str,
    *,
    met: Collection[str] = (),
    dropped: Collection[str] = (),
    at: datetime,
) -> Settled:
    """Which open promises are kept and dropped by name; nothing is written.

    Those kept or dropped after their due moment are missed as well, and told: a watcher that has not looked yet must
    not turn a late act into a timely one. What waited for somebody outside had lapsed by then.
    """
    kept = [p for p in open_ones if p.flow == flow and p.name in met]
    gone = [p for p in open_ones if p.flow == flow and p.name in dropped and p.name not in met]
    late = [p for p in (*kept, *gone) if p.missed_at is None and p.due_at < at]
    lapsed = [p for p in late if p.outside]
    kept, gone = [p for p in kept if p not in lapsed], [p for p in gone if p not in lapsed]
    missed = {p.id for p in late if not p.outside}
    ended = [
        Ended(
            p.id,
            at if p.id in missed else p.missed_at,
            at if by == "met" else None,
            at if by != "met" else None,
        )
        for by, some in (("met", kept), ("void", (*gone, *lapsed)))
        for p in some
    ]
    over = {one.id for one in ended}
    left = [p for p in open_ones if p.id not in over]
    told = [
        Looked(p.id, p.about, p.flow, p.name, p.due_at, "lapsed" if p.outside else "missed") for p in late
    ]
    return Settled(left, [p.name for p in kept], [p.name for p in gone], told, ended)


def opened(promise: Prepared) -> queries.Open:
    """A promise that was just made, as one that is open."""
    p = promise
    return queries.Open(p.id, p.about, p.flow, p.name, p.made_at, p.due_at, None, p.outside)


def claim(among: Collection[UUID], *, at: datetime) -> list[Looked]:
    """Mark which of these promises must be warned about, were missed or have lapsed by `at`, each exactly once, and
    return those. Their caller holds what they are about, so that nobody else changes them.

    Must run inside the transaction that carries the consequences.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "claim() belongs into the transaction of its consequences."
        )
    if connection.vendor == "postgresql":
        return _claimed_at_once(among, at)
    due = Promise.objects.filter(id__in=among, look_at__lte=at).order_by("look_at")
    rows = due.values_list("id", "about", "flow", "name", "due_at", "outside")
    looked = [Looked(*row[:5], _judged(row[4], at, outside=row[5])) for row in rows]
    for what, columns in (
        ("missed", {"missed_at": at, "look_at": None}),
        ("lapsed", {"void_at": at, "look_at": None}),
        ("warned", {"warned_at": at, "look_at": F("due_at") + TICK}),
    ):
        if ids := [one.id for one in looked if one.what == what]:
            Promise.objects.filter(id__in=ids).update(**columns)
    return looked


_CLAIM = """
UPDATE promises_promise SET
 missed_at = CASE WHEN due_at < %(at)s AND NOT outside THEN %(at)s ELSE missed_at END,
 void_at = CASE WHEN due_at < %(at)s AND outside THEN %(at)s ELSE void_at END,
 warned_at = CASE WHEN due_at >= %(at)s THEN %(at)s ELSE warned_at END,
 look_at = CASE WHEN due_at >= %(at)s THEN due_at + interval '1 microsecond' END
WHERE id = ANY(%(among)s) AND look_at <= %(at)s
RETURNING id, about, flow, name, due_at, outside
"""


def _claimed_at_once(among: Collection[UUID], at: datetime) -> list[Looked]:
    """The same in one statement, on PostgreSQL: each row is found once, by its key."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"at": at, "among": list(among)})
        rows = sorted(cursor.fetchall(), key=lambda row: (row[4], row[0]))
    return [
        Looked(id, about, flow, name, due_at, _judged(due_at, at, outside=outside))
        for id, about, flow, name, due_at, outside in rows
    ]


def _judged(due_at: datetime, at: datetime, *, outside: bool) -> Literal["warned", "missed", "lapsed"]:
    if due_at >= at:
        return "warned"
    return "lapsed" if outside else "missed"


def put_off(about: Collection[UUID], *, at: datetime, until: datetime) -> int:
    """Look at the promises about these, due to be looked at by `at`, only at `until`. Returns how many they are."""
    return Promise.objects.filter(about__in=about, look_at__lte=at).update(look_at=until)


def put_calendar(rows: Iterable[tuple[date, str, str, str]]) -> int:
    """Write calendar days (day, kind, status, source), the newer word for a day standing. Returns how many."""
    days = [CalendarDay(day=d, kind=k, status=s, source=o) for d, k, s, o in rows]
    with transaction.atomic():
        CalendarDay.objects.bulk_create(
            days,
            batch_size=200,
            update_conflicts=True,
            unique_fields=["day"],
            update_fields=["kind", "status", "source"],
        )
        instance.bump()
    return len(days)
