"""What one matter's page tells of its past and offers for its next step, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.matters.attachments import FileView
from gezhi.matters.pictures import PhotoView


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the story, in words. `node` is d (state), b (objection), n (raised), s (small) or w (clock)."""

    at: datetime
    recorded_at: datetime
    late_recorded: bool
    verb: str
    by: UUID | None
    by_name: str
    post: str
    unit: str
    note: str
    erased: bool
    hop: tuple[str, str] | None
    node: str
    entry: UUID
    facts: dict[str, Any]
    photos: tuple[PhotoView, ...] = ()
    files: tuple[FileView, ...] = ()

    @property
    def outside(self) -> bool:
        """Whether it is what somebody outside said."""
        return self.by is None and {"handover", "said"} <= self.facts.keys()


@dataclass(frozen=True, slots=True)
class NextMove:
    """A step this person may take now. `needs` are gates: note, photo, department; one at most is likely."""

    id: str
    name: str
    needs: tuple[str, ...]
    likely: bool
    tells: bool


@dataclass(frozen=True, slots=True)
class NotNow:
    """A step that cannot be taken, and why; the sentence says who can."""

    id: str
    name: str
    reason: str
    code: str
