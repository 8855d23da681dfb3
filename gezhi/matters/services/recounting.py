"""Counting promises of matters again when days of the work calendar changed. Both dates stand in the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gezhi.ledger import digests
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import record
from gezhi.matters import editions, events
from gezhi.matters.models import Matter
from gezhi.matters.services import promising
from gezhi.promises import calendars
from gezhi.promises import queries as promises
from gezhi.promises.calendars import Counted
from gezhi.rules.counting_on import recounted
from gezhi.rules.workdays import Calendar, Due

BATCH = 200


def recount(*, at: datetime, most: int = BATCH) -> int:
    """Look at the next promises of the oldest unfinished change, at most so many. Returns how many it looked at.

    One transaction a batch: what died in between is done by the next, and a promise that stands is left alone.
    """
    one = calendars.unfinished()
    if one is None:
        return 0
    with transaction.atomic():
        change = calendars.held(one.id)
        if change is None:
            return 0
        seen = calendars.to_recount(change, most)
        rows, days = {m.id: m for m in _matters({p.about for p in seen})}, promises.calendar()
        moved = sum(_again(p, rows[p.about], days, change.id, at) for p in seen if p.about in rows)
        calendars.reached(change, seen, moved, at=at, last=len(seen) < most)
    return len(seen)


def _matters(subjects: set[UUID]) -> list[Matter]:
    """The matters, locked in the order of ids, as whoever moves one does before it touches its promises."""
    rows = Matter.objects.filter(id__in=subjects, ended_at=None).order_by("id")
    if transaction.get_connection().vendor == "postgresql":
        rows = rows.select_for_update()
    return list(rows)


def _again(promise: Counted, matter: Matter, days: Calendar, change: UUID, at: datetime) -> bool:
    """Count one promise again; true if its due moment moved."""
    old = Due.from_json(promise.why)
    due = recounted(old, days, now=at)
    if due is None:
        return False
    flow = editions.of_version(matter.model).flows[matter.flow]
    rule = flow.promises.get(promise.name)
    warn_at = due.warn_at(rule.warn_percent) if rule else None
    if not calendars.move(promise, due, warn_at, at=at) or due.due_at == old.due_at:
        return False
    promising.due_next(matter.id, flow)
    was, now = digests.stamp(old.due_at), digests.stamp(due.due_at)
    record(
        events.PROMISE_RECOUNTED,
        matter.id,
        by=HOUSE,
        at=at,
        flow=promise.flow,
        promise=promise.name,
        was=was,
        due=now,
        held=due.held,
        change=change,
    )
    return True
