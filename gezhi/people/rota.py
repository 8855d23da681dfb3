"""Who is on duty (值班): asked for a unit and a moment, answered from the rota, the terms and the work calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from gezhi.people.models import Shift
from gezhi.people.queries import Person, Roster, Seat, desk_word
from gezhi.places.tree import Tree
from gezhi.rules.workdays import Calendar, day_of

DAY = timedelta(days=1)
WORKING = ("work", "makeup")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty at a desk until a moment. `own` is the desk from which they stand in there, empty for a holder.

    `exception` says that the date has shifts of its own.
    """

    account: UUID
    name: str
    desk: str
    own: str
    starts_at: datetime
    ends_at: datetime
    exception: bool


def on_duty(
    unit: UUID, at: datetime, calendar: Calendar, staff: Roster, *, post: str = ""
) -> tuple[OnDuty, ...]:
    """Who is on duty at exactly this unit at this moment, as any post or as one. One indexed statement.

    Somebody is, if, and only if, a shift covers the moment and its term runs on the day of the moment; where its
    holder is away, whoever stands in for them is. `calendar` says which days are working days, `staff` is the
    roster of the moment's day. A date with shifts of its own has no others, for that post at that unit.
    """
    return tuple(_on_duty(_covering([unit], at, calendar, post), staff))


def nearest_on_duty(
    path: str, at: datetime, calendar: Calendar, staff: Roster, ground: Tree
) -> tuple[OnDuty, ...]:
    """Who is on duty at the nearest unit, this one or above, where somebody is. One statement for all of them."""
    above = ground.down_to(path)
    covering = _covering([unit.identity for unit in above], at, calendar, "")
    for unit in reversed(above):
        found = _on_duty((one for one in covering if one[0].unit == unit.identity), staff)
        if found:
            return tuple(found)
    return ()


class ShiftLine(NamedTuple):
    """A shift as the rota of a unit shows it; `term` is none where nobody is on duty on these dates, `term_to` the first
    day without that term."""

    shift: UUID
    term: UUID | None
    post: str
    department: str
    day: int | None
    from_on: date
    to_on: date | None
    starts: int
    ends: int
    term_to: date | None = None

    def open_from(self, today: date) -> date | None:
        """The first day from today on on which nobody does it, since its term has ended; none where the term lasts."""
        if self.term_to is None or (self.to_on is not None and self.to_on <= self.term_to):
            return None
        return max(self.term_to, self.from_on, today)


def shifts_at(unit: UUID, on: date) -> list[ShiftLine]:
    """The rota of a unit: every shift that has not ended by this day, the week's first, then dates."""
    return _lines(Shift.objects.filter(unit=unit), on)


def shifts_of(terms: Iterable[UUID], on: date) -> list[ShiftLine]:
    """The shifts of these terms that have not ended by this day, the week's first, then dates."""
    return _lines(Shift.objects.filter(term__in=list(terms)), on)


def _lines(rows: QuerySet[Shift], on: date) -> list[ShiftLine]:
    columns = ("id", "term_id", *ShiftLine._fields[2:-1], "term__to_on")
    live = rows.filter(Q(to_on=None) | Q(to_on__gt=on)).values_list(*columns)
    lines = [ShiftLine(*row) for row in live]
    return sorted(lines, key=lambda one: (one.day is None, one.post, one.day or 0, one.from_on, one.starts))


class Rota(NamedTuple):
    """A post, or a department's seat, at a unit that has a duty rota."""

    unit: UUID
    post: str
    department: str


def rotas(on: date) -> list[Rota]:
    """Everywhere that has a shift which has not ended by this day."""
    rows = Shift.objects.filter(Q(to_on=None) | Q(to_on__gt=on))
    return [Rota(*row) for row in rows.values_list("unit", "post", "department").distinct()]


def where_of(shift: UUID) -> Rota | None:
    """The rota that a shift belongs to; none where it was taken off before it began."""
    row = Shift.objects.filter(id=shift).values_list("unit", "post", "department").first()
    return Rota(*row) if row else None


def duties(where: Rota, day: date, calendar: Calendar, staff: Roster) -> tuple[OnDuty, ...]:
    """Who is on duty there in the shifts that begin on a day, the earliest first. `staff` is the roster of that day.

    Empty where nobody is, be it that the date was left empty or that the holder's term does not run then.
    """
    unit, post, department = where
    rows = Shift.objects.filter(unit=unit, post=post, department=department, from_on__lte=day)
    rows = rows.filter(Q(to_on=None) | Q(to_on__gt=day)).order_by("starts", "id")
    found = [one for shift in _of_day(rows, day, calendar) for one in _who(shift, day, staff)]
    return tuple(sorted(found, key=lambda one: one.starts_at))


Covering = tuple[Shift, date]  # a shift, and the day on which it began


def _covering(units: Sequence[UUID], at: datetime, calendar: Calendar, post: str) -> list[Covering]:
    """The shifts at these units that cover the moment, by the wall's clock: those of its day, and of the day before."""
    moment = timezone.localtime(at)
    today, minute = moment.date(), moment.hour * 60 + moment.minute
    rows = Shift.objects.filter(unit__in=units, from_on__lte=today)
    rows = rows.filter(Q(to_on=None) | Q(to_on__gt=today - DAY)).order_by("starts", "id")
    shifts = list(rows.filter(post=post) if post else rows)
    now = [(s, today) for s in _of_day(shifts, today, calendar) if _holds(s, minute)]
    night = [(s, today - DAY) for s in _of_day(shifts, today - DAY, calendar) if _holds(s, minute + 1440)]
    return [*night, *now]


def _of_day(shifts: Iterable[Shift], day: date, calendar: Calendar) -> list[Shift]:
    """The shifts that begin on this day: its own where it has any, else those of the week."""
    valid = [s for s in shifts if s.from_on <= day and (s.to_on is None or day < s.to_on)]
    own = {(s.unit, s.post, s.department) for s in valid if s.day is None}
    kind = Shift.WORKING if day_of(calendar, day)[0] in WORKING else Shift.OFF
    return [
        s
        for s in valid
        if s.day is None or (s.day in (day.weekday(), kind) and (s.unit, s.post, s.department) not in own)
    ]


def _holds(shift: Shift, minute: int) -> bool:
    """Whether it holds at a minute, counted from the midnight before it starts."""
    return shift.starts <= minute < _end(shift)


def _end(shift: Shift) -> int:
    return shift.ends if shift.ends > shift.starts else shift.ends + 1440


def _on_duty(covering: Iterable[Covering], staff: Roster) -> list[OnDuty]:
    found: dict[tuple[UUID, str], OnDuty] = {}
    for shift, day in covering:
        for one in _who(shift, day, staff):
            found.setdefault((one.account, one.desk), one)
    return list(found.values())


def _who(shift: Shift, day: date, staff: Roster) -> list[OnDuty]:
    """Who does a shift: the holder of its term today, or whoever stands in for them."""
    seat = staff.seat(shift.term_id) if shift.term_id is not None else None
    if seat is None or shift.term_id is None:
        return []
    person = staff.stand_in_of(shift.term_id)
    own = person.own_desk if person is not None else ""
    if person is None:
        person = _holder(seat, staff)
        own = person.own_desk if seat.standing else ""
    desk = desk_word(seat.post, seat.department, seat.path)
    times = _instant(day, shift.starts), _instant(day, _end(shift))
    return [OnDuty(person.account, person.name, desk, own, *times, exception=shift.day is None)]


def _holder(seat: Seat, staff: Roster) -> Person:
    return next(person for person in staff.people.values() if seat in person.terms)


def _instant(day: date, minute: int) -> datetime:
    """The moment at which the wall's clock shows so many minutes after the midnight of a day."""
    days, rest = divmod(minute, 1440)
    return timezone.make_aware(datetime.combine(day + days * DAY, time(rest // 60, rest % 60)))
