"""How often one person is written to in a day without having asked: what is over it waits, and what is overtaken meanwhile
by a newer telling about the same matter is not sent any more.

Counted by the number and by nothing else: who lives with whom is known nowhere here, so a household with three numbers may
get three times as much. A soft rule: two senders at the same instant may exceed it by one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F

from gezhi.notify.models import Message
from gezhi.vault import queries as vault

DAY = timedelta(days=1)


def held(message: Message, *, at: datetime) -> bool:
    """Whether this one may not go now; it is put off, or given up for a newer one, before this returns.

    Counted are such text messages of the last 24 hours to the same number, whichever report they were about; the number
    itself is not opened for it. What confirms a report, what came of it, and what a promise waits for neither counts nor
    waits.
    """
    most = settings.HOME.contacts
    if not (most and message.budgeted):
        return False
    tokens = vault.alike(UUID(message.to.removeprefix("reporter:")))
    sent = Message.objects.filter(
        to__in=[f"reporter:{token.hex}" for token in tokens],
        door="sms", state="sent", budgeted=True, sent_at__gt=at - DAY,
    )  # fmt: skip
    times = list(sent.order_by("-sent_at").values_list("sent_at", flat=True)[:most])
    if len(times) < most:
        return False
    mine = Message.objects.filter(id=message.id, state="waiting")
    newer = Message.objects.filter(
        matter=message.matter, to=message.to, door="sms", state="waiting", id__gt=message.id
    )
    if newer.exists():
        mine.update(state="merged", try_at=None, why="budget")
    else:
        mine.update(try_at=(times[-1] or at) + DAY, tries=F("tries") - 1, why="budget")
    return True
