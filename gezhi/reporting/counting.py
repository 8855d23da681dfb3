# ruff: noqa: S608  (columns and conditions are constants of this file; values are parameters)
"""The counting itself: hand-written, one statement each, the scope always the first condition.

Known = by the columns of the instance's clock; happened = by the claimed ones. Promises of live matters are
judged by the instance's clock either way, those of imported matters by the source's own times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import connection

from gezhi.matters import walls
from gezhi.reporting import grounds
from gezhi.reporting.scopes import Scope

Basis = Literal["known", "happened"]
EARLIEST, LATEST = date(1990, 1, 1), date(9998, 12, 30)
"""No matter is older than the first (intake refuses it), and no instant of these days is out of any zone's years."""
_ACCEPTED: dict[Basis, str] = {"known": "accepted_recorded_at", "happened": "accepted_at"}
_ENDED: dict[Basis, str] = {"known": "ended_recorded_at", "happened": "ended_at"}


@dataclass(frozen=True, slots=True)
class Span:
    """The instants [begins, ends) of a period, and the moment as of which they are looked at (that one included)."""

    begins: datetime
    ends: datetime
    as_of: datetime
    basis: Basis

    @property
    def until(self) -> datetime:
        """The first instant that does not count."""
        return min(self.ends, self.as_of + timedelta(microseconds=1))


class Cell(NamedTuple):
    """How many matters of one child unit (empty: the unit itself), origin and state. State is a closing or open."""

    below: str
    origin: str
    state: str
    number: int


class DueCell(NamedTuple):
    """Matters of one child unit, department, origin (import or not) and closing whose promise fell due.

    `void` are those that owed nothing any more when the moment came.
    """

    below: str
    department: str
    imported: bool
    closing: str
    due: int
    kept: int
    void: int


def cells(scope: Scope, span: Span) -> list[Cell]:
    """Matters by child unit, origin and state. One statement.

    A matter belongs to a period by the moment it was accepted; one that ended without being accepted, by the
    moment it ended.
    """
    accepted, ended = _ACCEPTED[span.basis], _ENDED[span.basis]
    where, given = conditions_of(scope)
    sql = f"""
        SELECT {grounds.below(scope)}, m.origin,
               CASE WHEN m.{ended} <= %s AND m.closing <> '' THEN m.closing ELSE 'open' END, count(*)
        FROM {grounds.matters(scope)}
        WHERE {where} AND ((m.{accepted} >= %s AND m.{accepted} < %s)
              OR (m.{accepted} IS NULL AND m.{ended} >= %s AND m.{ended} < %s))
        GROUP BY 1, 2, 3"""
    return [Cell(*row) for row in rows_of(sql, [span.as_of, *given, *(span.begins, span.until) * 2])]


def fallen_due(scope: Scope, span: Span, promises: Sequence[tuple[str, str]]) -> list[DueCell]:
    """Matters whose promise (one of these flow and name pairs) fell due in the period: whose due moment is past.

    A matter counts once, by its earliest due moment; it kept its promise if, and only if, each one that fell due
    was met in time: what was missed and promised anew stays missed. Met at the due moment is in time: by the instance's
    clock where it is live, by the source's own times where it was imported. One statement.
    """
    if not promises:
        return []
    where, given = conditions_of(scope)
    p, q = (" OR ".join([f"({x}.flow = %s AND {x}.name = %s)"] * len(promises)) for x in ("p", "q"))
    owed = "(p.void_at IS NULL OR p.void_at > p.due_at OR p.missed_at IS NOT NULL)"
    kept = "p.met_at IS NOT NULL AND p.missed_at IS NULL"
    sql = f"""
        SELECT d.below, d.department, d.imported, d.closing, sum(d.owed), sum(d.owed * d.kept), sum(1 - d.owed)
        FROM (SELECT m.id, {grounds.below(scope)} AS below, m.department,
                     CASE WHEN m.{_ENDED[span.basis]} <= %s THEN m.closing ELSE '' END AS closing,
                     CASE WHEN m.origin = 'import' THEN 1 ELSE 0 END AS imported,
                     coalesce(min(CASE WHEN {owed} THEN p.due_at END), min(p.due_at)) AS due_at,
                     max(CASE WHEN {owed} THEN 1 ELSE 0 END) AS owed,
                     min(CASE WHEN NOT {owed} THEN 1 WHEN {kept} THEN 1 ELSE 0 END) AS kept
              FROM {grounds.matters(scope)} JOIN promises_promise p ON p.about = m.id
              WHERE {where} AND ({p}) AND p.due_at < %s AND p.about IN (
                    SELECT q.about FROM promises_promise q WHERE ({q}) AND q.due_at >= %s AND q.due_at < %s)
              GROUP BY 1, 2, 3, 4, 5) d
        WHERE d.due_at >= %s
        GROUP BY 1, 2, 3, 4"""
    names, last = [word for pair in promises for word in pair], min(span.ends, span.as_of)
    given = [span.as_of, *given, *names, last, *names, span.begins, last, span.begins]
    return [DueCell(row[0], row[1], bool(row[2]), *row[3:]) for row in rows_of(sql, given)]


def beginnings(scope: Scope, promises: Sequence[tuple[str, str]]) -> tuple[datetime | None, datetime | None]:
    """When the first imported matter was accepted (or ended), and when the first promise (one of these) of any
    fell due. One statement.
    """
    where, given = conditions_of(scope)
    one_of = " OR ".join(["(p.flow = %s AND p.name = %s)"] * len(promises)) or "p.id IS NULL"
    sql = f"""
        SELECT min(coalesce(m.accepted_at, m.ended_at)), min(p.due_at)
        FROM {grounds.matters(scope)} LEFT JOIN promises_promise p ON p.about = m.id AND ({one_of})
        WHERE {where} AND m.origin = 'import'"""
    row = rows_of(sql, [*(word for pair in promises for word in pair), *given])[0]
    return _moment(row[0]), _moment(row[1])


def _moment(found: Any) -> datetime | None:
    """A moment that was calculated: SQLite gives it as words, in UTC."""
    if isinstance(found, str):
        return datetime.fromisoformat(found).replace(tzinfo=UTC)
    return found if isinstance(found, datetime) else None


def placed(scope: Scope) -> list[tuple[str, str, int]]:
    """Imported matters by how they were located, flag and number."""
    where, given = conditions_of(scope)
    sql = f"""
        SELECT m.located, m.place_flag, count(*) FROM {grounds.matters(scope)}
        WHERE {where} AND m.origin = 'import' GROUP BY 1, 2 ORDER BY 1, 2"""
    return [(located, flag, number) for located, flag, number in rows_of(sql, given)]


def conditions_of(scope: Scope) -> tuple[str, list[Any]]:
    """The condition that a matter `m` is counted in a scope, and its values: where it lies, whose it is, and that it is
    not kept from whoever reads."""
    where, given = grounds.within(scope)
    if scope.departments is not None:
        where += f" AND m.department IN ({', '.join(['%s'] * len(scope.departments)) or 'NULL'})"
        given += scope.departments
    for said in (
        walls.clause(scope.reader, "m") if scope.reader is not None else None,
        walls.clause_at(scope.open_at, "m") if scope.open_at is not None else None,
    ):
        if said is not None:
            where, given = f"{where} AND {said[0]}", [*given, *said[1]]
    return where, given


def rows_of(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What one statement answers, its values spelt as the database stores them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_value(one) for one in given])
        return list(cursor.fetchall())


def _value(value: Any) -> Any:
    """A parameter as the database stores it."""
    if connection.vendor == "postgresql":
        return value
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value.hex if isinstance(value, UUID) else value
