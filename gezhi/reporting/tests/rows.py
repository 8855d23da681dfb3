"""Matters put into the table as they stand, for counting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter
from gezhi.matters.services import indexing
from gezhi.matters.services.intake import ancestors
from gezhi.matters.tests.liuxi import FRIDAY, GRID
from gezhi.promises.queries import FAR

DAY = timedelta(days=1)


def matter(closing: str = "", *, accepted: bool = True, path: str = GRID, **said: Any) -> Matter:
    """One matter of last week: accepted three days ago, ended two days ago if it has a closing."""
    id = new_id()
    began, ended = FRIDAY - 3 * DAY, FRIDAY - 2 * DAY if closing else None
    columns: dict[str, Any] = {
        **dict(zip(("a1", "a2", "a3", "a4", "a5", "a6"), ancestors(path), strict=True)),
        "number": id.hex,
        "model": "m",
        "flow": "main",
        "item": "N01",
        "category": "c",
        "step": "s",
        "phase": "ended" if closing else "handling",
        "closing": closing,
        "channel": "phone",
        "origin": "live",
        "headline": "h",
        "path": path,
        "command": path,
        "located": "unit",
        "reporting": "anonymous",
        "desk": "",
        "at": began,
        "recorded_at": began,
        "next_due_at": FAR,
        "accepted_at": began if accepted else None,
        "accepted_recorded_at": began if accepted else None,
        "ended_at": ended,
        "ended_recorded_at": ended,
    }
    return Matter(id=id, **(columns | said))


def put(*found: Matter) -> None:
    Matter.objects.bulk_create(found, batch_size=200)
    indexing.mark(one.id for one in found)


def many(number: int, closing: str = "", **said: Any) -> list[Matter]:
    return [matter(closing, **said) for _ in range(number)]
