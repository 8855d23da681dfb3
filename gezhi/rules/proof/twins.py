"""Departments that nothing tells apart: of all states that differ only in which of them is meant, one is walked.

Two departments are twins if the same duties name them, and the same grades for a meeting. Whatever can happen with one
can happen with the other: exchanging them changes no rule, so it leads every way on from a state to a way on from the
state in which they are exchanged. A state is therefore walked under one name: twins are named in the order in which a
state speaks of them (the department that has it, the one called, whoever handled), the item's own keeping its name.

Nor is the commanding level told apart where nothing asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from gezhi.rules.model import Flow, Model
from gezhi.rules.proof.bodies import Conflicts, department_bodies, seat_word

if TYPE_CHECKING:
    from gezhi.rules.proof.pieces import Core, Edge

Names = dict[str, str]
FRESH = 2


class Twins:
    """The departments of a model that are one of several alike. `of`: department → all of its kind, itself included."""

    def __init__(self, model: Model) -> None:
        self.bodies = department_bodies(model)
        kinds: dict[frozenset[tuple[str, str]], list[str]] = {}
        for department in self.bodies:
            if department in model.departments:
                kinds.setdefault(_named_by(model, department), []).append(department)
        alike = [tuple(kind) for kind in kinds.values() if len(kind) > 1]
        self.of = {department: kind for kind in alike for department in kind}
        self._kinds = [{seat_word(department): department for department in kind} for kind in alike]
        self._known: dict[tuple[Core, str], Core] = {}
        self._apart: dict[tuple[Core, str], tuple[str, ...]] = {}

    def one_of(self, department: str) -> str:
        """The one that stands for it, where a state speaks of no other."""
        return self.of[department][0] if department in self.of else department

    def canonical(self, core: Core, own: str) -> Core:
        """The state under the names in which it is walked; `own` is the item's department."""
        if not self.of:
            return core
        key = (core, own)
        if key not in self._known:
            names: Names = {own: own} if own in self.of else {}
            now, called = self._name(core.now, names), self._name(core.called, names)
            handler = None if core.handler is None else self._handler(core.handler, names)
            self._known[key] = core._replace(now=now, called=called, handler=handler)
        return self._known[key]

    def told_apart(self, core: Core, own: str) -> tuple[str, ...]:
        """The departments that may act or be called in a state, but those that come to the same as another: of each
        kind those of which the state speaks, and two more, as whoever acts may call another of whom nobody has spoken.
        """
        if not self.of:
            return self.bodies
        key = (core, own)
        if key not in self._apart:
            spoken = {own, core.now, core.called}
            for kind in self._kinds:
                mine = [one for seat, one in kind.items() if seat in (core.handler or ())]
                spoken.update(mine if len(mine) < len(kind) else ())
                spoken.update([one for one in kind.values() if one not in spoken][:FRESH])
            self._apart[key] = tuple(one for one in self.bodies if one not in self.of or one in spoken)
        return self._apart[key]

    def once(self, edges: list[Edge]) -> list[Edge]:
        """The edges, those once that differ only in which of several departments alike acts."""
        if not self.of:
            return edges
        return list({(e.label.kind, e.label.id, *e[1:]): e for e in reversed(edges)}.values())[::-1]

    def _name(self, department: str, names: Names) -> str:
        if department in self.of and department not in names:
            taken = set(names.values())
            names[department] = next(one for one in self.of[department] if one not in taken)
        return names.get(department, department)

    def _handler(self, handler: Conflicts, names: Names) -> Conflicts:
        for kind in self._kinds:
            seats = sorted(handler & kind.keys(), key=list(kind).index)
            if 0 < len(seats) < len(kind):
                handler = handler - set(seats) | {seat_word(self._name(kind[seat], names)) for seat in seats}
        return handler

    def every(self, handler: Conflicts | None) -> Iterator[Conflicts | None]:
        """Whoever handled an order, under each name: the order was walked under its own."""
        found = [handler]
        for kind in self._kinds if handler is not None else ():
            seats = (handler or frozenset()) & kind.keys()
            found = [
                (one or frozenset()) - seats | set(others)
                for one in found
                for others in combinations(kind, len(seats))
            ]
        yield from found


def _named_by(model: Model, department: str) -> frozenset[tuple[str, str]]:
    """What names a department: duties, and grades for a meeting."""
    word = seat_word(department)
    duties = {("duty", duty.id) for duty in model.duties.values() if word in duty.held_by}
    grades = [(scheme.id, grade) for scheme in model.grades.values() for grade in scheme.grade.values()]
    return frozenset(duties | {(scheme, grade.id) for scheme, grade in grades if word in grade.meets})


def is_commanded(model: Model, flow: Flow) -> bool:
    """Whether a guard or a holder of this flow depends on the commanding level."""
    if any(move.when and move.when.level for move in flow.move.values()):
        return True
    words = [w for m in flow.move.values() for d in m.duty for w in model.duties[d].held_by]
    meets = [w for s in model.grades.values() for g in s.grade.values() for w in g.meets]
    return any(w.endswith("@command") for w in (*words, *meets))
