"""The forms of a season, counted as the pages count them (docs/decisions/0062): one for each report and each step that somebody took."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from gezhi.ledger import queries as ledger
from gezhi.ledger.queries import Happened
from gezhi.matters import events
from gezhi.matters.models import Matter
from gezhi.places import queries as places
from gezhi.reporting.asking import Task, handed_in

COUNTED = timedelta(days=35)
"""As far back as the page of it shows, and a week more."""
USUAL: dict[Task, tuple[int, int]] = {"resident": (3, 24), "report": (6, 55), "form": (2, 18)}
"""Fields, and the seconds in which half of them are done: invented."""
RESIDENTS = "resident"
"""The way in by which residents report themselves."""


def count(until: datetime, random: Random) -> None:
    """Count the forms of the last weeks. Nobody filled them in, so how long each took is drawn."""
    root = places.tree(timezone.localdate(until)).root
    ways = dict(Matter.objects.filter(recorded_at__gte=until - COUNTED).values_list("id", "channel"))
    for entry in ledger.happened_to(ways, (events.OPENED, events.STEPPED)):
        task = _task(entry, ways[entry.about])
        if task is None:
            continue
        fields, usual = USUAL[task]
        handed_in(
            task,
            day=timezone.localdate(entry.recorded_at),
            unit="" if task == "resident" else entry.post.partition("@")[2] or (root.path if root else ""),
            fields=fields,
            seconds=round(usual * random.lognormvariate(0, 0.6)),
        )


def _task(entry: Happened, channel: str) -> Task | None:
    """Which form stood before whoever did this; none for what the house did by itself and for a reporter's later word."""
    if entry.what == events.OPENED:
        return "resident" if channel == RESIDENTS else "report"
    return "form" if entry.by is not None else None
