"""What the reporter's word does in a flow: which move a rating takes, and until when an end may be opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gezhi.rules import deadlines, length, workdays
from gezhi.rules.model import Flow, Move

REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Ways:
    """The reporter's own moves where he is asked for a rating: `ends` for content and fairly content, `back` for
    discontent; none where the model has no way back."""

    ends: Move
    back: Move | None

    def of(self, rating: str) -> Move | None:
        """The move that a rating takes; none for one that moves nothing."""
        if rating in ("content", "fair"):
            return self.ends
        return self.back if rating == "discontent" else None


def rated_at(flow: Flow, step: str) -> Ways | None:
    """The ways of a rating from this step; none where the reporter is not asked for one.

    He is asked where a move of his leads to a settled end. Where his word only spares a check (报告人确认), a clerk who
    heard it checks instead.
    """
    ours = [move for move in flow.moves.values() if step in move.from_ and REPORTER in move.who]
    ends = next((move for move in ours if flow.steps[move.leads(step)].settled), None)
    if ends is None:
        return None
    return Ways(ends, next((move for move in ours if not flow.steps[move.leads(step)].ends), None))


def asked_by(flow: Flow, move: Move) -> bool:
    """Whether this move asks the reporter for more: it leads to where the work stops and the clock waits for him."""
    target = flow.steps.get(move.to)
    waits = (
        target is not None and target.phase == "suspended" and deadlines.silence(flow, target.id) is not None
    )
    return bool(move.duty) and waits


def opens_again_at(flow: Flow) -> str:
    """The step in which a matter goes on that was opened again: where discontent leads, else the first of the flow."""
    for step in flow.steps:
        ways = rated_at(flow, step)
        if ways is not None and ways.back is not None:
            return ways.back.leads(step)
    return flow.first


def reopen_until(flow: Flow, ended: datetime, zone: str) -> datetime | None:
    """The moment up to which (inclusive) what ended then may be opened again; none where the flow has no window.

    Days are whole days of the place: a window of 30日 is over at the end of the 30th day. Page and service ask here.
    """
    if not flow.reopen:
        return None
    return workdays.due(ended, length.parse(flow.reopen), {}, zone=zone).due_at
