"""Who acts, and as which post."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """An account acting as a post: `post` is "grid_worker@0001000A", "department:housing" or "house".

    `own` is the desk from which somebody comes who only stands in at that post (代理); empty for a holder. Each
    entry they make keeps it as the fact `own`.
    """

    account: UUID | None
    post: str
    own: str = ""


HOUSE = Actor(None, "house")
