"""便民服务点: where residents find a counter, a party and mass service centre, a police box, and what it does.

They are public. A point belongs to a unit, and whoever stands below that unit is told of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.places.models import ServicePoint
from gezhi.unseen import straight
from gezhi.words.signs import is_office_number

LONGEST = {"name": 60, "does": 120, "address": 120, "phone": 40, "hours": 60}
MOST = 200
"""Points of one unit."""


@dataclass(frozen=True, slots=True)
class Point:
    """A service point of a unit (its identity), as words: what it is called and does, where, by which telephone, when."""

    unit: UUID
    name: str
    does: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""


def points_of(units: Collection[UUID], most: int = MOST) -> list[Point]:
    """The points of these units, those of the first unit first, each unit's by name. One statement, an index."""
    order = {unit: place for place, unit in enumerate(units)}
    names = ("unit", *LONGEST)
    rows = ServicePoint.objects.filter(unit__in=list(units)).values_list(*names)
    return sorted((Point(*row) for row in rows), key=lambda one: (order[one.unit], one.name))[:most]


def put(one: Point, *, by: Actor, at: datetime) -> bool:
    """Write a point, known by its unit and name. Returns whether anything changed.

    Raises `Refused`, naming the field, for a point without name or place, for what is too long, and for what is no
    telephone number."""
    said = {name: straight(getattr(one, name)).strip() for name in LONGEST}
    _check(said)
    with transaction.atomic():
        rows = ServicePoint.objects.filter(unit=one.unit, name=said["name"])
        if rows.filter(**said).exists():
            return False
        if not rows.exists() and ServicePoint.objects.filter(unit=one.unit).count() >= MOST:
            told = _("一个单元最多 {most} 个服务点。请写到下级单元。")
            raise Refused(told.format(most=MOST), code="too_many", field="unit")
        fresh = {**said, "changed_at": at}
        known = rows.values_list("id", flat=True).first()
        if known is None:
            known = ServicePoint.objects.create(id=new_id(), unit=one.unit, **fresh).id
        else:
            rows.update(**fresh)
        record("point.set", one.unit, by=by, at=at, point=known.hex)
    return True


def drop(unit: UUID, name: str, *, by: Actor, at: datetime) -> bool:
    """Take a point away. Returns whether there was one."""
    with transaction.atomic():
        row = ServicePoint.objects.filter(unit=unit, name=straight(name).strip()).first()
        if row is not None:
            record("point.dropped", unit, by=by, at=at, point=row.id.hex)
            row.delete()
    return row is not None


def _check(said: dict[str, str]) -> None:
    if not said["name"] or not said["address"]:
        field = "name" if not said["name"] else "address"
        raise Refused(_("服务点要有名称和地址。"), code="point_unnamed", field=field)
    for name, most in LONGEST.items():
        if len(said[name]) > most:
            raise Refused(
                _("这一栏最多 {most} 字，请写短些。").format(most=most), code="too_long", field=name
            )
    if not is_office_number(said["phone"]):
        raise Refused(
            _("电话写成 0000-620-0012 这样，只用数字、横线、括号，分机写 ext. 8。"),
            code="phone_wrong",
            field="phone",
        )
