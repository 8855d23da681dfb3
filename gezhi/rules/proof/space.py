"""The state space of a model as a thing to compare: the same if, and only if, nothing that can happen differs.

States, edges (which move, by whom, where to, what it does to promises, whether it is sure), the labels of states that
figures read (phase, closing, result), and the lengths that an obligation bounds. Labels for people are no part of it.
"""

from __future__ import annotations

import hashlib

from gezhi.rules.model import Flow, Model, PromiseRule
from gezhi.rules.proof.bodies import Body
from gezhi.rules.proof.book import Book
from gezhi.rules.proof.effects import Promises
from gezhi.rules.proof.pieces import Core, Edge
from gezhi.rules.proof.terms import bounded_lengths, cases, term
from gezhi.rules.proof.walk import Walk, clock_states, next_edges

Space = str


def state_space(model: Model) -> Space:
    """A digest of everything that can happen under the model.

    Limits are part of it as numbers: two models with the same numbers that do the same while nothing runs out do the
    same when it does.
    """
    book = Book(model)
    digest = hashlib.sha256()
    for flow, walks in sorted(book.walks.items()):
        beside = [_beside(book, model.flows[flow], rule) for rule in Promises(model.flows[flow]).beside]
        labels = _labels(model.flows[flow])
        digest.update(repr((flow, labels, bounded_lengths(book, model.flows[flow]), beside)).encode())
        for walk in walks:
            digest.update(repr((walk.machine.staff.way, walk.machine.profile)).encode())
            digest.update("\n".join(sorted(_states(walk))).encode())
            digest.update("\n".join(sorted(_edges(walk))).encode())
    return digest.hexdigest()


def _beside(book: Book, flow: Flow, rule: PromiseRule) -> tuple[object, ...]:
    """What a promise on which nothing rests listens to, and its lengths: no part of a state, and yet another model with
    another one. What follows when it is broken is, as with the others, nothing that leads on.
    """
    words = [sorted(listed) for listed in (rule.starts, rule.met, rule.void, rule.pauses)]
    lengths = {str(term(book.model, flow, rule, grade, item)) for grade, item in cases(book.model, flow)}
    return rule.id, rule.again, words, sorted(lengths)


def _labels(flow: Flow) -> list[tuple[object, ...]]:
    by_result = {
        "done": "solved",
        "failed": "unsolved",
    }  # what an order's end is called if the file does not say
    steps = sorted(
        (s.id, s.phase, s.closing or by_result.get(s.result, ""), s.result) for s in flow.step.values()
    )
    return [*steps, *sorted((m.id, m.at_most) for m in flow.move.values())]


def _states(walk: Walk) -> list[str]:
    ids = walk.promises.ids
    return [f"{_core(core)} {[(r, walk.promises.state(p, r)) for r in ids]}" for core, p in walk.came]


def _edges(walk: Walk) -> list[str]:
    """Every edge with everybody who may take it, where it leads and which open promises it closes or begins anew."""
    said = []
    for core in walk.first:
        for edge in walk.machine.edges(core):
            who = _who(walk, core, edge)
            said.append(f"{_core(core)} {edge.label[:2]} {who} {_core(edge.to)} {edge.bits} {edge.kept}")
    for state in walk.came:
        here = f"{_core(state[0])} {state[1]}"
        for (core, after), edge in next_edges(walk, state):
            touched = walk.promises.effects[edge.effect].touched & walk.promises.opened(state[1])
            said.append(f"{here} {edge.label[:2]} {_core(core)} {after} {touched}")
        said += [f"{here} clock {_core(core)} {after}" for (core, after), _ in clock_states(walk, state)]
    return said


def _who(walk: Walk, core: Core, edge: Edge) -> list[Body]:
    move = walk.machine.flow.move.get(edge.label.id)
    duties = [walk.machine.model.duties[d] for d in move.duty] if move else []
    around = walk.machine.around(core)
    return sorted({body for duty in duties for body in walk.machine.staff.holders(duty, around)})


def _core(core: tuple[object, ...]) -> str:
    return repr([sorted(part) if isinstance(part, frozenset) else part for part in core])
