"""Days of terms: who holds something from a day until a day (exclusive, or open), counted day by day.

Nothing is looked up. Numbers change only on the first day of a term or the first day without, so only those
days are looked at.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from gezhi.rules import length as lengths

DAYS = {"day": 1, "week": 7}


class Span(NamedTuple):
    """Somebody holds something from a day until a day, exclusive; none where it is open."""

    account: UUID
    from_on: date
    to_on: date | None

    def covers(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


def before(day: date, end: date | None) -> bool:
    """Whether the day lies before an end, where none means open."""
    return end is None or day < end


def turns(spans: Iterable[Span], from_on: date, to_on: date | None) -> tuple[date, ...]:
    """The days of the window on which a number may change: its first, and each on which a span begins or ended."""
    days = {day for span in spans for day in (span.from_on, span.to_on) if day is not None}
    return (from_on, *sorted(day for day in days if from_on < day and before(day, to_on)))


def holders(spans: Sequence[Span], day: date) -> int:
    """How many different people hold it on a day."""
    return len({span.account for span in spans if span.covers(day)})


def short_from(spans: Sequence[Span], least: int, from_on: date, to_on: date | None) -> date | None:
    """The first day of the window on which fewer than `least` hold it; none where there is no such day."""
    return next((day for day in turns(spans, from_on, to_on) if holders(spans, day) < least), None)


def full_from(spans: Sequence[Span], most: int, from_on: date, to_on: date | None) -> date | None:
    """The first day of the window on which `most` or more hold it; none where there is no such day."""
    return next((day for day in turns(spans, from_on, to_on) if holders(spans, day) >= most), None)


def after(day: date, word: str) -> date:
    """The day a length of the model's language later: 12月 is the same day number, or that month's last day.

    Raises `LengthError` for a word that is no length of days, weeks or months.
    """
    said = lengths.parse(word)
    if said.unit in DAYS:
        return day + timedelta(days=said.amount * DAYS[said.unit])
    if said.unit != "month":
        raise lengths.LengthError(word)
    year, month = divmod(day.year * 12 + day.month - 1 + said.amount, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
