"""What people must tell because no door did, and what did not go out: who sees it, and what they did about it."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from gezhi.errors import NotFound
from gezhi.matters import access, editions, overseen
from gezhi.notify import services
from gezhi.notify.models import Broadcast, Message
from gezhi.notify.queries import HAND, Told, told_of
from gezhi.people.queries import Person, Seat

MOST_COUNTED = 99


def cards(person: Person, *, most: int, after: UUID | None = None) -> list[Told]:
    """What must be told by hand, the oldest first."""
    rows = _to_tell(person)
    return told_of((rows.filter(id__gt=after) if after else rows).order_by("id")[:most])


def waits() -> tuple[bool, bool]:
    """Whether anywhere something is to be told by people or did not go out, and whether a text to groups is read or on its
    way: most days neither is, and the inbox asks no further. One statement, two looks into an index."""
    told = Message.objects.filter(Q(door=HAND, state="waiting") | Q(state="dead"))
    posted = Broadcast.objects.filter(state__in=("planned", "sending"))
    sql, given = zip(*(rows.values("id")[:1].query.sql_with_params() for rows in (told, posted)), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS({sql[0]}), EXISTS({sql[1]})", [*given[0], *given[1]])
        found = cursor.fetchone()
    return bool(found[0]), bool(found[1])


def counts(person: Person) -> tuple[int, int]:
    """How many there are to tell, and how many did not go out; of each no more than `MOST_COUNTED` and one are counted.
    No statement where `waits` found nothing of the kind."""
    both = (_to_tell(person), _given_up(person))
    found = [len(rows.values_list("id", flat=True)[: MOST_COUNTED + 1]) for rows in both]
    return found[0], found[1]


def undelivered(person: Person, *, most: int, before: UUID | None = None) -> list[Told]:
    """What did not go out, the newest first; none for whom nothing is open by a seat that oversees."""
    rows = _given_up(person)
    return told_of((rows.filter(id__lt=before) if before else rows).order_by("-id")[:most])


def oversees(person: Person) -> Seat | None:
    """The seat by which a person deals with what did not go out, if they hold one."""
    return next(iter(overseen.seats(person, editions.today())), None)


def passed_on(person: Person, message: UUID, *, at: datetime) -> None:
    """This person told it. Raises `NotFound` for what is not theirs to tell, `Refused` for what somebody told already."""
    if not _theirs(person).filter(id=message).exists():
        raise NotFound(_("没有这条告知。"))
    services.pass_on(message, by=person.acting(person.terms[0]), at=at)


def dealt_with(person: Person, message: UUID, *, again: bool, at: datetime) -> None:
    """What did not go out is tried again, or told by hand. Raises `NotFound`, `Refused` where somebody did already."""
    seat = oversees(person)
    if seat is None or not _mine_to_oversee(person).filter(id=message).exists():
        raise NotFound(_("没有这条告知。"))
    (services.send_again if again else services.tell_by_hand)(message, by=person.acting(seat), at=at)


def _to_tell(person: Person) -> QuerySet[Message]:
    return _theirs(person).filter(door=HAND, state="waiting")


def _theirs(person: Person) -> QuerySet[Message]:
    """If, and only if, the matter is open to the person, and one of the seats is the desk asked now, the department that
    handles it and was asked, or a post whose ground holds it."""
    stands = reduce(or_, map(_stands, person.terms), Q(pk__in=[]))
    open_ones = access.matters_open_to(person, editions.today()).filter(stands)
    return Message.objects.filter(matter__in=open_ones.values("id"))


def _stands(seat: Seat) -> Q:
    if seat.post == "department":
        return Q(desk=seat.desk) | Q(department=seat.department, asked_department=F("department"))
    return Q(desk=seat.desk) | access.within(seat.path)


def _given_up(person: Person) -> QuerySet[Message]:
    return _mine_to_oversee(person).filter(state="dead")


def _mine_to_oversee(person: Person) -> QuerySet[Message]:
    seats = overseen.seats(person, editions.today())
    ground = reduce(or_, (access.within(seat.path) for seat in seats), Q(pk__in=[]))
    open_ones = access.matters_open_to(person, editions.today()).filter(ground)
    return Message.objects.filter(matter__in=open_ones.values("id"))
