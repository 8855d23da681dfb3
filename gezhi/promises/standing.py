"""Clocks that stand still and go on, and promises that are extended. Rows move by conditional update.

A promise that stands has no due moment: it is stored as due in the year 9999, so that no list, watcher or figure takes
it for late; what it was counted to before stands in its why. When it goes on, or is kept or dropped meanwhile, it is
counted again from its beginning without the time for which it stood.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from gezhi.rules import counting_on
from gezhi.rules.length import Length
from gezhi.rules.workdays import Calendar, Due

from . import queries
from .models import Promise
from .queries import FAR, Open
from .services import broken_from


def stand(open_ones: Collection[Open], names: Collection[str], *, at: datetime) -> list[Open]:
    """Stop the clocks of these promises, those that run and are not over at `at`. Returns them as they stand now.

    What was missed stays missed: a clock that has run out has nothing left to stop. What waits for somebody outside
    goes on waiting.
    """
    stop = [p for p in open_ones if p.name in names and _runs(p) and p.due_at >= at]
    if stop:
        rows = Promise.objects.filter(
            id__in=[p.id for p in stop], met_at=None, void_at=None, stands_since=None
        )
        rows.update(stands_since=at, due_at=FAR, warn_at=None, look_at=None)
    return [p._replace(stands_since=at, due_at=FAR) for p in stop]


def _runs(promise: Open) -> bool:
    return promise.stands_since is None and promise.missed_at is None and not promise.outside


def go_on(
    open_ones: Collection[Open],
    names: Collection[str],
    days: Calendar,
    warns: dict[str, int],
    *,
    at: datetime,
) -> list[Open]:
    """Let the clocks of these promises run again, those that stand. `warns`: share of the length at which each warns.

    Returns them with the moment at which they fall due now.
    """
    found = []
    for one in (p for p in open_ones if p.name in names and p.stands_since is not None):
        row = Promise.objects.get(id=one.id)
        since = row.stands_since or at
        due = counting_on.went_on(Due.from_json(row.why), days, since, now=at)
        warn_at = None if row.imported else due.warn_at(warns.get(one.name, 0))
        looks = warn_at if warn_at is not None and warn_at > at and row.warned_at is None else None
        still = Promise.objects.filter(id=one.id, stands_since=since)
        still.update(
            stands_since=None,
            due_at=due.due_at,
            warn_at=warn_at,
            look_at=looks or broken_from(due.due_at),
            why=due.to_json(),
        )
        found.append(one._replace(stands_since=None, due_at=due.due_at))
    return found


def relength(
    one: Open, length: Length, days: Calendar, hours: str, warn: int, *, at: datetime
) -> datetime | None:
    """Count an open promise by another length, from its own beginning; the moment at which it falls due now.

    None where that changes nothing: of the same length, missed already, waiting for somebody outside, or of a due moment
    that came with its record. While its clock stands still only what it is counted by changes.
    """
    row = Promise.objects.filter(id=one.id, missed_at=None, outside=False, imported=False).first()
    if row is None or row.length == str(length):
        return None
    due = counting_on.relengthed(Due.from_json(row.why), days, str(length), hours, now=at)
    if row.stands_since is not None:
        Promise.objects.filter(id=row.id).update(length=str(length), why=due.to_json())
        return None
    warn_at = due.warn_at(warn)
    looks = warn_at if warn_at is not None and warn_at > at else None
    Promise.objects.filter(id=row.id, met_at=None, void_at=None, missed_at=None).update(
        length=str(length),
        due_at=due.due_at,
        warn_at=warn_at,
        warned_at=None if looks else row.warned_at,
        look_at=looks or broken_from(due.due_at),
        why=due.to_json(),
    )
    return due.due_at


def revive(
    about: UUID, since: datetime, days: Calendar, warns: dict[str, int], *, at: datetime
) -> list[Open]:
    """Promises that were dropped at `since`, owed again: as if their clocks had stood still from then until now.

    What had been missed before stays missed. What waited for somebody outside is not taken up again.
    """
    rows = Promise.objects.filter(about=about, void_at=since, met_at=None, outside=False)
    rows.filter(missed_at=None).update(
        void_at=None, stands_since=since, due_at=FAR, warn_at=None, look_at=None
    )
    rows.update(void_at=None)
    standing_now = [p for p in queries.open_about(about) if p.stands_since == since]
    return go_on(standing_now, [p.name for p in standing_now], days, warns, at=at)


def stood_for(due: Due, since: datetime | None, *, now: datetime) -> timedelta:
    """For how long a clock stood still in all, up to now where it stands still (`since`)."""
    whole = sum((b - a for a, b in due.stood), timedelta())
    return whole + (now - since) if since is not None else whole


class Extended(NamedTuple):
    """What an extension changed: the due moment before and after, and the how manieth it is."""

    was: datetime
    due_at: datetime
    times: int


def lengthened(row: Promise, more: str, days: Calendar, hours: str, *, at: datetime) -> Due:
    """When this promise would fall due if it were made longer by `more` at `at`. Nothing is changed."""
    return counting_on.extended(Due.from_json(row.why), days, more, hours, now=at)


def extend(
    promise: UUID, more: str, days: Calendar, hours: str, warn: int, *, at: datetime
) -> Extended | None:
    """Lengthen a promise that is open, running and not over at `at`; none where it is not (any more)."""
    row = Promise.objects.filter(
        id=promise, met_at=None, void_at=None, missed_at=None, stands_since=None
    ).first()
    if row is None or row.due_at < at:
        return None
    due = lengthened(row, more, days, hours, at=at)
    warn_at = due.warn_at(warn) if due.clock != "source" else None
    looks = warn_at if warn_at is not None and warn_at > at else None
    still = Promise.objects.filter(id=promise, due_at=row.due_at, met_at=None, void_at=None, missed_at=None)
    moved = still.update(
        due_at=due.due_at,
        warn_at=warn_at,
        warned_at=None if looks else row.warned_at,
        look_at=looks or broken_from(due.due_at),
        why=due.to_json(),
    )
    return Extended(row.due_at, due.due_at, len(due.more)) if moved else None
