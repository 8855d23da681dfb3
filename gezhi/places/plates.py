"""What a door plate's code leads to: an address, the point and the unit it lies in. Never who lives there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from gezhi.places import addresses
from gezhi.places.models import Building, Plate
from gezhi.places.queries import leaf_of, tree
from gezhi.words import signs

LENGTH = 8
PAGE = 500


@dataclass(frozen=True, slots=True)
class Plated:
    """An address that has a plate. `names` are the units from the root down, `path` the leaf; WGS84 degrees."""

    code: str
    address: str
    path: str
    names: tuple[str, ...]
    lon: float
    lat: float

    @property
    def parted(self) -> tuple[str, str, str]:
        """(road, number of the house, what follows) as it stands on a door plate; the address alone where it is none."""
        return addresses.parted(self.address)


def plated(code: str, on: date) -> Plated | None:
    """The address of a running plate; none for a code that never was and for one that was ended alike."""
    found = Plate.objects.filter(code=signs.read(code), ended_at=None).values_list("code", "building").first()
    if found is None:
        return None
    row = Building.objects.filter(id=found[1]).values_list("address", "unit", "lon", "lat").first()
    unit = leaf_of(tree(on), row[1], row[2], row[3]) if row else None
    if row is None or unit is None:
        return None
    return Plated(found[0], row[0], unit.path, unit.names, row[2], row[3])


def running(path: str, on: date) -> Iterator[tuple[str, str, str]]:
    """(code, address, unit) of the running plates within a unit, by address; read a page at a time."""
    leaves = {unit.identity: unit.name for unit in tree(on).within(path) if unit.leaf}
    rows = Building.objects.filter(unit__in=list(leaves)).order_by("plain", "id")
    last: tuple[str, UUID] | None = None
    while page := list(_after(rows, last).values_list("plain", "id", "address", "unit")[:PAGE]):
        codes = dict(
            Plate.objects.filter(
                building__in=[id for _plain, id, _address, _unit in page], ended_at=None
            ).values_list("building", "code")
        )
        for _plain, id, address, unit in page:
            if id in codes:
                yield codes[id], address, leaves[unit]
        last = (page[-1][0], page[-1][1])


def _after(rows: QuerySet[Building], last: tuple[str, UUID] | None) -> QuerySet[Building]:
    if last is None:
        return rows
    return rows.filter(Q(plain__gt=last[0]) | Q(plain=last[0], id__gt=last[1]))


def without_plate(path: str, on: date) -> list[UUID]:
    """The buildings within a unit that have no running plate, by address."""
    leaves = [unit.identity for unit in tree(on).within(path) if unit.leaf]
    have = Plate.objects.filter(ended_at=None).values("building")
    rows = Building.objects.filter(unit__in=leaves).exclude(id__in=have).order_by("plain", "id")
    return list(rows.values_list("id", flat=True))
