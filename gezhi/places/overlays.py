"""A further net over the same ground, compared with the tree in both directions, and taken into it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gezhi.places import lineage, measuring
from gezhi.places.drafting import LEAST
from gezhi.places.lineage import Link

Grounds = np.ndarray[tuple[int], np.dtype[np.object_]]
SAME = 0.995  # of both grounds shared: the same unit, drawn by two hands


@dataclass(frozen=True, slots=True)
class Patch:
    """A unit of either net as the comparison needs it; `inside` is only said of overlay units."""

    identity: UUID
    name: str
    border: BaseGeometry | None
    inside: UUID | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """Ground that a unit of the tree and one of the overlay have in common, in m²."""

    base: UUID
    overlay: UUID
    square_metres: float


@dataclass(slots=True)
class Comparison:
    """How an overlay lies over one level of the tree; areas in m², lists by the order of the units given.

    `same` pairs share nearly all of both their grounds; `overlapping` is every other pair with a square metre or more
    in common; `inside` are overlay units that lie within one unit. `uncovered` is ground of the tree under no overlay
    unit, `beyond` ground of the overlay on no unit of the level, `doubled` ground that two overlay units both cover.
    `unmapped` have no border, so that nothing can be said.
    """

    same: list[Shared] = field(default_factory=list)
    overlapping: list[Shared] = field(default_factory=list)
    inside: list[Shared] = field(default_factory=list)
    uncovered: dict[UUID, float] = field(default_factory=dict)
    beyond: dict[UUID, float] = field(default_factory=dict)
    doubled: list[Shared] = field(default_factory=list)
    unmapped_base: list[UUID] = field(default_factory=list)
    unmapped_overlay: list[UUID] = field(default_factory=list)

    def of_base(self, unit: UUID) -> list[Shared]:
        """Every overlay unit that shares ground with a unit of the tree, the largest share first."""
        found = [one for one in (*self.same, *self.overlapping) if one.base == unit]
        return sorted(found, key=lambda one: -one.square_metres)

    def of_overlay(self, unit: UUID) -> list[Shared]:
        found = [one for one in (*self.same, *self.overlapping) if one.overlay == unit]
        return sorted(found, key=lambda one: -one.square_metres)


def compared(base: Sequence[Patch], overlay: Sequence[Patch]) -> Comparison:
    """Base units of one level against the units of one overlay."""
    found = Comparison(
        unmapped_base=[one.identity for one in base if one.border is None],
        unmapped_overlay=[one.identity for one in overlay if one.border is None],
    )
    lower = [one for one in base if one.border is not None]
    upper = [one for one in overlay if one.border is not None]
    below, over = _grounds(lower), _grounds(upper)
    sizes, sizes_over = measuring.areas(list(below)), measuring.areas(list(over))
    for i, j, shared in _pairs(over, below):
        common = Shared(lower[j].identity, upper[i].identity, shared)
        if shared >= SAME * max(sizes[j], sizes_over[i]):
            found.same.append(common)
        else:
            found.overlapping.append(common)
        if shared >= sizes_over[i] - LEAST:
            found.inside.append(common)
    found.uncovered = _rest(lower, below, over)
    found.beyond = _rest(upper, over, below)
    for i, j, shared in _pairs(over, over):
        if i < j:
            found.doubled.append(Shared(upper[i].identity, upper[j].identity, shared))
    return found


def absorbed(
    units: Sequence[Patch], base: Sequence[Patch], on: date
) -> tuple[tuple[Link, ...], tuple[UUID, ...]]:
    """Links from each unit of a legacy net to the units of the tree that hold its ground from that day on.

    A unit without a border, or over units without one, goes whole to the unit it is inside of. Returns the links, and
    the units for which no heir is known.
    """
    lower, upper = [b for b in base if b.border is not None], [u for u in units if u.border is not None]
    shares: dict[UUID, list[tuple[UUID, int]]] = {}
    for i, j, shared in _pairs(_grounds(upper), _grounds(lower)):
        shares.setdefault(upper[i].identity, []).append((lower[j].identity, round(shared)))
    sizes = measuring.areas([one.border for one in upper])
    whole = {one.identity: round(size) for one, size in zip(upper, sizes, strict=True)}
    known = {one.identity for one in base}
    links: list[Link] = []
    lost: list[UUID] = []
    for unit in units:
        heirs = shares.get(unit.identity, [])
        size = _whole(whole.get(unit.identity, 0), [part for _heir, part in heirs])
        links += [Link(unit.identity, heir, lineage.ABSORBED, on, part, size, "area") for heir, part in heirs]
        if not heirs and unit.inside in known and unit.inside is not None:
            links.append(Link(unit.identity, unit.inside, lineage.ABSORBED, on, 1, 1, "whole"))
        elif not heirs:
            lost.append(unit.identity)
    return tuple(links), tuple(lost)


def _whole(size: int, parts: Sequence[int]) -> int:
    """What the parts are counted of: the unit's own ground, or their sum where the two differ by rounding only."""
    total = sum(parts)
    return total if abs(size - total) <= len(parts) or total > size else size


def _grounds(patches: Sequence[Patch]) -> Grounds:
    found = np.empty(len(patches), dtype=object)
    found[:] = [one.border for one in patches]
    return found


def _pairs(one: Grounds, other: Grounds) -> list[tuple[int, int, float]]:
    """(index, index, m² in common) of each pair that shares a square metre."""
    if not len(one) or not len(other):
        return []
    first, second = shapely.STRtree(other).query(one, predicate="intersects")
    common = measuring.areas(list(shapely.intersection(one[first], other[second])))
    pairs = zip(first.tolist(), second.tolist(), common.tolist(), strict=True)
    return sorted((i, j, shared) for i, j, shared in pairs if shared >= LEAST)


def _rest(
    units: Sequence[Patch],
    grounds: Grounds,
    cover: Grounds,
) -> dict[UUID, float]:
    """m² of each unit that nothing of the other net covers, where it is a square metre or more."""
    if not len(grounds):
        return {}
    whole = shapely.union_all(cover) if len(cover) else shapely.Polygon()
    shapely.prepare(whole)
    left = measuring.areas(list(shapely.difference(grounds, whole)))
    return {one.identity: float(rest) for one, rest in zip(units, left, strict=True) if rest >= LEAST}
