"""并案: two reports of the same thing become one matter, and one again each when that was a mistake.

The merged matter ends where the model says so and keeps its number, its story and its reporter; the other goes on for
both. Undoing puts it back at the step where it stood, with its clocks as if they had stood still meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import access, bonds, events, finding, scenes, ties, troubled
from gezhi.matters.models import Matter, Merged
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, past_ends, promising, reports, walling
from gezhi.matters.services.moving import Said
from gezhi.people.queries import Person
from gezhi.promises import queries as promises
from gezhi.promises import standing
from gezhi.rules.model import Move


def target(scene: Scene, number: str, by: Person) -> Matter:
    """The matter that this one may be merged into, by its number as people type it. Raises `Refused`, naming the field,
    where it may not."""
    if not number.strip():
        raise Refused(_("请写并入哪一件的编号。"), code="into_missing", field="into")
    found = _numbered(scene, number.strip(), by)
    if found is None:
        told = _("没有编号是 {number} 的一件，或者您看不到它。请核对编号。")
        raise Refused(told.format(number=number.strip()[:40]), code="into_unknown", field="into")
    if found.id == scene.matter.id:
        raise Refused(_("这就是这一件自己。请写另一件的编号。"), code="into_itself", field="into")
    if found.ended_at is not None:
        raise Refused(_("那一件已经了结，不能再并进去。"), code="into_ended", field="into")
    if troubled.is_item(scene.matter.item, scene.model) != troubled.is_item(found.item, scene.model):
        told = _("有人为难反映人的，单独查，不和别的事并成一件。")
        raise Refused(told, code="into_trouble", field="into")
    others = bonds.merged_into(scene.matter.id)
    if others:
        told = _("已有 {n} 件并入了这一件。请反过来，把那一件并到这里。")
        raise Refused(told.format(n=len(others)), code="into_backwards", field="into")
    return found


def _numbered(scene: Scene, typed: str, by: Person) -> Matter | None:
    """The one open to the person that has this number, whole or as a page writes it short; none where it could be two."""
    _stand, rows = finding.numbered(by, [typed], scene.ground, scene.on or clock.today())
    found = {row.number: row for row in rows}
    return found.get(typed) or (next(iter(found.values())) if len(found) == 1 else None)


def merge(
    scene: Scene, taken: Move, into: Matter, *, by: Actor, at: datetime, recorded_at: datetime, said: Said
) -> None:
    """Take the move and bind the two. Must run inside a transaction; both rows are held, in the order of their ids."""
    hold(scene.matter, into)
    if into.ended_at is not None:
        raise Refused(_("那一件已经了结，不能再并进去。"), code="into_ended", field="into")
    if at < into.at:
        raise Refused(_("那时候那一件还没有发生。请核对并案的时间。"), code="into_before", field="at")
    Merged.objects.create(matter=scene.matter.id, into=into.id, step=scene.matter.step, since=recorded_at)
    whole = replace(said, into=into.id)
    moving.move(scene, taken, by=by, at=at, recorded_at=recorded_at, said=whole)
    walling.carry_over(scene.matter, into, by=by, at=recorded_at)
    record(events.JOINED, into.id, by=by, at=at, matter=scene.matter.id, reports=bonds.reports_of(into.id))


def unmerge(
    number: str, note: str, *, by: Person, at: datetime | None = None, seen: int | None = None
) -> Matter:
    """Make a merged matter one of its own again, if, and only if, this person could have merged it.

    Raises `NotFound` for unknown and hidden alike, `Refused` in words.
    """
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    note, row = reports.check_note(note), Merged.objects.filter(matter=matter.id).first()
    if row is None or (seen is not None and seen != matter.moved):
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    if not note.strip():
        raise Refused(_("请写为什么撤回并案。"), code="needs_note", field="note")
    now = at or clock.now()
    scene = scenes.scene_of(matter, now)
    seat = ties.undoing_seat(scene, by)
    if seat is None:
        raise Refused(_("并案由受理的岗位撤回；我的岗位没有这项职责。"), code="no_duty")
    with transaction.atomic():
        into = Matter.objects.filter(id=row.into).first()
        hold(matter, *([into] if into else []))
        _back(scene, row, by=by.acting(seat), at=now, note=note)
        if into is not None:
            reports_now = bonds.reports_of(into.id)
            record(events.LEFT, into.id, by=by.acting(seat), at=now, matter=matter.id, reports=reports_now)
    return matter


def hold(*matters: Matter) -> None:
    """Lock the rows in the order of their ids, so that two who merge crosswise do not wait for one another."""
    for matter in sorted(matters, key=lambda one: one.id):
        moving.hold(matter)


def _back(scene: Scene, row: Merged, *, by: Actor, at: datetime, note: str) -> None:
    matter = scene.matter
    step, was = scene.flow.steps[row.step], matter.desk
    Merged.objects.filter(matter=matter.id).delete()
    warns = {rule.id: rule.warn_percent for rule in scene.flow.promise.values()}
    days = promises.calendar(scene.revision)
    again = standing.revive(matter.id, row.since, days, warns, at=at)
    before = matter.step
    changed: dict[str, object] = {
        "step": step.id,
        "phase": step.phase,
        "closing": "",
        "ended_at": None,
        "ended_recorded_at": None,
    }
    past_ends.keep(matter, at=at, recorded_at=at)
    route = moving.change_beside(scene, changed, by=by, at=at)
    record(
        events.UNMERGED,
        matter.id,
        by=by,
        at=at,
        into=row.into,
        step=step.id,
        texts=moving.write_texts(matter.id, note=note),
        went_on=[promising.word(p) for p in again],
        **{"from": before, "was": was},
        **moving.routed(route),
    )
