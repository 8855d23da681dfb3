"""A desk makes, changes and ends a team that it keeps by a name. It changes no matter: whom a team sent stays there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events, filters, standing
from gezhi.matters.models import StandingMember, StandingTeam
from gezhi.matters.services.lines import line
from gezhi.matters.services.teaming import Wanted, role_of
from gezhi.matters.standing import Day
from gezhi.people.queries import Person

NAME, DOES, MOST = 20, 60, 20
MOST_TEAMS = 60


@dataclass(frozen=True, slots=True)
class TeamGiven:
    """What a standing team is: whose, its name, what it does, its first and last day, and who is in it as what."""

    name: str
    does: str
    from_on: date
    last_on: date | None = None
    members: Sequence[Wanted] = ()
    keeper: str = ""


def make_team(given: TeamGiven, *, by: Person, day: Day, at: datetime) -> UUID:
    """Keep a team. Raises `Refused`, naming the field."""
    if given.keeper not in standing.keepers(by, day):
        raise Refused(_("只能归自己的岗位或部门。"), code="not_yours", field="keeper")
    if StandingTeam.objects.filter(keeper=given.keeper).count() >= MOST_TEAMS:
        told = _("一个岗位最多留 {most} 支队伍。")
        raise Refused(told.format(most=MOST_TEAMS), code="too_many", field="name")
    row = StandingTeam(id=new_id(), keeper=given.keeper, made_by=by.account, made_at=at)
    wanted = _checked(row, given, day)
    with transaction.atomic():
        row.save(force_insert=True)
        made = _change_members(row.id, wanted, day)
        record(
            events.STANDING_MADE, row.id, by=_acting(by, row.keeper), at=at, keeper=row.keeper, members=made
        )
    return row.id


def change_team(id: UUID, given: TeamGiven, *, seen: int, by: Person, day: Day, at: datetime) -> None:
    """Write a team anew; who is no longer in it keeps a row with its days.

    Raises `NotFound` for unknown ones and others' alike, `Refused` where somebody changed it meanwhile or a field is
    wrong.
    """
    row = _own(id, by, day)
    wanted = _checked(row, given, day)
    with transaction.atomic():
        _move(row, seen)
        made = _change_members(row.id, wanted, day)
        record(events.STANDING_CHANGED, row.id, by=_acting(by, row.keeper), at=at, members=made)


def end_team(id: UUID, *, seen: int, by: Person, day: Day, at: datetime) -> str:
    """End a team from today on. Returns its name. Who was sent to a matter stays in that matter's team."""
    row = _own(id, by, day)
    row.until_on = max(day.on, row.from_on)
    _again(row, seen, events.STANDING_ENDED, by, at)
    return row.name


def resume_team(id: UUID, *, seen: int, by: Person, day: Day, at: datetime) -> str:
    """Take an end back. Returns the team's name."""
    row = _own(id, by, day)
    row.until_on = None
    _one_name(row, day)
    _again(row, seen, events.STANDING_CHANGED, by, at)
    return row.name


def _again(row: StandingTeam, seen: int, what: str, by: Person, at: datetime) -> None:
    with transaction.atomic():
        _move(row, seen)
        record(what, row.id, by=_acting(by, row.keeper), at=at, members=[])


def _move(row: StandingTeam, seen: int) -> None:
    """Write the row, if nobody did since it was seen."""
    said = {"name": row.name, "does": row.does, "from_on": row.from_on, "until_on": row.until_on}
    if not StandingTeam.objects.filter(id=row.id, version=seen).update(version=seen + 1, **said):
        raise Refused(_("这支队伍刚刚有人改过。请刷新后再改。"), code="moved_meanwhile")


def _own(id: UUID, by: Person, day: Day) -> StandingTeam:
    found = StandingTeam.objects.filter(id=id, keeper__in=list(standing.keepers(by, day))).first()
    if found is None:
        raise NotFound(_("没有这支队伍，或者它不归我的岗位管。"))
    return found


def _acting(by: Person, keeper: str) -> Actor:
    return by.acting(next(seat for seat in by.terms if filters.desk_key(seat) == keeper))


def _checked(row: StandingTeam, given: TeamGiven, day: Day) -> list[Wanted]:
    """Put what was given on the row; returns its members. Raises `Refused`, naming the field."""
    row.name = line(given.name, NAME, field="name", missing=_("请给队伍起个名。"))
    row.does = line(given.does, DOES, field="does", missing=_("请用一句话写这支队伍做什么。"))
    row.from_on = given.from_on
    row.until_on = given.last_on + timedelta(days=1) if given.last_on else None
    if given.last_on and given.last_on < given.from_on:
        raise Refused(_("最后一天在第一天前面。请改日子。"), code="days_reversed", field="last_on")
    _one_name(row, day)
    wanted = [Wanted(one.account, role_of(one.role)) for one in given.members]
    if len({one.account for one in wanted}) < len(wanted):
        raise Refused(_("同一个人写了两次。请留一次。"), code="named_twice", field="who")
    if len(wanted) > MOST:
        raise Refused(_("一支队伍最多 {most} 个人。").format(most=MOST), code="too_many", field="who")
    if not wanted:
        raise Refused(_("请写队里有谁。"), code="nobody_named", field="who")
    return wanted


def _one_name(row: StandingTeam, day: Day) -> None:
    """Two teams of one desk that can be called at once have two names."""
    same = StandingTeam.objects.filter(keeper=row.keeper, name=row.name).exclude(id=row.id)
    if any(one.until_on is None or one.until_on > day.on for one in same):
        raise Refused(_("已经有一支叫这个名的队伍。请换个名。"), code="team_twice", field="name")


def _can_come(account: UUID, day: Day) -> None:
    """Raise `Refused` for somebody who could be called to nothing."""
    person = day.staff.people.get(account)
    if person is None:
        raise Refused(_("有一个人今天没有岗位，进不了队。请换人。"), code="seatless", field="who")
    if not standing.has_to_do(day.model, person):
        told = _("{name}的岗位不办事项、不看事项，请不去，进不了队。请换人。")
        raise Refused(told.format(name=person.name), code="handles_nothing", field="who")


def _change_members(team: UUID, wanted: Sequence[Wanted], day: Day) -> list[str]:
    """Make the rows say who is in it from today on; returns who is, by account. The team's row is held."""
    rows = StandingMember.objects.filter(team=team, until_on=None)
    before = {row.account: row for row in rows}
    stay = {one.account for one in wanted if one.account in before and before[one.account].role == one.role}
    new = [one for one in wanted if one.account not in stay]
    for one in new:
        if one.account not in before:
            _can_come(one.account, day)
    gone = rows.exclude(account__in=stay)
    gone.filter(from_on__gte=day.on).delete()  # was in it on no day
    gone.update(until_on=day.on)
    StandingMember.objects.bulk_create(
        StandingMember(id=new_id(), team=team, account=one.account, role=one.role, from_on=day.on)
        for one in new
    )
    return [one.account.hex for one in wanted]
