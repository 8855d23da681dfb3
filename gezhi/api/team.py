"""团队 for programs: who works on a matter beside the desk that leads, named, called as a standing team, ended, left."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from gezhi.matters.services import teaming
from gezhi.matters.services.teaming import ROLE, Named, Wanted
from gezhi.matters.teams import MOST, MemberView

from .edge import Call, Operation
from .handovers import page_of
from .matters import PROBLEMS, without_identity
from .shapes import Note, Public, described

Role = Annotated[
    str,
    Meta(
        max_length=ROLE,
        extra_json_schema=described(),
        description="As what, in a word or two: mediator, doctor, interpreter.",
    ),
]


class NewMember(Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody who holds a post today, by name; with " · " and the post where two are called so."""

    who: Annotated[str, Meta(max_length=120, extra_json_schema=described())]
    role: Role


class TeamAct(Struct, forbid_unknown_fields=True, kw_only=True):
    """name: `members` are called, all or none. call: a standing `team`. end: one `member`. leave: oneself, with `note`."""

    what: Literal["name", "call", "end", "leave"]
    members: Annotated[list[NewMember], Meta(max_length=MOST)] = []
    team: UUID | None = None
    member: UUID | None = None
    note: Note = ""
    public_number: Public = False


class KeptOut(Struct):
    """Somebody of a standing team who could not come, and why."""

    name: str
    why: str


class TeamDone(Struct):
    """Whose membership began or ended by it, and who could not come."""

    number: str
    members: list[UUID]
    kept_out: list[KeptOut]


class MemberRead(Struct):
    """One membership. `state` is here, aside (kept from it by a wall), seatless or ended; `mine`: of the key's person."""

    id: UUID
    name: str
    role: str
    post: str
    since: datetime
    named_from: str
    state: str
    ended_at: datetime | None
    ended_why: Annotated[str, Meta(description="left, lead or post")]
    mine: bool


class StandingRead(Struct):
    """A standing team that can be called to this matter."""

    id: UUID
    name: str
    does: str
    kept_by: str
    members: int


class TeamRead(Struct):
    """The team of a matter. The desk of the matter leads. `may`: this key may name, call and end."""

    members: list[MemberRead]
    past: list[MemberRead]
    standing: list[StandingRead]
    may: bool


def read_team(call: Call, *, number: str) -> TeamRead:
    """Who works on a matter beside the desk that leads."""
    page = page_of(call, number)
    team = page.team
    called = teaming.to_call(page.scene, call.caller.person) if team.may_name else []
    can_come = [one.team for one in called if one.comes]
    return TeamRead(
        [_member(one, team.mine) for one in team.members],
        [_member(one, team.mine) for one in team.past],
        [StandingRead(one.id, one.name, one.does, one.kept_by, len(one.members)) for one in can_come],
        team.may_name,
    )


def _member(one: MemberView, mine: UUID | None) -> MemberRead:
    return MemberRead(**{name: getattr(one, name) for name in _PLAIN}, mine=one.id == mine)


_PLAIN = "id name role post since named_from state ended_at ended_why".split()


def act_on_team(call: Call, sent: TeamAct, *, number: str) -> TeamDone:
    """Name members, call a standing team, end a membership, or leave."""
    without_identity(sent.note, public=sent.public_number)
    by, seen, note = call.caller.person, call.seen(None), sent.note
    if sent.what == "leave":
        return TeamDone(number, [teaming.leave_team(number, note, by=by, seen=seen)], [])
    if sent.what == "end":
        ended = sent.member or UUID(int=0)
        teaming.end_membership(number, ended, by=by, note=note, seen=seen)
        return TeamDone(number, [ended], [])
    if sent.what == "call":
        return _done(teaming.call_standing(number, sent.team or UUID(int=0), by=by, note=note, seen=seen))
    accounts = teaming.accounts_of(number, [one.who for one in sent.members], by=by)
    wanted = [Wanted(who, one.role) for who, one in zip(accounts, sent.members, strict=True)]
    return _done(teaming.name_members(number, wanted, by=by, note=note, seen=seen))


def _done(done: Named) -> TeamDone:
    return TeamDone(done.number, list(done.members), [KeptOut(one.name, one.why) for one in done.kept_out])


OPERATIONS = (
    Operation(
        method="GET", path="matters/<str:number>/team", name="team", summary="团队 · The team of a matter",
        view=read_team, answer=TeamRead, scope="read", problems=(401, 403, 404, 422, 429, 503),
    ),
    Operation(
        method="POST", path="matters/<str:number>/team", name="team",
        summary="团队：请人、请队伍、请出、退出 · Name, call, end, leave", view=act_on_team, body=TeamAct,
        answer=TeamDone, scope="act", status=201, matched=True, problems=PROBLEMS,
    ),
)  # fmt: skip
