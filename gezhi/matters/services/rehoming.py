"""Matters put into the units into which their ground went: path, command, desk and entry, a batch in a few statements.

Who is asked is decided anew by the rules as always; whoever held the work and still sits where one of its candidates
sits keeps it. Promises are not touched: a map that is drawn again moves no due date.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import connection
from django.utils import timezone

from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.digests import Fact
from gezhi.ledger.services import record, record_all
from gezhi.matters import editions, events, routing, scenes
from gezhi.matters.models import Acted, Asked, Former, Matter
from gezhi.matters.routing import Route
from gezhi.matters.scenes import Scene, Taken
from gezhi.matters.services import indexing, intake, moving, outside_ending, rehoming_desks
from gezhi.people.queries import Roster, roster
from gezhi.places import queries as places
from gezhi.places.paths import ancestors
from gezhi.places.succession import MOVED, UNDECIDED, Home, InForce, day_before
from gezhi.places.tree import Tree
from gezhi.rules import route as rules_route
from gezhi.rules.steps import Facts

REDRAWN = "redrawn"  # place_flag of a matter that waits until somebody says where it lies
DESK = Home("", "desk")
"""The matter stays where it lies; the unit of the desk that was asked has gone."""
_OWN = (events.OPENED, events.STEPPED, events.PLACED)
Pair = tuple[Matter, Home]


class Done(NamedTuple):
    """What came of a batch: open matters carried, those of them that wait for a place, and ended ones."""

    carried: int = 0
    undecided: int = 0
    settled: int = 0


def rehome(pairs: Sequence[Pair], plan: InForce, *, at: datetime) -> Done:
    """Put locked matters where they belong now. At most seventeen statements, however many they are."""
    if not pairs:
        return Done()
    batch = _Batch(plan, at, {matter.id for matter, _home in pairs})
    open_ones = [pair for pair in pairs if pair[0].ended_at is None]
    ended = [(matter, home) for matter, home in pairs if matter.ended_at is not None and home.path]
    left = [(m, home) for m, home in pairs if home.path]
    Former.objects.bulk_create(
        [Former(matter=m.id, plan=plan.plan, until=plan.on, path=m.path) for m, _home in left],
        ignore_conflicts=True,
    )
    acted = [Acted(account=a, matter=m.id, since=at) for m, home in left for a in batch.losing(m, home)]
    Acted.objects.bulk_create(acted, ignore_conflicts=True)
    _carry(open_ones, batch)
    _settle(ended, plan, at)
    placed = sum(1 for _matter, home in open_ones if home.path)
    return Done(placed, sum(1 for _m, home in open_ones if home.why == UNDECIDED), len(ended))


class _Batch:
    """What all matters of a batch share: the day's ground and people, those of the day before, what was recorded."""

    def __init__(self, plan: InForce, at: datetime, ids: set[UUID]) -> None:
        self.plan, self.at, self.revision = plan, at, instance.revision()
        today = timezone.localdate(at)
        self.ground: Tree = places.tree(today, self.revision)
        self.staff: Roster = roster(today, revision=self.revision)
        self._ids = ids

    @cached_property
    def staff_before(self) -> Roster:
        return roster(day_before(self.plan.on), revision=self.revision)

    @cached_property
    def ground_before(self) -> Tree:
        return places.tree(day_before(self.plan.on), self.revision)

    @cached_property
    def _recorded(self) -> tuple[dict[UUID, Counter[str]], dict[UUID, dict[UUID, str]]]:
        """By matter: how often each move was taken; and which account acted last as which post."""
        taken: dict[UUID, Counter[str]] = defaultdict(Counter)
        acted: dict[UUID, dict[UUID, str]] = defaultdict(dict)
        for about, what, by, post, facts in ledger.acts(self._ids):
            if what == events.STEPPED:
                taken[about][msgspec.json.decode(facts)["move"]] += 1
            if by is not None and what in _OWN:
                acted[about][by] = post
        return taken, acted

    def taken(self, matter: UUID) -> Counter[str]:
        return self._recorded[0][matter]

    def losing(self, matter: Matter, home: Home) -> list[UUID]:
        """Who acted on it from a seat whose ground does not hold it any more."""
        seats = self._recorded[1][matter.id]
        ground = ((account, post.partition("@")[2]) for account, post in seats.items())
        return [account for account, path in ground if path and not home.path.startswith(path)]


def _carry(pairs: Sequence[Pair], batch: _Batch) -> None:
    """Open matters: claim the rows, show them to departments that are asked now, write an entry each."""
    rows, asked, said = [], [], []
    for matter, home in pairs:
        path = home.path or matter.path
        command = _commands(matter, path, batch)
        route, kept = _route(matter, path, command, batch)
        outside_ending.follow(matter, route.desk)
        how, flag = ("none", REDRAWN) if home.why == UNDECIDED else (matter.located, matter.place_flag)
        department = route.asked_last(matter.asked_department)
        values = (path, *intake.ancestors(path), command, how, flag, route.desk, department)
        rows.append((*values, matter.moved + 1, _id(matter.id), matter.moved))
        asked += [
            Asked(matter=matter.id, department=one, since=batch.at)
            for one in intake.departments_of(route, HOUSE)
            if one != matter.asked_department
        ]
        said.append((events.CARRIED, matter.id, _facts(matter, home, route, kept=kept, batch=batch, how=how)))
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_MOVE, rows)
    Asked.objects.bulk_create(asked, ignore_conflicts=True)
    rehoming_desks.follow(pairs, lambda: batch.ground_before, batch.ground)
    indexing.mark(matter.id for matter, _home in pairs)
    record_all(said, by=HOUSE, at=batch.at)


_MOVE = (
    "UPDATE matters_matter SET path = %s, a1 = %s, a2 = %s, a3 = %s, a4 = %s, a5 = %s, a6 = %s, command = %s,"
    " located = %s, place_flag = %s, desk = %s, asked_department = %s, moved = %s WHERE id = %s AND moved = %s"
)
_LIE = (
    "UPDATE matters_matter SET path = %s, a1 = %s, a2 = %s, a3 = %s, a4 = %s, a5 = %s, a6 = %s, command = %s"
    " WHERE id = %s"
)


def _settle(pairs: Sequence[Pair], plan: InForce, at: datetime) -> None:
    """Ended matters lie where their ground went, so that figures and searches find them there; one entry for all."""
    if not pairs:
        return
    rows = [(h.path, *intake.ancestors(h.path), h.path, _id(m.id)) for m, h in pairs]
    with connection.cursor() as cursor:
        cursor.executemany(_LIE, rows)
    indexing.mark(matter.id for matter, _home in pairs)
    whole = hashlib.sha256()
    for matter, home in pairs:
        whole.update(f"{matter.id.hex}\0{matter.path}\0{home.path}\n".encode())
    said: dict[str, Fact] = {"matters": len(pairs), "digest": whole.hexdigest()}
    record(events.ENDED_CARRIED, plan.plan, by=HOUSE, at=at, **said)


def _id(id: UUID) -> UUID | str:
    """An id as the database stores it."""
    return id if connection.vendor == "postgresql" else id.hex


def _commands(matter: Matter, path: str, batch: _Batch) -> str:
    """Who commands then: whoever it was raised to, at the same level above the new place; else the place itself."""
    if matter.command == matter.path:
        return path
    level = routing.level_at(batch.ground_before, matter.command)
    for above in reversed(ancestors(path)):
        if level and routing.level_at(batch.ground, above) == level:
            return above
    return path


def _route(matter: Matter, path: str, command: str, batch: _Batch) -> tuple[Route, bool]:
    """Who is asked now, and whether it is somebody who held the work before and keeps it."""
    model = editions.of_version(matter.model)
    flow, item = model.flows[matter.flow], model.items[matter.item]
    scene = Scene(matter, model, flow, item, batch.ground, batch.staff, batch.revision, Taken(matter.id))
    level = routing.level_at(batch.ground, command)
    facts = replace(scenes.facts_of(scene), command=level, taken=batch.taken(matter.id))
    lie = replace(scene.lie, path=path, command=command)
    route = routing.asked_at(model, flow, facts, lie, batch.staff)
    held = _held(matter, batch)
    if not held or held & _sitting(route.desk, batch.staff):
        return route, bool(held)
    return _keeping(scene, facts, lie, route, held)


def _held(matter: Matter, batch: _Batch) -> set[UUID]:
    """Who held the work: whoever handled it last, if they sat at its desk; else everybody who sat there."""
    if "@" not in matter.desk:
        return set()
    sat = _sitting(matter.desk, batch.staff_before)
    return {matter.handler} if matter.handler in sat and matter.handler is not None else sat


def _sitting(desk: str, staff: Roster) -> set[UUID]:
    return {holder.account for holder in staff.at_desk(desk)}


def _keeping(
    scene: Scene, facts: Facts, lie: routing.Lie, route: Route, held: set[UUID]
) -> tuple[Route, bool]:
    """The first candidate of the same duty at whose desk somebody sits who held the work; else the route as it is."""
    passed: list[tuple[str, str]] = []
    for one in rules_route.candidates(scene.model, scene.flow, facts, lie.item):
        desk = routing.desk_of(one.word, lie, scene.roster)
        shut = routing.shut(scene.model, desk, lie)
        if "@" in desk and not shut and held & _sitting(desk, scene.roster):
            return Route(desk, one.duty, one.word, tuple(passed), route.asked), True
        passed.append((one.word, "not_admitted" if shut else "kept" if desk else "vacant"))
    return route, False


def _facts(
    matter: Matter, home: Home, route: Route, *, kept: bool, batch: _Batch, how: str
) -> dict[str, Fact]:
    """What the entry says. `told`: whoever is asked now was not asked before, or its unit is another one."""
    same = _sitting(route.desk, batch.staff) == _sitting(matter.desk, batch.staff_before)
    return {
        "plan": batch.plan.plan,
        "on": batch.plan.on.isoformat(),
        "from": matter.path,
        "path": home.path or matter.path,
        "why": home.why,
        "how": how,
        "step": matter.step,
        "was": matter.desk,
        "kept": kept,
        "told": home.why != MOVED or not same,
        **moving.routed(route),
    }
