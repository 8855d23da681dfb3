"""Which matters belong together: merged ones with what they were merged into, parts with their whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from gezhi.matters import access, editions
from gezhi.matters.models import Matter, Merged, Part
from gezhi.people.queries import Person

MOST = 200


class Bound(NamedTuple):
    """A matter that belongs to another: its number if the reader may see it, else none."""

    id: UUID
    number: str
    headline: str
    step: str
    phase: str
    closing: str


def merged_into(matter: UUID) -> list[UUID]:
    """The matters that were merged into this one, oldest first."""
    rows = Merged.objects.filter(into=matter).order_by("since", "matter")
    return list(rows.values_list("matter", flat=True))


def reports_of(matter: UUID) -> int:
    """How many reports a matter stands for: its own and those merged into it."""
    return 1 + Merged.objects.filter(into=matter).count()


def target_of(matter: UUID) -> UUID | None:
    """What a matter was merged into; none where it was not, or not any more."""
    return Merged.objects.filter(matter=matter).values_list("into", flat=True).first()


def parts_of(matter: UUID) -> list[UUID]:
    """The parts taken out of a matter, oldest first."""
    rows = Part.objects.filter(whole=matter).order_by("since", "matter")
    return list(rows.values_list("matter", flat=True))


def whole_of(matter: UUID) -> UUID | None:
    """The matter that this one was taken out of."""
    return Part.objects.filter(matter=matter).values_list("whole", flat=True).first()


def seen(person: Person, ids: Sequence[UUID]) -> list[Bound]:
    """Those of these matters that the person may see, in the order given; at most `MOST`. One statement."""
    scope = access.matters_open_to(person, editions.today())
    rows = scope.filter(id__in=ids[:MOST]).values_list(*Bound._fields)
    found = {row[0]: Bound(*row) for row in rows}
    return [found[one] for one in ids if one in found]


def reporters_of(matter: UUID) -> list[tuple[UUID, str, UUID | None, str]]:
    """Id, number, vault token and way of reporting of every matter merged into this one."""
    rows = Matter.objects.filter(id__in=Merged.objects.filter(into=matter).values("matter"))
    return list(rows.order_by("id").values_list("id", "number", "reporter", "reporting"))
