"""A list taken out of the house: who took how many by which filter is an entry, what they said is not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events, finding
from gezhi.matters.finding import Sieve
from gezhi.matters.lists import Line
from gezhi.people.queries import Person

MOST = 5000


def take_out(sieve: Sieve, *, person: Person, by: Actor, at: datetime) -> tuple[UUID, list[Line]]:
    """The first `MOST` matters that pass the sieve within the person's scope, and the id of the entry.

    `sieve.unit` and `sieve.step` must be codes that the caller has found in the tree and in the model. The
    words of a search are free text: the entry says that there were some, not which.
    """
    id = new_id()
    with transaction.atomic():
        lines = finding.found(person, sieve, at=at, most=MOST)
        facts: dict[str, Fact] = {
            "state": sieve.state,
            "unit": sieve.unit,
            "step": sieve.step,
            "late": sieve.late,
        }
        record(events.EXPORTED, id, by=by, at=at, **facts, count=len(lines), words=bool(sieve.words))
    return id, lines
