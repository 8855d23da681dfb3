"""E24 a party can always refuse or leave · E27 who is drawn cannot be foreseen, and is checked from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules import who
from gezhi.rules.model import Flow, Model, Move
from gezhi.rules.proof.book import Book, Fault
from gezhi.rules.proof.pieces import OUTSIDE, Core
from gezhi.rules.proof.walk import Walk
from gezhi.rules.steps import sets_handler

BINDING = frozenset(("checking", "answering", "ended"))
"""Phases after an agreement: it binds, and only what the law opens can still be chosen."""


def may_leave(book: Book) -> Iterator[Fault]:
    """E24: from every state of a dispute before an agreement the party itself leads it to an end that is not solved, with
    no gate in the way; nobody begins to mediate without consent; and who brings an agreement about has handled the dispute,
    so that somebody else asks whether it was kept. (人民调解法 17, 23, 31)
    """
    for flow in book.model.flows.values():
        if flow.subject != "dispute":
            continue
        told: set[str] = set()
        for walk, core, state in book.cores(flow.id):
            step = flow.step[core.step]
            if step.phase not in BINDING and core.step not in told and not _leaves(walk, core):
                told.add(core.step)
                yield Fault("E24", ("flow", flow.id, "step", core.step), {"step": core.step}, walk, state)
        for move in flow.move.values():
            begins = move.duty and flow.step.get(move.to) and flow.step[move.to].phase == "handling"
            early = any(flow.step[s].phase in ("reported", "accepted") for s in move.from_)
            if begins and early and "consent" not in move.needs:
                yield Fault("E24.consent", ("flow", flow.id, "move", move.id), {"move": move.id})
            if idle := _not_handling(book.model, flow, move):
                yield Fault(
                    "E24.settles", ("flow", flow.id, "move", move.id), {"move": move.id, "duty": idle}
                )


def _not_handling(model: Model, flow: Flow, move: Move) -> str:
    """A duty under which an agreement is brought about and that is not handling; empty where there is none."""
    target = flow.step.get(move.to)
    settles = target is not None and (target.phase in ("checking", "answering") or target.settled)
    if not settles or all(flow.step[s].phase in BINDING for s in move.from_):
        return ""
    return next((d for d in move.duty if model.duties[d].kind != "handle"), "")


def _leaves(walk: Walk, core: Core) -> bool:
    flow = walk.machine.flow
    for edge in walk.machine.edges(core):
        to = flow.step[edge.to.step]
        if edge.bits & OUTSIDE and edge.label.kind == "party" and to.ends and not to.settled:
            move = flow.move[edge.label.id]
            if not (move.needs or move.at_most):
                return True
    return False


def drawn_fairly(book: Book) -> Iterator[Fault]:
    """E27: a share is drawn, and only after the work is done; what is not drawn ends as unverified, by the house, and
    only what the list marks as low and was handled in the grid; what is drawn is looked at by nobody of its own grid.
    """
    leaves = {way[-1] for way in book.model.chains}
    for flow in book.model.flows.values():
        if flow.sample in ("", "0%"):
            yield Fault("E27.none", ("flow", flow.id, "sample"), {"flow": flow.id})
        for move in flow.move.values():
            path = ("flow", flow.id, "move", move.id)
            target = flow.step.get(move.to)
            if target is not None and target.closing == "unverified" and not _lets_go(move):
                yield Fault("E27.end", path, {"move": move.id, "step": target.id})
            if move.when is None or move.when.drawn is None:
                continue
            if any(flow.step[s].phase != "checking" for s in move.from_):
                yield Fault("E27.early", path, {"move": move.id})
        yield from _ways_in(book.model, flow)
        yield from _lookers(book.model, flow, leaves)
    yield from _low_items(book)


def _lets_go(move: Move) -> bool:
    return move.by_house and move.when is not None and move.when.drawn is False


def _draws(flow: Flow) -> list[str]:
    """Steps at which a sample is drawn."""
    guarded = [m for m in flow.move.values() if m.when is not None and m.when.drawn is not None]
    return list(dict.fromkeys(step for move in guarded for step in move.from_))


def _ways_in(model: Model, flow: Flow) -> Iterator[Fault]:
    """To a step where a sample is drawn leads only what somebody of the grid has handled, of a low item."""
    for step in _draws(flow):
        for move in flow.move.values():
            if move.to != step:
                continue
            low = move.when is not None and move.when.low is True
            words = [who.parse(w).kind for d in move.duty for w in model.duties[d].held_by]
            if not low or not sets_handler(model, move) or "department" in words:
                yield Fault("E27.way", ("flow", flow.id, "move", move.id), {"move": move.id, "step": step})


def _lookers(model: Model, flow: Flow, leaves: set[str]) -> Iterator[Fault]:
    """Whoever verifies at such a step comes from another grid or from above."""
    for step in _draws(flow):
        own_levels = leaves | _lowest(model, [m for m in flow.move.values() if m.to == step])
        for move in flow.move.values():
            duties = [model.duties[d] for d in move.duty] if step in move.from_ else []
            for duty in duties:
                for word in duty.held_by if duty.kind == "verify" else ():
                    one = who.parse(word)
                    own = (
                        one.kind == "post"
                        and one.where != "other"
                        and own_levels & set(model.posts[one.id].levels)
                    )
                    if own or one.kind in ("handler", "department", "issuer"):
                        params = {"move": move.id, "duty": duty.id, "who": word}
                        yield Fault("E27.own", ("duty", duty.id), params)


def _lowest(model: Model, moves: list[Move]) -> set[str]:
    """The levels of the lowest posts that handle what these moves lead on: whoever sits there did the work."""
    depth = {level: n for way in model.chains for n, level in enumerate(way)}
    words = [who.parse(w) for move in moves for d in move.duty for w in model.duties[d].held_by]
    levels = {level for one in words if one.kind == "post" for level in model.posts[one.id].levels}
    deepest = max((depth[level] for level in levels), default=0)
    return {level for level in levels if depth[level] == deepest > 0}


def _gravest(model: Model, flow: Flow, grade: str) -> bool:
    """Whether the grade is the gravest of several."""
    scheme = model.grades.get(flow.grades)
    orders = {g.id: g.order for g in scheme.grade.values()} if scheme else {}
    return len(orders) > 1 and orders.get(grade) == min(orders.values())


def _low_items(book: Book) -> Iterator[Fault]:
    for item in book.model.items.values():
        flow = book.model.flows.get(item.flow)
        if not item.low or flow is None:
            continue
        if item.in_grid is not True:
            yield Fault("E27.item", ("items",), {"item": item.code}, row=item.code)
        elif _gravest(book.model, flow, item.grade):
            grades = book.model.grades[flow.grades].grade
            known = "、".join(g.name for g in grades.values() if not _gravest(book.model, flow, g.id))
            params = {"item": item.code, "grade": grades[item.grade].name, "known": known}
            yield Fault("E27.grave", ("items",), params, row=item.code)
        elif not any(m.when is not None and m.when.low for m in flow.move.values()):
            yield Fault("E27.unread", ("items",), {"item": item.code, "flow": flow.id}, row=item.code)
