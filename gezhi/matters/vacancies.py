"""What a vacancy does to matters: who is asked in its place, and what still waits at its desk.

Matters stay at the desk at which they wait, whoever sits there: a desk is a word. While nobody does, whoever
is asked in its place has them in their inbox as well, so that none lies where nobody looks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from gezhi.ledger import clock, instance
from gezhi.matters import access, editions, routing, walls
from gezhi.matters.models import Matter
from gezhi.people import vacancies
from gezhi.people.queries import Person, Roster, Seat, roster
from gezhi.people.vacancies import Vacancy
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules import who
from gezhi.rules.model import Duty, Model

BATCH = 500  # desks asked for in one statement


@dataclass(frozen=True, slots=True)
class Line:
    """One vacancy: for each of its duties the desk that is asked in its place, and how many open matters wait there.

    `asked` holds pairs (duty, desk); a post without duties has none.
    """

    vacancy: Vacancy
    asked: tuple[tuple[str, str], ...]
    waiting: int


def lines(
    model: Model, ground: Tree, staff: Roster, *, within: str = "", person: Person | None = None
) -> tuple[Line, ...]:
    """Every vacancy within a unit (everywhere, if none is given): counts only, and nobody's name. What a wall keeps the
    reader from is not counted; without a reader everything is."""
    found = [one for one in vacancies.vacant(model, ground, staff) if one.path.startswith(within)]
    waiting = waiting_at([one.desk for one in found], person)
    return tuple(
        Line(one, asked_instead(one.desk, model, ground, staff), waiting.get(one.desk, 0)) for one in found
    )


def waiting_at(desks: Collection[str], person: Person | None = None) -> Mapping[str, int]:
    """How many open matters wait at each of these desks, but what a wall keeps the reader from; desks without any are
    left out."""
    every, found = list(desks), {}
    open_ones = Matter.objects.filter(walls.open_to(walls.reader(person)) if person else Q())
    for start in range(0, len(every), BATCH):
        rows = open_ones.filter(desk__in=every[start : start + BATCH], ended_at=None)
        found.update(dict(rows.values_list("desk").annotate(Count("id"))))
    return found


def asked_instead(desk: str, model: Model, ground: Tree, staff: Roster) -> tuple[tuple[str, str], ...]:
    """For each duty of the post at this desk, but reporting, the desk that is asked while nobody sits here.

    1. The duty's holders in the model's order, the first with somebody there. 2. Else, and for a department, the
    post that may never be vacant, at the root. Nobody, if nobody sits there either.
    """
    root = ground.root
    last = next((post.id for post in model.posts.values() if post.never_vacant), "")
    top = f"{last}@{root.path}" if last and root is not None else ""
    top = top if staff.at_desk(top) else ""
    post, _at, path = desk.partition("@")
    if not path:
        return (("", top),) if top else ()
    duties = [duty for duty in model.duties.values() if duty.kind != "report" and _names(duty, post)]
    found = ((duty.id, _first_seated(duty, path, (model, ground, staff)) or top) for duty in duties)
    return tuple((duty, instead) for duty, instead in found if instead)


def minded(person: Person, on: date, revision: int) -> tuple[str, ...]:
    """The desks at which nobody sits any more and in whose place this person is asked; only what is open to them."""
    model, ground = editions.current(on, revision), places.tree(on, revision)
    staff, own = roster(on, revision=revision), set(person.desks)
    reaches = [reach.path for reach in access.reaches(person, model) if reach.path]
    root = ground.root.path if ground.root is not None else ""
    return tuple(
        desk
        for desk in person.vacated
        if any((desk.partition("@")[2] or root).startswith(path) for path in reaches)
        and own & {instead for _duty, instead in asked_instead(desk, model, ground, staff)}
    )


def minded_today(person: Person) -> tuple[str, ...]:
    """The same for now; no statement where no seat of the day fell vacant."""
    if not person.vacated or not person.terms:
        return ()
    pulse = instance.pulse()
    return minded(person, timezone.localdate(clock.ahead(pulse.clock_ahead)), pulse.revision)


def asked_seat(person: Person, desk: str) -> Seat | None:
    """The seat from which a person answers for a desk: the one that sits there, or, where nobody does and the person is
    asked in its place, their first that is no department's."""
    own = person.seat_at(desk)
    if own is not None or desk not in minded_today(person):
        return own
    return next((seat for seat in person.terms if not seat.department), None)


def _names(duty: Duty, post: str) -> bool:
    return any(one.kind == "post" and one.id == post for one in map(who.parse, duty.held_by))


def _first_seated(duty: Duty, path: str, day: tuple[Model, Tree, Roster]) -> str:
    """The first of the duty's desks, seen from this unit, at which somebody sits."""
    model, ground, staff = day
    item = next(iter(model.items.values()), None)
    if item is None:
        return ""
    lie = routing.Lie(path, path, item, "", None, ground)
    desks = (routing.desk_of(word, lie, staff) for word in duty.held_by)
    return next((desk for desk in desks if desk and staff.at_desk(desk)), "")
