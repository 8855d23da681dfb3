# ruff: noqa: S608  (every name in the statements comes from the tables themselves)
"""Many rows of one table at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

What is stored is what `bulk_create` would have stored, value by value; a test compares the two. It is for imports, in
which half of the time would else go into asking each field how it is spelt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction


@lru_cache(maxsize=4096)
def _spelt_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(" ")[:-6]


SPELT: dict[type, Callable[[Any], Any]] = {
    UUID: lambda value: f"{value.int:032x}",
    datetime: _spelt_moment,
}
"""How Django spells the values that SQLite has no type for."""


def pour(table: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows that give these fields, in this order; every other field takes its default.

    Raises `TransactionManagementError` outside a transaction, `IntegrityError` as any insert does.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("pour() belongs into the transaction of the change.")
    fields = {field.attname: field for field in table._meta.concrete_fields}
    if strange := sorted(set(names) - set(fields)):
        raise LookupError(f"{table.__name__} has no {strange[0]}.")
    rest = [name for name in fields if name not in names]
    usual = tuple(fields[name].get_default() for name in rest)
    whole = ((*row, *usual) for row in rows) if usual else iter(rows)
    columns = ", ".join(f'"{fields[name].column}"' for name in (*names, *rest))
    if connection.vendor == "postgresql":
        _copy(f'COPY "{table._meta.db_table}" ({columns}) FROM STDIN', whole)
    else:
        marks = ", ".join("?" * (len(names) + len(rest)))
        _execute(f'INSERT INTO "{table._meta.db_table}" ({columns}) VALUES ({marks})', whole)


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def _execute(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.executemany(statement, map(spelt, rows))


def spelt(values: Iterable[Any]) -> list[Any]:
    """Values as SQLite keeps them."""
    return [SPELT[type(value)](value) if type(value) in SPELT else value for value in values]
