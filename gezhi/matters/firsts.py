"""How far the first matter of a district has come: for whoever opens it, who sees no matter."""

from __future__ import annotations

from typing import NamedTuple

from gezhi.matters.models import Matter


class First(NamedTuple):
    """Whether any matter was registered, and whether one has ended."""

    registered: bool
    ended: bool


def first() -> First:
    """As far as it has come by now."""
    ended = Matter.objects.filter(ended_at__isnull=False).exists()
    return First(ended or Matter.objects.exists(), ended)
