"""常设队伍: teams that a desk or department keeps by a name, to be called to a matter in one act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters import filters
from gezhi.matters.models import StandingMember, StandingTeam
from gezhi.matters.scenes import Scene
from gezhi.matters.wall_words import Party, post_words
from gezhi.matters.walls import person_word
from gezhi.people import queries as people
from gezhi.people.directory import TermLine
from gezhi.people.queries import Person, Roster, Seat
from gezhi.places.paths import WIDTH, ancestors
from gezhi.places.tree import Tree
from gezhi.rules.model import Model, Post

SHOWN = 200


@dataclass(frozen=True, slots=True)
class InStanding:
    """Somebody in a standing team; `seated` says whether they hold a seat today, `post` which, and `handles` whether it
    has to do with matters: without both they cannot be called."""

    account: UUID
    name: str
    role: str
    from_on: date
    until_on: date | None
    seated: bool
    post: str = ""
    handles: bool = True

    @property
    def why_not(self) -> str:
        """Why they cannot be called to any matter today; empty where they can."""
        if not self.seated:
            return _("今天没有岗位")
        return "" if self.handles else _("岗位不办事项，请不来")

    @property
    def last_on(self) -> date | None:
        """Their last day in it; none while it is open."""
        return max(self.until_on - timedelta(days=1), self.from_on) if self.until_on else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing team. `state` is now, coming or ended; `past` are those who were in it."""

    id: UUID
    name: str
    does: str
    keeper: str
    kept_by: str
    from_on: date
    until_on: date | None
    state: str
    version: int
    made_at: datetime
    members: tuple[InStanding, ...] = ()
    past: tuple[InStanding, ...] = ()

    @property
    def last_on(self) -> date | None:
        """Its last day; none while it is open. What was ended on its first day was never there: that day is said."""
        return max(self.until_on - timedelta(days=1), self.from_on) if self.until_on else None


@dataclass(frozen=True, slots=True)
class Day:
    """What a day looks like: its roster, model and ground."""

    on: date
    staff: Roster
    model: Model
    ground: Tree


def day_of(on: date, model: Model, ground: Tree) -> Day:
    """This day."""
    return Day(on, people.roster(on), model, ground)


def keepers(person: Person, day: Day) -> dict[str, str]:
    """Under which words this person may keep teams: those of their desks and departments, each in words."""
    return {filters.desk_key(seat): post_words(seat.desk, day.model, day.ground) for seat in person.terms}


def kept_by(person: Person, day: Day) -> list[Standing]:
    """The teams of a person's own desks: those of today first, then coming ones, then ended ones. Two statements."""
    rows = StandingTeam.objects.filter(keeper__in=list(keepers(person, day)))
    found = _read(rows.order_by("name", "id")[:SHOWN], day)
    order = {"now": 0, "coming": 1, "ended": 2}
    return sorted(found, key=lambda one: order[one.state])


def one_of(person: Person, id: UUID, day: Day) -> Standing | None:
    """One team of a person's own desks; none for unknown ones and others' alike."""
    rows = StandingTeam.objects.filter(id=id, keeper__in=list(keepers(person, day)))
    return next(iter(_read(rows, day)), None)


def callable_to(scene: Scene, person: Person) -> list[Standing]:
    """The teams of today that may be called to a matter: those of one's own desks, of the department that is to
    handle it, and of desks on whose ground it lies. Two statements."""
    if scene.on is None:
        return []
    day = Day(scene.on, scene.roster, scene.model, scene.ground)
    own = set(keepers(person, day)) | {f"department:{scene.matter.department}"}
    above = [scene.ground.by_path.get(path) for path in _above(scene.matter.path)]
    live = StandingTeam.objects.filter(Q(until_on=None) | Q(until_on__gt=day.on), from_on__lte=day.on)
    here = Q(keeper__in=own)
    for unit in above:
        here |= Q(keeper__endswith=f"@{unit.identity.hex}") if unit is not None else Q()
    return [
        one
        for one in _read(live.filter(here).order_by("name", "id")[:SHOWN], day)
        if one.state == "now" and one.members
    ]


def _above(path: str) -> list[str]:
    return list(ancestors(path))


def _read(rows: Iterable[StandingTeam], day: Day) -> list[Standing]:
    teams = list(rows)
    members: dict[UUID, list[StandingMember]] = defaultdict(list)
    if teams:
        ids = [one.id for one in teams]
        for row in StandingMember.objects.filter(team__in=ids).order_by("from_on", "id"):
            members[row.team].append(row)
    names = people.names_of(row.account for some in members.values() for row in some)
    return [_view(one, [_member(row, names, day) for row in members[one.id]], day) for one in teams]


def _view(row: StandingTeam, members: Collection[InStanding], day: Day) -> Standing:
    over = row.until_on is not None and row.until_on <= day.on
    made = Standing(
        id=row.id,
        name=row.name,
        does=row.does,
        keeper=row.keeper,
        kept_by=keeper_words(row.keeper, day),
        from_on=row.from_on,
        until_on=row.until_on,
        state="ended" if over else "now" if row.from_on <= day.on else "coming",
        version=row.version,
        made_at=row.made_at,
    )
    gone = [one for one in members if one.until_on is not None and one.until_on <= day.on]
    return replace(made, members=tuple(one for one in members if one not in gone), past=tuple(gone))


def _member(row: StandingMember, names: dict[UUID, str], day: Day) -> InStanding:
    here = day.staff.people.get(row.account)
    post = post_words(here.desks[0], day.model, day.ground) if here and here.desks else ""
    name, works = names.get(row.account, ""), here is not None and has_to_do(day.model, here)
    return InStanding(row.account, name, row.role, row.from_on, row.until_on, here is not None, post, works)


def keeper_words(word: str, day: Day) -> str:
    """Whose a team is, in words."""
    post, at, unit = word.partition("@")
    if not at:
        return post_words(word, day.model, day.ground)
    found = day.ground.by_identity.get(UUID(unit))
    return post_words(f"{post}@{found.path if found else ''}", day.model, day.ground)


def of_account(account: UUID, on: date) -> list[StandingMember]:
    """The rows by which somebody is in standing teams on a day or later."""
    live = StandingMember.objects.filter(account=account).filter(Q(until_on=None) | Q(until_on__gt=on))
    return list(live.order_by("from_on", "id"))


def names_of_teams(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of standing teams."""
    wanted = set(ids)
    return dict(StandingTeam.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def people_to_name(day: Day, near: str = "") -> tuple[Party, ...]:
    """Everybody with a seat, who sits nearest to a unit first: for a field in which people are named. Each stands there
    once, with all their posts, so that they are called the same from wherever one looks."""
    found = []
    for one in day.staff.people.values():
        seats = [seat for seat in one.terms if handles(day.model, seat)]
        if not seats:
            continue
        seat = max(one.terms, key=lambda seat: _shared(seat.path, near))
        posts = dict.fromkeys(post_words(one.desk, day.model, day.ground) for one in seats)
        party = Party(person_word(one.account), one.name, _("、").join(posts))
        found.append((-_shared(seat.path, near), seat.path, party))
    return tuple(party for *_key, party in sorted(found, key=lambda row: (row[0], row[1], row[2].name)))


def not_to_name(day: Day) -> tuple[Party, ...]:
    """Everybody with a seat who cannot be named, because none of their posts has to do with matters."""
    return tuple(
        Party(
            person_word(one.account),
            one.name,
            _("、").join(post_words(seat.desk, day.model, day.ground) for seat in one.terms),
        )
        for one in day.staff.people.values()
        if not has_to_do(day.model, one)
    )


def without_matters(model: Model) -> list[Post]:
    """The posts that have nothing to do with matters, those of the ground before those that only administer."""
    posts = [one for one in model.posts.values() if one.sees == "none"]
    return sorted(posts, key=lambda one: bool(one.administers))


def has_to_do(model: Model, person: Person) -> bool:
    """Whether somebody sits anywhere that has to do with matters."""
    return any(handles(model, seat) for seat in person.terms)


def handles(model: Model, seat: Seat | TermLine) -> bool:
    """Whether somebody sits here who has to do with matters: whoever only administers the instance has not."""
    post = model.posts.get(seat.post)
    return bool(seat.department) or (post is not None and post.sees != "none")


def account_named(said: str, choices: Sequence[Party], others: Sequence[Party] = ()) -> UUID:
    """Whom a name stands for among these: the name where one has it, or the name with the post.

    Raises `Refused` where nobody or more than one is called so; of `others`, who cannot be named, it says why.
    """
    found = _called_so(said, choices)
    if len(found) == 1:
        return UUID(found[0].word.removeprefix("person:"))
    if found:
        told = _("叫「{said}」的有 {n} 个。请从列表里选，或写成 {example} 这样。")
        told = told.format(said=said, n=len(found), example=whole(found[0]))
        raise Refused(told, code="several_named", field="who")
    for one in _called_so(said, others):
        told = _("{name}（{post}）的岗位不办事项、不看事项，进不了团队。请另选一人。")
        raise Refused(told.format(name=one.name, post=one.hint), code="handles_nothing", field="who")
    told = _("在岗而不必回避的人里没有叫「{said}」的。请从列表里选，或写全名。")
    raise Refused(told.format(said=said[:40]), code="nobody_named", field="who")


def _called_so(said: str, people: Sequence[Party]) -> list[Party]:
    return [one for one in people if said in (one.word, whole(one), one.name)]


def whole(one: Party) -> str:
    """A person with their post, where the name alone does not tell them apart."""
    return f"{one.name} · {one.hint}" if one.hint else one.name


def _shared(one: str, other: str) -> int:
    shared = 0
    while shared < len(one) and one[shared : shared + WIDTH] == other[shared : shared + WIDTH]:
        shared += WIDTH
    return shared
