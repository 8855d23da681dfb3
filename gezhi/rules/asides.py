"""Acts beside the flow: whether somebody may do one now. Decided from values that are handed in, as in `steps`."""

from __future__ import annotations

from gezhi.rules.model import Aside, Model, Step
from gezhi.rules.steps import APART, EVERYTHING, ActorFacts, Given, Reason

BUILT = frozenset(("note", "photo", "certificate"))
"""Gates that this version has for an act beside the flow; one that needs another is not offered."""


def offered(model: Model) -> tuple[Aside, ...]:
    """The acts beside the flow that can be done today, in the model's order."""
    return tuple(
        aside
        for aside in model.asides.values()
        if all(gate.partition(":")[0] in BUILT for gate in aside.needs)
    )


def why_not(
    model: Model, aside: Aside, step: Step, actor: ActorFacts, given: Given = EVERYTHING
) -> Reason | None:
    """The first reason why `actor` may not do `aside` while a matter is in `step`; none if, and only if, it may be done.

    An aside without phases may be done in every phase but the end.
    """
    if step.ends if not aside.phases else step.phase not in aside.phases:
        return Reason("phase", {"aside": aside.id, "phases": aside.phases or ("reported",)})
    held = [model.duties[duty] for duty in aside.duty if duty in actor.duties]
    if not held:
        who = tuple(dict.fromkeys(word for duty in aside.duty for word in model.duties[duty].held_by))
        return Reason("no_duty", {"aside": aside.id, "who": who})
    if actor.is_handler and all(d.kind in APART or "handle" in d.apart_from for d in held):
        return Reason("apart_from_handler", {"aside": aside.id})
    for gate in aside.needs:
        name, _, what = gate.partition(":")
        if not (what in actor.certificates if name == "certificate" else getattr(given, name)):
            return Reason(f"needs_{name}", {"aside": aside.id, **({name: what} if what else {})})
    return None
