"""What a provider reported of text messages that it took: kept once, and a telling that did not arrive is followed up.

Each door has an address of its own with a secret in it, shown once and kept as its digest. A report that comes twice, late
or about nothing we know changes nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.notify.doors.reports import READERS, Report
from gezhi.notify.models import Door, Handing, Message
from gezhi.notify.queries import HAND

LOST = "lost"
"""Why a telling is told by hand or given up: the provider took it, the telephone did not get it."""


def make_address(door: UUID, *, by: Actor, at: datetime) -> str:
    """A new secret for the address to which a door's provider reports; the one before it ends. Shown this once."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        rows = Door.objects.filter(id=door, kind__in=READERS).exclude(state="ended")
        if not rows.update(reports=_digest(secret), changed_at=at):
            raise Refused(_("只有短信渠道有送达回执。"), code="no_reports")
        record("door.reports", door, by=by, at=at)
    return secret


def door_of(secret: str) -> tuple[UUID, str]:
    """Whose address it is: the door and its kind. Raises `NotFound`; the digest is looked up, never the secret."""
    found = (
        Door.objects.filter(reports=_digest(secret)).exclude(state="ended").values_list("id", "kind").first()
    )
    if found is None:
        raise NotFound(_("没有这个地址。"))
    return found[0], found[1]


def take(door: UUID, reports: Sequence[Report], *, at: datetime) -> int:
    """Keep what was reported. Returns how many handings it was news about. One transaction; two statements where nothing
    is known, and some for each telling that did not arrive."""
    said = {one.receipt: one for one in reports if one.receipt}
    with transaction.atomic():
        rows = Handing.objects.filter(door=door, receipt__in=list(said), outcome="taken", arrived="")
        rows = rows.order_by("id").select_related("message")
        news = list(rows.select_for_update(of=("self",)) if connection.vendor == "postgresql" else rows)
        for row in news:
            row.arrived, row.arrived_at = "yes" if said[row.receipt].arrived else "no", at
        Handing.objects.bulk_update(news, ["arrived", "arrived_at"], batch_size=200)
        for row in news:
            if row.arrived == "no":
                _follow_up(row.message, said[row.receipt].code)
    return len(news)


def _follow_up(message: Message, code: str) -> None:
    """As one that was refused: told by telephone where that is owed, else left where the centre sees it. What somebody told
    meanwhile, or what another handing brought, stays told."""
    if Handing.objects.filter(message=message, outcome="taken", arrived="yes").exists():
        return
    row = Message.objects.filter(id=message.id, state="sent", door="sms", passed_on_by=None)
    if message.owed:
        row.update(state="waiting", door=HAND, sent_at=None, try_at=None, why=LOST, code=code)
    else:
        row.update(state="dead", sent_at=None, try_at=None, why=LOST, code=code)


def _digest(secret: str) -> str:
    return hashlib.sha256(b"reports\0" + secret.encode()).hexdigest()
