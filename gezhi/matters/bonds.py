"""Which matters belong together: merged ones with what they were merged into, parts with their whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from gezhi.ledger.fetching import fetch
from gezhi.matters import access, editions
from gezhi.matters.models import Matter, Merged, Part
from gezhi.people.queries import Person

MOST = 200


class Bound(NamedTuple):
    """A matter that belongs to another: its number if the reader may see it, else none. `sighted`: staff saw it
    themselves, and nobody reported it."""

    id: UUID
    number: str
    headline: str
    step: str
    phase: str
    closing: str
    sighted: bool


_SIGHTED = Q(reporting="staff", reporter__isnull=True)
"""`Matter.seen_by_staff`, for the database."""


def merged_into(matter: UUID) -> list[UUID]:
    """The matters that were merged into this one, oldest first."""
    rows = Merged.objects.filter(into=matter).order_by("since", "matter")
    return list(rows.values_list("matter", flat=True))


def over_before(moment: datetime) -> QuerySet[Matter, UUID]:
    """Matters that ended before a moment, by themselves and with what they were merged into. A query, to be asked within."""
    on = Matter.objects.filter(Q(ended_at=None) | Q(ended_at__gte=moment))
    merged = Merged.objects.filter(into__in=on.values("id"))
    return (
        Matter.objects.filter(ended_at__lt=moment)
        .exclude(id__in=merged.values("matter"))
        .values_list("id", flat=True)
    )


def of_reporter(token: UUID, among: Any) -> list[UUID]:
    """Those of these matters whose reporter is kept under this token of the vault."""
    return list(Matter.objects.filter(id__in=among, reporter=token).values_list("id", flat=True))


def reports_of(matter: UUID) -> int:
    """How many reports a matter stands for, whoever made them: its own and those merged into it."""
    return 1 + Merged.objects.filter(into=matter).count()


def people_of(matter: UUID) -> int:
    """How many people reported what a matter stands for: itself and what was merged into it, without what staff saw
    themselves."""
    return people_among([matter, *merged_into(matter)])


def people_among(ids: Collection[UUID]) -> int:
    """How many of these matters somebody reported: all but those that staff saw themselves. One statement, none for none."""
    rows = Matter.objects.filter(id__in=list(ids))
    return rows.exclude(_SIGHTED).count() if ids else 0


@dataclass(frozen=True, slots=True)
class Bonds:
    """The ids of everything that belongs to one matter, oldest first; `into` and `whole` are what it belongs to."""

    merged: tuple[UUID, ...]
    parts: tuple[UUID, ...]
    into: UUID | None
    whole: UUID | None


def bonds_of(matter: UUID) -> Bonds:
    """Everything that belongs to one matter. Two statements, each by its indexes."""
    merged = Merged.objects.filter(Q(into=matter) | Q(matter=matter)).order_by("since", "matter")
    parts = Part.objects.filter(Q(whole=matter) | Q(matter=matter)).order_by("since", "matter")
    bound, taken = list(merged.values_list("matter", "into")), list(parts.values_list("matter", "whole"))
    return Bonds(
        tuple(one for one, into in bound if into == matter),
        tuple(one for one, whole in taken if whole == matter),
        next((into for one, into in bound if one == matter), None),
        next((whole for one, whole in taken if one == matter), None),
    )


def target_of(matter: UUID) -> UUID | None:
    """What a matter was merged into; none where it was not, or not any more."""
    return Merged.objects.filter(matter=matter).values_list("into", flat=True).first()


def parts_of(matter: UUID) -> list[UUID]:
    """The parts taken out of a matter, oldest first."""
    return [one for (one,) in fetch(Part, ["matter"], "WHERE whole = %s ORDER BY since, matter", [matter])]


def whole_of(matter: UUID) -> UUID | None:
    """The matter that this one was taken out of."""
    return Part.objects.filter(matter=matter).values_list("whole", flat=True).first()


def seen(person: Person, ids: Sequence[UUID]) -> list[Bound]:
    """Those of these matters that the person may see, in the order given; at most `MOST`. One statement."""
    scope = access.matters_open_to(person, editions.today()).annotate(
        sighted=ExpressionWrapper(_SIGHTED, output_field=BooleanField())
    )
    rows = scope.filter(id__in=ids[:MOST]).values_list(*Bound._fields)
    found = {row[0]: Bound(*row) for row in rows}
    return [found[one] for one in ids if one in found]


def reporters_of(matter: UUID) -> list[tuple[UUID, str, UUID | None, str]]:
    """Id, number, vault token and way of reporting of every matter merged into this one."""
    rows = Matter.objects.filter(id__in=Merged.objects.filter(into=matter).values("matter"))
    return list(rows.order_by("id").values_list("id", "number", "reporter", "reporting"))
