"""In which steps an open matter would feel a change."""

from __future__ import annotations

from typing import Any

from gezhi.rules import who
from gezhi.rules.book import ways
from gezhi.rules.differences_values import Side
from gezhi.rules.model import Model

Step = tuple[str, str]


def touched(side: Side, table: str, old: Any, new: Any) -> tuple[Step, ...]:
    """Steps (flow, step) of the old model: where the changed table stood, or where those it speaks of act.

    `new` is none where the table is gone.
    """
    model, flow = side.model, side.flow
    if table == "Flow":
        return tuple((old.id, step.id) for step in old.step.values() if not step.ends)
    if flow is None:
        return _of_people(model, table, old)
    if table == "Step":
        return ((flow.id, old.id),)
    if table == "Move":
        froms = dict.fromkeys((*old.from_, *(new.from_ if new is not None else ())))
        return tuple((flow.id, step) for step in froms if step in flow.step)
    return tuple((flow.id, step) for step in ways.open_at(flow, old)) if table == "PromiseRule" else ()


def _of_people(model: Model, table: str, old: Any) -> tuple[Step, ...]:
    """Steps with a move under this duty, or under a duty that this post holds."""
    if table == "Duty":
        duties = {old.id}
    elif table == "Post":
        duties = {d.id for d in model.duties.values() if any(who.parse(w).id == old.id for w in d.held_by)}
    else:
        return ()
    found = (
        (flow.id, step)
        for flow in model.flows.values()
        for move in flow.move.values()
        if duties & set(move.duty)
        for step in move.from_
    )
    return tuple(dict.fromkeys(found))
