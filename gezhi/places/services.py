"""Changes of the ground. Nothing is overwritten: a change ends one row on a day and begins another.

The revision rises last, when the change is written: a tree read before that is never kept as the new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.places import addresses, datum, geometry, paths, queries
from gezhi.places.models import Building, Unit
from gezhi.places.planting import Levels, UnitRow, laid_out

__all__ = [
    "BuildingRow",
    "Levels",
    "Planted",
    "Put",
    "UnitRow",
    "plant_tree",
    "put_buildings",
    "rename",
    "reparent",
]
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Planted:
    """What each row became, by its key."""

    identities: dict[str, UUID]
    paths: dict[str, str]


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building to put: a point inside it, perhaps its footprint, and how many households it counts.

    A count needs its source and its day.
    """

    address: str
    lon: float
    lat: float
    footprint: bytes | None = None
    households: int | None = None
    source: str = ""
    counted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """How many buildings were put, and which rows lie in no leaf of the tree (left out)."""

    put: int
    outside: tuple[int, ...]


@transaction.atomic
def plant_tree(rows: Sequence[UnitRow], levels: Levels, *, on: date, by: Actor, at: datetime) -> Planted:
    """Plant the first tree of an instance. Refuses a second one, and a tree that breaks its levels."""
    if Unit.objects.exists():
        raise Refused(_("这里已经有单元树了。要改动请用改名、改隶或重新划分。"), code="tree_exists")
    placed = laid_out(rows, levels)
    identities = {row.key: new_id() for row in rows}
    units = [_unit(row, identities[row.key], placed[row.key], on) for row in rows]
    Unit.objects.bulk_create(units, batch_size=_BATCH)
    instance.bump()
    root = next(unit for unit in units if len(unit.path) == paths.WIDTH)
    record(
        "tree.planted", root.identity, by=by, at=at, units=len(units), on=on.isoformat(), rows=_digest(units)
    )
    return Planted(identities, placed)


@transaction.atomic
def rename(identity: UUID, name: str, *, on: date, by: Actor, at: datetime, short: str | None = None) -> None:
    """Give a unit another name from a day on; before that day it keeps the old one."""
    if not name.strip():
        raise Refused(_("名称不能为空。"), code="name_empty", field="name")
    old = _standing(identity, on)
    _end([old], on)
    new = _begun(old, on, path=old.path)
    new.name, new.short = name.strip(), old.short if short is None else short
    new.save(force_insert=True)
    instance.bump()
    record("unit.renamed", identity, by=by, at=at, on=on.isoformat(), path=old.path)


@transaction.atomic
def reparent(identity: UUID, under: UUID, *, on: date, by: Actor, at: datetime) -> str:
    """Put a unit, with all below it, under another parent from a day on. Returns its new path.

    1. Both must stand on that day, and the new parent must be of the old parent's level. 2. The unit takes the
    next segment that the new parent never gave. 3. Each row below ends, and begins under the new path.
    """
    old, parent = _standing(identity, on), _standing(under, on)
    _check_parent(old, parent, on)
    path = parent.path + paths.segment(_last_child(parent.path) + 1)
    first, after = paths.span(old.path)
    moved = list(Unit.objects.filter(path__gte=first, path__lt=after, valid_to=None, valid_from__lte=on))
    _end(moved, on)
    begun = [_begun(unit, on, path=path + unit.path[len(old.path) :]) for unit in moved]
    Unit.objects.bulk_create(begun, batch_size=_BATCH)
    instance.bump()
    record(
        "unit.moved",
        identity,
        by=by,
        at=at,
        on=on.isoformat(),
        under=under,
        units=len(moved),
        **{"from": old.path, "to": path},
    )
    return path


@transaction.atomic
def put_buildings(rows: Sequence[BuildingRow], *, on: date, by: Actor, at: datetime) -> Put:
    """Put buildings into the leaves they lie in on that day; one with the same address is replaced."""
    ground = queries.tree(on)
    if ground.root is None:
        raise Refused(_("还没有单元树。请先导入单元边界，再导入楼栋。"), code="tree_missing")
    made, outside = [], []
    for index, row in enumerate(rows):
        _check_building(row)
        spot = ground.locate(row.lon, row.lat)
        if spot.identity is None or spot.how != "grid":
            outside.append(index)
        else:
            made.append(_building(row, spot.identity))
    _replace([building.plain for building in made])
    Building.objects.bulk_create(made, batch_size=_BATCH)
    record("buildings.put", ground.root.identity, by=by, at=at, put=len(made), outside=len(outside))
    return Put(len(made), tuple(outside))


def _unit(row: UnitRow, identity: UUID, path: str, on: date) -> Unit:
    border = None if row.border is None else geometry.read_border(row.border)
    lon, lat = (None, None) if border is None else geometry.point_inside(border)
    return Unit(
        id=new_id(),
        identity=identity,
        level=row.level,
        path=path,
        name=row.name.strip(),
        short=row.short,
        code=row.code,
        border=None if border is None else geometry.to_wkb(border),
        lon=lon,
        lat=lat,
        valid_from=on,
    )


def _standing(identity: UUID, on: date) -> Unit:
    """The one open row of a unit. Refuses if it does not stand on that day, or changes on it or after it."""
    rows = list(Unit.objects.filter(identity=identity).filter(Q(valid_to=None) | Q(valid_to__gt=on)))
    if not rows:
        raise Refused(_("这一天没有这个单元。请核对日期。"), code="unit_unknown")
    if len(rows) > 1 or rows[0].valid_from >= on or rows[0].valid_to is not None:
        raise Refused(
            _("{name}在这一天或之后已有变动，变动要按先后登记。请选更晚的日期。").format(name=rows[-1].name),
            code="unit_changes_later",
            field="on",
        )
    return rows[0]


def _check_parent(unit: Unit, parent: Unit, on: date) -> None:
    ground = queries.tree(on)
    before = ground.by_path.get(paths.parent(unit.path))
    if before is None or before.level != parent.level:
        raise Refused(
            _("{name}不能放到{parent}下面：上级的层级不对。").format(name=unit.name, parent=parent.name),
            code="wrong_level",
            field="under",
        )
    if before.identity == parent.identity:
        raise Refused(
            _("{name}已经在{parent}下面。").format(name=unit.name, parent=parent.name), code="same_parent"
        )


def _end(units: Sequence[Unit], on: date) -> None:
    """End rows that still stand open; whoever comes second is told."""
    if any(unit.valid_from >= on for unit in units):
        raise Refused(
            _("下级单元在这一天或之后已有变动。请选更晚的日期。"), code="unit_changes_later", field="on"
        )
    ended = Unit.objects.filter(id__in=[unit.id for unit in units], valid_to=None).update(valid_to=on)
    if ended != len(units):
        raise Refused(_("别人刚刚改动了这些单元。请刷新后再试。"), code="changed_meanwhile")


def _begun(unit: Unit, on: date, *, path: str) -> Unit:
    """A new row that goes on from an old one, under a path."""
    kept = {
        name: getattr(unit, name)
        for name in ("identity", "level", "name", "short", "code", "border", "lon", "lat")
    }
    return Unit(id=new_id(), path=path, valid_from=on, **kept)


def _last_child(parent: str) -> int:
    """The number of the last child ever given to a path; 0 for none."""
    first, after = paths.span(parent)
    given = Unit.objects.filter(path__gt=first, path__lt=after).values_list("path", flat=True).distinct()
    below = len(parent) + paths.WIDTH
    return max((paths.number(path) for path in given if len(path) == below), default=0)


def _check_building(row: BuildingRow) -> None:
    datum.check(row.lon, row.lat)
    if not addresses.plain(row.address):
        raise Refused(_("楼栋没有地址。"), code="address_empty", field="address")
    if row.households is not None and (not row.source or row.counted_on is None):
        raise Refused(
            _("{address}：户数要写明来源和日期。").format(address=row.address),
            code="count_without_source",
            field="households",
        )


def _building(row: BuildingRow, unit: UUID) -> Building:
    counted = row.households is not None
    return Building(
        id=new_id(),
        unit=unit,
        address=row.address.strip(),
        plain=addresses.plain(row.address),
        lon=row.lon,
        lat=row.lat,
        footprint=row.footprint,
        households=row.households,
        households_source=row.source if counted else "",
        households_on=row.counted_on if counted else None,
    )


def _replace(plain: Sequence[str]) -> None:
    for start in range(0, len(plain), _BATCH):
        Building.objects.filter(plain__in=plain[start : start + _BATCH]).delete()


def _digest(units: Sequence[Unit]) -> str:
    """SHA-256 over what was planted, in the order of paths."""
    whole = hashlib.sha256()
    for unit in sorted(units, key=lambda unit: unit.path):
        for part in (unit.path, unit.level, unit.name, unit.code):
            whole.update(part.encode() + b"\0")
        whole.update(unit.border or b"")
    return whole.hexdigest()
