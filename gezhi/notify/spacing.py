"""Words that are left for somebody, or asked of somebody, one after another: told once, and not word by word.

What is told of them says only that something is there to read, or that somebody asks to be called: as long as one such
telling waits, and within an hour of it, another would say nothing more.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gezhi.ledger.queries import Happened
from gezhi.matters import events
from gezhi.matters.relays import CALL_BACK
from gezhi.notify.models import Message

APART = timedelta(hours=1)


def spaced(messages: Collection[Message], entries: Collection[Happened], *, at: datetime) -> list[Message]:
    """These messages without those that repeat what is told already. One statement for each about words, none else.

    By receiver, matter, telling and the one door or browser it goes through; two senders at the same instant may tell one twice.
    """
    about_words = {entry.id.hex for entry in entries if entry.what in events.RELAYED}
    kept: dict[tuple[UUID, str, str, UUID | None], Message] = {}
    found = []
    for message in messages:
        if message.key.partition(":")[0] in about_words:
            one = (message.matter, message.telling, message.to, message.through)
            if one in kept or _told_lately(message, at):
                continue
            kept[one] = message
        found.append(message)
    return found


def _told_lately(message: Message, at: datetime) -> bool:
    same = Message.objects.filter(
        matter=message.matter, telling=message.telling, to=message.to, through=message.through
    )
    waits = Q(state="waiting")
    again = message.telling == CALL_BACK  # who asks once more after the call asks for another one
    return same.filter(waits if again else waits | Q(made_at__gt=at - APART)).exists()
