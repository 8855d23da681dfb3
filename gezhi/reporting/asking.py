"""Counting what the house asks: one statement for each form that was handed in, into a sum (国办函〔2026〕12号)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from django.db import connection

from gezhi.reporting.models import Asked

Task = Literal["resident", "report", "form"]
"""A resident's report, a report that is typed in for somebody, any other form of the desk."""

STEPS = (10, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Seconds: a form is counted by the first of these that it took no longer than."""
LONGEST = 3600
MOST_FIELDS = 200


def column_of(seconds: int) -> str:
    """The column that counts a form of so many seconds; empty where it lay open too long to say anything."""
    if not 0 <= seconds <= LONGEST:
        return ""
    return next((f"s{step}" for step in STEPS if seconds <= step), "longer")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def handed_in(task: Task, *, day: date, unit: str, fields: int, seconds: int) -> None:
    """Count one form that was taken. `unit` is the path of the seat it came from; who handed it in is not asked.

    One upsert of one row: two at once are both counted, and what is kept does not grow with their number.
    """
    took = column_of(seconds)
    told = {"times": 1, "fields": min(max(fields, 0), MOST_FIELDS)} | ({took: 1} if took else {})
    counted = [field.name for field in Asked._meta.fields if field.name not in ("id", "week", "unit", "task")]
    columns = ", ".join(("week", "unit", "task", *counted))
    sums = ", ".join(f"{name} = reporting_asked.{name} + excluded.{name}" for name in told)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO reporting_asked ({columns}) VALUES ({', '.join(['%s'] * (3 + len(counted)))})"  # noqa: S608  # names of this table's own columns
            f" ON CONFLICT (week, unit, task) DO UPDATE SET {sums}",
            [monday_of(day), unit, task, *(told.get(name, 0) for name in counted)],
        )
