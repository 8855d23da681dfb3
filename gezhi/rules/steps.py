"""Where a matter may go from here: house moves, moves of persons, and why one of them is not possible.

Everything is decided from values that are handed in; nothing is looked up. The same functions answer the page
("which buttons") and the service ("may this be done"), so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gezhi.rules.model import Duty, Flow, Model, Move, Step, When

APART = frozenset(("verify", "close", "arbitrate", "approve"))
"""Kinds of duty that whoever handled may never do, whatever the file says."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one matter (or order, issue, dispute).

    `command` is the level that commands it, `taken` how often each move was taken, `orders` the results of the
    orders that are out ("" = still open), `open_promises` ids, `evidence` column 证据 of its item, `low` whether it is
    verified by sample only, `drawn` what the sample drawn on coming to this step says (none: nothing was drawn), `department`
    whether one has it.
    """

    step: str
    grade: str = ""
    in_grid: bool | None = None
    command: str = ""
    taken: Mapping[str, int] = field(default_factory=dict)
    orders: tuple[str, ...] = ()
    open_promises: frozenset[str] = frozenset()
    evidence: str = ""
    low: bool = False
    drawn: bool | None = None
    department: bool = False


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who asks: the duties held on this matter, whether he handled it last, which kinds of duty he did on it.

    `outside` is reporter or party for a person without an account.
    """

    duties: frozenset[str] = frozenset()
    is_handler: bool = False
    did: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with the move. `second_person` is set when another, who could take it too, has signed."""

    note: bool = False
    photo: bool = False
    file: bool = False
    place: bool = False
    receipt: bool = False
    consent: bool = False
    second_person: bool = False
    reason: bool = False
    forms: frozenset[str] = frozenset()


EVERYTHING = Given(True, True, True, True, True, True, True, True)
"""For asking which buttons to show: gates that a person can still fulfil do not hide a move (forms do)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not. `params` hold ids of the model, numbers and who-words; the sentence is made elsewhere."""

    code: str
    params: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)


def moves_from(flow: Flow, facts: Facts) -> tuple[Move, ...]:
    """Moves of persons, inside or outside, whose step, guard and limit hold now; the actor is not asked."""
    return tuple(
        move
        for move in flow.move.values()
        if facts.step in move.from_ and not move.by_house and _possible(flow, facts, move) is None
    )


def house_move(flow: Flow, facts: Facts) -> Move | None:
    """The move that the house takes by itself now, at once, if there is one."""
    here = (move for move in flow.move.values() if facts.step in move.from_ and move.by_house)
    return next((m for m in here if not _by_clock(flow, m) and _possible(flow, facts, m) is None), None)


def why_not(
    model: Model, flow: Flow, facts: Facts, move: str, actor: ActorFacts, given: Given = EVERYTHING
) -> Reason | None:
    """The first reason why `actor` may not take `move` now; none if, and only if, it may be taken."""
    chosen = flow.move.get(move)
    if chosen is None:
        return Reason("unknown_move", {"move": move})
    return (
        _possible(flow, facts, chosen)
        or _may(model, chosen, actor)
        or _gates(model, flow, facts, chosen, actor, given)
    )


def acting_duty(model: Model, move: Move, actor: ActorFacts) -> str:
    """The duty under which the actor takes the move: the first of the move's that he may do, one for which he has the
    certificates before others; else empty.
    """
    held = [d for d in move.duty if d in actor.duties and not _kept_apart(model.duties[d], actor)]
    certified = (d for d in held if actor.certificates.issuperset(model.duties[d].certificate))
    return next(certified, held[0] if held else "")


def sets_handler(model: Model, move: Move, duty: str = "") -> bool:
    """True if, and only if, whoever takes the move has handled the matter: under this duty, or (none given) under any."""
    return any(model.duties[one].kind == "handle" for one in ([duty] if duty else move.duty))


def is_disputed(model: Model, flow: Flow, step: str) -> bool:
    """True if, and only if, somebody has to decide there whose the matter is."""
    here = (move for move in flow.move.values() if step in move.from_)
    return any(model.duties[duty].kind == "arbitrate" for move in here for duty in move.duty)


def orders_result(step: Step, orders: tuple[str, ...]) -> str:
    """How the orders that are out have ended together: done, failed, or empty while that is open.

    `join = "all"`: when all have ended, done if all are done. "any": done with the first that is done.
    """
    if not orders:
        return ""
    if step.join == "any" and "done" in orders:
        return "done"
    if "" in orders:
        return ""
    return "done" if all(result == "done" for result in orders) else "failed"


def _by_clock(flow: Flow, move: Move) -> bool:
    """A move without duty that a broken promise takes is the clock's, not at once."""
    return any(c.do == "move" and c.move == move.id for p in flow.promise.values() for c in p.missed)


def _possible(flow: Flow, facts: Facts, move: Move) -> Reason | None:
    """Step, guard and limit; not who asks."""
    if facts.step not in move.from_:
        return Reason("wrong_step", {"move": move.id, "step": facts.step, "from": move.from_})
    if move.at_most and facts.taken.get(move.id, 0) >= move.at_most:
        return Reason("at_most", {"move": move.id, "times": move.at_most})
    return _guarded(flow, facts, move.when) if move.when is not None else None


def _guarded(flow: Flow, facts: Facts, when: When) -> Reason | None:
    """Every word of the guard that is written must hold."""
    if when.grade and facts.grade not in when.grade:
        return Reason("guard", {"about": "grade", "needs": when.grade, "is": facts.grade})
    if when.level and facts.command not in when.level:
        return Reason("guard", {"about": "level", "needs": when.level, "is": facts.command})
    if when.orders and when.orders != orders_result(flow.step[facts.step], facts.orders):
        return Reason("guard", {"about": "orders", "needs": when.orders})
    for about in ("in_grid", "low", "drawn", "department"):
        wanted = getattr(when, about)
        if wanted is not None and wanted is not getattr(facts, about):
            return Reason("guard", {"about": about, "needs": "yes" if wanted else "no"})
    return None


def _may(model: Model, move: Move, actor: ActorFacts) -> Reason | None:
    """Whether this person may: outside persons by `who`, the others by duty, apart from what they did before."""
    if actor.outside:
        return None if actor.outside in move.who else Reason("not_outside", {"move": move.id})
    if move.by_house:
        return Reason("house_takes_it", {"move": move.id})
    held = [model.duties[duty] for duty in move.duty if duty in actor.duties]
    if not held:
        who = tuple(dict.fromkeys(word for duty in move.duty for word in model.duties[duty].held_by))
        return Reason("no_duty", {"move": move.id, "duties": move.duty, "who": who or move.who})
    apart = [_kept_apart(duty, actor) for duty in held]
    if all(apart):
        return Reason(
            "apart_from_handler" if "handle" in apart[0] else "apart", {"move": move.id, "did": apart[0]}
        )
    return None


def _kept_apart(duty: Duty, actor: ActorFacts) -> tuple[str, ...]:
    """Kinds of duty the actor did on this matter that keep him from this one."""
    did = actor.did | {"handle"} if actor.is_handler else actor.did
    from_ = set(duty.apart_from) | ({"handle"} if duty.kind in APART else set())
    return tuple(sorted(did & from_))


def _gates(
    model: Model, flow: Flow, facts: Facts, move: Move, actor: ActorFacts, given: Given
) -> Reason | None:
    duty = acting_duty(model, move, actor)
    own = [f"certificate:{c}" for c in model.duties[duty].certificate] if duty else []
    for gate in dict.fromkeys([*needs(model, flow, facts, move), *own]):
        name, _, what = gate.partition(":")
        if name == "certificate":
            fulfilled = what in actor.certificates
        elif name == "kept":
            fulfilled = what not in facts.open_promises
        else:
            fulfilled = what in given.forms if name == "form" else bool(getattr(given, name))
        if not fulfilled:
            params: dict[str, str | int | tuple[str, ...]] = {"move": move.id}
            return Reason(f"needs_{name}", params | ({name: what} if what else {}))
    return None


def needs(model: Model, flow: Flow, facts: Facts, move: Move) -> tuple[str, ...]:
    """Gates of a move here: its own, the reason where it names some, the certificates that all of its duties ask for, and
    what the item wants as evidence of the work. A certificate of one of several duties is asked of whoever acts under it (`why_not`).

    Evidence is wanted when a duty of kind handle leads to a step of phase checking.
    """
    wanted = [*move.needs, "reason"] if move.reasons else list(move.needs)
    asked = [model.duties[duty].certificate for duty in move.duty]
    wanted += [f"certificate:{c}" for c in (asked[0] if asked else ()) if all(c in one for one in asked)]
    if flow.step[move.leads(facts.step)].phase == "checking" and sets_handler(model, move):
        wanted += ["photo"] if "照片" in facts.evidence else []
        wanted += ["note"] if "文字" in facts.evidence else []
    return tuple(dict.fromkeys(wanted))
