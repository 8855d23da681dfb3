"""What other rooms ask of the ground. Each answer takes the day it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec
import shapely
from django.conf import settings
from django.db.models import Count, Max, Min, Q, Sum

from gezhi.home import Home
from gezhi.ledger import instance
from gezhi.places import addresses, paths
from gezhi.places.models import Building, Lineage, Unit
from gezhi.places.tree import Row, Spot, Tree, TreeUnit

MOST_HITS = 10
_LAST_CHARACTER = "\U0010ffff"
_held: tuple[int, tuple[Tree, ...]] = (-1, ())


@dataclass(frozen=True, slots=True)
class AddressHit:
    """A building that an address names; `path` is the leaf it lies in."""

    address: str
    path: str
    names: tuple[str, ...]
    lon: float
    lat: float
    households: int | None


@dataclass(frozen=True, slots=True)
class Households:
    """Counts within one unit. `unknown` buildings have no count."""

    buildings: int
    households: int
    unknown: int


def tree(on: date, revision: int | None = None) -> Tree:
    """The tree of the day, from memory as long as the instance's revision stands (the hot path knows it)."""
    global _held
    revision = instance.revision() if revision is None else revision
    held_revision, trees = _held
    if held_revision != revision or not revision:  # 0: not opened yet
        trees = ()
    for one in trees:
        if one.begins <= on < one.ends:
            return one
    made = _load(on)
    _held = (revision, (*trees[-7:], made))
    return made


def forget() -> None:
    """Drop the trees this process keeps: for tests, whose databases roll back under one revision."""
    global _held
    _held = (-1, ())


def district_name(on: date) -> str:
    """What the district is called: by the home's settings, else by its widest unit of the day; empty before either."""
    home: Home = settings.HOME
    root = None if home.name else tree(on).root
    return root.name if root else home.name


def locate(lon: float, lat: float, *, on: date) -> Spot:
    """Where the point lies on that day; see `tree.Spot`."""
    return tree(on).locate(lon, lat)


def unit_at(path: str, on: date) -> TreeUnit | None:
    """The unit that holds the path on that day, or None."""
    return tree(on).by_path.get(path)


def unit_of(identity: UUID, on: date) -> TreeUnit | None:
    """The unit with this identity as it stands on that day, or None."""
    return tree(on).by_identity.get(identity)


def names_of(path: str, on: date) -> tuple[str, ...]:
    """Names from the root down to the unit; empty if no unit holds the path on that day."""
    return tree(on).names(path)


def units_within(path: str, on: date) -> tuple[TreeUnit, ...]:
    """The unit and each unit below it, in the order of paths."""
    return tree(on).within(path)


def borders_geojson(path: str, on: date, *, exact: bool = False) -> str:
    """A GeoJSON collection for the map: the unit, all units within it, and its neighbours.

    Properties: path, name, level, lon, lat (where the label stands), veiled (true for a neighbour). To about ten
    centimetres, or `exact` as stored: for whoever draws along them.
    """
    ground = tree(on)
    inside, around = ground.within(path), ground.neighbours(path)
    found = [_feature(ground, unit, "false", exact=exact) for unit in inside]
    found += [_feature(ground, unit, "true", exact=exact) for unit in around]
    return '{"type":"FeatureCollection","features":[' + ",".join(f for f in found if f) + "]}"


def address_search(text: str, within: str, *, on: date, most: int = MOST_HITS) -> tuple[AddressHit, ...]:
    """Buildings within a unit whose address begins with the text; failing that, whose address contains it.

    Full-width and half-width, 號 and 号, spaces and the names of units before the street do not matter.
    """
    ground = tree(on)
    leaves = _leaves(ground, within)
    if leaves is not None:
        if not leaves:
            return ()
        leaves += ground.parted
    names = [unit.name for unit in ground.by_path.values() if not unit.leaf]
    wanted = addresses.spellings(text, names)
    ways = [Q(plain__gte=said, plain__lt=said + _LAST_CHARACTER) for said in wanted]
    ways += [Q(plain__contains=said) for said in wanted[-1:] if len(said) >= 2]
    for way in ways:
        hits = _hits(ground, way, leaves, within, min(most, MOST_HITS))
        if hits:
            return hits
    return ()


def any_building() -> bool:
    """Whether the instance knows any building, so that an address can say where something is."""
    return Building.objects.exists()


def households(on: date) -> Mapping[str, Households]:
    """Counts of each unit of the day that holds a building, by path: a unit counts what lies within it."""
    ground = tree(on)
    parted = list(ground.parted)
    counted = (
        Building.objects.exclude(unit__in=parted)
        .values_list("unit")
        .annotate(all=Count("id"), known=Sum("households"), unknown=Count("id", filter=Q(households=None)))
    )
    leaves = [(ground.by_identity.get(unit), n, known or 0, unknown) for unit, n, known, unknown in counted]
    columns = ("unit", "lon", "lat", "households")
    for unit, lon, lat, count in Building.objects.filter(unit__in=parted).values_list(*columns):
        leaves.append((leaf_of(ground, unit, lon, lat), 1, count or 0, int(count is None)))
    sums: dict[str, tuple[int, int, int]] = {}
    for leaf, *more in leaves:
        for path in paths.ancestors(leaf.path) if leaf else ():
            b, h, u = sums.get(path, (0, 0, 0))
            sums[path] = (b + more[0], h + more[1], u + more[2])
    return {path: Households(*found) for path, found in sums.items()}


def leaf_of(ground: Tree, unit: UUID, lon: float, lat: float) -> TreeUnit | None:
    """The leaf in which a building of such a unit lies: by its point, else the unit itself where it stands."""
    spot = ground.locate(lon, lat)
    return ground.by_path[spot.path] if spot.how == "grid" else ground.by_identity.get(unit)


def _load(on: date) -> Tree:
    """Read the tree of a day, and the days around it on which no unit begins or ends."""
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    columns = ("path", "identity", "level", "name", "short", "code", "lon", "lat", "border")
    rows = [Row(*found) for found in Unit.objects.filter(standing).values_list(*columns)]
    turns = Unit.objects.aggregate(
        began=Max("valid_from", filter=Q(valid_from__lte=on)),
        ended=Max("valid_to", filter=Q(valid_to__lte=on)),
        begins=Min("valid_from", filter=Q(valid_from__gt=on)),
        ends=Min("valid_to", filter=Q(valid_to__gt=on)),
    )
    begins = max((turns[k] for k in ("began", "ended") if turns[k]), default=date.min)
    ends = min((turns[k] for k in ("begins", "ends") if turns[k]), default=date.max)
    parted = Lineage.objects.values_list("before", flat=True).distinct()
    return Tree(rows, begins, ends, frozenset(parted))


def _leaves(ground: Tree, within: str) -> list[UUID] | None:
    """Identities of the leaves within a unit; None for the whole ground."""
    if ground.root is not None and within == ground.root.path:
        return None
    return [unit.identity for unit in ground.within(within) if unit.leaf]


def _hits(ground: Tree, way: Q, leaves: list[UUID] | None, within: str, most: int) -> tuple[AddressHit, ...]:
    found = Building.objects.filter(way)
    if leaves is not None:
        found = found.filter(unit__in=leaves)
    columns = ("address", "unit", "lon", "lat", "households")
    hits: list[AddressHit] = []
    for address, identity, lon, lat, count in found.order_by("plain", "id").values_list(*columns)[: most * 4]:
        moved = identity in ground.parted
        unit = leaf_of(ground, identity, lon, lat) if moved else ground.by_identity.get(identity)
        if unit and (leaves is None or unit.path.startswith(within)) and len(hits) < most:
            hits.append(AddressHit(address, unit.path, unit.names, lon, lat, count))
    return tuple(hits)


def _feature(ground: Tree, unit: TreeUnit, veiled: str, *, exact: bool) -> str:
    border = ground.border(unit.path) if exact else None
    outline = shapely.to_geojson(border) if border is not None else ground.outlines.get(unit.path)
    if outline is None:
        return ""
    said = {"path": unit.path, "name": unit.name, "level": unit.level, "lon": unit.lon, "lat": unit.lat}
    properties = _json(said)[:-1] + f',"veiled":{veiled}}}'
    return f'{{"type":"Feature","properties":{properties},"geometry":{outline}}}'


def _json(said: Mapping[str, object]) -> str:
    return _encoder.encode(said).decode()


_encoder = msgspec.json.Encoder()
