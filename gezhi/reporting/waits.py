"""How long imported records waited for their end, in days, and how often they were passed on: what their source says.

Days are local days from the one on which it was reported to the one on which it ended. A quartile is the day on which
that share of all had ended: a value that occurs, not one between two.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter
from gezhi.places import paths
from gezhi.reporting.scopes import Scope

_SAID = '"transfers":'


@dataclass(frozen=True, slots=True)
class Spread:
    """Whole numbers by how often each occurs: how many there are, their sum, and their quartiles and ends."""

    count: int
    total: int
    least: int
    lower: int
    median: int
    upper: int
    most: int

    @property
    def mean_words(self) -> str:
        """2.3, rounded half up; — for none."""
        if not self.count:
            return "—"
        tenths = (self.total * 20 + self.count) // (self.count * 2)
        return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Waits:
    """Days until the end, and transfers of those records whose source counted them."""

    days: Spread
    transfers: Spread


def waits(scope: Scope, zone: str) -> Waits:
    """Of all imported records of a unit that ended, whichever department had them."""
    place, days = ZoneInfo(zone), Counter[int]()
    first, after = paths.span(scope.path)
    rows = Matter.objects.filter(origin="import", path__gte=first, path__lt=after, ended_at__isnull=False)
    for at, ended_at in rows.values_list("at", "ended_at").iterator(chunk_size=5000):
        assert ended_at is not None  # noqa: S101  # for the type checker; the filter asked
        days[(ended_at.astimezone(place).date() - at.astimezone(place).date()).days] += 1
    return Waits(spread(days), spread(_transfers(scope)))


def _transfers(scope: Scope) -> Counter[int]:
    found = Counter[int]()
    said = Entry.objects.filter(what="matter.opened", facts__contains=_SAID).values_list("facts", flat=True)
    for facts in said.iterator(chunk_size=5000):
        known = json.loads(facts)
        if str(known.get("path", "")).startswith(scope.path):
            found[known["transfers"]] += 1
    return found


def spread(found: Counter[int]) -> Spread:
    """Quartiles by the nearest rank."""
    count = found.total()
    if not count:
        return Spread(0, 0, 0, 0, 0, 0, 0)
    total, ordered = sum(value * n for value, n in found.items()), sorted(found)
    lower, median, upper = (_ranked(found, ordered, -(-count * share // 4)) for share in (1, 2, 3))
    return Spread(count, total, ordered[0], lower, median, upper, ordered[-1])


def _ranked(found: Counter[int], ordered: list[int], rank: int) -> int:
    reached = 0
    for value in ordered:
        reached += found[value]
        if reached >= rank:
            return value
    return ordered[-1]
