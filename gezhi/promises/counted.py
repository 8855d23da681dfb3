"""When promises fall due, worked out once a day: a length of whole days ends alike, whenever on its first day it begins."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from gezhi.rules import workdays
from gezhi.rules.length import Length
from gezhi.rules.workdays import Calendar

WHOLE = frozenset(("day", "week", "month", "workday"))
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
        self._calendar: Calendar | None = None
        self._known: dict[tuple[date, Length, int, str, str], tuple[Counted, str]] = {}

    def counted(self, at: datetime, terms: Terms) -> Counted:
        """What `counted` says, to the byte."""
        if terms.length.unit not in WHOLE:
            return counted(at, terms)
        if terms.calendar is not self._calendar or len(self._known) >= MOST_KEPT:
            self._calendar = terms.calendar
            self._known.clear()
        day = at.astimezone(ZoneInfo(terms.zone)).date()
        key = (day, terms.length, terms.warn, terms.hours, terms.zone)
        found = self._known.get(key)
        if found is None:
            made = counted(at, terms)
            self._known[key] = (made, _start(at))
            return made
        made, before = found
        why = made.why.replace(before, _start(at), 1)
        return Counted(made.length, made.warn_at, made.due_at, why)


def _start(at: datetime) -> str:
    """How the derivation says when it begins: the one value of it that is not the day's."""
    return f'"start":{msgspec.json.encode(at.astimezone(UTC)).decode()}'
