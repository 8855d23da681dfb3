"""Borders drawn again, also twice for one day: a planned one gives way, one that holds today is followed tomorrow."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.places import geometry
from gezhi.places.changes import Change, Redraw, Ref
from gezhi.places.geometry import Said
from gezhi.places.models import Plan, Unit
from gezhi.places.planting import Levels
from gezhi.places.services.lifting import fresh_borders, lift_borders
from gezhi.places.services.plans import adopt_plan, undo_plan


@dataclass(frozen=True, slots=True)
class Redrawn:
    """How borders were written: by which plan (none where all of them only replaced borders that never stood), from
    which day on, whether that is later than was asked, and how many planned borders they took the place of."""

    plan: UUID | None
    on: date
    later: bool
    replaced: int

    def sentence(self) -> str:
        """What whoever drew should know beside that it is done; empty for nothing."""
        said = ""
        if self.later:
            said += _("今天已经改过一次，今天的照旧；这一次从明天（{day}）起生效。").format(day=self.on)
        if self.replaced:
            said += _("原来排在 {day} 的 {n} 条边界由这一次代替。").format(day=self.on, n=self.replaced)
        return said


@transaction.atomic
def draw_border(
    unit: UUID, border: Said, levels: Levels, *, on: date, by: Actor, at: datetime, title: str = ""
) -> Redrawn:
    """Store a border from a day on; see `redraw`."""
    return redraw([Redraw(unit=unit, border=border)], levels, on=on, by=by, at=at, title=title)


@transaction.atomic
def redraw(
    changes: Sequence[Change], levels: Levels, *, on: date, by: Actor, at: datetime, title: str = ""
) -> Redrawn:
    """Adopt a plan with borders in it, though a unit was redrawn for the same day before.

    1. What was stored first today, for today, is taken back and stored anew. 2. Where today's border of a unit is a
    change of today, all of it takes effect tomorrow. 3. What is planned for that later day gives way: a plan of
    redrawing alone is undone and its other borders go into this one; a border of a unit that begins that day is
    replaced. Raises `Refused` where a plan of that day does more to the unit.
    """
    instance.bump()  # also the lock: the ground changes one plan at a time
    today = timezone.localdate(at)
    units = {change.unit for change in changes if isinstance(change, Redraw)}
    fresh = units & set(fresh_borders(at)) if on <= today else set()
    later = on == today and _changed(units - fresh, on)
    if later:
        on += timedelta(days=1)
    elif fresh:
        lift_borders(_identities(fresh), by=by, at=at)
    found, replaced = list(changes), 0
    if on > today:
        found, replaced = _given_way(found, on, by=by, at=at)
    plan = adopt_plan(found, levels, on=on, by=by, at=at, title=title) if found or not replaced else None
    return Redrawn(plan, on, later, replaced)


def _changed(units: Iterable[Ref], on: date) -> bool:
    """Whether the border of one of them is a change of that day."""
    rows = Unit.objects.filter(identity__in=_identities(units), valid_from=on)
    return rows.exclude(border=None).exists()


def _given_way(changes: list[Change], on: date, *, by: Actor, at: datetime) -> tuple[list[Change], int]:
    """The changes together with what else the plans said that give way to them, and how many borders give way."""
    drawn = {change.unit: change for change in changes if isinstance(change, Redraw)}
    rows = Unit.objects.filter(identity__in=_identities(drawn), valid_from=on, valid_to=None)
    planned = list(rows.exclude(border=None))
    before = set(
        Unit.objects.filter(identity__in=[row.identity for row in planned], valid_from__lt=on).values_list(
            "identity", flat=True
        )
    )
    new = [row for row in planned if row.identity not in before]
    for row in new:
        _replace(row, drawn[row.identity], by=by, at=at)
    plans = {row.begun_by for row in planned if row.identity in before and row.begun_by}
    others = [one for plan in sorted(plans) for one in _others(plan, drawn, by=by, at=at)]
    gone = {row.identity for row in new}
    rest = [one for one in changes if not (isinstance(one, Redraw) and one.unit in gone)]
    return [*others, *rest], len(planned)


def _replace(row: Unit, change: Redraw, *, by: Actor, at: datetime) -> None:
    """Another border for a unit that has not begun: no row that ever stood is changed."""
    border = geometry.read_border(change.border)
    lon, lat = geometry.point_inside(border)
    Unit.objects.filter(id=row.id).update(border=geometry.to_wkb(border), lon=lon, lat=lat)
    facts = {"plan": row.begun_by} if row.begun_by else {}
    record("border.replaced", row.identity, by=by, at=at, on=row.valid_from.isoformat(), **facts)
    instance.bump()


def _others(plan: UUID, drawn: Collection[Ref], *, by: Actor, at: datetime) -> list[Change]:
    """Undo a plan of redrawing alone. Returns its other borders."""
    said = Plan.objects.get(id=plan)
    if {one["kind"] for one in json.loads(said.said)["changes"]} != {"redrawn"}:
        raise Refused(
            _("{day} 起还有方案“{title}”改动同一个单元。请先撤回那个方案，或把日期改到那天以后。").format(
                day=said.takes_effect, title=said.title or _("没有名称")
            ),
            code="plan_does_more",
            field="on",
        )
    rows = list(Unit.objects.filter(begun_by=plan).order_by("path"))
    undo_plan(plan, by=by, at=at)
    return [
        Redraw(unit=row.identity, border=bytes(row.border))
        for row in rows
        if row.identity not in drawn and row.border is not None
    ]


def _identities(units: Iterable[Ref]) -> list[UUID]:
    return [unit for unit in units if isinstance(unit, UUID)]
