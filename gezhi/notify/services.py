"""The outbox: what happened is heard once, told at least once, and given up only where everybody can see it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import forget_heard, record, unheard
from gezhi.matters import bonds, events
from gezhi.matters.scenes import Scene
from gezhi.notify import browsers, delivering, pushing, queries, spacing, tellings
from gezhi.notify.models import Browser, Message, Untold
from gezhi.vault.events import ERASED

log = logging.getLogger("gezhi.notify")
BATCH = 200
TRIES = 8
HAND = queries.HAND


def hear(*, at: datetime, most: int = BATCH) -> int:
    """Turn what was recorded into messages. Returns how many marks were dealt with; call again while it is `most`.

    One transaction a batch: the entry's mark goes, and its messages come, together. A message's key is the entry,
    the telling and the receiver, so the same entry heard twice makes nothing twice. When a batch fails, its entries
    are taken one by one; one that fails is set aside (`Untold`), logged, and tried again later and later, so that
    it stops no other, however many there are of them.
    """
    _try_again(at, most)
    try:
        return _hear(at, most)
    except _OF_THE_MACHINE:
        raise
    except Exception:
        with transaction.atomic():
            waiting = unheard(most)
    for entry in waiting:
        _hear_one(entry, at)
    return len(waiting)


_OF_THE_MACHINE = (OperationalError, InterfaceError)
"""The database is gone or busy: no entry's own fault, and nothing could be noted of it."""


def _hear(at: datetime, most: int, only: UUID | None = None) -> int:
    with transaction.atomic():
        marked = unheard(most, only=only)
        _tell(marked, at)
        forget_heard(marked)
    return len(marked)


def _tell(entries: Collection[UUID], at: datetime) -> None:
    """Write what these entries tell."""
    seen: dict[UUID, Scene | None] = {}
    happened, around = ledger.entries(entries), Around(cache(delivering.copied_to), browsers.watching())
    messages = [m for entry in happened for m in _messages(entry, at, seen, around)]
    Message.objects.bulk_create(spacing.spaced(messages, happened, at=at), ignore_conflicts=True)
    pushing.make(happened, at=at)


def _hear_one(entry: UUID, at: datetime) -> None:
    """Hear one entry, or set it aside: its mark goes, and a row that tries it again comes, together."""
    try:
        _hear(at, 1, only=entry)
    except _OF_THE_MACHINE:
        raise
    except Exception as fault:
        log.exception("Entry %s could not be told; it is set aside and tried again.", entry)
        with transaction.atomic():
            if unheard(1, only=entry):
                again = Untold(entry=entry, try_at=at + _pause(0), fault=type(fault).__name__[:80])
                Untold.objects.bulk_create([again], ignore_conflicts=True)
                forget_heard([entry])


def _try_again(at: datetime, most: int) -> None:
    """Tell what could not be told before, each entry by itself."""
    for entry in (
        Untold.objects.filter(try_at__lte=at).order_by("try_at").values_list("entry", flat=True)[:most]
    ):
        try:
            with transaction.atomic():
                if _hold_untold(entry, at):
                    _tell([entry], at)
                    Untold.objects.filter(entry=entry).delete()
        except _OF_THE_MACHINE:
            raise
        except Exception as fault:
            _put_off(entry, at, type(fault).__name__)


def _hold_untold(entry: UUID, at: datetime) -> Untold | None:
    """The row, if it is still due and no other sender has it."""
    rows = Untold.objects.filter(entry=entry, try_at__lte=at)
    return (rows.select_for_update(skip_locked=True) if connection.vendor == "postgresql" else rows).first()


def _put_off(entry: UUID, at: datetime, fault: str) -> None:
    with transaction.atomic():
        row = _hold_untold(entry, at)
        if row is not None:
            pause = _pause(row.tries)
            log.exception("Entry %s could not be told, try %s; next in %s.", entry, row.tries + 1, pause)
            Untold.objects.filter(entry=entry).update(
                tries=row.tries + 1, try_at=at + pause, fault=fault[:80]
            )


def _pause(tries: int) -> timedelta:
    """How long to wait after so many tries: half a minute, then four times as long each time, at most six hours."""
    return timedelta(seconds=min(30 * 4 ** min(tries, 9), 6 * 3600))


@dataclass(frozen=True, slots=True)
class Around:
    """Who is told besides, looked up once a batch, and only where something is told: groups and mailboxes, and the browsers
    of a matter."""

    copied_to: Callable[[], list[delivering.Copied]]
    watching: Callable[[UUID], Sequence[Browser]]


def _forget(entry: ledger.Happened) -> None:
    """Words, or a name, were destroyed on request: so is what was told with them, and whom it is told."""
    if entry.what == ERASED:
        browsers.forget_reporter(entry.about)
        reporter = (
            f"reporter:{entry.about.hex}"  # there is no number any more by which somebody could tell it
        )
        Message.objects.filter(to=reporter, door=HAND, state="waiting").update(state="gone", why="erased")
        return
    matter = UUID(entry.facts["matter"])
    ours = [matter, *bonds.merged_into(matter)]
    browsers.forget("matter", ours)
    Message.objects.filter(matter__in=ours).update(text="", words="")


def _messages(
    entry: ledger.Happened, at: datetime, seen: dict[UUID, Scene | None], around: Around
) -> list[Message]:
    """What an entry makes. `seen` keeps the scenes of one batch: several entries are about the same matter."""
    if entry.what in (events.TEXT_ERASED, ERASED):
        _forget(entry)
        return []
    if entry.what not in tellings.TOLD:
        return []
    if entry.about not in seen:
        seen[entry.about] = tellings.scene_for(entry, at)
    scene = seen[entry.about]
    if scene is None:
        return []
    found = []
    for told in tellings.told_by(entry, scene):
        key = f"{entry.id.hex}:{told.telling}"
        found.append(_message(f"{key}:{told.to}", told, at))
        telling = scene.model.tellings.get(told.telling)
        if telling and told.to.startswith("reporter:"):
            found += browsers.of_telling(key, told, telling, around.watching(told.matter), at)
        if told.door == "inbox" and not scene.matter.walled:
            found += [
                _copy(f"{key}:{to.door.hex}", to, told, at) for to in around.copied_to() if to.wants(told)
            ]
    return list({message.key: message for message in found}.values())


def _message(key: str, told: tellings.Told, at: datetime) -> Message:
    return Message(
        id=new_id(),
        key=key,
        matter=told.matter,
        telling=told.telling,
        to=told.to,
        door=told.door,
        text=told.text,
        words=json.dumps(dict(told.words), ensure_ascii=False) if told.door == "sms" else "",
        urgent=told.urgent,
        owed=told.owed,
        budgeted=told.budgeted,
        state="waiting",
        try_at=None if told.door == HAND else at,
        made_at=at,
    )


def _copy(key: str, to: delivering.Copied, told: tellings.Told, at: datetime) -> Message:
    """The same to a group's robot or a mailbox: what may be said of a matter there, once for each of them."""
    name = json.dumps({"name": told.words.get("name", "")}, ensure_ascii=False)
    return Message(
        id=new_id(), key=key, matter=told.matter, telling=told.telling, to=told.to, door=to.channel,
        text=told.thin[: tellings.MOST], words=name, through=to.door, state="waiting", try_at=at, made_at=at,
    )  # fmt: skip


Door = Callable[[Message], bool]


def _kept_here(_message: Message) -> bool:
    """The receiver reads it in the house: on his desk, on the page of his number, or in the demo's drawer."""
    return True


def doors() -> dict[str, Door]:
    """The doors that are open here. Outside a live instance nothing leaves: every message goes into the drawer."""
    inside: dict[str, Door] = {"inbox": _kept_here, "public": _kept_here}
    if instance.kind() != "live":
        inside |= dict.fromkeys(("sms", "phone", queries.BROWSER, *queries.COPIES), _kept_here)
    return inside


def send(*, at: datetime, through: Mapping[str, Door] | None = None) -> int:
    """Hand waiting messages to their doors (`through`, else the ones open here). Returns how many were tried.

    A message whose door is not open here waits to be told by hand. A message is leased before it is handed
    over, so that a sender that dies is followed by another try with the same key, never by silence. What goes out by a
    provider is left to `delivering.deliver`, so that nothing here waits for a machine elsewhere.
    """
    open_doors, tried = doors() if through is None else through, 0
    for message in _lease(at):
        tried += 1
        door = open_doors.get(message.door)
        if door is None:
            delivering.to_hand(message, delivering.why_shut(message.door))
        elif _through(door, message):
            Message.objects.filter(id=message.id).update(state="sent", sent_at=at, try_at=None)
        elif message.tries >= TRIES:
            Message.objects.filter(id=message.id).update(state="dead", try_at=None)
    return tried


def _through(door: Door, message: Message) -> bool:
    """Whether the door took it. A door that breaks has not, and stops none of the messages behind this one."""
    try:
        return door(message)
    except Exception:
        log.exception("The door %s broke on message %s.", message.door, message.id)
        return False


def _lease(at: datetime) -> list[Message]:
    with transaction.atomic():
        rows = Message.objects.filter(state="waiting", try_at__lte=at).order_by("try_at")
        if outgoing := delivering.outgoing():
            rows = rows.exclude(door__in=outgoing)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        found = list(rows[:BATCH])
        for message in found:
            message.tries += 1
            message.try_at = at + _pause(message.tries)
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


def tell_by_hand(message: UUID, *, by: Actor, at: datetime) -> None:
    """What did not go out is told by somebody, by telephone or at the door."""
    _not_dead_any_more(message, "message.by_hand", by, at, door=HAND, try_at=None)


def send_again(message: UUID, *, by: Actor, at: datetime) -> None:
    """What did not go out is tried once more by its door."""
    _not_dead_any_more(message, "message.again", by, at, try_at=at, tries=0, why="", code="")


@transaction.atomic
def _not_dead_any_more(message: UUID, what: str, by: Actor, at: datetime, **now: object) -> None:
    row = Message.objects.filter(id=message).first()
    if row is None:
        raise NotFound(_("没有这条告知。"))
    if not Message.objects.filter(id=message, state="dead").update(state="waiting", **now):
        raise Refused(_("这一条已经不在没送到的告知里。"), code="not_dead")
    record(what, row.matter, by=by, at=at, message=message, telling=row.telling)
