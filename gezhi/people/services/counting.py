"""Bringing counts per unit in: all of them or none, each with its source and its day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.people import counts
from gezhi.people.models import UnitCount
from gezhi.people.services.staffing import day_of
from gezhi.places import queries as places
from gezhi.rules.model import Model

LARGEST = 1_000_000
COLUMNS = ("number", "source")


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many of `what` the unit (its identity) has on a day, by a source."""

    unit: UUID
    what: str
    number: int
    source: str
    counted_on: date


@transaction.atomic
def put_counts(rows: Sequence[CountRow], model: Model, *, by: Actor, at: datetime) -> int:
    """Write counts; the newer word about a unit, a thing and a day stands. Returns how many were written.

    Raises `Refused` for the first row that counts what the model does not know, lies in the future, has no
    source, or names a unit that did not stand on its day; then nothing is written.
    """
    known = set(counts.countable(model))
    revision = instance.revision()
    for row in rows:
        _check(row, known, day_of(at))
        if row.unit not in places.tree(row.counted_on, revision).by_identity:
            raise NotFound(_("这一天没有这个单位。"))
    keys = {(row.what, row.unit, row.counted_on) for row in rows}
    if len(keys) < len(rows):
        raise Refused(_("同一单元、同一项目、同一天写了两次。请只留一行。"), code="count_twice")
    made = [
        UnitCount(
            id=new_id(),
            unit=row.unit,
            what=row.what,
            number=row.number,
            source=row.source.strip(),
            counted_on=row.counted_on,
        )
        for row in rows
    ]
    UnitCount.objects.bulk_create(
        made,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["what", "unit", "counted_on"],
        update_fields=COLUMNS,
    )
    what = sorted({row.what for row in rows})
    record("counts.put", new_id(), by=by, at=at, rows=len(rows), counted=what, digest=_digest(rows))
    return len(rows)


def _check(row: CountRow, known: set[str], today: date) -> None:
    if row.what not in known:
        sentence = _("不能数「{what}」。可以数：{known}。")
        said = sentence.format(what=row.what, known=_("、").join(sorted(known)))
        raise Refused(said, code="count_unknown", field="what")
    if not 0 <= row.number <= LARGEST:
        raise Refused(_("数目写 0 或以上的整数。"), code="count_number", field="number")
    if not 1 <= len(row.source.strip()) <= 80:
        raise Refused(_("请写明数从哪里来，1到80个字。"), code="count_source", field="source")
    if row.counted_on > today:
        raise Refused(_("数的日子不能在今天以后。"), code="count_future", field="counted_on")


def _digest(rows: Sequence[CountRow]) -> str:
    """SHA-256 over what was brought in, in the order in which it came."""
    whole = hashlib.sha256()
    for row in rows:
        line = f"{row.unit.hex}\0{row.what}\0{row.number}\0{row.source}\0{row.counted_on}\n"
        whole.update(line.encode())
    return whole.hexdigest()
