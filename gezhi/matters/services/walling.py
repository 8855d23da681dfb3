"""回避: who neither handles nor sees a matter is said, and taken back, with a reason each time.

Three ways: it complains of a unit, a department or a person; somebody must not handle it (利害关系) and says so of
themselves; or whoever accepts, supervises or stands above says it of them. 信访工作条例 (2022) art. 28(3) and 30(3), 济南市
12345 条例 art. 32: see `walls`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.services import record
from gezhi.matters import access, events, routing, scenes, troubled, walls
from gezhi.matters.models import Matter, Wall
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, reports, wall_rows
from gezhi.matters.walls import ABOUT, RECUSED
from gezhi.people.queries import Person, Seat


@dataclass(frozen=True, slots=True)
class Walled:
    """Where the matter waits now, and whether whoever did it still sees it."""

    number: str
    desk: str
    seen: bool


def recuse_myself(number: str, note: str, *, by: Person, seen: int | None = None) -> Walled:
    """本人申请回避: whoever sees a matter declares that they must not handle it, with the reason, and sees it no more.

    Raises `NotFound` for unknown and hidden alike, `Refused` in words.
    """
    matter = _seen(number, by, seen)
    if not by.terms:
        raise Refused(_("今天没有岗位，不用回避。"), code="no_duty")
    said = reports.check_note(note)
    if not said.strip():
        raise Refused(_("请写为什么要回避。"), code="needs_note", field="note")
    word = (walls.person_word(by.account), RECUSED)
    return _put_up(matter, [word], said, by=(by, by.terms[0]), how="own")


def keep_from(number: str, word: str, note: str, *, why: str, by: Person, seen: int | None = None) -> Walled:
    """Say of a unit, department or person (`word` of `walls`) that the matter complains of them (why=about), or of a
    person that they must not handle it (why=recused), if, and only if, one of the seats may (`scenes.walling_seat`).

    Raises `NotFound` for unknown and hidden alike, `Refused`, naming the field, in words.
    """
    matter = _seen(number, by, seen)
    said, scene = reports.check_note(note), scenes.scene_of(matter, clock.now())
    seat = _seat(scene, by)
    wall_rows.check([word], wall_rows.today(clock.now()))
    if why not in {ABOUT, RECUSED} or (why == RECUSED and not word.startswith("person:")):
        raise Refused(_("回避的是人。请选一个人。"), code="party_unknown", field="party")
    if not said.strip():
        raise Refused(_("请写理由，以后查得到。"), code="needs_note", field="note")
    return _put_up(matter, [(word, why)], said, by=(by, seat), how=why)


def take_back(number: str, wall: UUID, note: str, *, by: Person, seen: int | None = None) -> Walled:
    """Take one wall back, with the reason, if, and only if, one of the seats may; who is asked is found anew.

    Raises `NotFound` for unknown and hidden alike, `Refused` in words.
    """
    matter = _seen(number, by, seen)
    said, now = reports.check_note(note), clock.now()
    scene = scenes.scene_of(matter, now)
    seat = _seat(scene, by)
    if not said.strip():
        raise Refused(_("请写为什么撤回回避。"), code="needs_note", field="note")
    with transaction.atomic():
        moving.hold(matter)
        if not Wall.objects.filter(id=wall, matter=matter.id, lifted_at=None).update(lifted_at=now):
            raise Refused(_("这一条回避刚刚已经撤回。请刷新。"), code="moved_meanwhile")
        scene = scenes.scene_of(matter, now)
        facts: dict[str, Fact] = {"walls": [wall.hex]}
        _ask_again(scene, events.UNWALLED, facts, said, by=by.acting(seat), at=now, anew=True)
    return _outcome(matter, by)


def _seen(number: str, by: Person, seen: int | None) -> Matter:
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if seen is not None and seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    return matter


def _seat(scene: Scene, by: Person) -> Seat:
    seat = scenes.walling_seat(scene, by)
    if seat is None:
        raise Refused(_("别人的回避由受理、督办或上一级的岗位记；我的岗位只能申请自己回避。"), code="no_duty")
    return seat


def _put_up(
    matter: Matter, words: Sequence[tuple[str, str]], note: str, *, by: tuple[Person, Seat], how: str
) -> Walled:
    """The walls, who is asked then, and one entry. The row is held."""
    person, seat = by
    now = clock.now()
    with transaction.atomic():
        moving.hold(matter)
        made = wall_rows.put_up(matter.id, words, wall_rows.today(now), by=person.account, at=now)
        matter.walled = True
        scene = scenes.scene_of(matter, now)
        facts: dict[str, Fact] = {"walls": [one.hex for one in made], "why": how}
        _ask_again(scene, events.WALLED, facts, note, by=person.acting(seat), at=now)
    return _outcome(matter, person)


def carry_over(source: Matter, target: Matter, *, by: Actor, at: datetime) -> None:
    """Whomever a matter is kept from, another is, too, that it becomes part of. Both rows are held."""
    _add(target, [(one.blocked, one.why) for one in walls.of_matter(source).standing], by=by, at=at)


def keep_from_the_place(scene: Scene, *, by: Actor, at: datetime) -> None:
    """Whoever looks after the place is kept from what turned out to be trouble made for a reporter, or whose place was found
    only now, as if it had been so when it came in (`troubled`). Of any other matter nothing. The row is held."""
    matter = scene.matter
    if troubled.is_item(matter.item, scene.model):
        place = troubled.of_the_place(matter.path, scene.ground, scene.model)
        _add(matter, [(word, ABOUT) for word in place], by=by, at=at)


def _add(matter: Matter, words: Sequence[tuple[str, str]], *, by: Actor, at: datetime) -> None:
    """Walls beside those that stand, each once, and one entry for them; none where all stand already."""
    known = {one.blocked for one in walls.of_matter(matter).standing}
    new = [(word, why) for word, why in words if word not in known]
    if not new:
        return
    made = wall_rows.put_up(matter.id, new, wall_rows.today(at), by=by.account, at=at)
    matter.walled = True
    facts: dict[str, Fact] = {"walls": [one.hex for one in made], "why": new[0][1]}
    _ask_again(scenes.scene_of(matter, at), events.WALLED, facts, "", by=by, at=at)


def _ask_again(
    scene: Scene,
    what: str,
    facts: dict[str, Fact],
    note: str,
    *,
    by: Actor,
    at: datetime,
    anew: bool = False,
) -> None:
    """Whoever is left at the desk keeps it; where nobody is, or a wall was taken back, who is asked is found anew."""
    matter, was = scene.matter, scene.matter.desk
    asks = matter.ended_at is None and (anew or _left_empty(scene))
    if asks:
        facts |= moving.routed(moving.change_beside(scene, {"walled": True}, by=by, at=at))
    else:
        matter.moved += 1
        Matter.objects.filter(id=matter.id).update(walled=True, moved=matter.moved)
    record(
        what,
        matter.id,
        by=by,
        at=at,
        step=matter.step,
        closing=matter.closing,
        was=was,
        texts=moving.write_texts(matter.id, note=note),
        **facts,
    )


def _left_empty(scene: Scene) -> bool:
    """Whether the walls leave nobody at the desk at which the matter waits."""
    staff, desk = scene.roster, scene.matter.desk
    department = routing.department_at(desk)
    return desk in staff.emptied or (staff.aside is not None and department in staff.aside.departments)


def _outcome(matter: Matter, by: Person) -> Walled:
    return Walled(matter.number, matter.desk, access.matter_for(by, matter.number) is not None)
