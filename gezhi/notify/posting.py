"""Postings of a broadcast: handed to the robots in the groups, at least once and under one number; the rest to people.

A posting is leased before it is handed over, as tellings are (`delivering`), so a sender that dies is followed by another.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.services import record
from gezhi.notify import broadcasts, delivering, doorkeeping, groups, staleness
from gezhi.notify.broadcasts import Around
from gezhi.notify.doors.opened import RATES, open_line
from gezhi.notify.doors.outcomes import Letter, Outcome
from gezhi.notify.models import Broadcast, BroadcastPart, Door
from gezhi.notify.pushing import pause_after
from gezhi.people.queries import Seat
from gezhi.vault import limits

log = logging.getLogger("gezhi.notify")
AT_ONCE = 50
LEASE = timedelta(
    seconds=180
)  # longer than a batch lasts: each request is cut after ten seconds, a batch after ninety
PAGE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """A text that somebody has to post by hand, and the groups of theirs that still wait for it."""

    broadcast: UUID
    text: str
    groups: tuple[tuple[UUID, str, UUID], ...]  # posting, name of the group, its unit
    more: bool


def is_due(*, at: datetime) -> bool:
    """Whether something waits to be posted now by a robot that may be used."""
    return _due(at).exists()


def _due(at: datetime) -> QuerySet[BroadcastPart]:
    rows = BroadcastPart.objects.filter(state="waiting", door__isnull=False, try_at__lte=at)
    if instance.kind() != "live":
        return rows
    if delivering.quiet_until(at):
        return rows.none()
    usable = Door.objects.filter(Q(try_at=None) | Q(try_at__lte=at), state="on")
    return rows.filter(door__in=usable.values("id"))


def deliver(*, at: datetime) -> int:
    """Hand over what is due. Returns how many were dealt with. Outside a live instance nothing leaves: what a robot would
    post counts as posted, as every telling does there."""
    found = _leased(at)
    if not found:
        return 0
    if instance.kind() != "live":
        BroadcastPart.objects.filter(id__in=[one.id for one in found]).update(
            state="sent", sent_at=at, try_at=None
        )
    else:
        texts = dict(
            Broadcast.objects.filter(id__in={p.broadcast_id for p in found}).values_list("id", "text")
        )
        doors = {door.id: door for door in Door.objects.filter(id__in={one.door for one in found})}
        end = time.monotonic() + delivering.LASTS
        for n, one in enumerate(found):
            if time.monotonic() > end:
                _put_back(found[n:], at)
                break
            _post(one, doors[one.door], texts[one.broadcast_id], at)  # type: ignore[index]  # due ones have a door
    _end_what_is_done({one.broadcast_id for one in found})
    return len(found)


def _leased(at: datetime) -> list[BroadcastPart]:
    with transaction.atomic():
        rows = _due(at).order_by("try_at", "id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        found = list(rows[:AT_ONCE])
        ids = [one.id for one in found]
        BroadcastPart.objects.filter(id__in=ids).update(try_at=at + LEASE, tries=F("tries") + 1)
        for one in found:
            one.tries += 1
    return found


def _post(one: BroadcastPart, door: Door, text: str, at: datetime) -> None:
    """Hand one over within its robot's rate, and write down what came of it."""
    most, window = RATES[door.kind]
    now = int(at.timestamp()) // window
    if door.state != "on" or not limits.lease("door", door.id, now, most=most, seconds=window, many=1):
        _put_back([one], at + timedelta(seconds=window))
        return
    settle(one, door, _handed_over(one, door, text), at=at)


def _put_back(found: Sequence[BroadcastPart], at: datetime) -> None:
    """What was leased and not handed over waits, until `at` at least."""
    rows = BroadcastPart.objects.filter(id__in=[one.id for one in found], state="waiting")
    rows.update(try_at=at, tries=F("tries") - 1)


def _handed_over(one: BroadcastPart, door: Door, text: str) -> Outcome:
    try:
        line = open_line(doorkeeping.setting_of(door))
        try:
            return line.hand_over(Letter(one.id.hex, "broadcast", "", text, {}))
        finally:
            line.close()
    except Exception as fault:  # its words might hold what it was handed
        log.error("The door %s broke on posting %s: %s.", door.id, one.id, type(fault).__name__)
        return Outcome("later", type(fault).__name__[:60], "broke")


@transaction.atomic
def settle(one: BroadcastPart, door: Door, outcome: Outcome, *, at: datetime) -> None:
    """Write down what came of a handing over. What was stopped meanwhile and went out all the same did go out."""
    row = BroadcastPart.objects.filter(id=one.id, state__in=("waiting", "stopped"))
    if outcome.kind == "taken":
        row.update(state="sent", sent_at=at, try_at=None, why="", code="")
        Door.objects.filter(id=door.id).update(failures=0, try_at=None, taken_at=at)
    elif outcome.kind == "refused":
        row.update(state="dead", try_at=None, why=outcome.why, code=outcome.code)
    elif outcome.kind == "stopped":
        row.filter(state="waiting").update(
            try_at=at, tries=F("tries") - 1, why=outcome.why, code=outcome.code
        )
        doorkeeping.halt(door.id, outcome.why, outcome.code, at=at)
        door.state = "stopped"
    else:
        _put_off(one, door, outcome, at)


def _put_off(one: BroadcastPart, door: Door, outcome: Outcome, at: datetime) -> None:
    row = BroadcastPart.objects.filter(id=one.id, state="waiting")
    began = one.broadcast.decided_at or at
    wait = timedelta(seconds=max(outcome.wait, pause_after(one.tries, of=one.id)))
    if outcome.whole:
        Door.objects.filter(id=door.id).update(failures=F("failures") + 1, try_at=at + wait)
    if at + wait - began > staleness.NEWS:
        row.update(state="dead", try_at=None, why=outcome.why, code=outcome.code)
    else:
        row.update(try_at=at + wait, why=outcome.why, code=outcome.code)


def _end_what_is_done(ids: set[UUID]) -> None:
    """A broadcast of which nothing waits any more is done."""
    left = BroadcastPart.objects.filter(broadcast__in=ids, state="waiting").values("broadcast")
    Broadcast.objects.filter(id__in=ids, state="sending").exclude(id__in=left).update(state="done")


# by hand


def _kept(around: Around) -> Q:
    """Of groups that a post of this person keeps, within its ground."""
    seats = [Q(owner=seat.post) & groups.within(seat.path, around.ground) for seat in around.person.terms]
    return reduce(or_, seats, Q(pk__in=[]))


def cards(around: Around, *, most: int = PAGE) -> list[Card]:
    """What this person has to post, the oldest text first. Two statements."""
    mine = BroadcastPart.objects.filter(_kept(around), door=None, state="waiting").order_by("broadcast", "id")
    rows = list(mine.values_list("broadcast", "id", "name", "unit")[: most + 1])
    found: dict[UUID, list[tuple[UUID, str, UUID]]] = {}
    for broadcast, id, name, unit in rows[:most]:
        found.setdefault(broadcast, []).append((id, name, unit))
    texts = dict(Broadcast.objects.filter(id__in=list(found)).values_list("id", "text"))
    last = list(found)[-1] if len(rows) > most else None
    return [Card(id, texts[id], tuple(of), id == last) for id, of in found.items()]


def count(around: Around, *, most: int) -> int:
    """How many groups wait to be posted to by this person, no more than `most` and one. One statement."""
    mine = BroadcastPart.objects.filter(_kept(around), door=None, state="waiting")
    return len(mine.values_list("id", flat=True)[: most + 1])


def listed(broadcast: UUID, around: Around, state: str, *, after: UUID | None = None) -> list[BroadcastPart]:
    """Postings of one state, a page and one more."""
    rows = BroadcastPart.objects.filter(broadcast=broadcasts.one_of(broadcast, around), state=state).order_by(
        "id"
    )
    return list((rows.filter(id__gt=after) if after else rows)[: PAGE + 1])


def posted(posting: UUID, around: Around, *, at: datetime) -> None:
    """Somebody posted it in the group: whoever keeps it, or whoever oversees. Recorded once. Raises `Refused` for what is
    not theirs, was stopped, or was posted already."""
    theirs = _kept(around) | Q(broadcast__in=broadcasts.open_to(around).values("id"))
    row = BroadcastPart.objects.filter(theirs, id=posting, door=None).first()
    if row is None or row.state not in {"waiting", "sent"}:
        raise Refused(_("没有这一条，或者已经停发了。"), code="not_yours")
    with transaction.atomic():
        due = BroadcastPart.objects.filter(id=posting, state="waiting")
        if not due.update(state="sent", sent_at=at, try_at=None, passed_on_by=around.person.account):
            raise Refused(_("这个群已经贴过了。"), code="told_already")
        by = around.person.acting(_seat_for(row, around))
        record("broadcast.posted", row.broadcast_id, by=by, at=at, posting=posting)
        _end_what_is_done({row.broadcast_id})


def _seat_for(row: BroadcastPart, around: Around) -> Seat:
    """From which seat: the post that keeps the group, else the one that oversees."""
    unit = around.ground.by_identity.get(row.unit)
    path = unit.path if unit else ""
    kept = [seat for seat in around.person.terms if seat.post == row.owner and path.startswith(seat.path)]
    return (*kept, *around.seats)[0]
