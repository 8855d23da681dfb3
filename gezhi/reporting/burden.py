"""自身负担: what the house itself asked of people, beside the budget that the district set it.

*Of units, never of a person.* A mean over fewer than `LEAST` people would be somebody's own; such a unit is counted in
the one above and says so. There is no list by account behind it: none is kept (`models.Asked`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Sum

from gezhi.people.queries import Roster
from gezhi.reporting.asking import STEPS, Task, monday_of
from gezhi.reporting.models import Asked
from gezhi.rules.workdays import Calendar, day_of

LEAST = 5
WEEKS = 4
COLUMNS = (*(f"s{step}" for step in STEPS), "longer")


@dataclass(frozen=True, slots=True)
class Span:
    """Whole weeks and what has passed of the running one: `first` is a Monday, `last` the day itself."""

    first: date
    last: date
    workdays: int


@dataclass(frozen=True, slots=True)
class Spent:
    """How long forms took: how many by the seconds they took at most, in the order of `STEPS`, and how many took longer."""

    counts: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def half_within(self) -> int | None:
        """Seconds within which half of them were done, as exactly as is counted; none where nothing is, or it took longer."""
        seen = 0
        for step, count in zip(STEPS, self.counts, strict=False):
            seen += count
            if self.number and 2 * seen >= self.number:
                return step
        return None

    def within(self, seconds: int) -> int:
        """How many are known to have been done within so many seconds."""
        return sum(count for step, count in zip(STEPS, self.counts, strict=False) if step <= seconds)


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked of the people of one unit and below, in a span; nothing is told of too few people."""

    path: str
    forms: int
    fields: int
    people: int
    days: int

    @property
    def told(self) -> bool:
        return self.people >= LEAST and self.days > 0 and self.forms > 0

    @property
    def forms_a_day(self) -> float | None:
        """Forms that one person handed in on one working day, on average; none where it would be somebody's own."""
        return self.forms / (self.people * self.days) if self.told else None

    @property
    def fields_a_day(self) -> float | None:
        return self.fields / (self.people * self.days) if self.told else None


@dataclass(frozen=True, slots=True)
class Burden:
    """What was asked in a unit: the load of it and of each unit right below, and how long reports took."""

    span: Span
    whole: Load
    below: tuple[Load, ...]
    spent: dict[Task, Spent] = field(default_factory=dict)


def span_of(today: date, calendar: Calendar, *, weeks: int = WEEKS) -> Span:
    """This week so far and the whole ones before it, `weeks` in all; not before the week in which counting began."""
    first = monday_of(today) - timedelta(weeks=weeks - 1)
    began = Asked.objects.filter(week__gte=first).order_by("week").values_list("week", flat=True).first()
    earlier = Asked.objects.filter(week__lt=first).exists()
    first = first if earlier else began or monday_of(today)
    days = (first + timedelta(days=n) for n in range((today - first).days + 1))
    return Span(first, today, sum(day_of(calendar, day)[0] in ("work", "makeup") for day in days))


def burden_of(path: str, below: Sequence[str], span: Span, roster: Roster) -> Burden:
    """What was asked of the people in this unit, and in those right below. Two statements, whatever the number of forms.

    How long residents took is known of the district alone; how long staff took to type a report, of the unit.
    """
    inside = Asked.objects.filter(week__gte=span.first, week__lte=span.last)
    sums = inside.exclude(task="resident").filter(unit__startswith=path).values("unit")
    asked = {row["unit"]: (row["n"], row["f"]) for row in sums.annotate(n=Sum("times"), f=Sum("fields"))}
    seated = _seated(roster)
    loads = [_load(one, asked, seated, span.workdays) for one in (path, *below)]
    spent: dict[Task, Spent] = {
        "report": _spent(inside.filter(task="report", unit__startswith=path).aggregate(**_columns())),
        "resident": _spent(inside.filter(task="resident").aggregate(**_columns())),
    }
    return Burden(span, loads[0], tuple(loads[1:]), spent)


def _columns() -> dict[str, Sum]:
    return {f"in_{name}": Sum(name) for name in COLUMNS}


def _spent(row: dict[str, int | None]) -> Spent:
    return Spent(tuple(row[f"in_{name}"] or 0 for name in COLUMNS))


def _seated(roster: Roster) -> list[str]:
    """Where each person of the roster sits first: nobody is counted in two units."""
    return [person.terms[0].path for person in roster.people.values() if person.terms]


def _load(path: str, asked: dict[str, tuple[int, int]], seated: Iterable[str], days: int) -> Load:
    mine = [sums for unit, sums in asked.items() if unit.startswith(path)]
    people = sum(unit.startswith(path) for unit in seated)
    return Load(path, sum(n for n, _ in mine), sum(f for _, f in mine), people, days)
