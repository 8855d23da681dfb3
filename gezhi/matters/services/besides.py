"""Somebody acts beside the flow: urges, supervises, refers, asks for help, says what was helped. No step changes.

Shape: ask the rules → lock the row → who is brought in → record → return. Nothing is sent; the lists show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import access, besides, desks, events, parties, scenes, sentences, teams
from gezhi.matters.models import ActBeside, Helper, Matter, Member, Referred
from gezhi.matters.scenes import Scene
from gezhi.matters.services import indexing, moving, photos, reports
from gezhi.people.queries import Person, Seat
from gezhi.rules import asides
from gezhi.rules.model import Aside
from gezhi.rules.steps import Given, Reason

AGAIN = timedelta(hours=1)
"""For how long the same act from the same desk is not done again: whoever tries is told of the first."""


@dataclass(frozen=True, slots=True)
class AsideGiven:
    """What comes with an act beside the flow. `seen` is how many of them the page showed, `moved` how many moves the
    matter had made when it was read; `departments` are asked to help, `posts` are those among `refers` to whom the
    matter is shown (none given: all of them)."""

    note: str = ""
    departments: Sequence[str] = ()
    posts: Sequence[str] = ()
    photos: Sequence[bytes] = ()
    seen: int | None = None
    moved: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What was done, and who has the matter: it is the same as before."""

    number: str
    aside: str
    desk: str
    id: UUID


def take_aside(number: str, aside: str, *, by: Person, given: AsideGiven | None = None) -> Beside:
    """Do an act beside the flow, if, and only if, the governance model lets this person do so now.

    Raises `NotFound` for a matter that does not exist or is hidden, `Refused` with the rule in words when the model
    says no; with code `done_lately` when this desk did the same within `AGAIN`, and `moved_meanwhile` when somebody
    did anything on the matter between the page being shown and the button.
    """
    given = given or AsideGiven()
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    note, now = reports.check_note(given.note), clock.now()
    moving.unmoved(matter, given.moved)
    scene = scenes.scene_of(matter, now)
    chosen = next((one for one in asides.offered(scene.model) if one.id == aside), None)
    if chosen is None:
        raise Refused(_("没有这个旁的办法。请刷新后再选。"), code="wrong_step")
    member = teams.membership(matter, by) if chosen.joint == "helps" else None
    seat = _seat(scene, chosen, by, Given(note=bool(note.strip()), photo=bool(given.photos)), member)
    with transaction.atomic():
        moving.hold(matter, given.moved)
        _not_again(scene, chosen, seat, given.seen, at=now)
        brought = _brought_in(scene, chosen, seat, given, at=now)
        kept = photos.keep(matter.id, given.photos, kind="work", at=now)
        done = ActBeside(id=new_id(), matter=matter.id, aside=chosen.id, desk=seat.desk, at=now)
        done.save(force_insert=True)
        facts: dict[str, Fact] = {"brought": brought, "pictures": [photo.hex for photo in kept]}
        facts |= {"member": member.id.hex} if member else {}
        _write(scene, chosen, by.acting(seat), note, facts, at=now)
    return Beside(matter.number, chosen.id, matter.desk, done.id)


def _write(scene: Scene, aside: Aside, by: Actor, note: str, facts: dict[str, Fact], *, at: datetime) -> None:
    matter = scene.matter
    texts = moving.write_texts(matter.id, note=note)
    record(events.BESIDE, matter.id, by=by, at=at, aside=aside.id, desk=matter.desk, texts=texts, **facts)


def _seat(scene: Scene, aside: Aside, by: Person, given: Given, member: Member | None) -> Seat:
    """The seat from which it is done."""
    helping = parties.helping(scene.matter.id)
    seat, reason = besides.seat_for(scene, aside, by, given, helping, member=member is not None)
    if seat is None:
        reason = reason or Reason("no_duty")
        raise Refused(sentences.why_not(reason, scene), code=reason.code)
    return seat


def _not_again(scene: Scene, aside: Aside, seat: Seat, seen: int | None, *, at: datetime) -> None:
    """Refuse what this desk did just now, and a page that does not show what others did. The row is locked."""
    rows = ActBeside.objects.filter(matter=scene.matter.id)
    same = rows.filter(aside=aside.id, desk=seat.desk, at__gt=at - AGAIN).order_by("-at").first()
    if same is not None and aside.joint != "helps":
        told = _("{desk}在 {when} 已经办过「{aside}」，一小时内不重复。等对方回音，或换个办法。")
        when = f"{timezone.localtime(same.at):%H:%M}"
        who = desks.desk_words(same.desk, scene)
        raise Refused(told.format(desk=who, when=when, aside=sentences.label(aside)), code="done_lately")
    if seen is not None and seen != rows.count():
        raise Refused(_("这一件刚刚有人办过别的。请刷新后再看。"), code="moved_meanwhile")


def _brought_in(scene: Scene, aside: Aside, seat: Seat, given: AsideGiven, *, at: datetime) -> list[str]:
    """Who sees the matter from now on because of this act, as words of desks."""
    matter = scene.matter
    if aside.joint == "helps":
        mine = {"department": seat.department} if seat.department else {"desk": seat.desk}
        Helper.objects.filter(matter=matter.id, **mine).update(said_at=at)
        return []
    if aside.joint == "asks":
        return _asked_to_help(scene, given.departments, at=at)
    if aside.refers:
        return _refer(matter, _desks(scene, aside, given.posts), at=at)
    return []


def _asked_to_help(scene: Scene, departments: Sequence[str], *, at: datetime) -> list[str]:
    """Other departments are asked to help; who has the matter stays the same."""
    matter = scene.matter
    known = parties.helping(matter.id)
    named = [one for one in dict.fromkeys(departments) if one in scene.model.departments]
    new = [one for one in named if one not in known]
    if not new:
        told = _("这些部门已经在协办。") if named else _("请选请哪个部门协办，可以选几个。")
        raise Refused(told, code="department_missing", field="departments")
    if matter.department in new:
        told = _("{department}是主办，不能又请它协办。请选别的部门。")
        name = sentences.label(scene.model.departments[matter.department])
        raise Refused(told.format(department=name), code="department_missing", field="departments")
    Helper.objects.bulk_create([Helper(matter=matter.id, department=one, since=at) for one in new])
    moving.show_to(matter, new, since=at)
    return [f"department:{one}" for one in new]


def _desks(scene: Scene, aside: Aside, posts: Sequence[str]) -> list[str]:
    """The desks to which it is referred."""
    wanted = [post for post in aside.refers if not posts or post in posts]
    found = besides.desks_of(scene, wanted)
    if not found:
        raise Refused(_("这些岗位现在都没有人，没有人可以转请。"), code="nobody_there", field="posts")
    return list(found.values())


def _refer(matter: Matter, named: Sequence[str], *, at: datetime) -> list[str]:
    rows = [Referred(matter=matter.id, desk=desk, since=at) for desk in named]
    Referred.objects.bulk_create(rows, ignore_conflicts=True)
    indexing.mark([matter.id])
    return list(named)
