"""E22 steps and moves are well-formed · E25 no phase lies about its step · E23 a suspension says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gezhi.rules import deadlines, who
from gezhi.rules.keys import SETTLED
from gezhi.rules.model import Flow, Model, Move, Step
from gezhi.rules.proof.book import Book, Fault, Path

AHEAD = frozenset(("checking", "answering"))
FORWARD = frozenset(("triage", "review", "assign"))
"""Kinds of duty that take a report on: what they move is no longer only reported."""
DECIDED = frozenset(("refused", "void", "merged", "transferred"))
"""Closings that somebody inside decides."""
NAMED = {
    "不予受理": "refused", "并案": "merged", "合并": "merged", "转出": "transferred", "移送": "transferred",
    "无效": "void", "作废": "void", "撤回": "withdrawn",
}  # fmt: skip
"""Names of ends that say by themselves how it ended."""
ADDRESSED = frozenset(("tell", "task", "supervise", "list"))
"""Consequences that come to somebody."""
OWN_CASE = frozenset(("refused", "void"))
"""Closings that nobody gives to what is reported about himself."""
ENDING = frozenset(("triage", "review", "close", "approve", "arbitrate", "meet", "assign"))
"""Kinds of duty under which somebody may decide that."""
DECIDES = frozenset(("approve", "meet", "arbitrate", "supervise"))
WORKS = frozenset(("handle", "meet", "arbitrate"))
MOST_ASKED = 3
"""How often a reporter may be asked for more while the work waits."""


def well_formed(book: Book) -> Iterator[Fault]:
    """E22: a flow begins where something can be done and its ends say how; nothing leads out of an end; what waits
    for orders opens them; the house is asked for no note; ending otherwise than solved or merged, opening an order,
    raising, deciding between two sides and sending back give one; an end's name fits who leads to it and from where.
    """
    for flow in book.model.flows.values():
        if flow.step[flow.first].ends:
            yield Fault("E22.first", ("flow", flow.id, "first"), {"step": flow.first})
        if not any(step.settled for step in flow.step.values()):
            yield Fault("E22.solved", ("flow", flow.id, "step"), {"flow": flow.id})
        for step in flow.step.values():
            yield from _step(book.model, flow, step)
        for move in flow.move.values():
            yield from _move(book.model, flow, move)
        yield from _twins(flow)
        yield from _mergers(flow)
        yield from _missed(flow)


def _missed(flow: Flow) -> Iterator[Fault]:
    """Consequences that say what they need: a move which, the others who."""
    for rule in flow.promise.values():
        path = ("flow", flow.id, "promise", rule.id)
        if any((one.do == "move") != bool(one.move) for one in rule.missed):
            yield Fault("E22.missed", path, {"promise": rule.id})
        for one in rule.missed:
            if one.do in ADDRESSED and not one.who:
                yield Fault("E22.nobody", path, {"promise": rule.id, "word": one.do})


def _mergers(flow: Flow) -> Iterator[Fault]:
    """More than one end that says it joined another matter."""
    first, *others = [step.id for step in flow.step.values() if step.closing == "merged"] or [""]
    for step in others:
        yield Fault("E22.merged", ("flow", flow.id, "step", step), {"step": step, "other": first})


def _step(model: Model, flow: Flow, step: Step) -> Iterator[Fault]:
    path, said = ("flow", flow.id, "step", step.id), {"step": step.id}
    leaving = [move for move in flow.move.values() if step.id in move.from_]
    if step.ends:
        order = flow.subject == "order"
        unlike = step.result and step.closing and (step.result == "done") != (step.closing in SETTLED)
        if order != bool(step.result) or not (order or step.closing) or unlike:
            yield Fault("E22.end", path, said)
        elif order and step.closing not in ("", "solved", "unsolved"):
            yield Fault("E22.order_end", path, said | {"closing": step.closing})
        if leaving:
            yield Fault("E22.after", path, said | {"move": leaving[0].id})
        if step.closing and not order and _only_left(flow, step):
            yield Fault("E22.left", path, said)
        named = next((closing for word, closing in NAMED.items() if word in step.name), step.closing)
        if step.closing and step.closing != named:
            yield Fault("E22.named", path, said | {"closing": step.closing, "most": named})
    elif step.closing or step.result:
        yield Fault("E22.no_end", path, said)
    yield from _waits(model, flow, step)


def _only_left(flow: Flow, step: Step) -> bool:
    """Whether nobody but somebody outside leads to an end that is not solved, and it is called otherwise than left."""
    into = [move for move in flow.move.values() if move.to == step.id]
    theirs = bool(into) and all(move.who and not move.duty for move in into)
    return theirs and not step.settled and step.closing != "withdrawn"


def _waits(model: Model, flow: Flow, step: Step) -> Iterator[Fault]:
    if not step.waits_for:
        return
    path, said = ("flow", flow.id, "step", step.id), {"step": step.id, "flow": step.waits_for}
    opening = [m for m in flow.move.values() if m.to == step.id and m.opens == step.waits_for]
    if not opening or model.flows[step.waits_for].subject != "order" or step.phase != "handling":
        yield Fault("E22.waits", path, said)
    if step.join == "any" and any(m.calls == "several" for m in opening):
        yield Fault("E22.any", path, said)


def _move(model: Model, flow: Flow, move: Move) -> Iterator[Fault]:
    path, said = ("flow", flow.id, "move", move.id), {"move": move.id}
    if not move.from_:
        yield Fault("E22.from", path, said)
    if move.by_house and (move.needs or move.to == "same" or move.raises or move.opens):
        yield Fault("E22.house", path, said)
    if move.calls == "several" and not move.opens:
        yield Fault("E22.opens", path, said)
    if move.opens and (
        not move.calls or flow.step.get(move.to) is None or flow.step[move.to].waits_for != move.opens
    ):
        yield Fault("E22.opens", path, said)
    if _reasons(model, flow, move) and "note" not in move.needs:
        yield Fault("E22.note", path, said)
    kinds = {model.duties[duty].kind for duty in move.duty}
    if "arbitrate" in kinds and move.to == "same":
        yield Fault("E22.stays", path, said)
    yield from _outsiders(flow, move)
    yield from _after_orders(flow, move)
    yield from _closing(model, flow, move)


def _after_orders(flow: Flow, move: Move) -> Iterator[Fault]:
    """What is asked of orders is asked where they are out, and nothing else leads away from there."""
    path, said = ("flow", flow.id, "move", move.id), {"move": move.id}
    waiting = [s for s in move.from_ if flow.step[s].waits_for and move.leads(s) != s]
    if waiting and not (move.when and move.when.orders):
        yield Fault("E22.leaves", path, said | {"step": waiting[0]})
    if move.when and move.when.orders and not all(flow.step[s].waits_for for s in move.from_):
        yield Fault("E22.orders", path, said)


def _changes_nothing(flow: Flow, move: Move) -> bool:
    """Whether nothing is different once it was taken: no step, level, order, mark, telling or promise."""
    heard = {word for rule in flow.promise.values() for word in (*rule.starts, *rule.met, *rule.void)}
    does = move.raises or move.opens or move.calls or move.marks or move.tells
    return move.to == "same" and not does and f"move:{move.id}" not in heard


def _outsiders(flow: Flow, move: Move) -> Iterator[Fault]:
    """What somebody outside takes is theirs to do; and whatever anybody takes does something."""
    path, said = ("flow", flow.id, "move", move.id), {"move": move.id}
    if _changes_nothing(flow, move):
        yield Fault("E22.idle", path, said)
    if "party" in move.who and flow.subject != "dispute":
        yield Fault("E22.party", path, said)
    if "reporter" in move.who and flow.subject == "dispute":
        yield Fault("E22.reporter", path, said)
    if move.who and move.when and {move.when.in_grid, move.when.low, move.when.department} != {None}:
        yield Fault("E22.barred", path, said)
    if move.who and (
        flow.subject in ("order", "issue") or (flow.subject == "matter" and not _theirs(flow, move))
    ):
        yield Fault("E22.beyond", path, said)
    if move.who and (move.raises or move.opens or move.calls):
        yield Fault("E22.orders_about", path, said)


def _theirs(flow: Flow, move: Move) -> bool:
    """Whether it is for somebody outside to do: withdraw, say more when asked, confirm what is checked, rate what is
    answered."""
    to = flow.step.get(move.to)
    if to is None or to.ends or move.raises or move.opens or move.calls:
        return True  # what is wrong with those is said elsewhere
    phases = {flow.step[s].phase for s in move.from_}
    if phases == {"suspended"} and all(deadlines.silence(flow, step) for step in move.from_):
        return to.phase == "handling"  # they were asked for more, and say it
    return phases <= AHEAD and (to.phase == "answering" or phases == {"answering"})


def _reasons(model: Model, flow: Flow, move: Move) -> bool:
    """Whether whoever takes the move has to say why: it ends without solving (and is no merger), opens an order, raises,
    decides between two sides, or sends back what was checked. Nobody can say why where the house ends it.
    """
    target = flow.step.get(move.to)
    ending = target is not None and target.ends and not target.settled
    clocks = {c.move for p in flow.promise.values() for c in p.missed}
    if move.by_house:
        return ending and flow.subject != "order" and move.id not in clocks
    kinds = {model.duties[d].kind for d in move.duty}
    back = "verify" in kinds and target is not None and target.phase in ("accepted", "handling")
    merger = target is not None and target.closing == "merged"
    return bool(move.duty) and (
        (ending and not merger) or bool(move.opens) or move.raises or "arbitrate" in kinds or back
    )


def _closing(model: Model, flow: Flow, move: Move) -> Iterator[Fault]:
    """What an end is called fits who leads to it and from where."""
    target = flow.step.get(move.to)
    if target is None or not target.ends or flow.subject not in ("matter", "dispute"):
        return
    path, said = ("flow", flow.id, "move", move.id), {"move": move.id, "step": target.id}
    named = next((closing for word, closing in NAMED.items() if word in move.name), target.closing)
    if target.closing != named:
        yield Fault("E22.leads", path, said | {"closing": target.closing, "most": named})
    phases = {flow.step[s].phase for s in move.from_}
    if target.closing == "refused" and phases - {"reported", "accepted"}:
        yield Fault("E22.refused", path, said)
    if target.closing == "unsolved" and "reported" in phases and flow.subject == "matter":
        yield Fault("E22.unsolved", path, said)
    if target.closing == "transferred" and "receipt" not in move.needs:
        yield Fault("E22.receipt", path, said)
    if target.closing == "withdrawn" and (move.duty or move.by_house):
        yield Fault("E22.withdrawn", path, said)
    yield from _who_decides(model, move, target, path)
    if move.who and (target.closing in DECIDED or (target.settled and phases - AHEAD)):
        yield Fault("E22.outside", path, said)


def _who_decides(model: Model, move: Move, target: Step, path: Path) -> Iterator[Fault]:
    """Who says that nothing need be done: somebody whose duty it is, and not about himself."""
    said = {"move": move.id, "step": target.id}
    kinds = {model.duties[duty].kind for duty in move.duty}
    own = [w for d in move.duty for w in model.duties[d].held_by if who.parse(w).kind == "department"]
    if target.closing in OWN_CASE and own:
        yield Fault("E22.own_case", path, said | {"who": own[0]})
    if target.closing in DECIDED and not kinds <= ENDING:
        yield Fault("E22.decides", path, said)


def _twins(flow: Flow) -> Iterator[Fault]:
    """Two moves of people that do the same from the same step."""
    seen: dict[tuple[object, ...], str] = {}
    for move in flow.move.values():
        same = (
            move.to,
            move.duty,
            move.who,
            move.when,
            move.needs,
            move.raises,
            move.opens,
            move.calls,
            move.marks,
        )
        for step in move.from_ if not move.by_house else ():
            if (step, *same) in seen:
                params = {"move": move.id, "other": seen[step, *same]}
                yield Fault("E22.twin", ("flow", flow.id, "move", move.id), params)
                break
            seen[step, *same] = move.id


@dataclass(frozen=True)
class View:
    """One step with the moves that lead to it from another phase, and those that start from it."""

    model: Model
    flow: Flow
    step: Step
    into: list[Move]
    out: list[Move]

    def kinds(self, move: Move) -> set[str]:
        return {self.model.duties[d].kind for d in move.duty}

    def leads(self, move: Move) -> Step:
        return self.flow.step[move.leads(self.step.id)]


Lie = tuple[str, str] | None
"""What gives a phase away, and the move that does."""


def phases_true(book: Book) -> Iterator[Fault]:
    """E25: a phase says what may come before and after it. A flow begins as reported and never comes back to it;
    reported and accepted lead neither to checking nor to an end as solved; in handling somebody handles, meets or
    decides, or orders are out; suspension is decided, with a note, and nobody handles in it (or the reporter was asked for more, with a note, so often
    at most and for so long as the clock waits for him); to checking leads what was
    handled, and somebody verifies from there and nowhere else; answering follows a check or a meeting, and is left by
    answering and closing.
    """
    for flow in book.model.flows.values():
        if flow.step[flow.first].phase not in ("reported", "ended"):
            yield Fault("E25.first", ("flow", flow.id, "step", flow.first), {"step": flow.first})
        for step in flow.step.values():
            moves = flow.move.values()
            into = [
                m for m in moves if m.to == step.id and {flow.step[s].phase for s in m.from_} != {step.phase}
            ]
            out = [m for m in moves if step.id in m.from_]
            found = _lie(View(book.model, flow, step, into, out))
            if found:
                params = {"step": step.id, "phase": step.phase, "move": found[1]}
                yield Fault(f"E25.{found[0]}", ("flow", flow.id, "step", step.id), params)


def _lie(view: View) -> Lie:
    test = TESTS.get(view.step.phase)
    return (test(view) or _verified_elsewhere(view)) if test else None


def _verified_elsewhere(view: View) -> Lie:
    if view.step.phase == "checking":
        return None
    return next((("verifies", m.id) for m in view.out if "verify" in view.kinds(m)), None)


def _reported(view: View) -> Lie:
    if view.into:
        return "back", view.into[0].id
    for move in view.out:
        to = view.leads(move)
        if _jumps(move, to):
            return "jumps", move.id
        if to.phase == "reported" and view.kinds(move) & FORWARD:
            return "stays", move.id
        taken = to.phase in ("accepted", "handling") and move.duty and view.flow.subject == "matter"
        if taken and not view.kinds(move) & FORWARD:
            return "taken", move.id
    return None


def _accepted(view: View) -> Lie:
    for move in view.into:
        late = {view.flow.step[s].phase for s in move.from_} - {"reported", "accepted"}
        if late and not move.who:
            return "back", move.id
    return next((("jumps", m.id) for m in view.out if _jumps(m, view.leads(m))), None)


def _jumps(move: Move, to: Step) -> bool:
    """Whether somebody inside takes it past the handling."""
    inside = bool(move.duty) or move.by_house
    return inside and (to.phase in AHEAD or to.settled)


def _handling(view: View) -> Lie:
    if view.step.waits_for or any(view.kinds(move) & WORKS for move in view.out):
        return None
    return "idle", ""


def _suspended(view: View) -> Lie:
    asked = deadlines.silence(view.flow, view.step.id)
    for move in view.into:
        decides = view.kinds(move) <= DECIDES or (asked is not None and 0 < move.at_most <= MOST_ASKED)
        if move.duty and (not decides or "note" not in move.needs):
            return "undecided", move.id
    if left := next((m.id for m in view.out if m.by_house and m is not asked), ""):
        return "left", left
    return next((("works", m.id) for m in view.out if "handle" in view.kinds(m)), None)


def _checking(view: View) -> Lie:
    for move in view.into:
        by_order = move.by_house and move.when is not None and move.when.orders == "done"
        if not by_order and not (move.duty and view.kinds(move) <= {"handle", "meet"}):
            return "unhandled", move.id
    for move in view.out:
        if view.kinds(move) & {"handle", "meet"}:
            return "works", move.id
    looks = any("verify" in view.kinds(move) for move in view.out)
    return None if looks else ("unchecked", "")


def _answering(view: View) -> Lie:
    for move in view.into:
        if move.duty and not view.kinds(move) & {"verify", "meet"}:
            return "unhandled", move.id
    for move in view.out:
        if move.duty and not view.kinds(move) <= {"answer", "close", "meet"}:
            return "works", move.id
    return None


TESTS: dict[str, Callable[[View], Lie]] = {
    "reported": _reported,
    "accepted": _accepted,
    "handling": _handling,
    "suspended": _suspended,
    "checking": _checking,
    "answering": _answering,
}


def pauses_are_suspended(book: Book) -> Iterator[Fault]:
    """E25: a clock stands still in suspended steps only."""
    for flow in book.model.flows.values():
        for rule in flow.promise.values():
            for name in rule.pauses:
                if flow.step[name].phase != "suspended":
                    path = ("flow", flow.id, "promise", rule.id)
                    yield Fault("E25.pauses", path, {"promise": rule.id, "step": name})
