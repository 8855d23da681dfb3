"""改类: a matter that was taken for another thing is graded, promised and routed anew, and loses none of its time.

Its clocks are counted by the right length from the moment they began, not from now: a wrong class costs the reporter
nothing. What would be over by the right length is held until the present day ends.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import access, events, routing, scenes, sentences, troubled
from gezhi.matters.models import Matter
from gezhi.matters.own_story import OWN
from gezhi.matters.scenes import Scene
from gezhi.matters.services import indexing, moving, promising, reports, walling
from gezhi.people.queries import Person
from gezhi.promises import queries as promises
from gezhi.promises import standing
from gezhi.rules import deadlines
from gezhi.rules.length import SOURCE
from gezhi.rules.model import Item


def reclass(number: str, code: str, note: str, *, by: Person, seen: int | None = None) -> Matter:
    """Say what a matter is after all, if, and only if, one of the person's seats accepts it and it is not done yet.

    1. Item, class and grade are changed if nobody moved the matter since `seen`. 2. What was routed already is routed
    again from its acceptance. 3. Open promises are counted again from their own beginning. 4. One entry. 5. What turned out to
    be trouble made for a reporter is kept from whoever looks after the place, perhaps from `by` too.
    Raises `NotFound` for unknown and hidden alike, `Refused`, naming the field, in words.
    """
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if seen is not None and seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    now = clock.now()
    scene, note = scenes.scene_of(matter, now), reports.check_note(note)
    seat = scenes.reclassing_seat(scene, by)
    if seat is None:
        raise Refused(_("改类由受理的岗位在办结之前做；这一件我改不了。"), code="no_duty")
    item = _item(scene, code)
    if not note.strip():
        raise Refused(_("请写为什么改类，以后查得到。"), code="needs_note", field="note")
    with transaction.atomic():
        moving.hold(matter)
        _change(scene, item, note, by=by.acting(seat), at=now)
        moving.follow_house(scene, at=now, recorded_at=now)
        walling.keep_from_the_place(scene, by=by.acting(seat), at=now)
    return matter


def _item(scene: Scene, code: str) -> Item:
    item = scene.model.items.get(code)
    if item is None:
        raise Refused(_("请选改成哪一类。"), code="item_unknown", field="item")
    if _said_of_trouble(scene):
        told = _(
            "报告人自己说有人为难他，不能改成别的一类：改了就由别人办、按别的期限。查了不成立，写明查了什么再了结。"
        )
        raise Refused(told, code="item_trouble", field="item")
    if item.code == scene.matter.item:
        raise Refused(_("它本来就是这一类。"), code="item_same", field="item")
    if item.flow != scene.flow.id:
        told = _("「{item}」走另一条办法，不能改过去。请按无效或转出了结这一件，再登记一件。")
        raise Refused(told.format(item=sentences.label(item)), code="item_elsewhere", field="item")
    return item


def _said_of_trouble(scene: Scene) -> bool:
    """Whether the reporter themself said that somebody makes trouble for them; who typed that item in may have mistaken it."""
    if not troubled.is_item(scene.matter.item, scene.model):
        return False
    began = ledger.beginning(scene.matter.id)
    return began is not None and began.post == OWN.post


def _change(scene: Scene, item: Item, note: str, *, by: Actor, at: datetime) -> None:
    matter, was, old = scene.matter, scene.matter.desk, scene.item.code
    step = _back_to(scene)
    before = matter.step
    changed: dict[str, object] = {
        "item": item.code,
        "category": item.category,
        "grade": item.grade,
        "department": routing.department_of(item),
        "step": step,
        "phase": scene.flow.steps[step].phase,
    }
    scene.item = item
    went_on = _count_again(scene, at)
    indexing.unlearn(matter.id)
    route = moving.change_beside(scene, changed, by=by, at=at)
    record(
        events.RECLASSED,
        matter.id,
        by=by,
        at=at,
        item=item.code,
        grade=item.grade,
        step=step,
        texts=moving.write_texts(matter.id, note=note),
        went_on=went_on,
        **{"from": before, "was": was, "old": old},
        **moving.routed(route),
    )


def _back_to(scene: Scene) -> str:
    """Where a matter that was routed already is routed from again: the step at which it was accepted."""
    here = scene.flow.steps[scene.matter.step]
    if here.phase != "handling":
        return here.id
    return next((step.id for step in scene.flow.steps.values() if step.phase == "accepted"), here.id)


def _count_again(scene: Scene, at: datetime) -> list[str]:
    """The open promises whose length is another one now, counted from where they began."""
    days, found = promises.calendar(scene.revision), []
    for one in promises.open_about(scene.matter.id):
        rule = scene.flow.promises.get(one.name)
        if rule is None:
            continue
        term = deadlines.term_of(scene.model, scene.flow, rule, grade=scene.item.grade, item=scene.item)
        if term.length == SOURCE:
            continue
        due = standing.relength(one, term.length, days, scene.model.service_hours, rule.warn_percent, at=at)
        if due is not None:
            found.append(promising.word(one._replace(due_at=due)))
    return found
