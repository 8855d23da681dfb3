"""An invented ground of stated counts: units that part it without gap or overlap, nested as the levels are. Pure.

A lattice of blocks, bent by smooth waves, is walked along Hilbert's curve; each unit is a stretch of the walk, each
unit above it the stretches of its children one after the other. Neighbouring blocks share their corners to the last
digit, so that nothing is left out and nothing is doubled, however the stretches are cut. Every name says 示例.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, log2, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gezhi.places.measuring import plane_at
from gezhi.places.planting import UnitRow
from gezhi.rules.model import Model

MIDDLE = (118.2, 30.5)  # lies in no district on purpose
MARK = "示例"
_BLOCKS = 6  # blocks of the lattice for each of the smallest units, at least
_LEAF = 300.0  # metres along a side of the smallest unit, about


@dataclass(frozen=True, slots=True)
class Wish:
    """How many units of a level; `word` ends their names. `under` are the levels they hang from, where these are not
    the one before alone.
    """

    level: str
    word: str
    count: int
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Net:
    """How many units of an overlay, each within one unit of the level `inside`."""

    overlay: str
    word: str
    inside: str
    count: int


@dataclass(frozen=True, slots=True)
class Patchwork:
    """One unit of an invented overlay; `inside` is the key of the unit of the tree."""

    name: str
    inside: str
    border: bytes  # WKB


@dataclass(slots=True)
class Grown:
    """Rows ready for `plant_tree`, and the units of each overlay."""

    units: list[UnitRow] = field(default_factory=list)
    overlays: dict[str, list[Patchwork]] = field(default_factory=dict)


def grown(wishes: Sequence[Wish], nets: Sequence[Net] = ()) -> Grown:
    """A ground of exactly the wished counts, the top level first and of count 1; always the same for the same wishes.

    Children are shared out evenly among the units from which they may hang. Where children of several levels hang from
    one unit, each gets ground for what hangs from it. Raises `ValueError` where a level has fewer units than there are
    above it.
    """
    twigs = _twigs(wishes)
    walk = _walk(max(twigs[0].leaves, *(net.count for net in nets), 1))
    twigs[0].after = len(walk)
    made = Grown()
    by_level: dict[str, list[_Twig]] = {}
    for twig in twigs:
        _share_out(twig)
        by_level.setdefault(twig.wish.level, []).append(twig)
        made.units.append(_row(twig, walk))
    for net in nets:
        made.overlays[net.overlay] = _net(net, by_level[net.inside], walk)
    return made


def wishes_of(model: Model) -> tuple[list[Wish], list[Net], list[str]]:
    """What a governance model states: its levels from the top, each after those it hangs from, its overlays, and the
    levels whose count it does not state (they get a number between those above and below)."""
    counts: dict[str, int] = {model.root.id: 1}
    open_ones = []
    waiting = [one for one in model.levels.values() if one.under]
    while ready := [one for one in waiting if set(one.unders) <= set(counts)]:
        level = ready[0]
        waiting.remove(level)
        if level.count <= 0:
            open_ones.append(level.id)
        above = sum(counts[one] for one in level.unders)
        counts[level.id] = level.count if level.count > 0 else _between(above, _stated_below(level.id, model))
    wishes = [Wish(one, model.levels[one].name, n, model.levels[one].unders) for one, n in counts.items()]
    nets = [
        Net(one.id, one.name, one.inside, one.count or counts.get(one.equals, 0))
        for one in model.overlays.values()
        if one.inside in counts
    ]
    return wishes, [net for net in nets if net.count >= counts[net.inside]], open_ones


def _between(above: int, below: int) -> int:
    """A number of units between those above and those below (0: not known)."""
    known = below or above * 8
    return max(above, min(known, round(sqrt(above * known)) or 1))


def _stated_below(level: str, model: Model) -> int:
    """The first count that the model states below a level."""
    around = [level]
    for above in around:  # grows while it is walked
        for one in model.levels.values():
            if above in one.unders and one.id not in around:
                if one.count > 0:
                    return one.count
                around.append(one.id)
    return 0


def as_geojson(made: Grown) -> str:
    """Every unit of the tree as a feature: level, name, code, and the name of what it lies in."""
    names = {row.key: row.name for row in made.units}
    features = []
    for row in made.units:
        if not isinstance(row.border, bytes):
            continue
        said = {"level": row.level, "name": row.name, "code": row.code, "parent": names.get(row.parent, "")}
        shape = json.loads(shapely.to_geojson(shapely.from_wkb(row.border)))
        features.append({"type": "Feature", "properties": said, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


@dataclass(slots=True, eq=False)
class _Twig:
    """A unit to be: what it hangs from, what hangs from it, how many leaves that makes, and its stretch of the walk."""

    wish: Wish
    above: _Twig | None
    serial: str
    below: list[_Twig] = field(default_factory=list)
    leaves: int = 0
    first: int = 0
    after: int = 0

    @property
    def key(self) -> str:
        return f"{self.wish.level}-{self.serial or '0'}"


def _twigs(wishes: Sequence[Wish]) -> list[_Twig]:
    """Every unit, level by level, evenly under those above; those under one unit are numbered on, whatever their level."""
    unders = {
        wish.level: wish.under or (before.level,) for before, wish in pairwise(wishes)
    }  # the first has none
    found = {wishes[0].level: [_Twig(wishes[0], None, "")]}
    widths = _widths(wishes, unders)
    for wish in wishes[1:]:
        above = [twig for level in unders[wish.level] for twig in found[level]]
        if wishes[0].count != 1 or wish.count < len(above):
            raise ValueError(f"counts must begin with 1 and never fall: {[one.count for one in wishes]}")
        found[wish.level] = []
        for place, parent in enumerate(above):
            inside = (place + 1) * wish.count // len(above) - place * wish.count // len(above)
            for _n in range(inside):
                serial = f"{parent.serial}{len(parent.below) + 1:0{widths[parent.wish.level]}}"
                parent.below.append(_Twig(wish, parent, serial))
            found[wish.level] += parent.below[-inside:]
    twigs = [twig for level in found.values() for twig in level]
    for twig in reversed(twigs):
        twig.leaves = sum(one.leaves for one in twig.below) or 1
    return twigs


def _widths(wishes: Sequence[Wish], unders: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many digits the numbers have that are given under a unit of each level."""
    counts = {wish.level: wish.count for wish in wishes}
    widths = dict.fromkeys(counts, 2)
    for level, above in unders.items():
        if counts[level] > 99 * sum(counts[one] for one in above):
            widths |= dict.fromkeys(above, 3)
    return widths


def _share_out(twig: _Twig) -> None:
    """Give each unit below its stretch: alike, or by what hangs from it where they are of several levels."""
    mixed = len({one.wish.level for one in twig.below}) > 1
    whole = sum(one.leaves if mixed else 1 for one in twig.below)
    begun = 0
    for one in twig.below:
        one.first = twig.first + (twig.after - twig.first) * begun // whole
        begun += one.leaves if mixed else 1
        one.after = twig.first + (twig.after - twig.first) * begun // whole


def _row(twig: _Twig, walk: NDArray[np.object_]) -> UnitRow:
    border = shapely.normalize(shapely.coverage_union_all(walk[twig.first : twig.after]))
    own, parent = twig.serial, twig.above.key if twig.above else ""
    name = f"{MARK}{own}{twig.wish.word}"
    return UnitRow(twig.key, parent, twig.wish.level, name, _wkb(border), own[-12:], f"SL{own}")


def _net(net: Net, inside: Sequence[_Twig], walk: NDArray[np.object_]) -> list[Patchwork]:
    found = []
    for place, twig in enumerate(inside):
        first, after = twig.first, twig.after
        many = (place + 1) * net.count // len(inside) - place * net.count // len(inside)
        for n in range(many):
            begin = first + (after - first) * n // many
            end = first + (after - first) * (n + 1) // many
            border = shapely.normalize(shapely.coverage_union_all(walk[begin:end]))
            found.append(Patchwork(f"{MARK}{twig.serial}-{n + 1:02}{net.word}", twig.key, _wkb(border)))
    return found


def _walk(leaves: int) -> NDArray[np.object_]:
    """The blocks of the lattice in the order of Hilbert's curve."""
    order = max(2, ceil(log2(sqrt(leaves * _BLOCKS))))
    side = 2**order
    corners = _corners(side, _LEAF * sqrt(leaves) / side)
    at = np.array([_hilbert(order, n) for n in range(side * side)])
    i, j = at[:, 0], at[:, 1]
    rings = np.stack([corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]], axis=1)
    return np.asarray(shapely.polygons(rings))


def _corners(side: int, block: float) -> NDArray[np.float64]:
    """Corners of the lattice in degrees to seven digits, pushed aside by waves shorter than would fold it."""
    step = (np.arange(side + 1) - side / 2) * block
    x, y = np.meshgrid(step, step, indexing="ij")
    wide = side * block
    east = x + 0.03 * wide * np.sin(2.1 * np.pi * y / wide + 0.4) + 0.25 * block * np.sin(1.9 * y / block)
    north = y + 0.03 * wide * np.sin(1.7 * np.pi * x / wide + 1.1) + 0.25 * block * np.sin(1.3 * x / block)
    plane = plane_at(*MIDDLE)
    found: NDArray[np.float64] = np.round(
        np.stack([east / plane.east + MIDDLE[0], north / plane.north + MIDDLE[1]], axis=-1), 7
    )
    return found


def _hilbert(order: int, n: int) -> tuple[int, int]:
    """The place of the n-th step on Hilbert's curve through 2^order by 2^order cells."""
    x = y = 0
    step = 1
    for _turn in range(order):
        right, up = 1 & (n // 2), 1 & (n ^ (n // 2))
        if not up:
            if right:
                x, y = step - 1 - x, step - 1 - y
            x, y = y, x
        x, y = x + step * right, y + step * up
        n //= 4
        step *= 2
    return x, y


def _wkb(border: BaseGeometry) -> bytes:
    return bytes(shapely.to_wkb(border))
