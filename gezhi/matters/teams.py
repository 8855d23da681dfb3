"""团队: who works on a matter beside the desk that leads it, each under their own name.

Exactly one leads: the desk that is asked. It stays answerable, and a member takes no step by being one. Members see
the matter (`access`), and say what they did by the act of whoever helps (`besides`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.ledger.queries import Happened
from gezhi.matters import access, events, vacancies
from gezhi.matters.desks import desk_words
from gezhi.matters.models import Matter, Member
from gezhi.matters.scenes import Scene
from gezhi.people import queries as people
from gezhi.people.queries import Person, Seat

PHASES = frozenset(("accepted", "handling", "suspended", "checking", "answering"))
"""While a matter may have a team named: nobody is called for what may still be refused."""
MOST = 12
"""How many members a team has at once."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody in a team. `state` is here, aside (a wall keeps them from it), seatless (no seat today) or ended."""

    id: UUID
    account: UUID
    name: str
    role: str
    post: str
    since: datetime
    named_by: str
    named_from: str
    state: str
    ended_at: datetime | None
    ended_why: str

    @property
    def state_words(self) -> str:
        """Why they are not at it; empty for who is."""
        if self.state == "ended":
            said = {
                "left": _("自己退出"),
                "lead": _("牵头的岗位结束的"),
                "post": _("离岗时结束的"),
            }
            return said.get(self.ended_why, "")
        said = {
            "aside": _("依规定回避，看不到这一件"),
            "seatless": _("今天没有岗位，看不到这一件"),
        }
        return said.get(self.state, "")


@dataclass(frozen=True, slots=True)
class Team:
    """The team of one matter as one person meets it: whether they may name and end members, and which row is theirs."""

    members: tuple[MemberView, ...] = ()
    past: tuple[MemberView, ...] = ()
    may_name: bool = False
    mine: UUID | None = None

    def __bool__(self) -> bool:
        return bool(self.members or self.past)


NO_TEAM = Team()


def lead_seat(scene: Scene, person: Person) -> Seat | None:
    """The seat from which this person may name members and end them; none where they may not.

    If, and only if, the matter is accepted and has not ended, and waits at the seat's desk, or at an empty one in whose
    place the person is asked.
    """
    if scene.matter.ended_at is not None or scene.matter.phase not in PHASES:
        return None
    return vacancies.asked_seat(person, scene.matter.desk)


def of_matter(scene: Scene, person: Person) -> Team:
    """The team of a matter. No statement where it never had one."""
    may = lead_seat(scene, person) is not None
    rows = rows_of(scene.matter)
    if not rows:
        return Team(may_name=may)
    names = people.names_of({one for row in rows for one in (row.account, row.named_by)})
    views = [_view(row, scene, names) for row in rows]
    mine = next((row.id for row in rows if row.account == person.account and row.ended_at is None), None)
    return Team(
        members=tuple(one for one in views if one.state != "ended"),
        past=tuple(one for one in views if one.state == "ended"),
        may_name=may,
        mine=mine,
    )


def rows_of(matter: Matter) -> list[Member]:
    """Everybody who is or was in the team of a matter, oldest first. No statement where it never had one."""
    return list(Member.objects.filter(matter=matter.id).order_by("since", "id")) if matter.teamed else []


def _view(row: Member, scene: Scene, names: Mapping[UUID, str]) -> MemberView:
    here = scene.roster.people.get(row.account)
    desks = [desk_words(desk, scene) for desk in here.desks[:1]] if here else []
    return MemberView(
        id=row.id,
        account=row.account,
        name=names.get(row.account, ""),
        role=row.role,
        post="".join(desks),
        since=row.since,
        named_by=names.get(row.named_by, ""),
        named_from=desk_words(row.named_from, scene),
        state=_state(row, scene),
        ended_at=row.ended_at,
        ended_why=row.ended_why,
    )


def _state(row: Member, scene: Scene) -> str:
    if row.ended_at is not None:
        return "ended"
    if row.account in scene.roster.people:
        return "here"
    sits = scene.on is not None and row.account in people.roster(scene.on, revision=scene.revision).people
    return "aside" if sits else "seatless"


def membership(matter: Matter, person: Person) -> Member | None:
    """The row by which this person is in the team of a matter now. No statement where it never had one."""
    if not matter.teamed or not person.terms:
        return None
    return access.memberships(person.account).filter(matter=matter.id).first()


def with_role(name: str, entry: Happened, rows: Sequence[Member]) -> str:
    """The name of whoever wrote an entry, with the role where they wrote it as a member of the team."""
    word = entry.facts.get("member", "")
    role = next((row.role for row in rows if row.id.hex == word), "") if word else ""
    return _("{name}（{role}）").format(name=name, role=role) if role else name


def noted(entry: Happened, rows: Sequence[Member], names: Mapping[UUID, str]) -> list[str]:
    """Whom an entry about the team names, with their roles: 林样本（调解）、何样本（翻译）."""
    if entry.what not in {events.TEAM_NAMED, events.TEAM_LEFT, events.TEAM_ENDED}:
        return []
    named = set(entry.facts["members"])
    told = _("{name}（{role}）")
    said = [
        told.format(name=names.get(row.account, ""), role=row.role) for row in rows if row.id.hex in named
    ]
    return [_("、").join(said)] if said else []
