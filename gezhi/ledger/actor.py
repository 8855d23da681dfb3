"""Who acts, and as which post."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """An account acting as a post: `post` is "grid_worker@0001000A", "department:housing" or "house"."""

    account: UUID | None
    post: str


HOUSE = Actor(None, "house")
