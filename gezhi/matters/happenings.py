"""What one matter's page tells of its past and offers for its next step, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.matters.attachments import FileView
from gezhi.matters.pictures import PhotoView
from gezhi.rules.reporters import REPORTER


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


def told_once(story: Sequence[Happening]) -> list[Happening]:
    """A story for people, newest first: a rating and the step that it took are one thing to whoever reads, though they are
    two entries.

    It is told as the step, by the name of the rating, with the words of both. A rating that moved nothing stands alone.
    """
    found: list[Happening] = []
    left = list(reversed(story))
    while left:
        one = left.pop()
        found.append(_as_rated(one, left.pop()) if left and _took(one, left[-1]) else one)
    return found


def _took(step: Happening, rated: Happening) -> bool:
    """Whether a clerk took this step by that rating, which was written just before it."""
    of_reporter = "move" in step.facts and step.facts.get("for") == REPORTER
    return of_reporter and "rating" in rated.facts and (step.at, step.by) == (rated.at, rated.by)


def _as_rated(step: Happening, rated: Happening) -> Happening:
    words = dict.fromkeys(word for word in (*step.note.split("\n"), *rated.note.split("\n")) if word)
    return replace(step, verb=rated.verb, note="\n".join(words), erased=step.erased or rated.erased)


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
