"""That a matter came back to work after it was said to be done: counted where it happens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from gezhi.matters.models import Returned

AFTER = frozenset(("checking", "answering", "ended"))
WORK = frozenset(("accepted", "handling"))


def note(matter: UUID, was: str, now: str, *, at: datetime) -> None:
    """Count one more return, where the move from one phase to the other is one. The matter's row is locked."""
    if was not in AFTER or now not in WORK:
        return
    if not Returned.objects.filter(matter=matter).update(times=F("times") + 1, last_at=at):
        Returned.objects.create(matter=matter, last_at=at)
