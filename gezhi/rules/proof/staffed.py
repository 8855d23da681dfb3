"""With the people who are really there: where nobody is left to judge what somebody handled.

The proof speaks of posts; a district has persons, some of whom hold several. This asks, for each unit and each person who
may handle there, whether another person may verify; and it names those units in which that rests on chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gezhi.rules import who
from gezhi.rules.model import Duty, Flow, Model
from gezhi.rules.proof.bodies import kept_apart
from gezhi.rules.steps import sets_handler


@dataclass(frozen=True)
class Ground:
    """The units of a district and who sits where.

    `units`: unit → (its level, the unit above, empty for the root). `seats`: (post, unit) → persons.
    `offices`: department → persons. Persons are whatever tells one from another.
    """

    units: Mapping[str, tuple[str, str]]
    seats: Mapping[tuple[str, str], frozenset[str]]
    offices: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def above(self, unit: str) -> list[str]:
        """The unit and all units over it, the nearest first."""
        way = []
        while unit:
            way.append(unit)
            unit = self.units[unit][1]
        return way

    def beside(self, unit: str) -> list[str]:
        """Other units under the same one."""
        level, over = self.units[unit]
        return [
            one
            for one, (other, parent) in self.units.items()
            if (other, parent) == (level, over) and one != unit
        ]


@dataclass(frozen=True, slots=True)
class Gap:
    """In this unit, what `person` handled in `flow` at `step` can be verified by nobody else (`duties` would have to)."""

    unit: str
    flow: str
    step: str
    person: str
    duties: tuple[str, ...]


def cannot_separate(model: Model, ground: Ground) -> list[Gap]:
    """Every unit where somebody may handle whom nobody else may verify; each unit, step and person once."""
    found: dict[tuple[str, str, str, str], Gap] = {}
    for unit, (level, _above) in ground.units.items():
        if not model.levels[level].holds_matters:
            continue
        for flow in model.flows.values():
            for gap in _gaps(model, ground, unit, flow):
                found.setdefault((gap.unit, gap.flow, gap.step, gap.person), gap)
    return list(found.values())


def _gaps(model: Model, ground: Ground, unit: str, flow: Flow) -> Iterator[Gap]:
    handling = [d for m in flow.move.values() if sets_handler(model, m) for d in m.duty]
    may_handle = set[str]().union(*(_persons(model, ground, unit, model.duties[d]) for d in handling))
    for step in flow.step.values():
        duties = _verifying(model, flow, step.id)
        if not duties:
            continue
        may_verify = set[str]().union(*(_persons(model, ground, unit, model.duties[d]) for d in duties))
        for person in sorted(may_handle):
            if not may_verify - {person}:
                yield Gap(unit, flow.id, step.id, person, duties)


def _verifying(model: Model, flow: Flow, step: str) -> tuple[str, ...]:
    """Duties that verify at this step and are kept apart from handling."""
    leaving = [m for m in flow.move.values() if step in m.from_ and m.duty]
    duties = dict.fromkeys(d for m in leaving for d in m.duty if model.duties[d].kind == "verify")
    return tuple(d for d in duties if kept_apart(model.duties[d]))


def _persons(model: Model, ground: Ground, unit: str, duty: Duty) -> set[str]:
    """Persons who may act under a duty for a matter that lies in this unit: of each post those at the nearest unit that has
    one.
    """
    found: set[str] = set()
    for word in duty.held_by:
        found |= _named(model, ground, unit, who.parse(word))
    return found


def _named(model: Model, ground: Ground, unit: str, one: who.Who) -> set[str]:
    if one.kind == "department":
        named = [one.id] if one.id in ground.offices else list(ground.offices)
        return set[str]().union(*(ground.offices[office] for office in named))
    if one.kind == "issuer":
        asking = [d for f in model.flows.values() for m in f.move.values() if m.opens for d in m.duty]
        return set[str]().union(*(_persons(model, ground, unit, model.duties[d]) for d in asking))
    if one.kind == "grade":
        grades = [g for s in model.grades.values() for g in s.grade.values()]
        words = {word for grade in grades for word in grade.meets if word != "grade.meets"}
        return set[str]().union(*(_named(model, ground, unit, who.parse(word)) for word in words))
    if one.kind != "post":
        return set()
    if one.where == "other":
        return set[str]().union(
            *(ground.seats.get((one.id, place), frozenset()) for place in ground.beside(unit))
        )
    way = [
        place
        for place in ground.above(unit)
        if one.where not in model.levels or ground.units[place][0] == one.where
    ]
    nearest = next((place for place in way if ground.seats.get((one.id, place))), "")
    return set(ground.seats[one.id, nearest]) if nearest else set()
