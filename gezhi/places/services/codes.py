"""Division codes written: a list for a day, each code with the day from which it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from gezhi.places import codes, queries
from gezhi.places.codes import CodeRow, Matched
from gezhi.places.models import DivisionCode
from gezhi.places.tree import TreeUnit


@transaction.atomic
def put_codes(rows: Iterable[CodeRow], system: str, *, on: date, by: Actor, at: datetime) -> Matched:
    """Take a list of codes in, from a day on. Returns which lines named a unit and which did not.

    A unit that has another code in this list gets the new one from that day; one that has the same keeps it; a code that
    was another unit's goes over. Units that the list does not name keep what they have.
    """
    if not codes.SYSTEM.match(system):
        raise Refused(
            _("名录的代号只能用小写字母、数字和下划线，例如 mca（民政）、stats（统计）。"),
            code="system_wrong",
            field="system",
        )
    instance.bump()
    ground = queries.tree(on)
    if ground.root is None:
        raise Refused(_("还没有单元树。请先导入单元，再导入代码。"), code="tree_missing")
    standing = {row.unit: row for row in _valid(system, on)}
    found = codes.matched(rows, ground, {row.code: unit for unit, row in standing.items()})
    fresh = [
        (row, unit)
        for row, unit in found.found
        if unit.identity not in standing or standing[unit.identity].code != row.code
    ]
    _replace(standing, fresh, system, on)
    record(
        "codes.put",
        ground.root.identity,
        by=by,
        at=at,
        system=system,
        on=on.isoformat(),
        put=len(fresh),
        missed=len(found.missed),
    )
    return found


def _replace(
    standing: Mapping[UUID, DivisionCode], fresh: Sequence[tuple[CodeRow, TreeUnit]], system: str, on: date
) -> None:
    """End what these units had, and what other units had of these codes; begin the new rows."""
    _refuse_later(system, {unit.identity for _row, unit in fresh}, {row.code for row, _unit in fresh}, on)
    holders = {row.code: unit for unit, row in standing.items()}
    ends = {standing[unit.identity].id for _row, unit in fresh if unit.identity in standing}
    ends |= {standing[holders[row.code]].id for row, _unit in fresh if row.code in holders}
    _end(ends, on)
    DivisionCode.objects.bulk_create(
        [
            DivisionCode(id=new_id(), unit=unit.identity, system=system, code=row.code, valid_from=on)
            for row, unit in fresh
        ],
        batch_size=500,
    )


def _end(ids: set[UUID], on: date) -> None:
    """Rows that began that very day were never in force a day and go; the others end."""
    rows = DivisionCode.objects.filter(id__in=ids, valid_to=None)
    rows.filter(valid_from__gte=on).delete()
    rows.filter(valid_from__lt=on).update(valid_to=on)


def _valid(system: str, on: date) -> list[DivisionCode]:
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    return list(DivisionCode.objects.filter(standing, system=system))


def _refuse_later(system: str, units: set[UUID], wanted: set[str], on: date) -> None:
    later = DivisionCode.objects.filter(Q(valid_from__gt=on) | Q(valid_to__gt=on), system=system)
    for unit, code in later.values_list("unit", "code"):
        if unit in units or code in wanted:
            raise Refused(
                _("代码 {code} 在这一天之后已有变动，变动要按先后登记。请选更晚的日期。").format(code=code),
                code="code_changes_later",
                field="on",
            )
