"""The same step on many matters at once: each by itself, under every rule of a single one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.overseeing import MOST, Outcome
from gezhi.people.queries import Person

NOT_THIS_ONE = ("guard", "wrong_step")
"""Refusals that say that a move is for other matters; another of the same name may be for this one."""


def take_steps(numbers: Sequence[str], moves: Sequence[str], note: str, *, by: Person) -> list[Outcome]:
    """Take one step on each of these, in their order, at most `MOST`, with one note. One that is refused stops no other.

    `moves` are those that people call by one name; on each matter it is the first that is for it.
    """
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST:
        told = _("一次最多 {n} 件，请分几次。")
        raise Refused(told.format(n=MOST), code="too_many")
    return [_one(number, moves, note, by) for number in wanted]


def _one(number: str, moves: Sequence[str], note: str, by: Person) -> Outcome:
    reason = ""
    for move in moves:
        try:
            done = take_step(number, move, by=by, at=None, given=StepGiven(note))
        except (NotFound, Refused) as refusal:
            if refusal.code == "guard" or not reason:
                reason = refusal.reason
            if refusal.code not in NOT_THIS_ONE:
                return Outcome(number, refusal.reason)
        else:
            return Outcome(number, "", done.step, done.proposed)
    return Outcome(number, reason)
