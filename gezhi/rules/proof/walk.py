"""Walking a machine: every core with every state of the promises that can come together, breadth first.

What is kept is what obligations ask for: all states with the way they were first come to (so that the first way into
trouble is a shortest one), all cores with their edges, and what of the flow was ever used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gezhi.rules.model import Consequence
from gezhi.rules.proof.effects import BROKEN, RUNNING, Promises
from gezhi.rules.proof.machine import Machine
from gezhi.rules.proof.pieces import CLOCK, FILLED, HOUSE, VACANT, Core, Edge, Label

State = tuple[Core, int]
Came = tuple[State | None, Label]
BEGIN = Label("begin", "")


@dataclass
class Walk:
    """Everything that one machine can come to."""

    machine: Machine
    came: dict[State, Came] = field(default_factory=dict)
    first: dict[Core, State] = field(default_factory=dict)
    always_open: dict[Core, int] = field(default_factory=dict)
    clocked: dict[Core, list[Edge]] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)

    @property
    def promises(self) -> Promises:
        return self.machine.spec.promises

    def ends(self, core: Core) -> bool:
        return self.machine.flow.step[core.step].ends

    def story(self, state: State) -> list[tuple[Label, State]]:
        """The shortest way to a state: what happened, and where it led."""
        way = []
        at: State | None = state
        while at is not None:
            before, label = self.came[at]
            way.append((label, at))
            at = before
        return way[::-1]


def walked(machine: Machine) -> Walk:
    """Walk the machine whole."""
    walk = Walk(machine)
    promises = walk.promises
    opening = promises.effect(entered=machine.flow.first)
    row: list[State] = []
    for core in machine.starts():
        state = (core, promises.apply(opening, 0))
        walk.came[state] = (None, BEGIN)
        row.append(state)
    while row:
        row = _next_row(walk, row)
    if promises.beside:
        promises.begin_beside({opening, *_effects(walk)})
    return walk


def _effects(walk: Walk) -> set[int]:
    """The effects of everything that people, the house and clocks do in this walk."""
    by_hand = {edge.effect for core in walk.first for edge in walk.machine.edges(core)}
    return by_hand | {edge.effect for edges in walk.clocked.values() for edge in edges}


def _next_row(walk: Walk, row: list[State]) -> list[State]:
    came, apply, after = walk.came, walk.promises.apply, walk.promises.after
    coming: list[State] = []
    for state in row:
        core, promises = state
        _seen(walk, state)
        edges = walk.machine.ways(core)
        walk.machine.spec.purse.pay(1 + len(edges), walk.machine.flow.id)
        opened = promises | promises >> 1
        for label, to, effect, _bits, kept in edges:
            if opened & kept:
                continue
            then = after[effect].get(promises)
            one = (to, apply(effect, promises) if then is None else then)
            if one not in came:
                came[one] = (state, label)
                coming.append(one)
        if edges and edges[0].bits & HOUSE:
            continue
        for label, one in _broken(walk, state):
            if one not in came:
                came[one] = (state, label)
                coming.append(one)
    return coming


def next_edges(walk: Walk, state: State) -> Iterator[tuple[State, Edge]]:
    """Every state that may follow by somebody's act, with its edge; clocks are `next_states`."""
    core, promises = state
    for edge in walk.machine.edges(core):
        if not (promises | promises >> 1) & edge.kept:
            yield (edge.to, walk.promises.apply(edge.effect, promises)), edge


def next_states(walk: Walk, state: State) -> Iterator[tuple[State, int]]:
    """Every state that may follow, with the bits of its edge; a clock's edge is as sure as the house's."""
    yield from ((after, edge.bits) for after, edge in next_edges(walk, state))
    yield from clock_states(walk, state)


def clock_states(walk: Walk, state: State) -> Iterator[tuple[State, int]]:
    """Every state that a clock may bring; none where the house moves on at once."""
    edges = walk.machine.edges(state[0])
    if not (edges and edges[0].bits & HOUSE):
        yield from ((after, CLOCK | FILLED | VACANT) for _label, after in _broken(walk, state))


def _seen(walk: Walk, state: State) -> None:
    core, promises = state
    opened = (promises | promises >> 1) & walk.promises.low
    if core in walk.first:
        walk.always_open[core] &= opened
    else:
        walk.first[core] = state
        walk.always_open[core] = opened


def _broken(walk: Walk, state: State) -> Iterator[tuple[Label, State]]:
    """Every running promise may be broken now, and its consequences follow."""
    core, promises = state
    if not promises & walk.promises.low:
        return
    for rule, at in walk.promises.shift.items():
        if promises >> at & 3 == RUNNING:
            walk.missed.add(rule)
            after = [(core, promises | BROKEN << at)]
            for consequence in walk.machine.spec.follows[rule]:
                after = [then for one in after for then in _follows(walk, one, consequence, at)]
            yield from ((Label("missed", rule), one) for one in after)


def _follows(walk: Walk, state: State, consequence: Consequence, at: int) -> list[State]:
    core, promises = state
    anew = promises & ~(BROKEN << at) | RUNNING << at if consequence.again else promises
    if consequence.do == "raise" and not walk.machine.spec.commanded:
        return [state, (core, anew)]
    if consequence.do == "raise" and core.command:
        return [(core._replace(command=core.command - 1), anew)]
    if consequence.do == "move":
        edges = walk.machine.by_clock(core, consequence.move)
        walk.clocked.setdefault(core, []).extend(edges)
        return [(e.to, walk.promises.apply(e.effect, promises)) for e in edges] or [state]
    return [state]
