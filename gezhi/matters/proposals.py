"""Steps that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

from gezhi.matters.models import Matter, Proposal


class Brought(msgspec.Struct, frozen=True):
    """What came with a proposal; `texts` are the words by which its entry speaks of them."""

    department: str = ""
    reason: str = ""
    texts: list[str] = []
    pictures: list[str] = []


def brought_of(proposal: Proposal) -> Brought:
    return msgspec.json.decode(proposal.given, type=Brought)


def waiting(matter: Matter) -> Proposal | None:
    """The step of a matter that waits for a second person; none where the matter has gone on since."""
    return Proposal.objects.filter(matter=matter.id, live=True, moved=matter.moved).first()


def waiting_among(matters: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these matters wait for a second person. One statement."""
    rows = Proposal.objects.filter(matter__in=list(matters), live=True)
    return frozenset(rows.values_list("matter", flat=True))
