"""The log of what was pushed, page by page; pushing again what went wrong; trying an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import queries as matters
from gezhi.notify import hooks
from gezhi.notify.models import Push, PushTry

MOST = 1000
"""How many pushes may be asked for again at once."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One try: when, what came back (0 where nothing did), what went wrong, the first of what was said, how long."""

    at: datetime
    status: int
    fault: str
    said: str
    millis: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """One event for one address, with its tries, the last first."""

    id: UUID
    event: UUID
    what: str
    number: str
    at: datetime
    state: str
    try_at: datetime | None
    tries: tuple[Tried, ...]

    @property
    def what_words(self) -> str:
        return hooks.kind_name(self.what)


def log_of(
    terms: Sequence[UUID], hook: UUID, *, state: str = "", after: UUID | None = None, most: int = 50
) -> list[Pushed]:
    """What was pushed to an address or waits for it, the newest first. Raises `NotFound` for another's."""
    hooks.one_of(terms, hook)
    rows = Push.objects.filter(hook=hook).order_by("-id")
    rows = rows.filter(state=state) if state else rows
    found = list((rows.filter(id__lt=after) if after else rows)[:most])
    tries: dict[UUID, list[Tried]] = {row.id: [] for row in found}
    for one in PushTry.objects.filter(push__in=list(tries)).order_by("-id"):
        tries[one.push_id].append(Tried(one.at, one.status, one.fault, one.said, one.millis))
    names = matters.numbers_of([row.matter for row in found if row.matter])
    return [
        Pushed(
            row.id, row.event, row.what, names.get(row.matter, "") if row.matter else "", row.at, row.state,
            row.try_at, tuple(tries[row.id]),
        )
        for row in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Again:
    """Which pushes are asked for again: these, or those of a span of time (by when they were recorded) and state."""

    ids: Sequence[UUID] = ()
    since: datetime | None = None
    until: datetime | None = None
    state: str = ""


@transaction.atomic
def replay(terms: Sequence[UUID], hook: UUID, again: Again, *, by: Actor, at: datetime) -> int:
    """Push again under the same event ids. Returns how many. Raises `Refused` where nothing was named, or too much."""
    held = hooks.one_of(terms, hook)
    if held.state == "ended":
        raise Refused(_("这个推送地址已经停用。请另设一个。"), code="hook_ended")
    if not again.ids and again.since is None:
        raise Refused(_("请写明要重推哪几次，或从什么时候起的。"), code="replay_what", field="since")
    rows = Push.objects.filter(hook=hook).exclude(state="waiting")
    rows = rows.filter(id__in=list(again.ids)) if again.ids else rows
    rows = rows.filter(recorded_at__gte=again.since) if again.since else rows
    rows = rows.filter(recorded_at__lt=again.until) if again.until else rows
    rows = rows.filter(state=again.state) if again.state else rows
    ids = list(rows.values_list("id", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        told = _("一次最多重推 {n} 个，请把时段缩短。")
        raise Refused(told.format(n=MOST), code="too_many", field="until")
    Push.objects.filter(id__in=ids).update(state="waiting", since=at, try_at=at, tries=0, done_at=None)
    if ids:
        record("hook.replayed", hook, by=by, at=at, count=len(ids))
    return len(ids)


@transaction.atomic
def ping(terms: Sequence[UUID], hook: UUID, *, by: Actor, at: datetime) -> UUID:
    """Send an event that says nothing, to see whether the address answers. Returns the push."""
    held = hooks.one_of(terms, hook)
    if held.state == "ended":
        raise Refused(_("这个推送地址已经停用。请另设一个。"), code="hook_ended")
    row = Push(id=new_id(), hook_id=hook, event=new_id(), what=hooks.PING, matter=None)
    row.at = row.recorded_at = row.try_at = row.since = at
    row.state = "waiting"
    row.save(force_insert=True)
    record("hook.pinged", hook, by=by, at=at)
    return row.id
