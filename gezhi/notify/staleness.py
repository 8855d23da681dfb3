"""When a message is of no use any more. The rule: a day after it was news it is none; whoever got it then would take it for
what happens now.

It is asked four ways, each of the moment that counts there. What was never tried is counted from when it was due
(`is_stale`): its door may have been shut, or the house stood still. What was tried in vain is counted from when it was
written (`is_given_up`), and is not waited for that long where a telephone is the other way. What lies with people is
counted from when it was written too (`was_news_since`): they may have read it, so a door that starts again leaves the older
to them. What a browser is told may say of itself that it is of use for less than the day (`seconds_left`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from gezhi.notify.models import Message
from gezhi.notify.queries import BROWSER

NEWS = timedelta(days=1)
OWED = timedelta(hours=1)
"""How long what is owed is tried before somebody tells it by telephone."""


def is_stale(message: Message, at: datetime) -> bool:
    """Whether one that waits is not to be sent any more."""
    if message.door == BROWSER:
        return not seconds_left(message, at)
    return message.try_at is not None and at - message.try_at > NEWS


def seconds_left(message: Message, at: datetime) -> int:
    """Seconds for which what a browser is told is of use yet, and a push service keeps it for a phone that is off; 0 for no
    more. Whatever it says of itself, no more than the day."""
    said = msgspec.json.decode(message.words).get("until") if message.words else None
    ends = datetime.fromisoformat(said) if said else message.made_at + NEWS
    return max(0, int(min(NEWS, ends - at).total_seconds()))


def is_given_up(message: Message, again: datetime) -> bool:
    """Whether one that was tried in vain is not to be tried `again` at that moment."""
    return again - message.made_at > (OWED if message.owed else NEWS)


def was_news_since(at: datetime) -> datetime:
    """What was written after this is news yet."""
    return at - NEWS
