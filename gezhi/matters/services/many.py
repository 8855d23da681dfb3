"""The same step on many matters at once: each by itself, under every rule of a single one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.overseeing import MOST, Outcome
from gezhi.people.queries import Person


def take_steps(numbers: Sequence[str], move: str, note: str, *, by: Person) -> list[Outcome]:
    """Take one step on each of these, in their order, at most `MOST`, with one note. One that is refused stops no other."""
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST:
        told = _("一次最多 {n} 件，请分几次。")
        raise Refused(told.format(n=MOST), code="too_many")
    return [_one(number, move, note, by) for number in wanted]


def _one(number: str, move: str, note: str, by: Person) -> Outcome:
    try:
        take_step(number, move, by=by, at=None, given=StepGiven(note))
    except (NotFound, Refused) as refusal:
        return Outcome(number, refusal.reason)
    return Outcome(number)
