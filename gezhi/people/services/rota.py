"""The duty rota (值班表): a week's pattern, and dates that have shifts of their own.

It says who is to be reached, and nothing more: nobody signs in for a shift, and no hour of one is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.people.models import Shift, Term
from gezhi.people.services.fitting import runs_on
from gezhi.people.services.staffing import day_of
from gezhi.people.spans import before

MIDNIGHT = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a shift is: `day` of the week (`Shift.day`; none for dates), from a day until a day (exclusive), and
    minutes of the local day from `starts` until `ends`, which is on the next day if it is not later.
    """

    from_on: date
    starts: int
    ends: int
    day: int | None = None
    to_on: date | None = None


@transaction.atomic
def put_shift(term: UUID, hours: Hours, *, by: Actor, at: datetime) -> UUID:
    """Put the holder of a term on duty, in each such week or on these dates. Returns the shift's id.

    A shift outlives no term: it counts only while the term runs.
    """
    instance.bump()  # the lock: terms and shifts change one at a time
    row = Term.objects.filter(id=term).first()
    if row is None or not before(day_of(at), row.to_on):
        raise NotFound(_("没有这个任期，或它已经结束。"))
    if not runs_on(row, hours.from_on):
        raise Refused(_("值班要排在任期之内。"), code="shift_beyond_term", field="from_on")
    shift = _planned(hours, at)
    shift.term, shift.unit, shift.post, shift.department = row, row.unit, row.post, row.department
    _not_twice(shift)
    return _write(shift, by, at)


@transaction.atomic
def leave_empty(term: UUID, from_on: date, to_on: date, *, by: Actor, at: datetime) -> UUID:
    """Nobody is on duty on these dates, whatever the week says, as the post at the unit of this term."""
    instance.bump()
    row = Term.objects.filter(id=term).first()
    if row is None:
        raise NotFound(_("没有这个任期，或它已经结束。"))
    shift = _planned(Hours(from_on=from_on, to_on=to_on, starts=0, ends=MIDNIGHT), at)
    shift.unit, shift.post, shift.department = row.unit, row.post, row.department
    return _write(shift, by, at)


@transaction.atomic
def end_shift(shift: UUID, on: date, *, by: Actor, at: datetime) -> None:
    """Take a shift off the rota from a day on; one that has not begun by then leaves only its entries."""
    instance.bump()
    row = Shift.objects.filter(id=shift).first()
    if row is None or not before(day_of(at), row.to_on):
        raise NotFound(_("没有这个班次，或它已经结束。"))
    if on < day_of(at) or not before(on, row.to_on):
        raise Refused(_("请写今天或以后、班次结束以前的日子。"), code="shift_end", field="to_on")
    if on <= row.from_on:
        row.delete()
    else:
        Shift.objects.filter(id=shift).update(to_on=on)
    record("shift.ended", shift, by=by, at=at, to_on=on.isoformat())


@transaction.atomic
def hand_shift(shift: UUID, term: UUID, on: date, *, by: Actor, at: datetime) -> UUID:
    """Let the holder of another term do a shift from a day on, at the same hours, as the same post at the same unit.
    Returns the id of the new shift; the old one ends that day.
    """
    instance.bump()
    row = Shift.objects.filter(id=shift).first()
    if row is None or not before(max(on, day_of(at)), row.to_on):
        raise NotFound(_("没有这个班次，或它已经结束。"))
    here = Term.objects.filter(id=term, unit=row.unit, post=row.post, department=row.department)
    if row.term_id is None or not here.exists():
        raise Refused(_("接班的人要在同一个岗位上。"), code="shift_elsewhere", field="term")
    start = max(on, row.from_on)
    hours = Hours(from_on=start, starts=row.starts, ends=row.ends, day=row.day, to_on=row.to_on)
    made = put_shift(term, hours, by=by, at=at)
    end_shift(shift, start, by=by, at=at)
    return made


def _planned(hours: Hours, at: datetime) -> Shift:
    """The shift as it would be written. Raises for hours, days and dates that cannot be."""
    if not (0 <= hours.starts < MIDNIGHT and 0 <= hours.ends <= MIDNIGHT):
        raise Refused(_("值班的钟点写 00:00 到 24:00。"), code="shift_hours", field="starts")
    if hours.day is not None and not 0 <= hours.day <= Shift.OFF:
        raise Refused(_("请选周几，或每个工作日、每个休息日。"), code="shift_day", field="day")
    if hours.from_on < day_of(at):
        raise Refused(_("值班表从今天或以后排起，不能倒填。"), code="shift_past", field="from_on")
    if hours.to_on is None and hours.day is None:
        raise Refused(_("另排的日期要写明最后一天。"), code="shift_dates", field="to_on")
    if hours.to_on is not None and hours.to_on <= hours.from_on:
        raise Refused(_("最后一天不能在第一天以前。"), code="shift_dates", field="to_on")
    shift = Shift(id=new_id(), day=hours.day, from_on=hours.from_on, to_on=hours.to_on)
    shift.starts, shift.ends = hours.starts, hours.ends
    return shift


def _not_twice(shift: Shift) -> None:
    same = Shift.objects.filter(term=shift.term, day=shift.day, starts=shift.starts, ends=shift.ends)
    shared = Q(to_on=None) | Q(to_on__gt=shift.from_on)
    if shift.to_on is not None:
        shared &= Q(from_on__lt=shift.to_on)
    if same.filter(shared).exists():
        raise Refused(_("这个班已经排给此人了。"), code="shift_there")


def _write(shift: Shift, by: Actor, at: datetime) -> UUID:
    Shift.objects.bulk_create([shift])
    said: dict[str, Fact] = {
        "term": shift.term_id,
        "unit": shift.unit,
        "post": shift.post,
        "department": shift.department,
        "day": shift.day,
        "from_on": shift.from_on.isoformat(),
        "to_on": shift.to_on.isoformat() if shift.to_on else "",
        "starts": shift.starts,
        "ends": shift.ends,
    }
    record("shift.put", shift.id, by=by, at=at, **said)
    return shift.id
