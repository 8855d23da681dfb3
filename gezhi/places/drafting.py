"""The tree while a plan is worked out: pieces that know their parent, and the ground that goes with them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import geometry, lineage, measuring
from gezhi.places.changes import Ref
from gezhi.places.lineage import Link
from gezhi.places.paths import parent
from gezhi.places.planting import Levels

Share = tuple[int, int, str]  # part, whole, what they count
LEAST = 1.0  # square metres; smaller pieces of a sum or difference of borders are dust of the arithmetic


@dataclass(frozen=True, slots=True)
class Held:
    """One row of the tree as it stands on the plan's day; `border` is WKB."""

    row: UUID
    identity: UUID
    path: str
    level: str
    name: str
    short: str
    code: str
    border: bytes | None
    valid_from: date
    valid_to: date | None


@dataclass(slots=True, eq=False)
class Part:
    """A unit within the draft. `was` is the row it goes on from, if it stood before, `drawn` that row's border."""

    identity: UUID
    parent: UUID | None
    level: str
    name: str
    short: str
    code: str
    border: BaseGeometry | None
    was: Held | None = None
    drawn: BaseGeometry | None = None


class Draft:
    """All units of the day, changed step by step; links and what was done are gathered beside."""

    def __init__(self, held: Sequence[Held], levels: Levels, on: date, ids: Callable[[], UUID]) -> None:
        self.levels, self.on, self.new_id = levels, on, ids
        by_path = {one.path: one for one in held}
        self.parts: dict[UUID, Part] = {}
        for one in held:
            above = by_path.get(parent(one.path))
            border = None if one.border is None else shapely.from_wkb(one.border)
            outer = above.identity if above else None
            self.parts[one.identity] = Part(
                one.identity, outer, one.level, one.name, one.short, one.code, border, one, border
            )
        self.keys: dict[str, UUID] = {}
        self.links: list[Link] = []
        self.told: list[dict[str, Any]] = []

    def find(self, said: Ref) -> Part:
        """The part with this identity or key of the plan. Raises `Refused` when there is none."""
        identity = said if isinstance(said, UUID) else self.keys.get(said)
        if identity is None or identity not in self.parts:
            raise Refused(
                _("方案里说的单元在那一天不存在，或已被方案里前面的改动撤销：{said}。").format(said=said),
                code="unit_unknown",
                field="unit",
            )
        return self.parts[identity]

    def add(self, key: str, part: Part) -> Part:
        """A new unit, checked against the levels."""
        if not part.name.strip():
            raise Refused(_("名称不能为空。"), code="name_empty", field="name")
        if key in self.keys:
            raise Refused(
                _("方案里两个新单元都叫“{key}”。请各起一个。").format(key=key), code="key_twice", field="key"
            )
        if key:
            self.keys[key] = part.identity
        self.parts[part.identity] = part
        return part

    def check_level(self, level: str, under: Part, name: str) -> None:
        """Refuse a level that may not hang from that of `under`."""
        if not self.levels.fits(level, under.level):
            raise Refused(
                _("{name}是{level}，不能放到{parent}（{above}）下面，可以放在“{allowed}”下面。").format(
                    name=name,
                    level=self.levels.called(level),
                    parent=under.name,
                    above=self.levels.called(under.level),
                    allowed=self.levels.told(level),
                ),
                code="wrong_level",
                field="under",
            )

    def children(self, part: Part) -> list[Part]:
        return [one for one in self.parts.values() if one.parent == part.identity]

    def above(self, part: Part) -> Iterator[Part]:
        """Units above, the nearest first."""
        parent = part.parent
        while parent is not None:
            found = self.parts[parent]
            yield found
            parent = found.parent

    def tell(self, kind: str, part: Part, **facts: Any) -> None:
        self.told.append({"kind": kind, "unit": str(part.identity), "name": part.name, **facts})

    def link(self, before: Part, after: Part, kind: str, share: Share | None) -> None:
        part, whole, measure = share or (None, None, "")
        self.links.append(
            Link(before.identity, after.identity, kind, self.on, part, whole, measure)  # in this order
        )

    def cede(self, moved: Part, under: Part, losing: Sequence[Part], gaining: Sequence[Part]) -> None:
        """The ground of `moved` leaves those that lose it and joins those that gain it, level by level.

        Where it goes into another chain, what a level lost that the new chain does not have is with the new
        parent, `under`.
        """
        heirs = {part.level: part for part in gaining}
        for loser in losing:
            heir = heirs.get(loser.level, under)
            share = share_of(moved.border, loser.border)
            self.link(loser, heir, lineage.CEDED, share)
            if moved.border is not None and loser.border is not None:
                loser.border = clean(shapely.difference(loser.border, moved.border))
        for gainer in gaining:
            if moved.border is not None and gainer.border is not None:
                gainer.border = clean(shapely.union(gainer.border, moved.border))


def read(said: geometry.Said | None) -> BaseGeometry | None:
    return None if said is None else geometry.read_border(said)


def share_of(part: BaseGeometry | None, whole: BaseGeometry | None) -> Share | None:
    """(m² of the part within the whole, m² of the whole, "area"); None where one has no border."""
    if part is None or whole is None:
        return None
    inside, all_of_it = measuring.areas([shapely.intersection(part, whole), whole])
    if all_of_it < LEAST:
        return None
    return min(round(inside), round(all_of_it)), round(all_of_it), "area"


def clean(border: BaseGeometry) -> BaseGeometry | None:
    """The polygons of at least a square metre, in normal form; None where nothing is left."""
    found = [
        part for part in shapely.get_parts(measuring.flat_parts(border)) if measuring.area(part) >= LEAST
    ]
    return shapely.normalize(shapely.union_all(found)) if found else None


def same_ground(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or bool(shapely.equals_identical(shapely.normalize(one), shapely.normalize(other)))
