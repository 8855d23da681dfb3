"""Plans of the ground: previewed, adopted with effect on a day, undone until that day.

Adopting writes the dated rows at once, so the plan takes effect by the calendar alone: no job has to run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.places import geometry, overlays, paths
from gezhi.places.changes import Absorb, Change, Move, Rename
from gezhi.places.drafting import Held
from gezhi.places.lineage import Link
from gezhi.places.models import Lineage, OverlayUnit, Plan, Unit
from gezhi.places.overlays import Patch
from gezhi.places.planning import Begun, Outcome, worked_out
from gezhi.places.planting import Levels

_BATCH = 500
_COLUMNS = ("id", "identity", "path", "level", "name", "short", "code", "border", "valid_from", "valid_to")
_TOLD = ("renamed", "moved", "ended", "split", "merged")  # one entry each; what is added and drawn, by digest


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would do to the tree and to the nets over it; nothing is written.

    `absorbed` are rows of overlays that end, `unheired` those of them whose heir is not known.
    """

    on: date
    outcome: Outcome
    absorbed: tuple[UUID, ...] = ()
    unheired: tuple[UUID, ...] = ()
    links: tuple[Link, ...] = ()


def previewed(changes: Sequence[Change], levels: Levels, *, on: date) -> Preview:
    """Work a plan out on the tree of its day. Raises `Refused` where it cannot be."""
    held = _standing_rows(on)
    if not held:
        raise Refused(_("这一天没有单元树。请核对日期，或先导入单元。"), code="tree_missing", field="on")
    outcome = worked_out(held, changes, levels=levels, on=on, given=_given(), ids=new_id)
    _check_open(held, outcome, on)
    ends, lost, links = _absorbed(changes, outcome, on)
    return Preview(on, outcome, ends, lost, (*outcome.links, *links))


@transaction.atomic
def adopt_plan(
    changes: Sequence[Change], levels: Levels, *, on: date, by: Actor, at: datetime, title: str = ""
) -> UUID:
    """Write what the plan does from its day on. Returns the plan's id; `undo_plan` takes it back until that day.

    1. Work it out. 2. End rows that still stand open; whoever comes second is told. 3. Begin the new rows, write
    the lineage. 4. Entries: the plan with a digest over what begins, and one for each unit moved, renamed, split,
    merged or ended.
    """
    instance.bump()  # also the lock: the ground changes one plan at a time
    preview = previewed(changes, levels, on=on)
    outcome, plan = preview.outcome, new_id()
    if not (outcome.ends or outcome.begins or outcome.fills or preview.absorbed):
        raise Refused(_("方案没有改动任何单元。"), code="plan_empty")
    _end(Unit, [one.row for one in outcome.ends], on, plan)
    _end(OverlayUnit, list(preview.absorbed), on, plan)
    begun = [_row(unit, on, plan) for unit in outcome.begins]
    Unit.objects.bulk_create(begun, batch_size=_BATCH)
    for row, border in outcome.fills:
        lon, lat = geometry.point_inside(border)
        Unit.objects.filter(id=row, border=None).update(border=geometry.to_wkb(border), lon=lon, lat=lat)
    write_links(preview.links, plan)
    said = {
        "changes": outcome.told,
        "filled": [str(row) for row, _border in outcome.fills],
        "keys": {key: str(unit) for key, unit in outcome.keys.items()},
    }
    Plan.objects.create(
        id=plan,
        title=title.strip(),
        takes_effect=on,
        said=json.dumps(said, ensure_ascii=False),
        adopted_at=at,
    )
    instance.bump()
    _record(plan, preview, begun, by=by, at=at)
    return plan


@transaction.atomic
def undo_plan(plan: UUID, *, by: Actor, at: datetime) -> None:
    """Take a plan back, if, and only if, its day has not come and no other plan builds on what it begins.

    What never stood is removed, what was to end stands on; the plan itself stays on record as undone.
    """
    row = Plan.objects.filter(id=plan, undone_at=None).first()
    if row is None:
        raise NotFound(_("没有这个方案，或它已经撤回。"))
    if timezone.localdate(at) >= row.takes_effect:
        raise Refused(
            _("方案已在 {on} 生效，不能再撤回。要改回去，请另立方案。").format(on=row.takes_effect),
            code="plan_in_force",
        )
    for table in (Unit, OverlayUnit):
        if table.objects.filter(begun_by=plan).exclude(ended_by=None).exists():
            raise Refused(_("后面的方案已经用到这个方案的单元。请先撤回后面的方案。"), code="plan_built_on")
    if not Plan.objects.filter(id=plan, undone_at=None).update(undone_at=at):
        raise Refused(_("别人刚刚改动了这些单元。请刷新后再试。"), code="changed_meanwhile")
    for table in (Unit, OverlayUnit):
        table.objects.filter(begun_by=plan).delete()
        table.objects.filter(ended_by=plan).update(valid_to=None, ended_by=None)
    filled = json.loads(row.said).get("filled", [])
    Unit.objects.filter(id__in=filled).update(border=None, lon=None, lat=None)
    Lineage.objects.filter(plan=plan).delete()
    instance.bump()
    record("plan.undone", plan, by=by, at=at, on=row.takes_effect.isoformat())


def changed_from(on: date) -> dict[UUID, date]:
    """Units of which a row begins or ends on that day or after it, each with the last such day."""
    found: dict[UUID, date] = {}
    rows = Unit.objects.filter(Q(valid_from__gte=on) | Q(valid_to__gt=on))
    for unit, begins, ends in rows.values_list("identity", "valid_from", "valid_to"):
        found[unit] = max(found.get(unit, begins), begins, ends or begins)
    return found


def keys_of(plan: UUID) -> dict[str, UUID]:
    """The units to which a plan gave words of its own."""
    said = Plan.objects.filter(id=plan).values_list("said", flat=True).first()
    return {key: UUID(unit) for key, unit in json.loads(said or "{}").get("keys", {}).items()}


def rename(identity: UUID, name: str, *, on: date, by: Actor, at: datetime, short: str | None = None) -> None:
    """Give a unit another name from a day on; before that day it keeps the old one."""
    adopt_plan([Rename(unit=identity, name=name, short=short)], _ANY, on=on, by=by, at=at)


def reparent(identity: UUID, under: UUID, *, on: date, by: Actor, at: datetime) -> str:
    """Put a unit, with all below it and its ground, under another parent of the old parent's level from a day on.

    Returns its new path.
    """
    rows = {one.identity: one for one in _standing_rows(on)}
    old, parent = rows.get(identity), rows.get(under)
    above = {one.path: one for one in rows.values()}
    before = above.get(paths.parent(old.path)) if old else None
    levels = Levels({old.level: before.level} if old and before else {})
    if old and parent and parent.valid_to is not None:
        raise _changes_later(parent.name)
    adopt_plan([Move(unit=identity, under=under)], levels, on=on, by=by, at=at)
    return str(Unit.objects.get(identity=identity, valid_from=on).path)


def write_links(links: Sequence[Link], plan: UUID) -> None:
    """Store lineage in the order of the links."""
    Lineage.objects.bulk_create(
        [Lineage(id=new_id(), plan=plan, **link._asdict()) for link in links], batch_size=_BATCH
    )


class _AnyLevel(Levels):
    """Levels where nothing is hung anew, so that nothing has to be asked of them."""


_ANY = _AnyLevel({})


def _standing_rows(on: date) -> list[Held]:
    standing = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    rows = Unit.objects.filter(standing).order_by("path").values_list(*_COLUMNS)
    return [_held(row) for row in rows]


def _held(row: tuple[Any, ...]) -> Held:
    found = Held(*row)
    return found if found.border is None else replace(found, border=bytes(found.border))


def _given() -> dict[str, int]:
    """By path of a parent, the number of the last child ever given to it."""
    found: dict[str, int] = {}
    for path in Unit.objects.values_list("path", flat=True).distinct():
        above = paths.parent(path)
        found[above] = max(found.get(above, 0), paths.number(path))
    return found


def _check_open(held: Sequence[Held], outcome: Outcome, on: date) -> None:
    """Refuse where a row that ends, or one that something new hangs from, changes on that day or after it."""
    by_identity = {one.identity: one for one in held}
    for one in outcome.ends:
        if one.valid_to is not None or one.valid_from >= on:
            raise _changes_later(one.name)
    by_path = {unit.path: unit for unit in outcome.after}
    begun = {unit.identity for unit in outcome.begins}
    for unit in outcome.begins:
        above = by_path.get(paths.parent(unit.path))
        was = by_identity.get(above.identity) if above else None
        if above and above.identity not in begun and was and was.valid_to is not None:
            raise _changes_later(was.name)


def _changes_later(name: str) -> Refused:
    return Refused(
        _("{name}在这一天或之后已有变动，变动要按先后登记。请选更晚的日期。").format(name=name),
        code="unit_changes_later",
        field="on",
    )


def _absorbed(
    changes: Sequence[Change], outcome: Outcome, on: date
) -> tuple[tuple[UUID, ...], tuple[UUID, ...], tuple[Link, ...]]:
    """Rows of overlays that end, identities without an heir, and the links."""
    ends: list[UUID] = []
    lost: list[UUID] = []
    links: list[Link] = []
    for change in changes:
        if not isinstance(change, Absorb):
            continue
        rows = list(OverlayUnit.objects.filter(overlay=change.overlay, valid_from__lte=on, valid_to=None))
        if not rows or any(row.valid_from >= on for row in rows):
            raise Refused(
                _("叠加网“{overlay}”在这一天没有可以并入的单元。").format(overlay=change.overlay),
                code="overlay_missing",
                field="overlay",
            )
        base = [Patch(u.identity, u.name, u.border) for u in outcome.after if u.level == change.level]
        patches = [Patch(r.identity, r.name, geometry.from_wkb(r.border), r.inside) for r in rows]
        found, without = overlays.absorbed(patches, base, on)
        ends += [row.id for row in rows]
        lost += without
        links += found
    return tuple(ends), tuple(lost), tuple(links)


def _row(unit: Begun, on: date, plan: UUID) -> Unit:
    lon, lat = (None, None) if unit.border is None else geometry.point_inside(unit.border)
    return Unit(
        id=new_id(),
        identity=unit.identity,
        level=unit.level,
        path=unit.path,
        name=unit.name,
        short=unit.short,
        code=unit.code,
        border=None if unit.border is None else geometry.to_wkb(unit.border),
        lon=lon,
        lat=lat,
        valid_from=on,
        begun_by=plan,
    )


def _end(table: type[Unit] | type[OverlayUnit], rows: Sequence[UUID], on: date, plan: UUID) -> None:
    ended = 0
    for start in range(0, len(rows), _BATCH):
        some = table.objects.filter(id__in=rows[start : start + _BATCH], valid_to=None)
        ended += some.update(valid_to=on, ended_by=plan)
    if ended != len(rows):
        raise Refused(_("别人刚刚改动了这些单元。请刷新后再试。"), code="changed_meanwhile")


def _record(plan: UUID, preview: Preview, begun: Sequence[Unit], *, by: Actor, at: datetime) -> None:
    outcome, on = preview.outcome, preview.on.isoformat()
    whats = [said["kind"] for said in outcome.told]
    record(
        "plan.adopted",
        plan,
        by=by,
        at=at,
        on=on,
        changes=len(whats),
        ended=len(outcome.ends),
        begun=len(begun),
        filled=len(outcome.fills),
        absorbed=len(preview.absorbed),
        links=len(preview.links),
        rows=digest(begun),
    )
    moves = {str(unit.identity): unit for unit in outcome.after}
    for said in outcome.told:
        if said["kind"] in _TOLD:
            unit = moves.get(said["unit"])
            facts = {"from": unit.was, "to": unit.path} if unit else {}
            record(f"unit.{said['kind']}", UUID(said["unit"]), by=by, at=at, on=on, plan=plan, **facts)


def digest(units: Sequence[Unit]) -> str:
    """SHA-256 over rows, in the order of paths."""
    whole = hashlib.sha256()
    for unit in sorted(units, key=lambda unit: unit.path):
        for part in (unit.path, unit.level, unit.name, unit.code):
            whole.update(part.encode() + b"\0")
        whole.update(unit.border or b"")
    return whole.hexdigest()
