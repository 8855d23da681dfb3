"""Who is asked now, in which order, and why; and where a grade comes from."""

from __future__ import annotations

from dataclasses import dataclass

from gezhi.rules import who
from gezhi.rules.model import Duty, Flow, Item, Model
from gezhi.rules.steps import Facts, moves_from

ASKED = {
    "reported": ("triage", "review", "handle", "meet", "assign"),
    "accepted": ("assign", "handle", "meet"),
    "handling": ("handle", "meet", "arbitrate", "assign"),
    "suspended": ("approve",),
    "checking": ("verify",),
    "answering": ("answer", "close", "meet"),
    "ended": (),
}
"""The kinds of duty whose turn it is in a phase, the first that has a move here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One candidate: a who-word, the duty under which it is asked, and why it stands at this place.

    `because` is item_handler (column 承办 names it) or held_by (the duty's own order).
    """

    duty: str
    word: str
    because: str


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade of a matter and what decided it: item (column 等级), person (chosen by hand) or none."""

    grade: str
    because: str
    item: str = ""


def duty_asked(model: Model, flow: Flow, facts: Facts) -> Duty | None:
    """The duty whose turn it is in this step; none where nobody is asked (an end, or orders are out)."""
    open_moves = moves_from(flow, facts)
    held = [model.duties[d] for move in open_moves for d in move.duty]
    for kind in ASKED[flow.step[facts.step].phase]:
        for duty in held:
            if duty.kind == kind:
                return duty
    return held[0] if held and not flow.step[facts.step].ends else None


def candidates(model: Model, flow: Flow, facts: Facts, item: Item | None = None) -> tuple[Asked, ...]:
    """Who is asked now, in order: a post that the item names first, then the duty's holders as written."""
    duty = duty_asked(model, flow, facts)
    if duty is None:
        return ()
    words = list(duty.held_by)
    own = item.handler if item and duty.kind == "handle" else ""
    named = [w for w in words if own and who.parse(w).kind == "post" and who.parse(w).id == own]
    return tuple(
        Asked(duty.id, word, "item_handler" if word in named else "held_by")
        for word in dict.fromkeys([*named, *words])
    )


def graded(item: Item, chosen: str = "") -> Graded:
    """A grade that a person chose, else the item's."""
    if chosen:
        return Graded(chosen, "person", item.code)
    return Graded(item.grade, "item" if item.grade else "none", item.code)
