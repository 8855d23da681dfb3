"""Everything a reporter wrote or said on a matter, whole: what nobody outside may read word by word.

The report is the first of it. What was added later stands in notes beside those of the staff, so the entry tells whose word
a note is: the reporter's own, or one that a clerk heard and recorded for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from gezhi.ledger import queries as ledger
from gezhi.matters import bonds, events
from gezhi.matters.models import RightAsked, Text
from gezhi.matters.own_story import OWN
from gezhi.rules.reporters import REPORTER

_SAYING = (events.STEPPED, events.REOPENED, events.RATED, events.RELAY_OWN)


def of_matter(matter: UUID) -> list[str]:
    """Report, answers, additions, ratings, what opened it again, and what they asked about their own data; of what was
    merged into it, too. Four statements."""
    every = [matter, *bonds.merged_into(matter)]
    asked = RightAsked.objects.filter(matter__in=every).values("words")
    said = Q(matter__in=every, kind="report") | Q(id__in=asked) | Q(id__in=list(_notes(every)), kind="note")
    return list(Text.objects.filter(said).order_by("id").values_list("body", flat=True))


def _notes(every: list[UUID]) -> Iterator[UUID]:
    for entry in ledger.happened_to(every, _SAYING):
        if _theirs(entry):
            yield from (UUID(word.split(":", 1)[0]) for word in entry.facts.get("texts", ()))


def _theirs(entry: ledger.Happened) -> bool:
    """Whether it is the reporter's word; a rating and an opening again always are, whoever recorded them."""
    own = entry.post == OWN.post or entry.what in (events.RATED, events.REOPENED)
    return own or entry.facts.get("for") == REPORTER
