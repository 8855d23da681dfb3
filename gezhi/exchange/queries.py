"""What can be asked about imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from gezhi.exchange.models import Row, Run


@dataclass(frozen=True, slots=True)
class RunLine:
    """One import as a list shows it."""

    id: UUID
    source: str
    began_at: datetime
    ended_at: datetime | None
    read: int
    taken: int
    known: int
    rejected: int
    dropped: int


def runs(source: str = "", *, most: int = 20) -> Sequence[RunLine]:
    """Imports, the newest first."""
    found = Run.objects.order_by("-began_at", "-id")
    if source:
        found = found.filter(source=source)
    columns = list(RunLine.__slots__)
    return [RunLine(*row) for row in found.values_list(*columns)[:most]]


def reasons(run: UUID) -> list[tuple[str, int]]:
    """Why rows of a run were put aside, the most frequent first."""
    rows = Row.objects.filter(run=run, state="rejected").values_list("reason").annotate(n=Count("id"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def rejected(run: UUID) -> Iterator[tuple[int, str]]:
    """Line and reason of each row that was put aside, in the order of lines."""
    rows = Row.objects.filter(run=run, state="rejected").order_by("line")
    return rows.values_list("line", "reason").iterator(chunk_size=1000)
