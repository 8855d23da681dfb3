"""What a centre looks at: matters of its ground that wait too long or go wrong, by kind, each a list and a count.

Every list is one statement over an index of open matters; a count goes no further than `lists.MOST_COUNTED`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gezhi.ledger import queries as ledger
from gezhi.matters import access, walls
from gezhi.matters.lists import COLUMNS, MOST_COUNTED, Key, Line
from gezhi.matters.models import Asked, DutyNote, Matter, Returned, Text
from gezhi.matters.walls import Reader
from gezhi.people import queries as people
from gezhi.people.queries import Person, Seat
from gezhi.promises.queries import calendar
from gezhi.rules import deadlines, who
from gezhi.rules.model import Model
from gezhi.rules.steps import is_disputed
from gezhi.rules.workdays import day_of

KINDS = ("late", "unanswered", "objected", "returned", "suspended", "silent", "nowhere")
SUSPENDED, SILENT = 15, 3
"""Days of suspension, and working days without a word, after which a matter is looked at where nobody says else."""
MOST_DAYS = 400
LOOKED_AT = 3_000


@dataclass(frozen=True, slots=True)
class Look:
    """At what is looked and by whom: within which units, at which moment, after how many days."""

    reader: Reader
    paths: tuple[str, ...]
    at: datetime
    model: Model
    suspended: int = SUSPENDED
    silent: int = SILENT


def seats(person: Person, model: Model) -> tuple[Seat, ...]:
    """The seats from which somebody oversees: of posts that hold a duty of kind supervise and see their ground."""
    held = [who.parse(w) for duty in model.duties.values() if duty.kind == "supervise" for w in duty.held_by]
    posts = {one.id for one in held if one.kind == "post"}
    return tuple(
        seat
        for seat in person.terms
        if seat.post in posts and seat.post in model.posts and model.posts[seat.post].sees == "ground"
    )


def matters(kind: str, look: Look) -> QuerySet[Matter]:
    """Open matters of this kind within the ground that is looked at."""
    if kind not in KINDS:
        raise ValueError(kind)
    ground = reduce(or_, (access.within(path) for path in look.paths), Q(pk__in=[]))
    rows = Matter.objects.filter(ground, walls.open_to(look.reader), ended_at=None)
    return _KINDS[kind](rows, look)


def _late(rows: QuerySet[Matter], look: Look) -> QuerySet[Matter]:
    return rows.filter(next_due_at__lt=look.at)


def _unanswered(rows: QuerySet[Matter], look: Look) -> QuerySet[Matter]:
    """Verified and not answered in time; what waits for the reporter's word is answered."""
    flows = look.model.flows.values()
    outside = {r.id for flow in flows for r in flow.promise.values() if deadlines.waits_outside(flow, r)}
    steps = _steps(look.model, "answering")
    return rows.filter(step__in=steps, next_due_at__lt=look.at).exclude(next_promise__in=outside)


def _objected(rows: QuerySet[Matter], look: Look) -> QuerySet[Matter]:
    model = look.model
    flows = model.flows.values()
    steps = {step for flow in flows for step in flow.steps if is_disputed(model, flow, step)}
    return rows.filter(step__in=steps)


def _returned(rows: QuerySet[Matter], _look: Look) -> QuerySet[Matter]:
    return rows.filter(id__in=Returned.objects.filter(times__gte=2).values("matter"))


def _suspended(rows: QuerySet[Matter], look: Look) -> QuerySet[Matter]:
    """Suspended for longer: the promise that runs meanwhile was made when it was suspended."""
    since = look.at - timedelta(days=look.suspended)
    return rows.filter(step__in=_steps(look.model, "suspended"), next_from_at__lt=since)


def _silent(rows: QuerySet[Matter], look: Look) -> QuerySet[Matter]:
    """At a department that was asked so many working days ago and has entered nothing since; looked for among the
    `LOOKED_AT` matters of the ground that fall due first: whoever is silent falls due, and the cost stays flat."""
    since = working_days_before(look.at, look.silent)
    asked = Asked.objects.filter(
        department=OuterRef("asked_department"), matter=OuterRef("pk"), since__lt=since
    )
    desks = [f"department:{department}" for department in look.model.departments]
    said = ledger.entered_since(OuterRef("pk"), OuterRef("desk"), since)
    first = rows.order_by("next_due_at", "id").values("id")[:LOOKED_AT]
    return Matter.objects.filter(Exists(asked), ~Exists(said), id__in=first, desk__in=desks)


def _nowhere(rows: QuerySet[Matter], _look: Look) -> QuerySet[Matter]:
    return rows.filter(located="none")


_KINDS = {
    "late": _late,
    "unanswered": _unanswered,
    "objected": _objected,
    "returned": _returned,
    "suspended": _suspended,
    "silent": _silent,
    "nowhere": _nowhere,
}


def _steps(model: Model, phase: str) -> set[str]:
    return {step.id for flow in model.flows.values() for step in flow.steps.values() if step.phase == phase}


def count(kind: str, look: Look) -> int:
    """How many there are; `MOST_COUNTED` + 1 stands for more. One statement."""
    return matters(kind, look).order_by()[: MOST_COUNTED + 1].count()


def lines(kind: str, look: Look, *, most: int, after: Key | None = None) -> list[Line]:
    """The first of them by due moment, after a key. One statement."""
    rows = matters(kind, look).order_by("next_due_at", "id")
    if after is not None:
        later = Q(next_due_at__gt=after.due_at) | Q(next_due_at=after.due_at, id__gt=after.id)
        rows = rows.filter(later)
    return [Line(*row) for row in rows.values_list(*COLUMNS)[:most]]


def times_returned(ids: Sequence[UUID]) -> dict[UUID, int]:
    """How often each of these came back. One statement."""
    rows = Returned.objects.filter(matter__in=ids)
    return dict(rows.values_list("matter", "times"))


def working_days_before(at: datetime, days: int) -> datetime:
    """The moment so many working days before, by the instance's calendar."""
    kept, day = calendar(), timezone.localdate(at)
    left = max(days, 0)
    while left:
        day -= timedelta(days=1)
        left -= day_of(kept, day)[0] == "work"
    return at - timedelta(days=(timezone.localdate(at) - day).days)


class Noted(NamedTuple):
    """One note of the duty log: what whoever is on duty wrote, from which desk, and whether it hands over."""

    at: datetime
    name: str
    desk: str
    words: str
    hands_over: bool


def notes(paths: Sequence[str], *, most: int = 20, before: date | None = None) -> list[Noted]:
    """The last notes of these units, newest first. Three statements."""
    rows = DutyNote.objects.filter(path__in=paths).order_by("-at", "-id")
    if before is not None:
        rows = rows.filter(at__lt=before)
    found = list(rows[:most])
    words = dict(Text.objects.filter(id__in=[one.text for one in found]).values_list("id", "body"))
    names = people.names_of(one.by for one in found)
    return [
        Noted(one.at, names.get(one.by, ""), one.desk, words.get(one.text, ""), one.hands_over)
        for one in found
    ]
