"""How far the first matter of a district has come: for whoever opens it, who sees no matter."""

from __future__ import annotations

from typing import NamedTuple

from gezhi.matters.models import Matter
from gezhi.rules.keys import SETTLED


class First(NamedTuple):
    """Whether any matter was registered, and whether one was done to its end (not merely refused or void)."""

    registered: bool
    ended: bool


def first() -> First:
    """As far as it has come by now."""
    ended = Matter.objects.filter(ended_at__isnull=False, closing__in=SETTLED).exists()
    return First(ended or Matter.objects.exists(), ended)
