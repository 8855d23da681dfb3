"""When promises fall due, worked out once a day: a length of whole days ends alike, whenever on its first day it begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from gezhi.rules import workdays
from gezhi.rules.length import Length
from gezhi.rules.workdays import Calendar

WHOLE = frozenset(("day", "week", "month", "workday"))
NATURAL = frozenset(("minute", "hour"))
MOST_KEPT = 4_000
"""Answers that are remembered at a time: ten years of days."""


class Terms(NamedTuple):
    """What a promise is counted by: its length, the share at which it warns (0 = never), calendar, hours, zone."""

    length: Length
    warn: int
    calendar: Calendar
    hours: str
    zone: str


class Counted(NamedTuple):
    """A length counted from a moment: as a word, when it warns (none: never), when it is over, and why, as JSON."""

    length: str
    warn_at: datetime | None
    due_at: datetime
    why: str


def counted(at: datetime, terms: Terms) -> Counted:
    """Count by the work calendar."""
    due = workdays.due(at, terms.length, terms.calendar, terms.hours, zone=terms.zone)
    return Counted(due.length, due.warn_at(terms.warn), due.due_at, due.to_json())


class Days:
    """The same, remembered by the day on which it begins: for whoever counts for many records, one calendar at a time."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Terms, dict[date | tuple[date, date], _Kept]]] = {}
        self._many = 0
        self._last: _Begun | None = None

    def counted(self, at: datetime, terms: Terms) -> Counted:
        """What `counted` says, to the byte."""
        if terms.length.unit in NATURAL:
            return self._by_hours(at, terms)
        if terms.length.unit not in WHOLE:
            return counted(at, terms)
        begun = self._begun(at, terms.zone)
        known = self._known_by(terms)
        found = known.get(begun.day)
        if found is None:
            found = self._keep(known, begun.day, counted(at, terms), begun.said)
        length, warn_at, due_at, head, tail = found
        return Counted(length, warn_at, due_at, f"{head}{begun.said}{tail[0]}")

    def _by_hours(self, at: datetime, terms: Terms) -> Counted:
        """Of a length in hours all but the moments themselves hangs on the days on which it begins and is over."""
        begun, left = self._begun(at, terms.zone), timedelta(minutes=terms.length.minutes)
        due_at = begun.at + left
        days, known = (begun.day, due_at.astimezone(ZoneInfo(terms.zone)).date()), self._known_by(terms)
        found, due = known.get(days), _said(due_at)
        if found is None or terms.warn > 100:
            made = counted(at, terms)
            self._keep(known, days, made, begun.said, due)
            return made
        warn_at = (begun.at + left * terms.warn / 100).replace(microsecond=0) if terms.warn else None
        why = begun.said.join((found.head, due.join(found.tail)))
        return Counted(found.length, warn_at, due_at, why.replace(_RUN, begun.said))

    def _keep(
        self,
        known: dict[date | tuple[date, date], _Kept],
        day: date | tuple[date, date],
        made: Counted,
        start: str,
        due: str = "",
    ) -> _Kept:
        """Remember an answer, cut where the moments stand."""
        head, _mark, tail = made.why.partition(start)
        tails = tuple(tail.replace(start, _RUN).split(due)) if due else (tail,)
        known[day] = kept = _Kept(made.length, made.warn_at, made.due_at, head, tails)
        self._many += 1
        return kept

    def _known_by(self, terms: Terms) -> dict[date | tuple[date, date], _Kept]:
        """What was answered by these terms: held, so that no others come to stand where they stood. Ways and items that
        count alike share their answers."""
        if self._many >= MOST_KEPT:
            self._known.clear()
            self._many = 0
        found = self._known.get(id(terms))
        if found is None:
            alike = (known for one, known in self._known.values() if _alike(one, terms))
            found = self._known[id(terms)] = (terms, next(alike, {}))
        return found[1]

    def _begun(self, at: datetime, zone: str) -> _Begun:
        """The moment as its day and as the derivation says it: a record begins several promises at one moment."""
        last = self._last
        if last is None or last.given is not at or last.zone != zone:
            there = at.astimezone(UTC)
            self._last = last = _Begun(at, zone, there, at.astimezone(ZoneInfo(zone)).date(), _said(there))
        return last


def _alike(one: Terms, other: Terms) -> bool:
    return one.calendar is other.calendar and one._replace(calendar={}) == other._replace(calendar={})


class _Begun(NamedTuple):
    given: datetime
    zone: str
    at: datetime
    day: date
    said: str


class _Kept(NamedTuple):
    """An answer without the moments that are not the day's: `why` begins with `head`, the start and `tail`, which has a gap
    wherever the due moment stands."""

    length: str
    warn_at: datetime | None
    due_at: datetime
    head: str
    tail: tuple[str, ...]


_RUN = "\x01"
"""Stands for the start where the derivation says it again; no derivation has this sign."""


def _said(at: datetime) -> str:
    """How the derivation says a moment in UTC."""
    return msgspec.json.encode(at).decode()
