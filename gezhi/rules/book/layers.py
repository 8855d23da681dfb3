"""A drawing of steps and ways in layers, from above to below: our own, small, the same each time.

1. Ways that lead back are turned round for the reckoning. 2. Each place gets a layer, two below the lowest from which
a way leads to it; the layer between holds the words of the ways, so no two words can lie on each other. 3. A way
across several layers becomes a chain of bends. 4. Layers are ordered by the mean of their neighbours, sweep by
sweep, and the order with the fewest crossings stays. 5. Within the order everything moves towards its neighbours, as
near as the room between allows (pool adjacent violators).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 28
SETTLING = 90
GAP_PLACES = 26.0
GAP_WORDS = 12.0
GAP_BENDS = 10.0
BELOW = 24.0
"""Pixels between neighbours and between layers."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that ways lead to and from. `rank` is a hint: a way to a smaller rank leads back."""

    id: str
    width: float
    height: float
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """From one place to another, with room for its words."""

    id: str
    from_: str
    to: str
    width: float
    height: float


@dataclass(slots=True)
class Spot:
    """A place, the words of a way, or a bend. `x` is its middle, `y` its top."""

    width: float
    height: float
    layer: int
    kind: str
    x: float = 0.0
    y: float = 0.0
    above: list[Spot] = field(default_factory=list)
    below: list[Spot] = field(default_factory=list)


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Middles and tops by id; for each way the points it passes, from its beginning to its end, and where its words lie."""

    width: float
    height: float
    places: dict[str, Point]
    words: dict[str, Point]
    lines: dict[str, tuple[Point, ...]]


def draw(places: Sequence[Place], ways: Sequence[Way]) -> Drawn:
    """Where everything lies. Places of one way need not be joined; a way from a place to itself is not for this."""
    back = _leads_back(places, ways)
    layer = _layers(places, ways, back)
    spots = {p.id: Spot(p.width, p.height, layer[p.id], "place") for p in places}
    chains = {w.id: _chain(w, spots, w.id in back) for w in ways}
    rows = _rows([*spots.values(), *(spot for chain in chains.values() for spot in chain[1:-1])])
    _order(rows)
    _settle(rows)
    height = _heights(rows)
    left = min((s.x - s.width / 2 for row in rows for s in row), default=0.0)
    for row in rows:
        for spot in row:
            spot.x -= left
    width = max((s.x + s.width / 2 for row in rows for s in row), default=0.0)
    ports = _ports(chains.values())
    lines = {w.id: _line(chains[w.id], ports, w.id in back) for w in ways}
    words = {id: _middle(chain) for id, chain in chains.items()}
    return Drawn(width, height, {id: (s.x, s.y) for id, s in spots.items()}, words, lines)


def _leads_back(places: Sequence[Place], ways: Sequence[Way]) -> set[str]:
    """Ways to a smaller rank, and those that would still close a circle when walked in the order given."""
    rank = {p.id: p.rank for p in places}
    back = {w.id for w in ways if rank[w.to] < rank[w.from_]}
    onward = {p.id: [w for w in ways if w.from_ == p.id and w.id not in back] for p in places}
    state: dict[str, int] = {}
    for place in places:
        if place.id not in state:
            back |= _circles(place.id, onward, state)
    return back


def _circles(place: str, onward: dict[str, list[Way]], state: dict[str, int]) -> set[str]:
    """Ways that lead to a place from which this walk came. `state` is 1 on the way, 2 when done."""
    state[place] = 1
    found: set[str] = set()
    for way in onward[place]:
        if state.get(way.to) == 1:
            found.add(way.id)
        elif way.to not in state:
            found |= _circles(way.to, onward, state)
    state[place] = 2
    return found


def _layers(places: Sequence[Place], ways: Sequence[Way], back: set[str]) -> dict[str, int]:
    """Two below the lowest place from which a way leads here, then drawn up to the nearest that it leads to."""
    into: dict[str, list[str]] = {p.id: [] for p in places}
    out: dict[str, list[str]] = {p.id: [] for p in places}
    for way in ways:
        high, low = (way.to, way.from_) if way.id in back else (way.from_, way.to)
        into[low].append(high)
        out[high].append(low)
    layer: dict[str, int] = {}

    def lowest(place: str) -> int:
        if place not in layer:
            layer[place] = max((lowest(high) + 2 for high in into[place]), default=0)
        return layer[place]

    for place in places:
        lowest(place.id)
    for place in sorted(places, key=lambda p: -layer[p.id]):
        if out[place.id] and len(out[place.id]) > len(into[place.id]):
            layer[place.id] = min(layer[low] for low in out[place.id]) - 2
    return layer


def _chain(way: Way, spots: dict[str, Spot], back: bool) -> list[Spot]:
    """From the higher place to the lower, a spot in every layer between; the words lie in the one nearest the beginning."""
    high, low = (spots[way.to], spots[way.from_]) if back else (spots[way.from_], spots[way.to])
    where = low.layer - 1 if back else high.layer + 1
    chain = [high]
    for layer in range(high.layer + 1, low.layer):
        words = layer == where
        size = (way.width, way.height) if words else (2.0, 0.0)
        chain.append(Spot(*size, layer, "words" if words else "bend"))
    chain.append(low)
    for upper, lower in pairwise(chain):
        upper.below.append(lower)
        lower.above.append(upper)
    return chain


def _rows(spots: Iterable[Spot]) -> list[list[Spot]]:
    """Layers in a first order: as a walk from the top meets them."""
    spots = list(spots)
    rows: list[list[Spot]] = [[] for _ in range(max((s.layer for s in spots), default=-1) + 1)]
    seen: set[int] = set()

    def walk(spot: Spot) -> None:
        if id(spot) not in seen:
            seen.add(id(spot))
            rows[spot.layer].append(spot)
            for lower in spot.below:
                walk(lower)

    for spot in sorted(spots, key=lambda s: s.layer):
        walk(spot)
    return [row for row in rows if row]


def _order(rows: list[list[Spot]]) -> None:
    """Sweep down and up, ordering each layer by the mean place of its neighbours; keep the best that was seen."""
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            _sort(row, down)
        _swap(rows)
        if (now := _crossings(rows)) < fewest:
            best, fewest = [list(row) for row in rows], now
    for row, order in zip(rows, best, strict=True):
        row[:] = order
    _number(rows)


def _number(rows: Iterable[list[Spot]]) -> None:
    for row in rows:
        for place, spot in enumerate(row):
            spot.x = float(place)


def _sort(row: list[Spot], down: bool) -> None:
    """By the mean of the neighbours; a spot without any stays about where it is."""
    _number([row])

    def mean(spot: Spot) -> float:
        near = spot.above if down else spot.below
        return sum(n.x for n in near) / len(near) if near else spot.x

    row.sort(key=mean)
    _number([row])


def _swap(rows: list[list[Spot]]) -> None:
    """Change neighbours where that takes crossings away."""
    _number(rows)
    for row in rows:
        for n in range(len(row) - 1):
            a, b = row[n], row[n + 1]
            if _pairs(b, a) < _pairs(a, b):
                row[n], row[n + 1] = b, a
                b.x, a.x = a.x, b.x


def _pairs(a: Spot, b: Spot) -> int:
    """Crossings between the ways of a and of b where a stands left of b."""
    return sum(p.x > q.x for p in a.above for q in b.above) + sum(p.x > q.x for p in a.below for q in b.below)


def _crossings(rows: list[list[Spot]]) -> int:
    _number(rows)
    return sum(
        sum(p.x > q.x for p in a.below for q in b.below)
        for row in rows
        for n, a in enumerate(row)
        for b in row[n + 1 :]
    )


def _settle(rows: list[list[Spot]]) -> None:
    """Move everything towards its neighbours, layer by layer, keeping order and room."""
    for row in rows:
        at = 0.0
        for n, spot in enumerate(row):
            at += _room(row[n - 1], spot) if n else 0.0
            spot.x = at
    for sweep in range(SETTLING):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            _pull(row)


def _pull(row: list[Spot]) -> None:
    """The places nearest to what is wished that keep the order: pool adjacent violators over x less the room before it."""
    before = [0.0]
    for left, right in pairwise(row):
        before.append(before[-1] + _room(left, right))
    blocks: list[list[float]] = []  # [sum of weight*wish, weight, number]
    for spot, room in zip(row, before, strict=True):
        wish, weight = _wish(spot)
        blocks.append([(wish - room) * weight, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    n = 0
    for total, weight, number in blocks:
        for _ in range(int(number)):
            row[n].x = total / weight + before[n]
            n += 1


def _wish(spot: Spot) -> tuple[float, float]:
    """Where a spot would like to be, and how much: bends want straight lines most."""
    near = [(other.x, 8.0 if other.kind != "place" else 1.0) for other in (*spot.above, *spot.below)]
    if not near:
        return spot.x, 0.1
    weight = sum(w for _, w in near)
    return sum(x * w for x, w in near) / weight, weight * (2.0 if spot.kind != "place" else 1.0)


def _room(left: Spot, right: Spot) -> float:
    kinds = {left.kind, right.kind}
    gap = GAP_BENDS if "bend" in kinds else GAP_WORDS if "words" in kinds else GAP_PLACES
    return left.width / 2 + gap + right.width / 2


def _heights(rows: list[list[Spot]]) -> float:
    """Give each layer its top, centre what is lower than its layer; returns the whole height."""
    top = 0.0
    for row in rows:
        tall = max(spot.height for spot in row)
        for spot in row:
            if spot.kind == "bend":  # upright beside what stands in its layer
                spot.height = tall
            spot.y = top + (tall - spot.height) / 2
        top += tall + BELOW
    return top - BELOW if rows else 0.0


Ports = dict[tuple[int, int], float]


def _ports(chains: Iterable[list[Spot]]) -> Ports:
    """Where on its edge a place is left and reached: ways side by side, in the order of what they lead to."""
    ports: Ports = {}
    ends: dict[tuple[int, bool], list[tuple[Spot, Spot]]] = {}
    for chain in chains:
        ends.setdefault((id(chain[0]), True), []).append((chain[0], chain[1]))
        ends.setdefault((id(chain[-1]), False), []).append((chain[-1], chain[-2]))
    for joined in ends.values():
        joined.sort(key=lambda pair: pair[1].x)
        place = joined[0][0]
        step = min(18.0, (place.width - 16) / max(len(joined) - 1, 1))
        for n, (_, other) in enumerate(joined):
            ports[id(place), id(other)] = place.x + (n - (len(joined) - 1) / 2) * step
    return ports


def _line(chain: list[Spot], ports: Ports, back: bool) -> tuple[Point, ...]:
    """Points from the higher place to the lower, turned round where the way leads back."""
    high, low = chain[0], chain[-1]
    points = [(ports[id(high), id(chain[1])], high.y + high.height)]
    for spot in chain[1:-1]:
        points += [(spot.x, spot.y), (spot.x, spot.y + spot.height)] if spot.height else [(spot.x, spot.y)]
    points.append((ports[id(low), id(chain[-2])], low.y))
    return tuple(reversed(points)) if back else tuple(points)


def _middle(chain: list[Spot]) -> Point:
    spot = next(spot for spot in chain if spot.kind == "words")
    return spot.x, spot.y
