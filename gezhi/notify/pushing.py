"""Pushing: what was heard becomes one row for each address that wants it and may see it; each row is delivered at least
once, signed, and again later and later until it arrives or three days are over.

Rows come in the transaction in which an entry is heard, so that nothing is lost and nothing comes twice. A row is leased
before it goes out: whoever delivers and dies is followed by another try under the same event id.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import random
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi import __version__
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.queries import Happened
from gezhi.ledger.services import record
from gezhi.matters import access, editions
from gezhi.matters import queries as matters
from gezhi.notify import hooks, outside
from gezhi.notify.models import Hook, Message, Push, PushTry
from gezhi.notify.outside import Outcome
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.vault.services import sealing

log = logging.getLogger("gezhi.notify")
AT_ONCE, OF_ONE = 16, 4
LEASE = timedelta(seconds=60)  # longer than a whole request may last
GIVEN_UP = timedelta(days=3)
KEPT = timedelta(days=30)
LONGEST_PAUSE, LONGEST_ASKED = 6 * 3600.0, 24 * 3600.0  # seconds
FAILING = 3
"""After so many failures one after another an address is asked with one push at a time."""


def make(entries: Iterable[Happened], *, at: datetime) -> None:
    """A row for each address that wants an event and may see its matter. Must run in the transaction that hears it.

    One statement where there is no address; else one more for each address that wants something of the batch, however
    much the ledger holds.
    """
    told = [entry for entry in entries if entry.what in hooks.KINDS]
    listening = list(Hook.objects.exclude(state="ended")) if told else []
    rows: list[Push] = []
    for hook in listening:
        wanted = [entry for entry in told if entry.what in hook.kinds.split()]
        seen = _open_to(hook, {entry.about for entry in wanted}, at) if wanted else set()
        rows += [_row(hook, entry, at) for entry in wanted if entry.about in seen]
    if rows:
        Push.objects.bulk_create(rows, ignore_conflicts=True)


def _row(hook: Hook, entry: Happened, at: datetime) -> Push:
    return Push(
        id=new_id(), hook=hook, event=entry.id, what=entry.what, matter=entry.about,
        at=entry.at, recorded_at=entry.recorded_at, state="waiting", try_at=at, since=at,
    )  # fmt: skip


def _person(hook: Hook, at: datetime) -> Person | None:
    """The owner with the one seat, if it runs today."""
    return people.roster(timezone.localdate(at)).from_seat(hook.term)


def _open_to(hook: Hook, ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Which of these matters the seat may see now. One statement."""
    person = _person(hook, at)
    if person is None:
        return set()
    rows = access.matters_open_to(person, editions.today()).filter(id__in=list(ids))
    return set(rows.values_list("id", flat=True))


def is_due(*, at: datetime) -> bool:
    """Whether something waits to be delivered now. One statement."""
    return bool(_due(at).exists())


def _due(at: datetime) -> Any:
    ready = Q(hook__try_at=None) | Q(hook__try_at__lte=at)
    return Push.objects.filter(ready, hook__state="on", state="waiting", try_at__lte=at)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out: made before the request, so that no database is asked while the other side is waited for."""

    push: Push
    url: str
    body: bytes
    keys: tuple[str, ...]


def deliver(*, at: datetime) -> int:
    """Deliver what is due, several at a time. Returns how many were tried."""
    parcels = _packed(_leased(at), at)
    if not parcels:
        return 0
    with ThreadPoolExecutor(max_workers=min(8, len(parcels))) as hands:
        for parcel, outcome in zip(parcels, hands.map(_handed_over, parcels), strict=True):
            settle(parcel.push, outcome, at=at)
    return len(parcels)


def _leased(at: datetime) -> list[Push]:
    """Rows that this process delivers now; nobody else does for a minute."""
    with transaction.atomic():
        rows = _due(at).select_related("hook").order_by("try_at", "id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        taken: list[Push] = []
        for row in rows[: AT_ONCE * OF_ONE]:
            most = 1 if row.hook.failures >= FAILING else OF_ONE
            if len(taken) < AT_ONCE and sum(one.hook_id == row.hook_id for one in taken) < most:
                taken.append(row)
        for row in taken:
            row.tries += 1
            row.try_at = at + LEASE
        Push.objects.bulk_update(taken, ["tries", "try_at"])
    return taken


def _packed(pushes: Sequence[Push], at: datetime) -> list[Parcel]:
    """The parcels of those that may still be told; what may not be seen any more is given up without a word outside."""
    found: list[Parcel] = []
    for hook in {push.hook_id: push.hook for push in pushes}.values():
        own = [push for push in pushes if push.hook_id == hook.id]
        if _person(hook, at) is None:
            stop(hook, "no_seat", at=at)
            continue
        seen = _open_to(hook, {push.matter for push in own if push.matter}, at)
        keys = _keys(hook)
        for push in own:
            if push.matter is None or push.matter in seen:
                found.append(Parcel(push, hook.url, body_of(push), keys))
            else:
                Push.objects.filter(id=push.id).update(state="dead", try_at=None, done_at=at)
    return found


def _keys(hook: Hook) -> tuple[str, ...]:
    tokens = [hook.secret, *([hook.before] if hook.before else [])]
    return tuple(sealing.opened_key(hooks.SEALED_AS, token) for token in tokens)


def body_of(push: Push) -> bytes:
    """What is told: that something happened and where it can be read. No word of anybody, no person."""
    number = matters.number_of(push.matter) if push.matter else ""
    return msgspec.json.encode(
        {
            "id": str(push.event),
            "kind": push.what,
            "number": number,
            "link": f"/api/v1/matters/{quote(number)}" if number else "",
            "at": push.at,
            "recorded_at": push.recorded_at,
        }
    )


def signature(body: bytes, keys: Iterable[str], moment: int) -> str:
    """`t=` seconds since 1970, then `v1=` once for each key: HMAC-SHA256 over "<t>.<body>" in hexadecimal."""
    signed = f"{moment}.".encode() + body
    return ",".join([f"t={moment}", *(f"v1={hmac.digest(k.encode(), signed, 'sha256').hex()}" for k in keys)])


def _handed_over(parcel: Parcel) -> Outcome:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Gezhi/{__version__}",
        "Gezhi-Event": str(parcel.push.event),
        "Gezhi-Signature": signature(parcel.body, parcel.keys, int(time.time())),
    }
    return outside.post(parcel.url, parcel.body, headers)


@transaction.atomic
def settle(push: Push, outcome: Outcome, *, at: datetime) -> None:
    """Write down what came of a try, and what follows from it."""
    fault, said = outcome.fault[:16], outcome.said
    PushTry.objects.create(
        push_id=push.id, at=at, status=outcome.status, fault=fault, said=said, millis=outcome.millis
    )
    if 200 <= outcome.status < 300:
        Push.objects.filter(id=push.id).update(state="sent", try_at=None, done_at=at)
        Hook.objects.filter(id=push.hook_id).update(failures=0, try_at=None)
    elif outcome.status == 410:
        Push.objects.filter(id=push.id).update(state="dead", try_at=None, done_at=at)
        stop(push.hook, "gone", at=at)
    elif at - push.since >= GIVEN_UP:
        Push.objects.filter(id=push.id).update(state="dead", try_at=None, done_at=at)
        stop(push.hook, "failing", at=at)
    else:
        _put_off(push, outcome, at)


def _put_off(push: Push, outcome: Outcome, at: datetime) -> None:
    hook = Hook.objects.get(id=push.hook_id)
    wait = pause_after(push.tries, of=push.id)
    asked = min(outcome.come_back or 0.0, LONGEST_ASKED)
    Push.objects.filter(id=push.id).update(try_at=at + timedelta(seconds=max(wait, asked)))
    failures = hook.failures + 1
    held = max(asked, pause_after(failures - FAILING + 1, of=hook.id) if failures >= FAILING else 0.0)
    until = at + timedelta(seconds=held) if held else None
    Hook.objects.filter(id=hook.id).update(failures=failures, try_at=until)


def pause_after(tries: int, *, of: UUID) -> float:
    """Seconds to wait after so many tries: half a minute, twice as long each time, six hours at most; spread by a fifth
    to both sides, so that what failed together does not come back together."""
    spread = random.Random(f"{of}{tries}").uniform(0.8, 1.2)  # noqa: S311  no secret
    return float(min(30 * 2 ** min(tries - 1, 12), LONGEST_PAUSE)) * spread


@transaction.atomic
def stop(hook: Hook, why: str, *, at: datetime) -> None:
    """The house itself stops pushing to an address and tells the desk that set it up, once."""
    if why == "gone":
        hooks.close(hook, why, at=at)
    elif not Hook.objects.filter(id=hook.id, state="on").update(state="paused", why=why, changed_at=at):
        return
    record("hook.paused", hook.id, by=HOUSE, at=at, why=why)
    person = _person(hook, at)
    if person is None:
        return
    told = _("推送「{name}」停了：{why}。请到「接口钥匙」的「推送」里看一看。")
    text = told.format(name=hook.name, why=hooks.view_of(Hook.objects.get(id=hook.id)).why_words)
    key = hashlib.sha256(f"{hook.id}{at.isoformat()}".encode()).hexdigest()[:32]
    Message.objects.create(
        id=new_id(), key=f"hook:{key}", matter=hook.id, telling="hook", to=person.terms[0].desk,
        door="inbox", text=text[:500], state="waiting", try_at=at, made_at=at,
    )  # fmt: skip


def forget_pushes(*, at: datetime, most: int = 1000) -> int:
    """Drop pushes and their log after a month. Returns how many went."""
    old = list(Push.objects.filter(since__lt=at - KEPT).values_list("id", flat=True)[:most])
    PushTry.objects.filter(push__in=old).delete()
    Push.objects.filter(id__in=old).delete()
    return len(old)
