# ruff: noqa: S608  (every name in the statements comes from the tables themselves)
"""Rows read past the ORM's compiler: for the few questions that every step asks, which it would spell anew each time.

What comes back is what `values_list` would have given, value by value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

Row = tuple[Any, ...]
_Turn = tuple[int, Any, tuple[Callable[[Any, Any, Any], Any], ...]]


def fetch(
    table: type[models.Model],
    names: Sequence[str],
    tail: str,
    given: Sequence[Any],
    *,
    hold: bool = False,
    beside: str = "",
) -> list[Row]:
    """The fields of these names of the rows that `tail` says (WHERE …, ORDER BY …; %s for each value given).

    `beside` is an expression whose value comes last, as the driver gives it: a question about the row that would else be
    a statement of its own. `hold` locks them until the transaction ends, where the database has such locks. Values are given as the driver takes
    them but for UUIDs, which are spelt as the database keeps them.
    """
    statement, turns = _shape(table, tuple(names), tail, beside, connection.vendor)
    if hold and connection.features.has_select_for_update:
        statement += " FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(statement, _spelt(given))
        rows: list[Row] = cursor.fetchall()
    return [_turned(row, turns) for row in rows] if turns else rows


def fetch_ids(statement: str, given: Sequence[Any]) -> list[UUID]:
    """The ids that a statement of one column gives; values are given as above."""
    with connection.cursor() as cursor:
        cursor.execute(statement, _spelt(given))
        return [id if isinstance(id, UUID) else UUID(id) for (id,) in cursor.fetchall()]


def marks(some: Collection[Any]) -> str:
    """A mark for each of these, with commas between."""
    return ", ".join(["%s"] * len(some))


def _spelt(given: Sequence[Any]) -> list[Any]:
    bare = connection.features.has_native_uuid_field
    return [one.hex if isinstance(one, UUID) and not bare else one for one in given]


def _turned(row: Row, turns: Sequence[_Turn]) -> Row:
    values = list(row)
    for at, column, converters in turns:
        for convert in converters:
            values[at] = convert(values[at], column, connection)
    return tuple(values)


@lru_cache(maxsize=64)
def _shape(
    table: type[models.Model], names: tuple[str, ...], tail: str, beside: str, _vendor: str
) -> tuple[str, tuple[_Turn, ...]]:
    """The statement, and how its values become Python's, where the driver does not do it."""
    every = {field.attname: field for field in table._meta.concrete_fields}
    fields = [every[name] for name in names]
    name = table._meta.db_table
    columns = ", ".join(f'"{name}"."{field.column}"' for field in fields)
    turns = []
    for at, field in enumerate(fields):
        column = field.get_col(name)
        converters = (*connection.ops.get_db_converters(column), *field.get_db_converters(connection))
        if converters:
            turns.append((at, column, converters))
    more = f", {beside}" if beside else ""
    return f'SELECT {columns}{more} FROM "{name}" {tail}', tuple(turns)
