"""A promise that was counted before, counted on: days of the calendar changed, its clock stood still, it was extended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from gezhi.rules.length import parse
from gezhi.rules.workdays import DAY, TICK, Calendar, Due, due, midnight


def recounted(old: Due, calendar: Calendar, *, now: datetime) -> Due | None:
    """The same promise counted again because days changed; none if nothing about it changes.

    It may fall due earlier or later. What has not fallen due yet never falls due in the past: where the new
    count is over before the present local day ends, it ends with that day (or at the old moment, if sooner).
    """
    new = _anew(old, calendar)
    due_at = max(new.due_at, min(old.due_at, _tonight(now, old.zone)))
    legal_at = max(new.legal_at, due_at)
    moved = (due_at, legal_at) != (old.due_at, old.legal_at)
    if not moved and (new.provisional, new.strip) == (old.provisional, old.strip):
        return None
    was, held = (old.due_at, due_at > new.due_at) if moved else (old.was, old.held)
    return replace(new, due_at=due_at, legal_at=legal_at, was=was, held=held)


def went_on(old: Due, calendar: Calendar, since: datetime, *, now: datetime) -> Due:
    """The same promise after its clock stood still from `since` until now. It never falls due before the present day ends.

    A due moment that came with the record moves by as long as the clock stood.
    """
    stretch = (since.astimezone(UTC), now.astimezone(UTC))
    if old.clock == "source":
        due_at = old.due_at + (stretch[1] - stretch[0])
        last = due_at.astimezone(ZoneInfo(old.zone)).date()
        return replace(old, due_at=due_at, legal_at=due_at, last_day=last, stood=(*old.stood, stretch))
    return _not_over(_anew(replace(old, stood=(*old.stood, stretch)), calendar), now)


def before(old: Due, calendar: Calendar, at: datetime) -> Due:
    """The same promise as it was counted when the moment `at` began: without the stretches in which its clock stood that
    ended since then."""
    kept = tuple((since, until) for since, until in old.stood if until < at)
    if old.clock == "source":
        due_at = old.due_at - sum((b - a for a, b in old.stood[len(kept) :]), timedelta())
        last = due_at.astimezone(ZoneInfo(old.zone)).date()
        return replace(old, due_at=due_at, legal_at=due_at, last_day=last, stood=kept)
    return _anew(replace(old, stood=kept), calendar)


def extended(old: Due, calendar: Calendar, more: str, hours: str, *, now: datetime) -> Due:
    """The same promise, longer by `more`, counted from where it would have been over."""
    if old.clock == "source":
        counted = due(old.due_at - TICK, parse(more), calendar, hours, zone=old.zone)
        return replace(
            counted,
            length=old.length,
            clock=old.clock,
            start=old.start,
            stood=old.stood,
            more=(*old.more, more),
        )
    return _not_over(_anew(replace(old, more=(*old.more, more), hours=old.hours or hours), calendar), now)


def relengthed(old: Due, calendar: Calendar, length: str, hours: str, *, now: datetime) -> Due:
    """The same promise by another length from the same beginning; without the time for which its clock stood, and with
    what it was extended by."""
    return _not_over(_anew(replace(old, length=length, hours=hours), calendar), now)


def _anew(old: Due, calendar: Calendar) -> Due:
    return due(
        old.start, parse(old.length), calendar, old.hours, zone=old.zone, stood=old.stood, more=old.more
    )


def _not_over(new: Due, now: datetime) -> Due:
    """Held until the present day ends, where it would be over already because days of the calendar changed meanwhile."""
    if new.due_at >= now:
        return new
    tonight = _tonight(now, new.zone)
    return replace(new, due_at=tonight, legal_at=max(new.legal_at, tonight), was=new.due_at, held=True)


def _tonight(now: datetime, zone: str) -> datetime:
    place = ZoneInfo(zone)
    return midnight(now.astimezone(place).date() + DAY, place).astimezone(UTC)
