"""The outbox: what happened is heard once, told at least once, and given up only where everybody can see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import forget_heard, record, unheard
from gezhi.matters import events
from gezhi.matters.scenes import Scene
from gezhi.notify import tellings
from gezhi.notify.models import Message

BATCH = 200
TRIES = 8
HAND = "by_hand"


def hear(*, at: datetime) -> int:
    """Turn what was recorded into messages. Returns how many entries were heard; call again while it is `BATCH`.

    One transaction: the entry's mark goes, and its messages come, together. A message's key is the entry, the
    telling and the receiver, so the same entry heard twice makes nothing twice.
    """
    with transaction.atomic():
        entries = ledger.entries(unheard(BATCH))
        seen: dict[UUID, Scene | None] = {}
        messages = [message for entry in entries for message in _messages(entry, at, seen)]
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        forget_heard([entry.id for entry in entries])
    return len(entries)


def _messages(entry: ledger.Happened, at: datetime, seen: dict[UUID, Scene | None]) -> list[Message]:
    """What an entry makes. `seen` keeps the scenes of one batch: several entries are about the same matter."""
    if entry.what == events.TEXT_ERASED:
        Message.objects.filter(matter=UUID(entry.facts["matter"])).update(text="")
        return []
    if entry.what not in tellings.TOLD:
        return []
    if entry.about not in seen:
        seen[entry.about] = tellings.scene_for(entry, at)
    scene = seen[entry.about]
    if scene is None:
        return []
    return [
        Message(
            id=new_id(),
            key=f"{entry.id.hex}:{told.telling}:{told.to}",
            matter=entry.about,
            telling=told.telling,
            to=told.to,
            door=told.door,
            text=told.text,
            state="waiting",
            try_at=at,
            made_at=at,
        )
        for told in tellings.told_by(entry, scene)
    ]


Door = Callable[[Message], bool]


def _kept_here(_message: Message) -> bool:
    """The receiver reads it in the house: on his desk, on the page of his number, or in the demo's drawer."""
    return True


def doors() -> dict[str, Door]:
    """The doors that are open here. Outside a live instance nothing leaves: every message goes into the drawer."""
    inside: dict[str, Door] = {"inbox": _kept_here, "public": _kept_here}
    if instance.kind() != "live":
        inside |= {"sms": _kept_here, "phone": _kept_here}
    return inside


def send(*, at: datetime, through: Mapping[str, Door] | None = None) -> int:
    """Hand waiting messages to their doors (`through`, else the ones open here). Returns how many were tried.

    A message whose door is not open here waits to be told by hand. A message is leased before it is handed
    over, so that a sender that dies is followed by another try with the same key, never by silence.
    """
    open_doors, tried = doors() if through is None else through, 0
    for message in _lease(at):
        tried += 1
        door = open_doors.get(message.door)
        if door is None:
            Message.objects.filter(id=message.id).update(door=HAND, try_at=None)
        elif door(message):
            Message.objects.filter(id=message.id).update(state="sent", sent_at=at, try_at=None)
        elif message.tries >= TRIES:
            Message.objects.filter(id=message.id).update(state="dead", try_at=None)
    return tried


def _lease(at: datetime) -> list[Message]:
    with transaction.atomic():
        rows = Message.objects.filter(state="waiting", try_at__lte=at).order_by("try_at")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        found = list(rows[:BATCH])
        for message in found:
            message.tries += 1
            message.try_at = at + timedelta(seconds=min(30 * 4**message.tries, 6 * 3600))
        Message.objects.bulk_update(found, ["tries", "try_at"])
    return found


def pass_on(message: UUID, *, by: Actor, at: datetime) -> None:
    """Somebody told it by hand: by telephone, at the door, in a group. Recorded once."""
    row = Message.objects.filter(id=message).first()
    if row is None:
        raise NotFound(_("没有这条告知。"))
    with transaction.atomic():
        waiting = Message.objects.filter(id=message, door=HAND, state="waiting")
        if not waiting.update(state="sent", sent_at=at, passed_on_by=by.account):
            raise Refused(_("这一条已经告知过了。"), code="told_already")
        record("message.passed_on", row.matter, by=by, at=at, message=message, telling=row.telling)
