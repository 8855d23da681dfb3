"""What every obligation looks at: the model, where each line of it stands, and the walks of all its flows.

Order flows are walked first; a flow that waits for one then sees only how it may end, and who handled it last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gezhi.rules import who
from gezhi.rules.model import Flow, Item, Model
from gezhi.rules.proof.bodies import NONE, Around, Body, Handlers, Staff, department_bodies
from gezhi.rules.proof.machine import Machine, Spec
from gezhi.rules.proof.pieces import Core, Outcome, Profile
from gezhi.rules.proof.purse import Purse
from gezhi.rules.proof.twins import Twins
from gezhi.rules.proof.walk import State, Walk, walked

Path = tuple[str, ...]
Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Fault:
    """One broken obligation: which sentence of `words`, at which line of the model, and in which state it shows."""

    code: str
    path: Path
    params: Params = field(default_factory=dict)
    walk: Walk | None = None
    state: State | None = None
    row: str = ""  # code of the row of items.csv, where the fault stands in one
    at: Path = ()  # where it is mended, if that is not where it shows


Obligation = Callable[["Book"], Iterable[Fault]]


@dataclass
class Book:
    """A model and the walks of its flows, made when first asked for.

    Flows named in `exact` are walked exactly (see `machine.Spec`); walks in `known` are taken over.
    """

    model: Model
    exact: frozenset[str] = frozenset()
    known: dict[str, list[Walk]] = field(default_factory=dict)
    purse: Purse = field(default_factory=Purse)

    @cached_property
    def walks(self) -> dict[str, list[Walk]]:
        """Walks of each flow: one for each ground on each way of levels, and each kind of item."""
        found: dict[str, list[Walk]] = {}
        outcomes: dict[str, frozenset[Outcome]] = {}
        handlers = Handlers(self.model)
        for flow in in_order(self.model):
            spec = Spec(self.model, flow, handlers, outcomes, flow.id in self.exact, self.purse)
            found[flow.id] = self.known.get(flow.id) or self._walked(spec)
            outcomes[flow.id] = frozenset(_outcomes(found[flow.id]))
        return found

    def _walked(self, spec: Spec) -> list[Walk]:
        profiles = self.profiles(spec.flow)
        return [walked(Machine(spec, staff, one)) for staff in self.staffs(spec.flow) for one in profiles]

    def sharper(self, flows: frozenset[str]) -> Book:
        """The same book with these flows walked exactly."""
        known = {flow: walks for flow, walks in self.walks.items() if flow not in flows}
        return Book(self.model, self.exact | flows, known)

    def staffs(self, flow: Flow) -> Iterator[Staff]:
        """Every ground on every way of levels on which a matter may lie, each once."""
        grounds = dict.fromkeys(way[: n + 1] for way in self.model.chains for n in range(len(way)))
        for way in grounds:
            if self.model.levels[way[-1]].holds_matters:
                staff = Staff(self.model, way)
                staff.issuers = tuple(self._issuers(flow, staff))
                yield staff

    def _issuers(self, flow: Flow, staff: Staff) -> Iterator[Body]:
        """Posts on this way that may have given an order of this flow."""
        top = len(staff.way) - 1
        opening = [m for f in self.model.flows.values() for m in f.move.values() if m.opens == flow.id]
        meets = {g.meets for s in self.model.grades.values() for g in s.grade.values()} | {()}
        for duty in dict.fromkeys(d for move in opening for d in move.duty):
            for said in sorted(meets):
                around = Around(top, top, said, NONE, NONE, NONE)
                for body in staff.holders(self.model.duties[duty], around):
                    if body.post in self.model.posts:
                        yield body._replace(issuer=True)

    def profiles(self, flow: Flow) -> list[Profile]:
        """Every kind of item that this flow can tell apart.

        Where a guard asks for it, items in and out of the grid, and low ones, are walked whether or not the list
        has one today.
        """
        return [
            Profile(grade, in_grid, low, department)
            for grade in self._grades(flow)
            for in_grid in self._in_grid(flow)
            for low in self._low(flow, in_grid)
            for department in self._departments(flow, in_grid)
        ]

    def items(self, flow: Flow) -> list[Item]:
        return [item for item in self.model.items.values() if item.flow == flow.id]

    def _guards(self, flow: Flow, word: str) -> set[object]:
        return {getattr(m.when, word) for m in flow.move.values() if m.when} - {None, ()}

    def _grades(self, flow: Flow) -> list[str]:
        """One grade of each kind: alike are those that the same guards, commands and meetings hold for."""
        scheme = self.model.grades.get(flow.grades)
        if scheme is None:
            return [NONE]
        kinds: dict[tuple[object, ...], str] = {}
        for grade in scheme.grade.values():
            guards = tuple(grade.id in m.when.grade for m in flow.move.values() if m.when and m.when.grade)
            kinds.setdefault((guards, grade.commands, grade.meets), grade.id)
        return list(kinds.values())

    def _in_grid(self, flow: Flow) -> list[bool | None]:
        asked: list[bool | None] = [True, False] if self._guards(flow, "in_grid") else []
        if flow.subject == "order":
            return asked or [None]
        found = dict.fromkeys(item.in_grid for item in self.items(flow))
        return list(dict.fromkeys([*found, *(asked if found else ())])) or [None]

    def _low(self, flow: Flow, in_grid: bool | None) -> list[bool]:
        return [False, True] if in_grid and self._guards(flow, "low") else [False]

    def _departments(self, flow: Flow, in_grid: bool | None) -> list[str]:
        twins = Twins(self.model)
        bodies = list(dict.fromkeys(map(twins.one_of, department_bodies(self.model))))
        if flow.subject == "order":
            calls = {
                m.calls for f in self.model.flows.values() for m in f.move.values() if m.opens == flow.id
            }
            return [NONE, *bodies] if "item" in calls else [NONE]
        staff = Staff(self.model, (self.model.root.id,))
        mine = [i for i in self.items(flow) if i.in_grid is in_grid]
        own = (twins.one_of(staff.body_of(named)) if (named := department_of(i)) else NONE for i in mine)
        found = dict.fromkeys(own)
        if in_grid is False and not found:
            return bodies or [NONE]
        return list(found) or [NONE]

    def cores(self, flow: str) -> Iterator[tuple[Walk, Core, State]]:
        """Every core of every walk of a flow, with the state in which it was first come to."""
        for walk in self.walks[flow]:
            for core, state in walk.first.items():
                yield walk, core, state

    def doubtful(self, faults: Iterable[Fault]) -> frozenset[str]:
        """Flows with limited moves that must be walked exactly before these faults are believed: those in which
        something seems stuck, and those where a story, or the only way to a step, takes a move too often.
        """
        found = {fault.path[1] for fault in faults if self.doubts(fault)}
        for flow, walks in self.walks.items():
            seen: set[str] = set()
            for walk in walks:
                for core, state in walk.first.items():
                    if core.step not in seen:
                        seen.add(core.step)
                        found |= {flow} if overused(walk, state) else set()
        limited = {f.id for f in self.model.flows.values() if any(m.at_most for m in f.move.values())}
        return frozenset((found & limited) - self.exact)

    def doubts(self, fault: Fault) -> bool:
        """Whether this fault may be none, because a move was taken more often than it can be."""
        told = fault.walk is not None and fault.state is not None
        return fault.code.startswith(("E03", "E16")) or (told and overused(fault.walk, fault.state))  # type: ignore[arg-type]

    @cached_property
    def steps_used(self) -> set[tuple[str, str]]:
        return {(flow, core.step) for flow in self.walks for _, core, _ in self.cores(flow)}

    @cached_property
    def moves_used(self) -> set[tuple[str, str]]:
        """Flow and move of every edge that can be taken."""
        used = set()
        for flow, walks in self.walks.items():
            for walk in walks:
                edges = [e for es in (*walk.machine.edges_of.values(), *walk.clocked.values()) for e in es]
                used |= {(flow, e.label.id) for e in edges if e.label.kind not in ("order", "told")}
        return used


def overused(walk: Walk, state: State) -> bool:
    """Whether the way to a state takes a move more often than its `at_most` allows."""
    most = {m.id: m.at_most for m in walk.machine.flow.move.values() if m.at_most}
    taken = Counter(label.id for label, _ in walk.story(state)) if most else Counter[str]()
    return any(taken[move] > n for move, n in most.items())


def department_of(item: Item) -> str:
    """The department that column 承办 names; empty where it names a post."""
    one = who.parse(item.handler) if item.handler else None
    return one.id if one is not None and one.kind == "department" else NONE


def in_order(model: Model) -> list[Flow]:
    """Flows with those first that others wait for."""
    found: dict[str, Flow] = {}

    def take(flow: Flow, above: frozenset[str]) -> None:
        for step in flow.step.values():
            if step.waits_for and step.waits_for not in above:
                take(model.flows[step.waits_for], above | {flow.id})
        found.setdefault(flow.id, flow)

    for flow in model.flows.values():
        take(flow, frozenset((flow.id,)))
    return list(found.values())


def _outcomes(walks: list[Walk]) -> Iterator[Outcome]:
    for walk in walks:
        for core in walk.first:
            step = walk.machine.flow.step[core.step]
            if step.ends and step.result:
                yield Outcome(step.result, core.handler)
