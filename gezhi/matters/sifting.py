"""What a list keeps beside its range: conditions on columns of a matter that no index of a list carries.

Rows are read in the order of the list and kept one by one, so a page looks at `LOOKED` of them at most and goes on
from there: what it costs stays flat, however rare that is which is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

LOOKED = 20_000
"""Rows that one page looks at."""
GLANCED = 2_000
"""Rows that a count beside a name looks at."""

Condition = tuple[str, str, Any]
"""Column, comparison, value."""
COLUMNS = ("category", "item", "department", "channel", "phase", "at", "recorded_at")
_ENDS = {"=": "", ">=": "__gte", "<": "__lt"}
AXES = {"recorded": "recorded_at", "happened": "at"}


@dataclass(frozen=True, slots=True)
class Further:
    """Item or class of items, department that handles, way in, whether suspended, and days (both inclusive) on one of
    two axes: `recorded`, when it was registered, or `happened`."""

    item: str = ""
    category: str = ""
    department: str = ""
    channel: str = ""
    suspended: bool = False
    axis: str = "recorded"
    since: date | None = None
    until: date | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What a row must fulfil."""
        named = ("item", "category", "department", "channel")
        kept: list[Condition] = [(name, "=", value) for name in named if (value := getattr(self, name))]
        if self.suspended:
            kept.append(("phase", "=", "suspended"))
        if self.since:
            kept.append((AXES[self.axis], ">=", _begin(self.since)))
        if self.until:
            kept.append((AXES[self.axis], "<", _begin(self.until + timedelta(days=1))))
        return tuple(kept)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def day_of(word: str) -> date | None:
    """The day that a form's word writes; none for what is none, or beyond the years that are kept."""
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def as_q(conditions: tuple[Condition, ...]) -> Q:
    """The same for a query of rows."""
    return Q(**{_known(column) + _ENDS[how]: value for column, how, value in conditions})


def as_sql(conditions: tuple[Condition, ...]) -> tuple[list[str], list[Any]]:
    """The same as conditions and values of a statement."""
    written = [f"{_known(column)} {_HOW[how]} %s" for column, how, _value in conditions]
    return written, [value for _column, _how, value in conditions]


_HOW = {how: how for how in _ENDS}


def _known(column: str) -> str:
    if column not in COLUMNS:
        raise ValueError(column)
    return column
