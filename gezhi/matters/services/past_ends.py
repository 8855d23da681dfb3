"""Keeping an end that is undone just now."""

from __future__ import annotations

from datetime import datetime

from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter, PastEnd


def keep(matter: Matter, *, at: datetime, recorded_at: datetime) -> None:
    """Write down that this matter stood as ended until now; nothing where it did not. The caller holds the row."""
    if matter.ended_at is None or matter.ended_recorded_at is None:
        return
    PastEnd(
        id=new_id(),
        matter=matter.id,
        ended_at=matter.ended_at,
        ended_recorded_at=matter.ended_recorded_at,
        undone_at=at,
        undone_recorded_at=recorded_at,
    ).save(force_insert=True)
