"""Changes of the work calendar, and which promises must be counted again because of them.

A change takes effect at once for what is promised from now on. What was promised before is counted again by
`matters.services.recounting`, in batches that go on where the last one stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import lowest_id, new_id
from gezhi.ledger.services import record
from gezhi.rules.workdays import Due
from gezhi.unseen import straight

from . import queries
from .models import CalendarChange, CalendarDay, Promise
from .services import broken_from, put_calendar

CHANGED = "calendar.changed"
Row = tuple[date, str, str, str]
MOST_SOURCE = 80
MOST_COUNTED = 10_000
ROLL = timedelta(days=15)
"""No legal date rolls further than this over rest days."""
SETTLES = timedelta(minutes=2)
"""No transaction of a report lasts so long."""


class Changed(NamedTuple):
    """What a change did: its id (none if every day was so already), the days that are another kind now."""

    id: UUID | None
    days: tuple[date, ...]


class Counted(NamedTuple):
    """A promise that may have to be counted again."""

    id: UUID
    about: UUID
    flow: str
    name: str
    warned_at: datetime | None
    why: str


@transaction.atomic
def change(rows: Iterable[Row], *, by: Actor, at: datetime) -> Changed:
    """Write days and open the recount. Refuses to make a day that is over another kind: what was judged stays judged."""
    wanted = {row[0]: row for row in rows}
    if not wanted:
        return Changed(None, ())
    instance.bump()  # also the lock: the calendar changes one at a time
    stored = CalendarDay.objects.filter(day__gte=min(wanted), day__lte=max(wanted))
    standing = {day: tuple(told) for day, *told in stored.values_list("day", "kind", "status", "source")}
    new = [row for day, row in sorted(wanted.items()) if standing.get(day) != row[1:]]
    if not new:
        return Changed(None, ())
    other = tuple(row[0] for row in new if row[0] in standing and standing[row[0]][0] != row[1])
    today = timezone.localdate(at)
    if other and other[0] < today:
        sentence = _("{day} 已经过去，那天是上班还是休息不再改：按它算过的期限已经判过了。")
        raise Refused(sentence.format(day=other[0].isoformat()), code="day_is_over", field="day")
    put_calendar(new)
    first, last = new[0][0], new[-1][0]
    one = CalendarChange(
        id=new_id(), at=at, first=max(first, today), last=last, source=new[0][3][:MOST_SOURCE]
    )
    one.done_at = None if last >= today else at
    one.save(force_insert=True)
    record(
        CHANGED,
        one.id,
        by=by,
        at=at,
        first=first.isoformat(),
        last=last.isoformat(),
        days=len(new),
        other=[day.isoformat() for day in other],
    )
    return Changed(one.id, other)


def local_days(days: Iterable[date], *, works: bool, reason: str) -> list[Row]:
    """Local days as rows: a resting day is a rest, a working one a make-up day or, Monday to Friday, a day of work."""
    kinds = {day: "rest" if not works else "work" if day.weekday() < 5 else "makeup" for day in days}
    return [(day, kind, "official", straight(reason)[:MOST_SOURCE]) for day, kind in kinds.items()]


def taken_back(one: UUID, *, at: datetime, most: int) -> list[Row]:
    """The rows that make the days of a local change what they are by the published calendar: those from today on that
    it made another kind and nobody changed since. None for a change of more than `most` days: that was a notice."""
    from gezhi.rules import seed  # asks the published calendar, which no other page does

    entry = next(iter(ledger.happened_to([one], [CHANGED])), None)
    change = CalendarChange.objects.filter(id=one).first()
    if entry is None or change is None or entry.facts["days"] > most:
        return []
    days = [date.fromisoformat(day) for day in entry.facts["other"]]
    coming = [day for day in days if day >= timezone.localdate(at)]
    held = CalendarDay.objects.filter(day__in=coming, source=change.source).values_list("day", "kind")
    standing = dict(held)
    years = {day.year for day in standing}
    published = {row[0]: row[1] for year in sorted(years) for row in seed.days(year, year)}
    back = straight(_("撤回：{source}").format(source=change.source))[:MOST_SOURCE]
    return [
        (day, published[day], "official", back)
        for day, kind in sorted(standing.items())
        if published[day] != kind
    ]


def differing(rows: Sequence[Row]) -> list[tuple[date, str, str]]:
    """The days that would be another kind, in order: day, kind now (empty where none is stored), kind wanted."""
    days = [row[0] for row in rows]
    held = (
        CalendarDay.objects.filter(day__gte=min(days), day__lte=max(days))
        if days
        else CalendarDay.objects.none()
    )
    kinds = dict(held.values_list("day", "kind"))
    return sorted((day, kinds.get(day, ""), kind) for day, kind, _s, _r in rows if kinds.get(day, "") != kind)


def leaning(days: Sequence[date], *, at: datetime, most: int = MOST_COUNTED) -> tuple[int, bool]:
    """How many open promises would be looked at again if these days changed; counted up to `most`, and whether there
    are more."""
    if not days:
        return 0, False
    one = CalendarChange(first=max(min(days), timezone.localdate(at)), last=max(days))
    found = _leaning_on(one).order_by()[: most + 1].count()
    return min(found, most), found > most


def latest(most: int = 5) -> list[CalendarChange]:
    """The newest changes, with how far their recount is."""
    return list(CalendarChange.objects.order_by("-at")[:most])


def unfinished() -> CalendarChange | None:
    """The oldest change whose promises are not all counted again."""
    return CalendarChange.objects.filter(done_at=None).order_by("at").first()


def to_recount(one: CalendarChange, most: int) -> list[Counted]:
    """The next promises, by id, that are still open and unbroken and lean on days of the change.

    Only by the house's own count: an imported due moment is its source's.
    """
    open_ones = _leaning_on(one)
    if one.reached is not None:
        open_ones = open_ones.filter(id__gt=one.reached)
    return [Counted(*row) for row in open_ones.order_by("id").values_list(*Counted._fields)[:most]]


def _leaning_on(one: CalendarChange) -> QuerySet[Promise]:
    """Open and unbroken promises that lean on days of the change."""
    zone = timezone.get_current_timezone()
    first = datetime.combine(one.first, datetime.min.time(), zone) - ROLL
    after = datetime.combine(one.last + timedelta(days=1), datetime.min.time(), zone)
    return Promise.objects.filter(look_at__isnull=False, imported=False, due_at__gte=first, made_at__lt=after)


def move(promise: Counted, due: Due, warn_at: datetime | None, *, at: datetime) -> bool:
    """Store the new count of one promise; false if it was kept, dropped or broken meanwhile."""
    warns = warn_at if warn_at is not None and warn_at > at and promise.warned_at is None else None
    still = Promise.objects.filter(id=promise.id, look_at__isnull=False)
    return bool(
        still.update(
            due_at=due.due_at, warn_at=warn_at, look_at=warns or broken_from(due.due_at), why=due.to_json()
        )
    )


def reached(one: CalendarChange, seen: Sequence[Counted], moved: int, *, at: datetime, last: bool) -> None:
    """Note how far the recount came.

    A report that was being written while the change was may have counted by the old calendar and appear behind
    us: until `SETTLES` after the change the newest promises are looked at again. Looking twice changes nothing, and
    `looked` counts the first look alone.
    """
    one.reached = seen[-1].id if seen else one.reached
    one.looked += 0 if one.again else len(seen)
    one.moved += moved
    if last and at >= one.at + SETTLES:
        one.done_at = at
    elif last:
        one.reached, one.again = lowest_id(SETTLES), True
    one.save(update_fields=["reached", "again", "looked", "moved", "done_at"])


def held(one: UUID) -> CalendarChange | None:
    """The change, locked, if it is not finished: several workers do not recount the same batch."""
    rows = CalendarChange.objects.filter(id=one, done_at=None)
    if transaction.get_connection().vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True)
    return rows.first()


def year(of: int) -> list[CalendarDay]:
    """The stored days of one year, in order."""
    return list(CalendarDay.objects.filter(day__year=of).order_by("day"))


def provisional_years() -> list[int]:
    """Years that are stored and still wait for their official notice."""
    found = CalendarDay.objects.filter(status="provisional").dates("day", "year")
    return [day.year for day in found]


def known_years() -> list[int]:
    """Years of which every day is stored, in order: a notice may reach a few days into the next."""
    counted = CalendarDay.objects.values_list("day__year").annotate(n=Count("day")).order_by("day__year")
    return [year for year, n in counted if n >= 365]


def known() -> dict[date, str]:
    """Status of each stored day."""
    return {day: status for day, (_kind, status) in queries.calendar().items()}
