"""Door plates are given codes, and ended when they are lost or copied."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.places import plates
from gezhi.places.models import Plate
from gezhi.places.queries import tree
from gezhi.words import signs

BATCH = 1000


def issue(path: str, *, by: Actor, at: datetime, on: date) -> int:
    """Give every building within a unit that has no running plate a code of its own. Returns how many got one; run
    again it gives none. Raises `Refused` for a unit that does not exist."""
    unit = tree(on).by_path.get(path)
    if unit is None:
        raise Refused(_("没有这个单位。"), code="unit_unknown", field="unit")
    with transaction.atomic():
        wanted = plates.without_plate(path, on)
        rows = [Plate(code=_drawn(), building=building, made_at=at) for building in wanted]
        Plate.objects.bulk_create(rows, batch_size=BATCH)
        if rows:
            record("plates.issued", unit.identity, by=by, at=at, count=len(rows))
    return len(rows)


def end(code: str, *, by: Actor, at: datetime) -> None:
    """End a plate: its code leads nowhere from now on, and `issue` gives the building another."""
    with transaction.atomic():
        row = Plate.objects.filter(code=signs.read(code), ended_at=None).first()
        if row is None or not Plate.objects.filter(code=row.code, ended_at=None).update(ended_at=at):
            raise NotFound(_("没有这块门牌，或者已经停用。"))
        record("plate.ended", row.building, by=by, at=at)


def _drawn() -> str:
    return "".join(secrets.choice(signs.SIGNS) for _sign in range(plates.LENGTH))
