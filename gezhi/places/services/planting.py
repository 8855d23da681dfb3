"""The first tree of an instance, and the buildings on it.

The revision rises last, when the change is written: a tree read before that is never kept as the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.places import addresses, datum, geometry, paths, queries
from gezhi.places.models import Building, Unit
from gezhi.places.planting import Levels, UnitRow, laid_out
from gezhi.places.services.plans import digest
from gezhi.unseen import straight

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
        "tree.planted", root.identity, by=by, at=at, units=len(units), on=on.isoformat(), rows=digest(units)
    )
    return Planted(identities, placed)


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
        name=straight(row.name).strip(),
        short=row.short,
        code=row.code,
        border=None if border is None else geometry.to_wkb(border),
        lon=lon,
        lat=lat,
        valid_from=on,
    )


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
        address=straight(row.address).strip(),
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
