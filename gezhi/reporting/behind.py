"""The matters behind a number, page by page, for somebody who may see the number: those open to them, and how many are not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gezhi.matters import access
from gezhi.matters.lists import COLUMNS, Line
from gezhi.people.queries import Person
from gezhi.reporting import metrics
from gezhi.reporting.metrics import Query


@dataclass(frozen=True, slots=True)
class Behind:
    """One page: lines that the reader may open, how many of this page they may not, and where the next begins."""

    lines: list[Line]
    hidden: int
    after: UUID | None


def page(
    person: Person, query: Query, id: str, part: str, *, after: UUID | None = None, most: int = 50
) -> Behind:
    """The matters of one part of a metric in the order of their ids. Three statements.

    Whoever sees figures need not see matters: what is not open by `matters.access` is only counted.
    """
    ids = metrics.behind(query, id, part, after=after, most=most + 1)
    here = ids[:most]
    rows = access.matters_open_to(person, query.model).filter(id__in=here).order_by("id")
    lines = [Line(*row) for row in rows.values_list(*COLUMNS)]
    return Behind(lines, len(here) - len(lines), here[-1] if len(ids) > most else None)
