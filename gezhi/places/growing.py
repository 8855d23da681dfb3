"""An invented ground of stated counts: units that part it without gap or overlap, nested as the levels are. Pure.

A lattice of blocks, bent by smooth waves, is walked along Hilbert's curve; each unit is a stretch of the walk, each
unit above it the stretches of its children one after the other. Neighbouring blocks share their corners to the last
digit, so that nothing is left out and nothing is doubled, however the stretches are cut. Every name says 示例.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    """How many units of a level; `word` ends their names."""

    level: str
    word: str
    count: int


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

    Children are shared out evenly. Raises `ValueError` where a level has fewer units than the one above it.
    """
    counts = [wish.count for wish in wishes]
    if counts[0] != 1 or any(a > b for a, b in pairwise(counts)):
        raise ValueError(f"counts must begin with 1 and never fall: {counts}")
    walk = _walk(max(counts[-1], *(net.count for net in nets), 1))
    made = Grown()
    above = [("", "", 0, len(walk))]
    by_level: dict[str, list[tuple[str, str, int, int]]] = {}
    for wish in wishes:
        above = _level(wish, above, made, walk)
        by_level[wish.level] = above
    for net in nets:
        made.overlays[net.overlay] = _net(net, by_level[net.inside], walk)
    return made


def wishes_of(model: Model) -> tuple[list[Wish], list[Net], list[str]]:
    """What a governance model states: its levels from the top, its overlays, and the levels whose count it does not
    state (they get a number between those above and below)."""
    chain, level = [], next((one for one in model.levels.values() if not one.under), None)
    while level is not None:
        chain.append(level)
        level = next((one for one in model.levels.values() if chain[-1].id in one.unders), None)
    counts = [max(one.count, 0) for one in chain]
    counts[0] = 1
    open_ones = [one.id for one, count in zip(chain, counts, strict=True) if not count]
    for place, count in enumerate(counts):
        if not count:
            known = next((later for later in counts[place + 1 :] if later), counts[place - 1] * 8)
            counts[place] = max(counts[place - 1], min(known, round(sqrt(counts[place - 1] * known)) or 1))
    wishes = [Wish(one.id, one.name, count) for one, count in zip(chain, counts, strict=True)]
    by_level = {wish.level: wish.count for wish in wishes}
    nets = [
        Net(one.id, one.name, one.inside, one.count or by_level.get(one.equals, 0))
        for one in model.overlays.values()
        if one.inside in by_level
    ]
    return wishes, [net for net in nets if net.count >= by_level[net.inside]], open_ones


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


def _level(
    wish: Wish, above: Sequence[tuple[str, str, int, int]], made: Grown, walk: NDArray[np.object_]
) -> list[tuple[str, str, int, int]]:
    """Units of one level as (key, serial, first block, after the last): evenly under those above."""
    found = []
    for place, (parent, serial, first, after) in enumerate(above):
        inside = (place + 1) * wish.count // len(above) - place * wish.count // len(above)
        width = 3 if wish.count > 99 * len(above) else 2
        for n in range(inside):
            begin = first + (after - first) * n // inside
            end = first + (after - first) * (n + 1) // inside
            own = serial + (f"{n + 1:0{width}}" if parent else "")
            key = f"{wish.level}-{own or '0'}"
            border = shapely.normalize(shapely.coverage_union_all(walk[begin:end]))
            made.units.append(
                UnitRow(
                    key, parent, wish.level, f"{MARK}{own}{wish.word}", _wkb(border), own[-12:], f"SL{own}"
                )
            )
            found.append((key, own, begin, end))
    return found


def _net(net: Net, inside: Sequence[tuple[str, str, int, int]], walk: NDArray[np.object_]) -> list[Patchwork]:
    found = []
    for place, (key, serial, first, after) in enumerate(inside):
        many = (place + 1) * net.count // len(inside) - place * net.count // len(inside)
        for n in range(many):
            begin = first + (after - first) * n // many
            end = first + (after - first) * (n + 1) // many
            border = shapely.normalize(shapely.coverage_union_all(walk[begin:end]))
            found.append(Patchwork(f"{MARK}{serial}-{n + 1:02}{net.word}", key, _wkb(border)))
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
