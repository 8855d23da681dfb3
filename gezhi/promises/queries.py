"""What can be asked about promises, and the calendar in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, F, Q, TextField, Value, When

from gezhi.ledger import instance
from gezhi.ledger.fetching import fetch
from gezhi.rules.workdays import Calendar

from .models import CalendarDay, Promise

FAR = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
"""Stands where nothing is promised, so that both databases sort it last."""

_calendar: tuple[int, Calendar] = (-1, {})


def calendar(revision: int | None = None) -> Calendar:
    """The work calendar, kept in memory until the instance's revision moves."""
    global _calendar
    revision = instance.revision() if revision is None else revision
    if _calendar[0] != revision:
        rows = CalendarDay.objects.values_list("day", "kind", "status")
        _calendar = (revision, {day: (kind, status) for day, kind, status in rows})
    return _calendar[1]


def papers(days: Iterable[date]) -> dict[date, tuple[str, str]]:
    """Kind and source of each of these days that is stored: the notice that named it, or the reason of a local day."""
    rows = CalendarDay.objects.filter(day__in=list(days)).values_list("day", "kind", "source")
    return {day: (kind, source) for day, kind, source in rows}


def forget() -> None:
    """Drop the calendar this process keeps: for tests, whose databases roll back under one revision."""
    global _calendar
    _calendar = (-1, {})


def about(subject: UUID) -> list[Promise]:
    """Every promise about one subject, in the order in which they were made."""
    return list(Promise.objects.filter(about=subject).order_by("made_at", "id"))


class Open(NamedTuple):
    """One promise that is neither kept nor dropped; it may be missed already, or its clock stand still."""

    id: UUID
    about: UUID
    flow: str
    name: str
    made_at: datetime
    due_at: datetime
    missed_at: datetime | None
    outside: bool
    stands_since: datetime | None = None


def open_about(subject: UUID) -> list[Open]:
    """The open promises about one subject, the earliest due first. One statement."""
    return [Open(*row) for row in fetch(Promise, Open._fields, _STILL_OPEN, [subject])]


_STILL_OPEN = "WHERE about = %s AND met_at IS NULL AND void_at IS NULL ORDER BY due_at, id"


def earliest_open(subject: UUID, leave_out: Collection[str] = ()) -> tuple[datetime, datetime | None, str]:
    """Due moment, beginning and name of the earliest open promise but these; `FAR` where nothing is promised."""
    running = Promise.objects.filter(about=subject, met_at=None, void_at=None, stands_since=None)
    rows = (running.exclude(name__in=leave_out) if leave_out else running).order_by("due_at")
    first = rows.values_list("due_at", "made_at", "name").first()
    return first or (FAR, None, "")


class Then(NamedTuple):
    """A promise of the house as it stands now, that was open at a moment. `why` is empty where its clock never stood still."""

    about: UUID
    name: str
    due_at: datetime
    stands_since: datetime | None
    why: str


def open_then(subjects: Iterable[UUID], at: datetime | None) -> list[Then]:
    """The promises about these that were open when the moment `at` began (none: that are open now), without those that wait
    for somebody outside. One statement."""
    rows = Promise.objects.filter(about__in=list(subjects), outside=False)
    if at is None:
        rows = rows.filter(met_at=None, void_at=None)
    else:
        rows = rows.filter(
            Q(met_at=None) | Q(met_at__gte=at), Q(void_at=None) | Q(void_at__gte=at), made_at__lt=at
        )
    stood = Q(stands_since__isnull=False) | Q(why__contains='"stood":')
    told = rows.annotate(told=Case(When(stood, then=F("why")), default=Value(""), output_field=TextField()))
    return [Then(*row) for row in told.values_list("about", "name", "due_at", "stands_since", "told")]


def next_look() -> datetime | None:
    """When the watcher must look next."""
    return (
        Promise.objects.filter(look_at__isnull=False)
        .order_by("look_at")
        .values_list("look_at", flat=True)
        .first()
    )


def to_look_at(at: datetime, most: int, skip: int = 0) -> dict[UUID, UUID]:
    """The promises that must be looked at by `at`, the longest waiting first, each with what it is about."""
    due = Promise.objects.filter(look_at__lte=at).order_by("look_at")
    return dict(due.values_list("id", "about")[skip : skip + most])


def of_many(subjects: Iterable[UUID]) -> dict[UUID, list[Promise]]:
    """Promises of several subjects in one statement."""
    found: dict[UUID, list[Promise]] = {}
    for promise in Promise.objects.filter(about__in=list(subjects)).order_by("made_at", "id"):
        found.setdefault(promise.about, []).append(promise)
    return found
