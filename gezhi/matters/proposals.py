"""Steps that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, QuerySet

from gezhi.matters.models import Matter, Proposal
from gezhi.people.queries import Person


class Brought(msgspec.Struct, frozen=True):
    """What came with a proposal; `texts` are the words by which its entry speaks of them, `into` is the matter that this one
    would go into."""

    department: str = ""
    reason: str = ""
    texts: list[str] = []
    pictures: list[str] = []
    files: list[str] = []
    paper: str = ""
    agreed: list[str] = []
    into: str = ""


def brought_of(proposal: Proposal) -> Brought:
    return msgspec.json.decode(proposal.given, type=Brought)


def waiting(matter: Matter) -> Proposal | None:
    """The step of a matter that waits for a second person; none where the matter has gone on since."""
    return Proposal.objects.filter(matter=matter.id, live=True, moved=matter.moved).first()


def for_others(person: Person) -> QuerySet[Proposal]:
    """What somebody else proposed from a desk of this person, about a matter that waits at none of theirs: what waits
    at one stands in their list already."""
    here = Matter.objects.filter(id=OuterRef("matter"), moved=OuterRef("moved")).exclude(
        desk__in=person.desks
    )
    return Proposal.objects.filter(Exists(here), live=True, desk__in=person.desks).exclude(by=person.account)


def waiting_among(matters: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these matters wait for a second person. One statement."""
    rows = Proposal.objects.filter(matter__in=list(matters), live=True)
    return frozenset(rows.values_list("matter", flat=True))
