"""E17 consequences end · E19 no endless to-and-fro · E23 nothing is suspended for ever · E25 who decides can decide either way.

Moves with `at_most` are on no circle: they run out.
"""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules.model import Flow, Move
from gezhi.rules.proof.book import Book, Fault
from gezhi.rules.proof.graphs import circles
from gezhi.rules.proof.pieces import CLOCK, HOUSE, LIMITED, RECEIPT, Core, Edge
from gezhi.rules.proof.walk import State, Walk, next_edges

BY_CLOCK = frozenset(("close", "assign"))


def consequences_end(book: Book) -> Iterator[Fault]:
    """E17: clocks and the house alone never run in a circle; and a clock takes only a move without gates whose duty
    is none, of kind close, or of kind assign where the list says to whom: nobody handles, verifies, decides or
    chooses by clock. Nor does one end a matter, but where somebody outside was waited for: what the house leaves
    undone does not end what it owes.
    """
    yield from _clock_moves(book)
    for flow, walks in book.walks.items():
        for walk in walks:
            nexts = {
                core: [
                    e.to for e in (*walk.clocked.get(core, ()), *walk.machine.edges(core)) if e.bits & HOUSE
                ]
                for core in walk.first
            }
            if found := circles(nexts):
                core = _first(walk, found[0])
                params = {"step": core.step}
                yield Fault("E17", ("flow", flow, "step", core.step), params, walk, walk.first[core])
                break


def _clock_moves(book: Book) -> Iterator[Fault]:
    for flow in book.model.flows.values():
        for rule in flow.promise.values():
            for consequence in rule.missed:
                move = flow.move.get(consequence.move)
                if consequence.do != "move" or move is None:
                    continue
                target = flow.step.get(move.to)
                if (
                    target
                    and target.ends
                    and flow.subject != "order"
                    and not _waits_outside(flow, rule.starts)
                ):
                    params = {"promise": rule.id, "move": move.id, "step": target.id}
                    yield Fault("E17.ends", ("flow", flow.id, "promise", rule.id), params)
                kinds = {book.model.duties[d].kind for d in move.duty}
                chooses = move.calls in ("chosen", "several") or ("assign" in kinds and not move.calls)
                if move.needs or move.who or chooses or not kinds <= BY_CLOCK:
                    path = ("flow", flow.id, "promise", rule.id)
                    yield Fault("E17.hand", path, {"promise": rule.id, "move": move.id})


def _waits_outside(flow: Flow, starts: tuple[str, ...]) -> bool:
    """Whether where this clock begins it is somebody outside who is waited for: what they leave unsaid may lapse."""
    steps = [flow.step[name] for name in starts if name in flow.step]
    theirs = all(any(step.id in m.from_ and m.who for m in flow.move.values()) for step in steps)
    return theirs and (flow.subject == "dispute" or all(step.phase == "answering" for step in steps))


def rounds_end(book: Book) -> Iterator[Fault]:
    """E19: on every circle some promise is open all the way and not begun anew, so that whoever goes round and round
    is caught by its clock; and none goes through an arbitration. E23: none leads into a suspended step.
    """
    for flow, walks in book.walks.items():
        told: set[tuple[str, str]] = set()
        for walk in walks:
            for fault in _endless(flow, walk):
                key = (fault.code, str(fault.path))
                if key not in told:
                    told.add(key)
                    yield fault


def decided_once(book: Book) -> Iterator[Fault]:
    """E19: what brings a matter before an arbitration can be done once, by those who have it to handle; after a decision
    nothing is returned again, and while it is decided nobody is late who has said that it is not theirs.
    """
    for flow in book.model.flows.values():
        judged = {s for m in flow.move.values() for s in m.from_ if _judges(book, m.duty)}
        for move in flow.move.values():
            if move.to not in judged or set(move.from_) <= judged:
                continue
            path, said = ("flow", flow.id, "move", move.id), {"move": move.id, "step": move.to}
            if move.at_most != 1:
                yield Fault("E19.once", path, said)
            if not move.duty or {book.model.duties[d].kind for d in move.duty} != {"handle"}:
                yield Fault("E19.objects", path, said)
            yield from _late_meanwhile(flow, move)


def _late_meanwhile(flow: Flow, move: Move) -> Iterator[Fault]:
    """Promises to take a matter up that run on while it is decided whose it is."""
    for rule in flow.promise.values():
        answers = bool(rule.met) and all(
            w in flow.step and flow.step[w].phase == "handling" for w in rule.met
        )
        heard = {*rule.met, *rule.void, *rule.pauses}
        if answers and set(rule.starts) & set(move.from_) and not {move.to, f"move:{move.id}"} & heard:
            params = {"promise": rule.id, "move": move.id, "step": move.to}
            yield Fault("E19.late", ("flow", flow.id, "promise", rule.id), params)


def decided_freely(book: Book) -> Iterator[Fault]:
    """E25: wherever all wait for an arbitration, whoever decides can give either side its due: two ways on, or one on
    which another is named.
    """
    for flow in book.walks:
        told: set[str] = set()
        for walk, core, state in book.cores(flow):
            inside = [edge for edge in walk.machine.edges(core) if edge.label.kind == "move"]
            judging = [edge for edge in inside if _arbitrates(walk, edge)]
            if core.step in told or not judging or len(judging) < len(inside):
                continue
            names = any(walk.machine.flow.move[edge.label.id].calls for edge in judging)
            if not names and len({edge.to.step for edge in judging}) < 2:
                told.add(core.step)
                params = {"step": core.step, "move": judging[0].label.id}
                yield Fault("E25.one_side", ("flow", flow, "step", core.step), params, walk, state)


def _judges(book: Book, duties: tuple[str, ...]) -> bool:
    return any(book.model.duties[duty].kind == "arbitrate" for duty in duties)


def _endless(flow: str, walk: Walk) -> Iterator[Fault]:
    edges = walk.machine.edges
    nexts = {core: [e.to for e in edges(core) if not e.bits & (LIMITED | RECEIPT)] for core in walk.first}
    for part in circles(nexts):
        inside = [(core, e) for core in part for e in edges(core) if e.to in part]
        if _held(walk, part, inside) and not any(_watched(walk, core, edge) for core, edge in inside):
            continue
        yield from _exactly(flow, walk, part)


def _held(walk: Walk, part: set[Core], inside: list[tuple[Core, Edge]]) -> bool:
    """Whether some promise is open in every state of this part and touched by none of its edges."""
    held = walk.promises.low
    for core in part:
        held &= walk.always_open[core]
    for _core, edge in inside:
        held &= ~walk.promises.effects[edge.effect].touched
    return bool(held)


def _watched(walk: Walk, core: Core, edge: Edge) -> bool:
    """Whether it is an arbitration, or leads into a suspended step."""
    return not edge.bits & LIMITED and bool(_arbitrates(walk, edge) or _suspends(walk, core, edge.to))


def _arbitrates(walk: Walk, edge: Edge) -> bool:
    move = walk.machine.flow.move.get(edge.label.id)
    duties = walk.machine.model.duties
    return move is not None and any(duties[d].kind == "arbitrate" for d in move.duty)


def _suspends(walk: Walk, core: Core, to: Core) -> bool:
    steps = walk.machine.flow.step
    return steps[to.step].phase == "suspended" != steps[core.step].phase


def _exactly(flow: str, walk: Walk, part: set[Core]) -> Iterator[Fault]:
    """The same on the states themselves, for a part that the cores alone could not clear."""
    states = [state for state in walk.came if state[0] in part]
    edges = {
        state: [(s, e) for s, e in next_edges(walk, state) if not e.bits & (LIMITED | RECEIPT | CLOCK)]
        for state in states
    }
    for circle in circles({state: [s for s, _ in following] for state, following in edges.items()}):
        inside = [(state, s, e) for state in circle for s, e in edges[state] if s in circle]
        held = walk.promises.low
        for state, _to, edge in inside:
            held &= walk.promises.opened(state[1]) & ~walk.promises.effects[edge.effect].touched
        first = next(state for state in walk.came if state in circle)
        if not held:
            moves = sorted({e.label.id for _, _, e in inside})
            params = {"step": first[0].step, "moves": "、".join(moves)}
            yield Fault("E19", ("flow", flow, "step", first[0].step), params, walk, first)
        yield from _on_circle(flow, walk, inside)


def _on_circle(flow: str, walk: Walk, inside: list[tuple[State, State, Edge]]) -> Iterator[Fault]:
    for state, to, edge in inside:
        params = {"move": edge.label.id}
        if _arbitrates(walk, edge):
            yield Fault("E19.again", ("flow", flow, "move", edge.label.id), params, walk, state)
        if _suspends(walk, state[0], to[0]):
            yield Fault("E23", ("flow", flow, "move", edge.label.id), params, walk, state)


def _first(walk: Walk, part: set[Core]) -> Core:
    return next(core for core in walk.first if core in part)
