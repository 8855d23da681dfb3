"""Which promises are made to whoever is outside, and by when a matter is promised to be done.

The reporter's own page, what is told of a matter nearby (附议) and the page of a place (这一带) ask here, so that they
name one day. What desks owe one another (签收), and what waits for somebody outside, is nobody's day but theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from gezhi.matters import editions
from gezhi.promises import queries as promises
from gezhi.promises.queries import Then
from gezhi.rules import counting_on, deadlines
from gezhi.rules.model import Flow
from gezhi.rules.workdays import Due

WHOLE, PART = 0, 1
TICK = timedelta(microseconds=1)


class Which(NamedTuple):
    """A matter, with the edition and the flow it goes by."""

    id: UUID
    model: str
    flow: str


def ranks(flow: Flow) -> dict[str, int]:
    """The promises of a flow that are named to its reporter: `WHOLE` is the work itself, `PART` what lies on its way. Where
    several are open, the lowest is named, and of those the one due first."""
    silent = deadlines.silent(flow)
    return {
        name: WHOLE if rule.length == "item" else PART
        for name, rule in flow.promises.items()
        if name not in silent and not deadlines.waits_outside(flow, rule)
    }


def done_by(matters: Iterable[Which], *, at: datetime | None = None) -> dict[UUID, datetime]:
    """By when each of these is promised to be done: as it stood when the moment `at` began, none for now. Without those of
    which that is not promised, and those whose clock stands still. One statement; none for no matter.
    """
    kinds = {one.id: (one.model, one.flow) for one in matters}
    if not kinds:
        return {}
    whole: dict[tuple[str, str], frozenset[str]] = {}
    found: dict[UUID, datetime] = {}
    for one in promises.open_then(kinds, at):
        kind = kinds[one.about]
        if kind not in whole:
            whole[kind] = _whole(*kind)
        due = _due(one, at) if one.name in whole[kind] else None
        if due is not None:
            found[one.about] = min(due, found.get(one.about, due))
    return found


def day_of(due_at: datetime) -> date:
    """The local day that a due moment is said by: midnight ends the day before (24:00)."""
    return timezone.localdate(due_at - TICK)


def _whole(version: str, flow: str) -> frozenset[str]:
    ranked = ranks(editions.of_version(version).flows[flow])
    return frozenset(name for name, rank in ranked.items() if rank == WHOLE)


def _due(one: Then, at: datetime | None) -> datetime | None:
    """The due moment as it stood at `at`. Whoever answers lets a clock go on, and none of it is told on that day."""
    if at is None or not one.why:
        return None if one.stands_since else one.due_at
    why = Due.from_json(one.why)
    stood = (*why.stood, (one.stands_since, None)) if one.stands_since else why.stood
    if any(since < at and (until is None or until >= at) for since, until in stood):
        return None
    if any(until >= at for _since, until in why.stood):
        return counting_on.before(why, promises.calendar(), at).due_at
    return why.due_at
