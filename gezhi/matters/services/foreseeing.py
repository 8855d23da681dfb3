"""What would be promised for a report of an item, before anybody hands it in."""

from __future__ import annotations

from datetime import datetime

from gezhi.errors import Refused
from gezhi.matters import editions, spoken
from gezhi.matters.own_story import OWN
from gezhi.matters.services import intake
from gezhi.matters.services.reports import Report


def promised(item: str, channel: str) -> tuple[datetime | None, str]:
    """By when it would be accepted and how long its handling may take, in words; all is decided as by `open_matter`, and
    nothing is stored. None and "" where it could not be handed in."""
    try:
        _rows, opened = intake.prepare(Report("report", item, channel=channel, reporting="anonymous"), by=OWN)
    except Refused:
        return None, ""
    length = editions.today().items[item].length
    return opened.due_at, spoken.length(length) if length else ""
