"""A staged file taken into the ground: all of it or nothing, as the first tree or as one plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.places import geometry, queries
from gezhi.places.audit import Drawn, Fault, audited
from gezhi.places.features import Source
from gezhi.places.matching import Columns
from gezhi.places.models import Building, Unit
from gezhi.places.paths import parent
from gezhi.places.planting import Levels
from gezhi.places.services.plans import previewed
from gezhi.places.services.planting import plant_tree
from gezhi.places.services.redrawing import redraw
from gezhi.places.staging import Reading, Stage, changes_of, staged, unit_rows

_MOST_BUILDINGS = 4000  # outlines to compare with: enough to see whether borders run through houses


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in. `plan` is the plan that did it; None where it was the first tree, or only replaced borders
    that never stood. `on` is the day it holds from, `told` what should be said of that; empty for nothing."""

    plan: UUID | None
    new: int
    redrawn: int
    on: date
    told: str = ""


def stage_file(source: Source, columns: Columns, levels: Levels, read: Reading, *, on: date) -> Stage:
    """Stage a file against the tree of a day; see `staging.staged`. Nothing is written."""
    if not read.buildings:
        held = Building.objects.exclude(footprint=None).order_by("id").values_list("footprint", flat=True)
        outlines = [geometry.from_wkb(one) for one in held[:_MOST_BUILDINGS]]
        read = replace(read, buildings=[one for one in outlines if one is not None])
    return staged(source, columns, levels, queries.tree(on), read)


def faults_of(stage: Stage, levels: Levels, *, on: date) -> tuple[list[Drawn], list[Fault]]:
    """The ground as it would be with the file taken in, and its faults that touch a unit of the file."""
    ground = queries.tree(on)
    if ground.root is None:
        units = [Drawn(r.key, str(r.under or ""), r.level, r.name, r.border) for r in stage.rows]
        mine = {row.key for row in stage.rows}
    elif stage.new == 0:  # the tree stays; a border of today is replaced, which no plan could do
        borders = {row.unit: row.border for row in stage.rows if row.border is not None}
        every = ground.by_path.values()
        drawn = {u.path: borders.get(u.identity, ground.border(u.path)) for u in every}
        units = [Drawn(u.path, parent(u.path), u.level, u.name, drawn[u.path]) for u in every]
        mine = {u.path for u in every if u.identity in borders}
    else:
        after = previewed(changes_of(stage, ground), levels, on=on).outcome.after
        keys = {row.unit for row in stage.rows} - {None}
        units = [Drawn(u.path, parent(u.path), u.level, u.name, u.border) for u in after]
        mine = {u.path for u in after if u.identity in keys or not u.was}
    touched = mine | {unit.parent for unit in units if unit.key in mine}
    return units, [fault for fault in audited(units) if set(fault.units) & touched or not fault.units]


@transaction.atomic
def take_in(stage: Stage, levels: Levels, *, on: date, by: Actor, at: datetime, title: str = "") -> Taken:
    """Write a staged file, if, and only if, no feature of it has a problem."""
    refuse_problems(stage)
    ground = queries.tree(on)
    redrawn, told = len(stage.rows) - stage.new, ""
    if not Unit.objects.exists():
        planted = plant_tree(unit_rows(stage), levels, on=on, by=by, at=at)
        about, plan = next(iter(planted.identities.values())), None
    else:
        done = redraw(changes_of(stage, ground), levels, on=on, by=by, at=at, title=title)
        on, plan, told = done.on, done.plan, done.sentence()
        about = plan or next(row.unit for row in stage.rows if row.unit)
    drawn = sum(1 for row in stage.rows if row.border is not None)
    record("ground.imported", about, by=by, at=at, units=len(stage.rows), drawn=drawn, datum=stage.frame.word)
    return Taken(plan, stage.new, redrawn, on, told)


def refuse_problems(stage: Stage, most: int = 5) -> None:
    """Refuse a stage with problems, with the first of them."""
    if not stage.problems:
        return
    first: Sequence[str] = [
        _("{who}：{what}").format(who=one.who, what=one.sentence) for one in stage.problems[:most]
    ]
    raise Refused(
        _("有 {n} 个图形收不下，一个也没有写入。{first}").format(n=len(stage.problems), first="".join(first)),
        code="features_refused",
        field="file",
    )
