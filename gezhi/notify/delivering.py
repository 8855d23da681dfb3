"""Delivering: what goes out by a provider is leased, handed over, and what came of it written down and followed up.

At least once: a row is leased before it is handed over, and carries the same number however often. A message that cannot
go out any more, or has waited so long that it is of no use, is told by telephone where that is owed, else it stands where the
centre sees it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.notify import browsers, budget, doorkeeping, staleness
from gezhi.notify.doors.opened import RATES, open_line
from gezhi.notify.doors.outcomes import Letter, Line, Outcome
from gezhi.notify.models import Door, Handing, Message
from gezhi.notify.pushing import pause_after
from gezhi.notify.queries import BROWSER, COPIES, HAND
from gezhi.notify.tellings import Told
from gezhi.vault import limits
from gezhi.vault.services.telling import contact_to_tell

log = logging.getLogger("gezhi.notify")
AT_ONCE = 6
LEASE = timedelta(seconds=180)  # longer than a whole batch may last
LASTS = 90.0  # seconds after which a batch hands nothing more over
LONGEST_REST = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Copied:
    """A group's robot or a mail server that desks are told by: which desks, and which tellings beyond those of the model."""

    door: UUID
    channel: str
    desks: frozenset[str]
    tellings: frozenset[str]

    def wants(self, told: Told) -> bool:
        """If, and only if, the desk is one of its own, and the model or whoever set the door up names the telling."""
        ours = told.to in self.desks or told.to.split("@")[0] in self.desks
        named = self.channel in told.doors or not self.tellings.isdisjoint({told.telling, "*"})
        return ours and named


def copied_to() -> list[Copied]:
    """The doors that are open and by which desks are told. One statement, and none that finds much."""
    if instance.kind() != "live":
        return []
    found = []
    for row in Door.objects.filter(state="on", channel__in=COPIES).order_by("id"):
        said = doorkeeping.Said.of(row)
        found.append(Copied(row.id, row.channel, frozenset(said.desks), frozenset(said.tellings)))
    return found


def outgoing() -> set[str]:
    """The doors by which messages leave here now."""
    if instance.kind() != "live":
        return set()
    rows = Door.objects.filter(state="on", channel="sms").exists()
    return {BROWSER, *COPIES, *(["sms"] if rows else [])}


def is_due(*, at: datetime) -> bool:
    """Whether something waits to be delivered now by a door that may be used."""
    return any(_due(door, at).exists() for door in _ready(at))


def _ready(at: datetime) -> list[Door]:
    """Doors that may be used now, in the order in which they were set up; of several for one channel the first. Of robots
    and mail servers only those for which something waits: there may be one in each of many groups."""
    if instance.kind() != "live":
        return []
    waits = Message.objects.filter(door__in=COPIES, state="waiting", try_at__lte=at).values("through")
    rows = Door.objects.filter(Q(channel__in=("sms", BROWSER)) | Q(id__in=waits), state="on").order_by("id")
    first = {row.channel: row.id for row in reversed(rows)}
    return [
        row
        for row in rows
        if (row.channel in COPIES or first[row.channel] == row.id)
        and (row.try_at is None or row.try_at <= at)
    ]


def _due(door: Door, at: datetime) -> QuerySet[Message]:
    rows = Message.objects.filter(door=door.channel, state="waiting", try_at__lte=at)
    if door.channel in COPIES:
        return rows.filter(through=door.id)
    return rows.filter(urgent=True) if quiet_until(at) else rows


def quiet_until(at: datetime) -> datetime | None:
    """Until when nobody is disturbed for what can wait; none by day."""
    hours = settings.HOME.quiet
    if not hours:
        return None
    local = timezone.localtime(at)
    now, (since, until) = f"{local:%H:%M}", hours
    within = since <= now < until if since <= until else now >= since or now < until
    if not within:
        return None
    hour, minute = map(int, until.split(":"))
    end = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def deliver(*, at: datetime) -> int:
    """Hand over what is due, door by door. Returns how many were handed over."""
    return sum(_tried(door, at) for door in _ready(at))


def _tried(door: Door, at: datetime) -> int:
    """Deliver by one door; one whose key cannot be opened, or that breaks, stops and leaves the others alone."""
    try:
        return _deliver_by(door, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:  # its words might hold what was handed over
        log.error("The door %s cannot be used: %s.", door.id, type(fault).__name__)
        with transaction.atomic():
            doorkeeping.halt(door.id, "broke", type(fault).__name__[:60], at=at)
        return 0


def _deliver_by(door: Door, at: datetime) -> int:
    waiting = len(_due(door, at).values_list("id", flat=True)[:AT_ONCE])
    if not waiting:
        return 0
    setting = doorkeeping.setting_of(door)
    most, seconds = RATES[door.kind]
    window = int(at.timestamp()) // seconds
    granted = limits.lease("door", door.id, window, most=most, seconds=seconds, many=waiting)
    messages = _leased(door, at, granted)
    if not messages:
        return 0
    line = open_line(setting)
    try:
        return _handed_over(door, line, messages, at)
    finally:
        line.close()


def _leased(door: Door, at: datetime, most: int) -> list[Message]:
    """Rows that this process hands over now; nobody else does for some minutes."""
    with transaction.atomic():
        rows = _due(door, at).order_by("try_at", "id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        found = []
        for message in rows[:most]:
            if staleness.is_stale(message, at):
                give_up(message, "stale")
            else:
                found.append(message)
        for message in found:
            message.tries += 1
            message.try_at = at + LEASE
        Message.objects.bulk_update(found, ["tries", "try_at"])
    return found


def _handed_over(door: Door, line: Line, messages: Sequence[Message], at: datetime) -> int:
    end, done = time.monotonic() + LASTS, 0
    for n, message in enumerate(messages):
        if time.monotonic() > end:
            _put_back(messages[n:], at)
            break
        if budget.held(message, at=at):
            continue
        outcome = settle(door, message, _one(door, line, message, at), at=at)
        done += 1
        if outcome.whole or outcome.kind == "stopped":
            _put_back(messages[n + 1 :], at)
            break
    return done


def _one(door: Door, line: Line, message: Message, at: datetime) -> Outcome:
    """Hand one over. Who it goes to is known here and forgotten here."""
    try:
        to = _to(door, message, at)
    except (Refused, ValueError):
        return Outcome("refused", "erased", "erased")
    words = json.loads(message.words) if message.words else {}
    if door.channel == BROWSER:
        words["ttl"] = str(staleness.seconds_left(message, at))
    letter = Letter(message.id.hex, message.telling, to, message.text, words)
    try:
        return line.hand_over(letter)
    except Exception as fault:  # its words might hold what it was handed
        log.error("The door %s broke on message %s: %s.", door.id, message.id, type(fault).__name__)
        return Outcome("later", type(fault).__name__[:60], "broke")


def _to(door: Door, message: Message, at: datetime) -> str:
    if door.channel == BROWSER:
        return browsers.reached(message.through)
    if door.channel != "sms":
        return doorkeeping.Said.of(door).box_of(message.to)
    token = message.to.removeprefix("reporter:")
    with transaction.atomic():
        return contact_to_tell(UUID(token), message.matter, message.id, at=at)


def _put_back(messages: Sequence[Message], at: datetime) -> None:
    """What was leased and not handed over waits as before."""
    ids = [message.id for message in messages]
    Message.objects.filter(id__in=ids, state="waiting").update(try_at=at, tries=F("tries") - 1)


@transaction.atomic
def settle(door: Door, message: Message, outcome: Outcome, *, at: datetime) -> Outcome:
    """Write down what came of a handing over, and what follows from it. Returns what it came to: what one browser's service
    refuses need not be the door's fault."""
    Handing.objects.create(
        message_id=message.id, door=door.id, at=at, outcome=outcome.kind,
        why=outcome.why, code=outcome.code, receipt=outcome.receipt,
    )  # fmt: skip
    if door.channel == BROWSER:
        outcome = browsers.came_of(door, message, outcome, at=at)
    row = Message.objects.filter(id=message.id, state="waiting")
    if outcome.kind == "taken":
        row.update(state="sent", sent_at=at, try_at=None, why="", code="")
        Door.objects.filter(id=door.id).update(failures=0, try_at=None, taken_at=at)
    elif outcome.kind == "refused":
        give_up(message, outcome.why, outcome.code)
    elif outcome.kind == "stopped":
        row.update(try_at=at, tries=F("tries") - 1)
        doorkeeping.halt(door.id, outcome.why, outcome.code, at=at)
    else:
        _put_off(door, message, outcome, at)
    return outcome


def _put_off(door: Door, message: Message, outcome: Outcome, at: datetime) -> None:
    wait = timedelta(seconds=max(outcome.wait, pause_after(message.tries, of=message.id)))
    if outcome.whole:
        failures = door.failures + 1
        rest = min(max(outcome.wait, pause_after(failures, of=door.id)), LONGEST_REST)
        Door.objects.filter(id=door.id).update(failures=failures, try_at=at + timedelta(seconds=rest))
        door.failures = failures
        wait = timedelta(seconds=rest)
    if staleness.is_given_up(message, at + wait):
        give_up(message, outcome.why, outcome.code)
    else:
        row = Message.objects.filter(id=message.id, state="waiting")
        row.update(try_at=at + wait, why=outcome.why, code=outcome.code)


def give_up(message: Message, why: str, code: str = "") -> None:
    """A message that will not go out: told by telephone where that is owed, else left where the centre sees it."""
    if message.owed and why != "erased":
        to_hand(message, why, code)
    elif message.door == BROWSER:  # it was told besides; nobody has to mend it
        row = Message.objects.filter(id=message.id, state="waiting")
        row.update(state="gone", try_at=None, why=why, code=code)
    else:
        Message.objects.filter(id=message.id, state="waiting").update(
            state="dead", try_at=None, why=why, code=code
        )


def to_hand(message: Message, why: str, code: str = "") -> None:
    """Somebody tells it, by telephone or at the door; the card says why."""
    row = Message.objects.filter(id=message.id, state="waiting")
    row.update(door=HAND, try_at=None, why=why, code=code)


def why_shut(channel: str) -> str:
    """Why nothing goes by this door now: it is stopped, or there is none."""
    if channel != "sms":
        return ""
    stopped = Door.objects.filter(channel=channel, state__in=("stopped", "paused")).exists()
    return "door_stopped" if stopped else "no_door"
