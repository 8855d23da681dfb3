"""E02 everything can happen · E03 nothing gets stuck · E16 nor for want of people · E25 nor by a word that is not so · E18 the house never has to choose."""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules.model import Flow, Move, PromiseRule, Step
from gezhi.rules.proof.book import Book, Fault, Params
from gezhi.rules.proof.graphs import leading_to
from gezhi.rules.proof.pieces import FILLED, UNSURE, VACANT, Core
from gezhi.rules.proof.walk import State, Walk, next_states


def used(book: Book) -> Iterator[Fault]:
    """E02: every step is come to, every move taken and every promise made, somewhere."""
    for flow in book.model.flows.values():
        for step in flow.step.values():
            if (flow.id, step.id) not in book.steps_used:
                yield Fault("E02.step", ("flow", flow.id, "step", step.id), _called(flow, "step", step))
        for move in flow.move.values():
            reached = any((flow.id, step) in book.steps_used for step in move.from_)
            if reached and (flow.id, move.id) not in book.moves_used:
                yield Fault("E02.move", ("flow", flow.id, "move", move.id), _called(flow, "move", move))
        walks = book.walks[flow.id]
        made = {rule for walk in walks for rule in walk.promises.made}
        for rule in flow.promise.values():
            if rule.id not in made:
                yield Fault(
                    "E02.promise", ("flow", flow.id, "promise", rule.id), _called(flow, "promise", rule)
                )


def _called(flow: Flow, table: str, one: Step | Move | PromiseRule) -> Params:
    """What it is called, and the path under which a child of the model would drop it."""
    return {table: one.id, "path": f"flow.{flow.id}.{table}.{one.id}"}


def duties_used(book: Book) -> Iterator[Fault]:
    """E02: every duty is somebody's to do somewhere: in a move, beside it, when a promise is missed, on a visit."""
    model = book.model
    used: set[str] = set()
    for flow in model.flows.values():
        used |= {duty for move in flow.move.values() for duty in move.duty}
        for rule in flow.promise.values():
            used |= {*rule.owed_by, *([rule.extend.duty] if rule.extend else ())}
            used |= {word.removeprefix("@") for one in rule.missed for word in one.who}
    used |= {duty for aside in model.asides.values() for duty in aside.duty}
    used |= {duty for care in model.cares.values() for duty in care.duty}
    used |= {duty for one in model.admissions.values() for duty in (*one.applies, *one.reviews)}
    used |= {model.emergency.duty, model.emergency.renew} if model.emergency else set()
    for duty in model.duties.values():
        if duty.id not in used and duty.kind != "report":
            yield Fault("E02.duty", ("duty", duty.id), {"duty": duty.id})


def not_stuck(book: Book) -> Iterator[Fault]:
    """E03: from every state an end can be come to with all posts filled, without any outsider.

    And from every beginning one that counts as solved. E16: the same of any end, with every post vacant that may be.
    """
    for flow in book.walks:
        for code, sure in (("E03", FILLED), ("E16", VACANT)):
            if found := first_stuck(book.walks[flow], sure):
                walk, state = found
                path = ("flow", flow, "step", state[0].step)
                yield Fault(code, path, {"step": state[0].step}, walk, state)
        if found := never_solved(book.walks[flow], FILLED):
            walk, state = found
            yield Fault("E03.solved", ("flow", flow, "step", state[0].step), {"flow": flow}, walk, state)


def never_solved(walks: list[Walk], sure: int) -> tuple[Walk, State] | None:
    """A beginning from which no end that counts as solved is sure, without any outsider's help."""
    for walk in walks:
        starts = [state for state, (before, _) in walk.came.items() if before is None]
        goals = [core for core in walk.first if walk.machine.flow.step[core.step].settled]
        nexts = {
            c: [e.to for e in walk.machine.edges(c) if _sure(e.bits, sure) and not e.kept] for c in walk.first
        }
        good = leading_to(goals, nexts)
        if all(state[0] in good for state in starts):
            continue
        states = {
            state: [s for s, bits in next_states(walk, state) if _sure(bits, sure)] for state in walk.came
        }
        saved = leading_to([s for s in states if walk.machine.flow.step[s[0].step].settled], states)
        if lost := next((state for state in starts if state not in saved), None):
            return walk, lost
    return None


def solved_from_everywhere(book: Book) -> Iterator[Fault]:
    """E03: once a matter was admitted, whatever happened since, some way still leads to an end at which it is solved."""
    for flow, walks in book.walks.items():
        if book.model.flows[flow].subject != "matter":
            continue
        for walk in walks:
            nexts = {c: [e.to for e in walk.machine.edges(c) if _sure(e.bits, FILLED)] for c in walk.first}
            clocks = {c: [e.to for e in walk.clocked.get(c, ())] for c in walk.first}
            good = leading_to(
                [c for c in walk.first if walk.machine.flow.step[c.step].settled],
                {c: [*nexts[c], *clocks[c]] for c in nexts},
            )
            lost = [c for c in walk.first if c not in good and _admitted(walk, c)]
            if lost:
                core = lost[0]
                yield Fault(
                    "E03.barred",
                    ("flow", flow, "step", core.step),
                    {"step": core.step},
                    walk,
                    walk.first[core],
                )
                break


def _admitted(walk: Walk, core: Core) -> bool:
    return walk.machine.flow.step[core.step].phase in ("accepted", "handling", "checking", "answering")


def marks_are_chosen(book: Book) -> Iterator[Fault]:
    """E25: what a move marks is counted. Where for some matters it is a choice (the same hands could finish the step without
    the mark), it is one for every matter: nobody is made to say what is not so. A mark that only repeats its guard may stand.
    """
    for flow, walks in book.walks.items():
        for marked in book.model.flows[flow].move.values():
            for step in marked.from_ if marked.marks else ():
                plain = _unmarked(book.model.flows[flow], marked, step)
                cores = [
                    (w, c) for w in walks for c in w.first if c.step == step and w.machine.possible(c, marked)
                ]
                forced = [(w, c) for w, c in cores if not any(w.machine.possible(c, move) for move in plain)]
                if forced and len(forced) < len(cores):
                    walk, core = forced[0]
                    params = {"step": step, "move": marked.id, "other": plain[0].id}
                    yield Fault(
                        "E25.marked", ("flow", flow, "move", marked.id), params, walk, walk.first[core]
                    )


def _unmarked(flow: Flow, marked: Move, step: str) -> list[Move]:
    """The moves without a mark by which the same hands come from this step to the same phase."""
    phase = flow.step[marked.leads(step)].phase
    plain = [
        m for m in flow.move.values() if step in m.from_ and not m.marks and set(m.duty) & set(marked.duty)
    ]
    return [m for m in plain if m.to != "same" and flow.step[m.to].phase == phase]


def first_stuck(walks: list[Walk], sure: int) -> tuple[Walk, State] | None:
    """The stuck state with the shortest story, of all walks."""
    found: list[tuple[int, int, Walk, State]] = []
    for number, walk in enumerate(walks):
        stuck = stuck_in(walk, sure)
        if stuck is not None:
            found.append((len(walk.story(stuck)), number, walk, stuck))
    return min(found, key=lambda one: one[:2])[2:] if found else None


def stuck_in(walk: Walk, sure: int) -> State | None:
    """The first state come to from which no end is sure; most walks are settled without looking at promises."""
    edges = walk.machine.edges
    goals = [core for core in walk.first if walk.ends(core)]
    nexts = {core: [e.to for e in edges(core) if _sure(e.bits, sure) and not e.kept] for core in walk.first}
    good = leading_to(goals, nexts)
    if len(good & walk.first.keys()) == len(walk.first):
        return None
    states = {state: [s for s, bits in next_states(walk, state) if _sure(bits, sure)] for state in walk.came}
    saved = leading_to([state for state in states if walk.ends(state[0])], states)
    return next((state for state in walk.came if state not in saved), None)


def _sure(bits: int, sure: int) -> bool:
    return bits & (sure | UNSURE) == sure


def one_house_move(book: Book) -> Iterator[Fault]:
    """E18: in no state two moves of the house can be taken, nor one before people come to press what is theirs there."""
    told: set[tuple[str, str]] = set()
    for flow, walks in book.walks.items():
        for walk in walks:
            for (step, one, other), core in walk.machine.doubled.items():
                if core in walk.first and (flow, step) not in told:
                    told.add((flow, step))
                    params = {"step": step, "move": one, "other": other}
                    yield Fault("E18", ("flow", flow, "move", other), params, walk, walk.first[core])
            for (step, one, move), core in walk.machine.hidden.items():
                if core in walk.first and (flow, f"{step} {move}") not in told:
                    told.add((flow, f"{step} {move}"))
                    params = {"step": step, "move": one, "other": move}
                    yield Fault("E18.hides", ("flow", flow, "move", one), params, walk, walk.first[core])
