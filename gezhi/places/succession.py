"""Where what lies in a unit belongs once a plan has changed the ground: its own new path, an heir, or the level above.

One value for a plan that is only looked at and for a plan that is in force, so that what is foreseen is what happens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

import shapely
from django.utils import timezone

from gezhi.places import geometry, measuring, paths, queries
from gezhi.places.drafting import LEAST
from gezhi.places.lineage import ABSORBED, CEDED, Link
from gezhi.places.models import Lineage, Plan, Unit
from gezhi.places.planning import Outcome
from gezhi.places.tree import Row, Tree

Point = tuple[float, float]
MOVED, POINT, SOLE, UNDECIDED = "moved", "point", "sole", "undecided"
_LINK = ("before", "after", "kind", "since", "part", "whole", "measure")


class Home(NamedTuple):
    """Where something belongs now.

    `why` is moved (its unit goes on, perhaps at another path), point (located again), sole (its unit went whole into
    this one) or undecided (nobody knows into which part: it waits at the level above).
    """

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A unit that a plan moves, ends, divides or redraws, at the path it had. `now` is its path after, empty for none.

    `heirs` are paths of the units into which it went, itself among them while it stands; `ground` those in which its
    points may lie.
    """

    identity: UUID
    path: str
    name: str
    now: str
    heirs: tuple[str, ...]
    ground: tuple[str, ...]
    divided: bool
    redrawn: bool

    @property
    def stays(self) -> bool:
        """Whether all that lies there stays there: it was renamed, or gained."""
        return self.now == self.path and not self.divided and not self.redrawn


class Was(NamedTuple):
    """A unit as it stood before the plan; `border` is WKB."""

    identity: UUID
    path: str
    name: str
    border: bytes | None


@dataclass(frozen=True)
class Succession:
    """What one plan makes of the units it touches, from its day on. `units` are by the path they had."""

    on: date
    after: Tree
    was: tuple[Was, ...]
    links: tuple[Link, ...]
    gained: frozenset[UUID] = field(default_factory=frozenset)

    @cached_property
    def units(self) -> Mapping[str, Touched]:
        """Every touched unit of the tree by its path before."""
        return {one.path: self._touched(one) for one in self.was}

    @cached_property
    def heirs(self) -> Mapping[UUID, tuple[UUID, ...]]:
        """For each unit that stands no longer: the units into which it went."""
        by = self.after.by_path
        return {u.identity: tuple(by[p].identity for p in u.heirs) for u in self.units.values() if not u.now}

    def home(self, path: str, point: Point | None) -> Home | None:
        """Where what lies at a path belongs now; None where the plan does not touch the unit.

        1. With a point: the unit that holds it, among those into which the old one went. 2. In its unit, where it
        goes on undivided. 3. In its only heir. 4. At the nearest unit above all heirs.
        """
        unit = self.units.get(path)
        if unit is None:
            return None
        if point is not None and (unit.redrawn or unit.divided or not unit.now):
            spot = self.after.locate(*point)
            if any(paths.within(spot.path, one) for one in unit.ground):
                return Home(spot.path, POINT)
        if unit.now and not unit.divided:
            return Home(unit.now, MOVED)
        if len(unit.heirs) == 1:
            return Home(unit.heirs[0], SOLE)
        return Home(self._above(unit), UNDECIDED)

    def ranges(self) -> tuple[tuple[str, str], ...]:
        """The ranges [first, after) of paths, in order, in which all lies that may have to go elsewhere.

        A unit whose path is gone takes all below it along; neighbours that are gone with nothing standing between them
        are one range. A unit that stands is looked at alone.
        """
        found: list[tuple[str, str]] = []
        for path in sorted(path for path, unit in self.units.items() if not unit.stays):
            gone = path not in self.after.by_path
            if found and path < found[-1][1]:
                continue
            first, after = paths.span(path) if gone else (path, path + paths.ALPHABET[0])
            if found and gone and found[-1][0] not in self.after.by_path and self._bare(found[-1][1], first):
                first = found.pop()[0]
            found.append((first, after))
        return tuple(found)

    def _bare(self, first: str, after: str) -> bool:
        """Whether no unit stands at a path from `first` up to `after`."""
        standing = self.after.paths
        return bisect_left(standing, first) == bisect_left(standing, after)

    def _touched(self, one: Was) -> Touched:
        stands = self.after.by_identity.get(one.identity)
        own = [link for link in self.links if link.before == one.identity]
        divided = any(link.kind != CEDED for link in own)
        now = stands.path if stands else ""
        heirs = tuple(sorted(self.after.by_identity[i].path for i in self._reached(one.identity)))
        ground = heirs or tuple(
            sorted(self.after.by_identity[i].path for i in self.gained if self._stands(i))
        )
        redrawn = bool(own) or (bool(now) and _lost(one.border, self.after.wkb(now)))
        return Touched(
            one.identity, one.path, one.name, now, heirs, ground, divided and heirs != (now,), redrawn
        )

    def _stands(self, identity: UUID) -> bool:
        return identity in self.after.by_identity

    def _reached(self, identity: UUID) -> set[UUID]:
        """The standing units into which one went, through units that the plan made and gave up again."""
        seen, waiting = {identity}, [identity]
        while waiting:
            before = waiting.pop()
            for link in self.links:
                if link.before == before and link.after not in seen:
                    seen.add(link.after)
                    if not self._stands(link.after):
                        waiting.append(link.after)
        return {one for one in seen if self._stands(one)}

    def _above(self, unit: Touched) -> str:
        """The nearest unit above all heirs; where there are none, what became of the unit above."""
        if unit.heirs:
            shared = set.intersection(*(set(paths.ancestors(one)) for one in unit.heirs))
            return max(shared - set(unit.heirs), key=len)
        above = self.units.get(paths.parent(unit.path))
        if above is None:
            return paths.parent(unit.path)
        if above.now:
            return above.now
        return above.heirs[0] if len(above.heirs) == 1 else self._above(above)


def of_outcome(outcome: Outcome, links: Iterable[Link], before: Tree, on: date) -> Succession:
    """What a plan that was only worked out would make of the units it touches. `before` is the tree of its day now."""
    rows = [
        Row(u.path, u.identity, u.level, u.name, u.short, u.code, None, None, _wkb(u.border))
        for u in outcome.after
    ]
    ended = [Was(one.identity, one.path, one.name, one.border) for one in outcome.ends]
    gained = frozenset(unit.identity for unit in outcome.begins if unit.border is not None)
    return _made(on, Tree(rows), ended, links, before, gained)


def of_plan(plan: UUID, on: date) -> Succession:
    """What a plan in force, or one that is written already, makes of the units it touches."""
    rows = Unit.objects.filter(ended_by=plan).values_list("identity", "path", "name", "border")
    ended = [Was(i, path, name, None if border is None else bytes(border)) for i, path, name, border in rows]
    links = Lineage.objects.filter(plan=plan).order_by("id").values_list(*_LINK)
    begun = Unit.objects.filter(begun_by=plan).exclude(border=None).values_list("identity", flat=True)
    after = queries.tree(on)
    return _made(on, after, ended, (Link(*link) for link in links), after, frozenset(begun))


def _made(
    on: date, after: Tree, ended: list[Was], links: Iterable[Link], before: Tree, gained: frozenset[UUID]
) -> Succession:
    """A unit without a border that gave something away and goes on as it was has no row that ended: its link says so."""
    kept = tuple(link for link in links if link.kind != ABSORBED)
    known = {one.identity for one in ended}
    for identity in dict.fromkeys(link.before for link in kept):
        unit = before.by_identity.get(identity)
        if identity not in known and unit is not None:
            ended.append(Was(identity, unit.path, unit.name, before.wkb(unit.path)))
    return Succession(on, after, tuple(sorted(ended, key=lambda one: one.path)), kept, gained)


class InForce(NamedTuple):
    """A plan whose day has come, and since when everybody could have known of it."""

    plan: UUID
    title: str
    on: date
    since: datetime


def in_force(on: date) -> tuple[InForce, ...]:
    """The plans in force on a day, in the order in which they took effect."""
    rows = Plan.objects.filter(takes_effect__lte=on, undone_at=None).order_by("takes_effect", "id")
    return tuple(
        InForce(id, title, day, max(adopted, _midnight(day)))
        for id, title, day, adopted in rows.values_list("id", "title", "takes_effect", "adopted_at")
    )


def day_before(on: date) -> date:
    """The last day of the ground before a plan."""
    return on - timedelta(days=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _lost(before: bytes | None, after: bytes | None) -> bool:
    """Whether a unit that stands on lost ground."""
    old, new = geometry.from_wkb(before), geometry.from_wkb(after)
    if before == after or old is None or new is None:
        return False
    return measuring.area(shapely.difference(old, new)) >= LEAST


def _wkb(border: object) -> bytes | None:
    return None if border is None else geometry.to_wkb(border)  # type: ignore[arg-type]  # a shape
