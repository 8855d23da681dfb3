"""What a change of the ground would leave behind: open matters, desks and seats at units that move or end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from gezhi.matters.models import Matter
from gezhi.people.models import Term

_BATCH = 500


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Counts only: open matters that lie at these paths, desks that are asked there, seats at units that end."""

    matters: int
    desks: int
    seats: int


def left_behind(paths: Collection[str], ended: Collection[UUID], on: date) -> LeftBehind:
    """Open matters at paths that no unit holds from that day on, the desks of those paths that are asked now, and
    terms that would run on at units that stand no longer."""
    held = sorted(paths)
    matters, desks = 0, set[str]()
    for start in range(0, len(held), _BATCH):
        some = held[start : start + _BATCH]
        matters += Matter.objects.filter(path__in=some, ended_at=None).count()
    gone = set(held)
    for desk in (
        Matter.objects.filter(ended_at=None, desk__contains="@").values_list("desk", flat=True).distinct()
    ):
        if desk.rpartition("@")[2] in gone:
            desks.add(desk)
    running = Q(to_on=None) | Q(to_on__gt=on)
    seats = Term.objects.filter(running, unit__in=list(ended)).count() if ended else 0
    return LeftBehind(matters, len(desks), seats)
