"""Units of further nets over the same ground, written from a day on as one plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import shapely
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.places import geometry, queries
from gezhi.places.drafting import same_ground
from gezhi.places.models import OverlayUnit, Plan
from gezhi.places.services.importing import refuse_problems
from gezhi.places.staging import Stage
from gezhi.unseen import straight


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayRow:
    """A unit of an overlay as somebody wants it; `inside` is the identity of the unit of the tree it belongs to."""

    name: str
    code: str = ""
    inside: UUID | None = None
    border: geometry.Said | None = None


@transaction.atomic
def put_overlay(
    overlay: str, rows: Sequence[OverlayRow], *, on: date, by: Actor, at: datetime, title: str = ""
) -> UUID:
    """Put units of an overlay from a day on, as one plan. Returns the plan.

    One that stands with the same code, or the same name within the same unit, goes on under its identity; where
    anything about it differs, its row ends and another begins.
    """
    instance.bump()
    if not overlay or not rows:
        raise Refused(_("没有要写入的叠加网单元。"), code="overlay_empty", field="overlay")
    plan = new_id()
    made, ended = _differing(overlay, rows, on, plan)
    _end(ended, on, plan)
    OverlayUnit.objects.bulk_create(made, batch_size=500)
    told = [{"kind": "overlay", "unit": "", "name": overlay, "units": len(made)}]
    Plan.objects.create(
        id=plan,
        title=title.strip(),
        takes_effect=on,
        said=json.dumps({"changes": told, "filled": []}, ensure_ascii=False),
        adopted_at=at,
    )
    instance.bump()
    begun = len(made)
    record(
        "overlay.put", plan, by=by, at=at, overlay=overlay, on=on.isoformat(), begun=begun, ended=len(ended)
    )
    return plan


def _differing(
    overlay: str, rows: Sequence[OverlayRow], on: date, plan: UUID
) -> tuple[list[OverlayUnit], list[OverlayUnit]]:
    """Rows to begin, and rows to end, for whatever is not as it stands."""
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    held = list(OverlayUnit.objects.filter(standing, overlay=overlay))
    by_code = {one.code: one for one in held if one.code}
    by_name = {(one.inside, one.name): one for one in held}
    made, ended = list[OverlayUnit](), list[OverlayUnit]()
    for row in rows:
        border = None if row.border is None else geometry.read_border(row.border)
        old = (by_code.get(row.code) if row.code else None) or by_name.get(
            (row.inside, straight(row.name).strip())
        )
        if old is not None and _is_same(old, row, border):
            continue
        if old is not None:
            ended.append(old)
        made.append(_row(overlay, row, border, old.identity if old else new_id(), on, plan))
    return made, ended


def overlay_rows(stage: Stage, *, on: date) -> list[OverlayRow]:
    """A staged file as units of an overlay. Refuses a stage with problems, and one that would make units of the tree."""
    refuse_problems(stage)
    known = queries.tree(on).by_identity
    found = []
    for row in stage.rows:
        if row.number == 0 or not (row.under is None or row.under in known):
            raise Refused(
                _("叠加网只能放在已有的单元里，没有“{name}”。").format(name=row.name),
                code="unit_unknown",
                field="parent",
            )
        border = None if row.border is None else geometry.to_wkb(row.border)
        inside = row.under if isinstance(row.under, UUID) else None
        found.append(OverlayRow(name=row.name, code=row.code, inside=inside, border=border))
    return found


def _row(
    overlay: str, row: OverlayRow, border: BaseGeometry | None, identity: UUID, on: date, plan: UUID
) -> OverlayUnit:
    if not straight(row.name).strip():
        raise Refused(_("名称不能为空。"), code="name_empty", field="name")
    lon, lat = (None, None) if border is None else geometry.point_inside(border)
    return OverlayUnit(
        id=new_id(),
        identity=identity,
        overlay=overlay,
        inside=row.inside,
        name=straight(row.name).strip(),
        code=row.code,
        border=None if border is None else geometry.to_wkb(border),
        lon=lon,
        lat=lat,
        valid_from=on,
        begun_by=plan,
    )


def _is_same(old: OverlayUnit, row: OverlayRow, border: BaseGeometry | None) -> bool:
    here = None if old.border is None else shapely.from_wkb(bytes(old.border))
    return (old.name, old.code, old.inside) == (
        straight(row.name).strip(),
        row.code,
        row.inside,
    ) and same_ground(here, border)


def _end(rows: Sequence[OverlayUnit], on: date, plan: UUID) -> None:
    for row in rows:
        if row.valid_from >= on or row.valid_to is not None:
            raise Refused(
                _("{name}在这一天或之后已有变动，变动要按先后登记。请选更晚的日期。").format(name=row.name),
                code="unit_changes_later",
                field="on",
            )
    ended = OverlayUnit.objects.filter(id__in=[row.id for row in rows], valid_to=None).update(
        valid_to=on, ended_by=plan
    )
    if ended != len(rows):
        raise Refused(_("别人刚刚改动了这些单元。请刷新后再试。"), code="changed_meanwhile")
