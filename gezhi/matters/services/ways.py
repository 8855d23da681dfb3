"""The way that a record of another system has behind it, found once for all records alike.

Which steps follow one another is decided by the model, the item, the level of the unit, whether a department has it
and what persons did there. So the hundred thousandth street lamp asks the rules nothing that the first one did not.
What depends on one record alone (its times, its due moment) is not here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import digests
from gezhi.matters import admission_gate, routing
from gezhi.matters.services import moving, promising
from gezhi.matters.services.promising import Begins
from gezhi.people.queries import Roster
from gezhi.places import queries as places
from gezhi.places.queries import AddressHit
from gezhi.places.tree import Tree
from gezhi.promises.counted import Days
from gezhi.rules import deadlines, route, steps
from gezhi.rules.deadlines import Effects
from gezhi.rules.model import Flow, Item, Model, Move, PromiseRule, Step
from gezhi.rules.route import Asked
from gezhi.rules.steps import Facts

_Key = tuple[str, str, bool, tuple[str, ...], str]
"""Item, level of the unit, whether a department has it, moves, or where it came to."""
_Turn = tuple[str, str, tuple[Asked, ...], tuple[str, ...], bool]
"""Flow, step, who may be asked, moves that are possible, whether the item may be given to a grid."""
_ENDED = (0, "", "")
MOST_MOVES = 40
MOST_KEPT = 20_000
"""Routes that are remembered at a time: memory stays flat however long the file is."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One move of a way: from `was` into `step`. `accepts`: with it the matter is accepted."""

    number: int
    taken: Move
    was: str
    step: Step
    by_house: bool
    accepts: bool
    effects: Effects
    facts: Facts  # as they are once it is taken


@dataclass(frozen=True, slots=True)
class Way:
    """All moves in their order, and the step where they end."""

    number: int
    flow: Flow
    opening: Effects
    first: Facts
    stages: tuple[Stage, ...]
    last: Step


@dataclass(frozen=True, slots=True)
class Routed:
    """Who is asked at one stage, and how an entry speaks of it: its facts in canonical form."""

    route: routing.Route
    words: dict[str, str]


@dataclass(slots=True)
class Known:
    """What was found under one model, ground and roster."""

    model: Model
    ground: Tree
    roster: Roster
    ways: dict[_Key, Way | Refused] = field(default_factory=dict)
    routes: dict[tuple[int, str, str], Routed] = field(default_factory=dict)
    alike: dict[tuple[int, int], int] = field(default_factory=dict)
    turns: dict[_Turn, int] = field(default_factory=dict)
    begun: dict[tuple[int, str], Begins] = field(default_factory=dict)
    forms: dict[tuple[int, int, str, tuple[str, ...]], str] = field(default_factory=dict)
    days: Days = field(default_factory=Days)
    addresses: dict[str, tuple[AddressHit, ...]] = field(default_factory=dict)
    buildings: bool = True

    def way(
        self, item: Item, flow: Flow, path: str, department: str, moves: tuple[str, ...], to: str = ""
    ) -> Way:
        """The way of a record: by these moves, or the shortest to a step or closing (`to`).

        Raises `Refused` when the model does not lead there."""
        key = (item.code, routing.level_at(self.ground, path), bool(department), moves, to)
        found = self.ways.get(key)
        if found is None:
            try:
                found = _way(self, item, flow, key, len(self.ways))
            except Refused as no:
                found = no
            self.ways[key] = found
        if isinstance(found, Refused):
            raise Refused(found.reason, code=found.code, field=found.field)
        return found

    def routed(self, way: Way, stage: Stage | None, item: Item, path: str, department: str) -> Routed:
        """Who is asked after a stage (none: on opening) of a way that ends at this unit."""
        facts = stage.facts if stage else way.first
        turn = self._turn(way, stage, facts, item)
        key = (turn, path, department) if turn else _ENDED
        found = self.routes.get(key)
        if found is None:
            lie = routing.Lie(path, path, item, department, None, self.ground)
            asked = routing.asked_at(self.model, way.flow, facts, lie, self.roster)
            words = {key: digests.value(fact) for key, fact in moving.routed(asked).items()}
            found = Routed(asked, words)
            if len(self.routes) >= MOST_KEPT:
                self.routes.clear()
            self.routes[key] = found
        return found

    def _turn(self, way: Way, stage: Stage | None, facts: Facts, item: Item) -> int:
        """A number for what, beside the place and the department, decides who is asked: the same for stages of other ways
        and items with the same turn. 0 where a matter has ended and nobody is."""
        key = (way.number, stage.number if stage else -1)
        found = self.alike.get(key)
        if found is None:
            if way.flow.steps[facts.step].ends:
                found = 0
            else:
                asked = route.candidates(self.model, way.flow, facts, item)
                moves = tuple(move.id for move in steps.moves_from(way.flow, facts))
                admitted = admission_gate.admits(self.model, item)
                turn = (way.flow.id, facts.step, asked, moves, admitted)
                found = self.turns.setdefault(turn, len(self.turns) + 1)
            self.alike[key] = found
        return found

    def begins(self, way: Way, item: Item, rule: PromiseRule, revision: int) -> Begins:
        """How a promise begins on a way: one way is one item's, and one flow's."""
        found = self.begun.get((way.number, rule.id))
        if found is None:
            found = promising.begins((self.model, way.flow, item), rule, revision)
            self.begun[way.number, rule.id] = found
        return found

    def begin(self) -> None:
        """A new batch: buildings may have been added since the last one."""
        self.addresses.clear()
        self.buildings = places.any_building()

    def hits(self, address: str, within: str, *, on: date, most: int) -> tuple[AddressHit, ...]:
        """`places.queries.address_search`, asked once for each address of a batch."""
        if not self.buildings:
            return ()
        found = self.addresses.get(address)
        if found is None:
            found = places.address_search(address, within, on=on, most=most)
            self.addresses[address] = found
        return found


_kept: Known | None = None


def known(model: Model, ground: Tree, roster: Roster) -> Known:
    """What this process found already under exactly these three, or nothing yet."""
    global _kept
    same = _kept is not None and _kept.model is model and _kept.ground is ground and _kept.roster is roster
    if _kept is None or not same:
        _kept = Known(model, ground, roster)
    return _kept


def _way(known: Known, item: Item, flow: Flow, key: _Key, number: int) -> Way:
    """Walk: what the house does by itself goes before what a person did."""
    _code, level, has_department, moves, to = key
    in_grid = admission_gate.in_grid(known.model, item)
    facts = Facts(flow.first, item.grade, in_grid, level, evidence=item.evidence, department=has_department)
    wanted = list(_shortest(flow, facts, to) if to else moves)
    first, taken, stages = facts, Counter[str](), list[Stage]()
    accepted = False
    for _time in range(MOST_MOVES):
        move = steps.house_move(flow, facts)
        by_house = move is not None
        if move is None and wanted:
            move = possible(flow, facts.step, wanted.pop(0))
        if move is None:
            break
        was, step = facts.step, flow.steps[move.leads(facts.step)]
        accepts = not accepted and step.phase not in {"reported", "ended"}
        accepted = accepted or accepts
        taken[move.id] += 1
        facts = replace(facts, step=step.id, taken=dict(taken))
        effects = deadlines.on_move(flow, move, was)
        stages.append(Stage(len(stages), move, was, step, by_house, accepts, effects, facts))
    if wanted:
        raise impossible()
    return Way(number, flow, deadlines.on_open(flow), first, tuple(stages), flow.steps[facts.step])


def _shortest(flow: Flow, facts: Facts, to: str) -> tuple[str, ...]:
    """What persons must have done, at the least, to come to a step (by its id) or to an end (by its closing).

    Only what somebody of the house does: no rating is made up, and no order to anybody. The first of the model's moves
    goes before the others.
    """
    paths: list[tuple[Facts, tuple[str, ...]]] = [(facts, ())]
    seen: set[str] = set()
    for begun, moves in paths:  # grows while it is walked: the nearest first
        now, passed = _settled(flow, begun)
        if to in {*passed, flow.steps[now.step].closing}:
            return moves
        if now.step in seen or len(moves) >= MOST_MOVES // 2:
            continue
        seen.add(now.step)
        mine = (one for one in steps.moves_from(flow, now) if one.duty and not one.opens and one.to != "same")
        paths += [(_after(now, one), (*moves, one.id)) for one in mine]
    raise impossible()


def _settled(flow: Flow, facts: Facts) -> tuple[Facts, list[str]]:
    """After everything that the house does by itself, and the steps that it came through."""
    passed = [facts.step]
    for _time in range(MOST_MOVES):
        move = steps.house_move(flow, facts)
        if move is None:
            break
        facts = _after(facts, move)
        passed.append(facts.step)
    return facts, passed


def _after(facts: Facts, move: Move) -> Facts:
    taken = {**facts.taken, move.id: facts.taken.get(move.id, 0) + 1}
    return replace(facts, step=move.leads(facts.step), taken=taken)


def possible(flow: Flow, step: str, id: str) -> Move:
    """The move of this id. Raises `Refused` unless it can be taken in this step."""
    taken = flow.moves.get(id)
    if taken is None or step not in taken.from_:
        raise impossible()
    return taken


def impossible() -> Refused:
    return Refused(_("按治理模型，这个状态走不到。"), code="status_impossible", field="status")
