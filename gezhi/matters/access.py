"""Who may see a matter. One gate: every page, list, count, file and export goes through it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from gezhi.ledger import among as among  # the lookup of its name
from gezhi.ledger.fetching import fetch
from gezhi.matters import editions, walls
from gezhi.matters.models import Acted, Asked, Matter, Member, Referred
from gezhi.people.queries import Person, Seat
from gezhi.places.paths import WIDTH
from gezhi.rules import who
from gezhi.rules.model import Model

DEPTHS = 6


@dataclass(frozen=True, slots=True)
class Reach:
    """What one seat opens: everything within a unit (`path`), what one department was asked, or one desk's."""

    seat: Seat
    path: str = ""
    department: str = ""


def reaches(person: Person, model: Model) -> list[Reach]:
    """What a person's seats open.

    A matter is open to a person if, and only if, one of the seats
    - is of a post that sees its ground, and the matter lies within the seat's unit; or
    - is of a department that was asked about it, by its turn or by a call, or that acted on it (`Asked`): from
      then on, and not before, whatever the item list says of who will handle it; or
    - sits at the desk that is asked now; or
    - sits at a desk to which it was referred (`Referred`), and it has not ended.
    Beside these, whoever acted on it from a seat whose ground was taken away by a plan keeps sight of it while they
    have a seat (`Acted`): whose work it was may read how it goes on; whoever only saw it does not. And whoever is a
    member of its team (`Member`) sees it while they are one and have a seat.
    A post that sees figures only, or nothing, opens no matter but those on its own desk.
    Whomever a wall keeps from it sees it by none of their seats (`walls`).
    """
    found = []
    for seat in person.terms:
        if seat.post == "department":
            found.append(Reach(seat, department=seat.department))
        elif (post := model.posts.get(seat.post)) is not None and post.sees == "ground":
            found.append(Reach(seat, path=seat.path))
        else:
            found.append(Reach(seat))
    return found


def matters_open_to(person: Person, model: Model) -> QuerySet[Matter]:
    """The matters that `reaches` opens to a person, for as long as the seat lasts."""
    return _unwalled(_by_seats(person, model) | _by_team(person), person)


def matters_of_seats(person: Person, model: Model) -> QuerySet[Matter]:
    """The same without those that are open to the person as a member of a team alone."""
    return _unwalled(_by_seats(person, model), person)


def _unwalled(covered: Q, person: Person) -> QuerySet[Matter]:
    return Matter.objects.filter(covered, walls.open_to(walls.reader(person)))


def _by_team(person: Person) -> Q:
    """Matters in whose team the person is. One without a team is not looked up in its table."""
    if not person.terms:
        return Q(pk__in=[])
    return Q(Exists(memberships(person.account).filter(matter=OuterRef("pk"))), teamed=True)


def memberships(account: UUID) -> QuerySet[Member]:
    """The rows by which an account is in teams now."""
    return Member.objects.filter(account=account, ended_at=None)


def _by_seats(person: Person, model: Model) -> Q:
    covered = Q(desk__in=person.desks) if person.desks else Q(pk__in=[])
    if person.terms:
        covered |= Q(Exists(Acted.objects.filter(account=person.account, matter=OuterRef("pk"))))
    if posts := referable(person, model):
        shown = Referred.objects.filter(desk__in=posts, matter=OuterRef("pk"))
        covered |= Q(Exists(shown), ended_at=None)
    for reach in reaches(person, model):
        if reach.path:
            covered |= within(reach.path)
        elif reach.department:
            covered |= Q(Exists(Asked.objects.filter(department=reach.department, matter=OuterRef("pk"))))
    return covered


def referable(person: Person, model: Model) -> tuple[str, ...]:
    """The desks of a person to which matters may be referred: those of posts that some act beside the flow names."""
    named = {post for aside in model.asides.values() for post in aside.refers}
    return tuple(dict.fromkeys(seat.desk for seat in person.terms if seat.post in named))


def desks_referred(matter: Matter) -> frozenset[str]:
    """The desks to which an open matter is shown because it was referred to them. One statement."""
    if matter.ended_at is not None:
        return frozenset()
    return frozenset(Referred.objects.filter(matter=matter.id).values_list("desk", flat=True))


def within(path: str) -> Q:
    """Matters that lie in this unit or below it: an equality on the ancestor column of its depth."""
    depth = len(path) // WIDTH
    if depth > DEPTHS:
        return Q(path__gte=path, path__lt=path + "~")
    return Q(**{f"a{depth}": path})


def matter_for(person: Person, number: str) -> Matter | None:
    """The matter with this number, or None: unknown and hidden look the same."""
    model = editions.today()
    rows = fetch(Matter, _COLUMNS, "WHERE number = %s", [number], beside=_PARTED)
    if not rows:
        return None
    *row, parted = rows[0]
    matter = Matter.from_db(connection.alias, _COLUMNS, row)
    matter.parted = bool(parted)
    open_to = opens_plainly(person, model, matter) or bool(open_among(person, model, [matter]))
    return matter if open_to else None


_PARTED = "EXISTS (SELECT 1 FROM matters_part WHERE matters_part.whole = matters_matter.id)"
_COLUMNS = [field.attname for field in Matter._meta.concrete_fields]


def opens_plainly(person: Person, model: Model, matter: Matter) -> bool:
    """Whether a matter without walls is open by its row alone: it is on a desk of the person, or on their ground.

    True only for what `matters_open_to` opens as well; what is false may still be open for another of its reasons.
    """
    return _plainly(person, _grounds(person, model), matter)


class Lying(Protocol):
    """As much of a matter's row as tells whether it opens plainly."""

    @property
    def id(self) -> UUID: ...
    @property
    def path(self) -> str: ...
    @property
    def desk(self) -> str: ...
    @property
    def walled(self) -> bool | None: ...


Row = TypeVar("Row", bound=Lying)


def open_among(person: Person, model: Model, rows: Sequence[Row]) -> list[Row]:
    """Those of these that are open to the person, in their order. One statement, and none where all open plainly."""
    grounds = _grounds(person, model)
    rest = [row.id for row in rows if not _plainly(person, grounds, row)]
    if not rest:
        return list(rows)
    hidden = set(rest).difference(
        matters_open_to(person, model).filter(id__among=rest).values_list("id", flat=True)
    )
    return [row for row in rows if row.id not in hidden]


def _grounds(person: Person, model: Model) -> tuple[str, ...]:
    return tuple(reach.path for reach in reaches(person, model) if reach.path)


def _plainly(person: Person, grounds: tuple[str, ...], matter: Lying) -> bool:
    return matter.walled is None and (matter.desk in person.desks or matter.path.startswith(grounds))


KEYED = frozenset(("triage", "supervise"))


def seats_for_keys(person: Person, model: Model) -> tuple[Seat, ...]:
    """The seats for which a person may make keys of programs: those that accept or supervise matters.

    Whoever only handles has nothing that a program should do for them, and a key outlives a glance.
    """
    posts, offices = holders_of_keys(model)
    return tuple(
        seat
        for seat in person.terms
        if seat.post in posts or (seat.department and seat.department in offices)
    )


def holders_of_keys(model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Posts and departments for whose seats keys of programs may be made, in the order of the model's duties."""
    held = [who.parse(word) for duty in model.duties.values() if duty.kind in KEYED for word in duty.held_by]
    posts = dict.fromkeys(one.id for one in held if one.kind == "post" and one.id in model.posts)
    offices = dict.fromkeys(
        one.id for one in held if one.kind == "department" and one.id in model.departments
    )
    return tuple(posts), tuple(offices)


def seat_of_office(person: Person, model: Model, office: str = "system") -> Seat | None:
    """The seat by which a person administers this instance (`administers` of the post), if they hold one today."""
    posts = {post.id for post in model.posts.values() if post.administers == office}
    return next((seat for seat in person.terms if seat.post in posts), None)


def departments_asked(matter: Matter, among: Iterable[str]) -> frozenset[str]:
    """Which of these departments a matter is open to since they were asked. One statement."""
    rows = Asked.objects.filter(department__in=set(among), matter=matter.id)
    return frozenset(rows.values_list("department", flat=True))


def kept_in_sight(matter: Matter) -> frozenset[UUID]:
    """The accounts that acted on a matter from ground that was taken away: it stays open to them. One statement."""
    return frozenset(Acted.objects.filter(matter=matter.id).values_list("account", flat=True))


def may_ask_who_reported(person: Person, matter: Matter) -> bool:
    """If, and only if, somebody's name is kept and one of the seats is the desk asked now, the department that
    handles it and was asked, or a post whose ground holds the matter. The matter itself must be open to the person."""
    return matter.reporter is not None and stands_by(person, matter)


def stands_by(person: Person, matter: Matter) -> bool:
    """If, and only if, one of the seats is the desk asked now, the department that handles the matter and was asked, or
    a post whose ground holds it."""
    return any(
        seat.desk == matter.desk
        or (seat.post == "department" and seat.department == matter.department == matter.asked_department)
        or (seat.post != "department" and matter.path.startswith(seat.path))
        for seat in person.terms
    )


def may_answer_for_reporter(person: Person, matter: Matter) -> bool:
    """Who may be the second person: if, and only if, a seat stands above the unit in which the matter lies.

    Nobody stands above the root: for a matter that lies there another holder of a root post may. That it is
    another person than the one who asked, the vault holds.
    """
    root = len(matter.path) == WIDTH
    return any(
        seat.post != "department"
        and matter.path.startswith(seat.path)
        and (root or len(seat.path) < len(matter.path))
        for seat in person.terms
    )
