"""The lead names members of a team and ends them; a member leaves. The matter does not move: who leads stays answerable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import access, events, scenes, standing, teams
from gezhi.matters.models import Matter, Member
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, reports
from gezhi.matters.services.lines import line
from gezhi.matters.standing import InStanding, Standing
from gezhi.people import queries as people
from gezhi.people.queries import Person, Seat

ROLE = 20


class Wanted(NamedTuple):
    """Somebody who is to be in a team, and as what: 调解, 医务, 翻译."""

    account: UUID
    role: str


class Kept(NamedTuple):
    """Somebody who could not be named, and why."""

    name: str
    why: str

    @property
    def said(self) -> str:
        """Both in one half sentence."""
        return self.name + _("，") + self.why.rstrip("\u3002.")


@dataclass(frozen=True, slots=True)
class CanCome:
    """A standing team for one matter: who of it would come today, and who could not, each with the reason."""

    team: Standing
    comes: tuple[InStanding, ...]
    kept_out: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Who was named, by the ids of their rows, and who could not be, each with the reason."""

    number: str
    members: tuple[UUID, ...]
    kept_out: tuple[Kept, ...] = ()


def name_members(
    number: str, wanted: Sequence[Wanted], *, by: Person, note: str = "", seen: int | None = None
) -> Named:
    """Call these people into the team of a matter: all of them or none. With `seen`, only if nobody moved it since.

    Raises `NotFound` for unknown and hidden alike; `Refused`, naming the field, where the person's desk does not lead,
    and for the first who cannot be named.
    """
    if not wanted:
        raise Refused(_("请写请谁进团队。"), code="nobody_named", field="who")
    rows = [Wanted(one.account, role_of(one.role)) for one in wanted]
    if len({one.account for one in rows}) < len(rows):
        raise Refused(_("同一个人写了两次。请留一次。"), code="named_twice", field="who")
    return _called(_scene(number, by, seen), rows, by=by, note=note)


def accounts_of(number: str, names: Sequence[str], *, by: Person) -> list[UUID]:
    """Whom these names stand for among those who hold a post today and can be named for a matter.

    Raises `NotFound` for unknown and hidden alike, `Refused` for a name that nobody or more than one has.
    """
    scene = _scene(number, by, None)
    day = standing.Day(scene.on or clock.today(), scene.roster, scene.model, scene.ground)
    choices, others = standing.people_to_name(day, scene.matter.path), standing.not_to_name(day)
    return [standing.account_named(name.strip(), choices, others) for name in names]


def role_of(typed: str) -> str:
    """A role in a few words. Raises `Refused`, naming the field."""
    return line(typed, ROLE, field="role", missing=_("请写来做什么，如 调解、医务、翻译。"))


def _called(
    scene: Scene, wanted: Sequence[Wanted], *, by: Person, note: str, team: UUID | None = None
) -> Named:
    """Write who can be named; of a standing team the others are told of, else the first of them is a refusal."""
    matter, seat, now = scene.matter, _lead(scene, by), clock.now()
    said = reports.check_note(note)
    with transaction.atomic():
        moving.hold(matter)
        taken, kept_out = _fit(scene, wanted)
        if kept_out and team is None:
            told = _("{name}不能进团队：{why}")
            name, why = kept_out[0]
            raise Refused(told.format(name=name, why=why), code="cannot_be_named", field="who")
        if taken:
            _write(scene, taken, by, seat, said, team, at=now)
    return Named(matter.number, tuple(row.id for row in taken), tuple(kept_out))


def _write(
    scene: Scene, rows: list[Member], by: Person, seat: Seat, note: str, team: UUID | None, *, at: datetime
) -> None:
    matter = scene.matter
    for row in rows:
        row.named_by, row.named_from, row.team, row.since = by.account, matter.desk, team, at
    Member.objects.bulk_create(rows)
    Matter.objects.filter(id=matter.id, teamed=None).update(teamed=True)
    record(
        events.TEAM_NAMED,
        matter.id,
        by=by.acting(seat),
        at=at,
        members=[row.id.hex for row in rows],
        team=team.hex if team else "",
        texts=moving.write_texts(matter.id, note=note),
    )


def _fit(scene: Scene, wanted: Sequence[Wanted]) -> tuple[list[Member], list[Kept]]:
    """The rows of those who can be named, and who cannot. The row of the matter is held."""
    comes, kept_out = _sorted(scene, wanted)
    rows = [Member(id=new_id(), matter=scene.matter.id, account=one.account, role=one.role) for one in comes]
    return rows, kept_out


def _sorted(scene: Scene, wanted: Sequence[Wanted]) -> tuple[list[Wanted], list[Kept]]:
    """Who of these can be named, and who cannot, each with the reason."""
    live = set(Member.objects.filter(matter=scene.matter.id, ended_at=None).values_list("account", flat=True))
    comes: list[Wanted] = []
    kept_out: list[Kept] = []
    names = people.names_of(one.account for one in wanted)
    for one in wanted:
        why = _why_not(scene, one.account, live)
        if why:
            kept_out.append(Kept(names.get(one.account, _("这个人")), why))
        else:
            live.add(one.account)
            comes.append(one)
    return comes, kept_out


def _why_not(scene: Scene, account: UUID, live: set[UUID]) -> str:
    """Why somebody cannot be named; empty where they can."""
    person = scene.roster.people.get(account)
    if person is None:
        everybody = people.roster(scene.on or clock.today(), revision=scene.revision).people
        if account in everybody:
            return _("依规定要回避这一件。")
        return _("今天没有岗位。")
    if account in live:
        return _("已经在团队里。")
    if not standing.has_to_do(scene.model, person):
        return _("岗位不办事项，不看事项。")
    if scene.matter.desk in person.desks:
        return _("就在牵头的岗位上，不用再请。")
    return _("一件最多 {most} 个成员。").format(most=teams.MOST) if len(live) >= teams.MOST else ""


def to_call(scene: Scene, by: Person) -> list[CanCome]:
    """The standing teams that this person may call to a matter, each with who of it would come."""
    found = []
    for team in standing.callable_to(scene, by):
        comes, kept_out = _sorted(scene, [Wanted(one.account, one.role) for one in team.members])
        here = {one.account for one in comes}
        mine = tuple(one for one in team.members if one.account in here)
        found.append(CanCome(team, mine, tuple(kept_out)))
    return found


def call_standing(number: str, team: UUID, *, by: Person, note: str = "", seen: int | None = None) -> Named:
    """Call a standing team: its members of today who can come, in one act; who cannot is told of with the reason.

    Raises `NotFound` for unknown and hidden alike, and for a team that may not be called to this matter; `Refused`
    where the person's desk does not lead, and where nobody of the team can come.
    """
    scene = _scene(number, by, seen)
    _lead(scene, by)
    called = next((one for one in standing.callable_to(scene, by) if one.id == team), None)
    if called is None:
        raise NotFound(_("没有这支队伍，或者它不在这里出队。请从列表里选。"))
    rows = [Wanted(one.account, one.role) for one in called.members]
    done = _called(scene, rows, by=by, note=note, team=team)
    if not done.members:
        told = _("“{team}”没有人能来：{why}")
        why = _("；").join(one.said for one in done.kept_out)
        raise Refused(told.format(team=called.name, why=why or _("队里还没有人")), code="nobody_comes")
    return done


def leave_team(number: str, note: str, *, by: Person, seen: int | None = None) -> UUID:
    """A member leaves, with the reason, and sees the matter no more by that. Returns the id of the membership.

    Raises `NotFound` for unknown and hidden alike, `Refused` for who is no member, and without a reason.
    """
    scene, now = _scene(number, by, seen), clock.now()
    row, said = teams.membership(scene.matter, by), reports.check_note(note)
    if row is None:
        raise Refused(_("我不在这一件的团队里。"), code="no_member")
    if not said.strip():
        raise Refused(_("请写为什么退出。"), code="needs_note", field="note")
    with transaction.atomic():
        end(row, "left", by=by.acting(by.terms[0]), at=now, note=said)
    return row.id


def end_membership(number: str, member: UUID, *, by: Person, note: str = "", seen: int | None = None) -> str:
    """The lead ends a membership. Returns the member's name.

    Raises `NotFound` for unknown and hidden alike, `Refused` where the person's desk does not lead.
    """
    scene, now = _scene(number, by, seen), clock.now()
    seat, said = _lead(scene, by), reports.check_note(note)
    row = Member.objects.filter(id=member, matter=scene.matter.id).first()
    if row is None:
        raise NotFound(_("团队里没有这个人。请刷新后再看。"))
    with transaction.atomic():
        end(row, "lead", by=by.acting(seat), at=now, note=said)
    return people.names_of([row.account])[row.account]


def end(row: Member, why: str, *, by: Actor, at: datetime, note: str = "") -> None:
    """End one membership and say so in the ledger; of two at once one is told."""
    if not Member.objects.filter(id=row.id, ended_at=None).update(ended_at=at, ended_why=why):
        raise Refused(_("这个人刚刚已经不在团队里。请刷新。"), code="moved_meanwhile")
    what = events.TEAM_LEFT if why == "left" else events.TEAM_ENDED
    texts = moving.write_texts(row.matter, note=note)
    record(what, row.matter, by=by, at=at, members=[row.id.hex], why=why, texts=texts)


def _scene(number: str, by: Person, seen: int | None) -> Scene:
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if seen is not None and seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    return scenes.scene_of(matter, clock.now())


def _lead(scene: Scene, by: Person) -> Seat:
    seat = teams.lead_seat(scene, by)
    if seat is None:
        told = _("团队由现在牵头的岗位来定，受理以后、了结以前都可以。这一件现在不在我手上。")
        raise Refused(told, code="not_lead")
    return seat
