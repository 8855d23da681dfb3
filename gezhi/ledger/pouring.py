# ruff: noqa: S608  (every name in the statements comes from the tables themselves)
"""Many rows of one table at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

What is stored is what `bulk_create` would have stored, value by value; a test compares the two. It is for imports, in
which half of the time would else go into asking each field how it is spelt. A load is made of plain values alone, so that
another process may make it and this one write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.apps import apps
from django.db import connection, models, transaction

from .digests import stamp


@lru_cache(maxsize=4096)
def _spelt_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(" ")[:-6]


@lru_cache(maxsize=4096)
def spelt_moment(moment: datetime) -> str:
    """An instant as a load of this database has it."""
    return _spelt_moment(moment) + _zone()


SPELT: dict[type, Callable[[Any], Any]] = {
    UUID: lambda value: f"{value.int:032x}",
    datetime: _spelt_moment,
}
"""How Django spells the values that SQLite has no type for."""
_IDS = ("UUIDField", "ForeignKey")  # every key of ours is an id


class Load(msgspec.Struct, array_like=True):
    """Rows of one table as they are to be written: words, numbers, bytes, yes and no."""

    table: str  # as Django calls it: app.Model
    columns: list[str]
    rows: list[list[Any]]


def pour(table: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows that give these fields, in this order; every other field takes its default.

    Raises `TransactionManagementError` outside a transaction, `IntegrityError` as any insert does.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("pour() belongs into the transaction of the change.")
    put(load(table, names, rows))


def load(table: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Load:
    """Rows that give these fields, in this order, made ready; every other field takes its default. Writes nothing."""
    fields = _fields(table)
    ids = [n for n, name in enumerate(names) if name in fields and fields[name].get_internal_type() in _IDS]
    moments = [n for n, name in enumerate(names) if name in fields and _is_moment(fields[name])]
    return spelt_load(table, names, [_row(row, ids, moments) for row in rows])


def spelt_load(table: type[models.Model], names: Sequence[str], rows: list[list[Any]]) -> Load:
    """The same of rows whose values are spelt already; the rows become the load's."""
    fields = _fields(table)
    if strange := sorted(set(names) - set(fields)):
        raise LookupError(f"{table.__name__} has no {strange[0]}.")
    rest = [name for name in fields if name not in names]
    if usual := _plain((fields[name].get_default() for name in rest), _zone()):
        for row in rows:
            row.extend(usual)
    return Load(table._meta.label, [str(fields[name].column) for name in (*names, *rest)], rows)


class Moment(NamedTuple):
    """An instant with its two spellings, made once for all the rows in which it stands: as it is hashed, and as a load
    has it."""

    at: datetime
    stamp: int
    spelt: str


def moment(at: datetime) -> Moment:
    """An instant, spelt for this database."""
    at = at.astimezone(UTC)
    return Moment(at, stamp(at), spelt_moment(at))


@cache
def _zone() -> str:
    """What follows a moment; asked once, it costs as much as a row."""
    return "+00" if connection.vendor == "postgresql" else ""


def _fields(table: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {field.attname: field for field in table._meta.concrete_fields if not _numbered(field)}


def _is_moment(field: models.Field[Any, Any]) -> bool:
    return field.get_internal_type() == "DateTimeField"


def _numbered(field: models.Field[Any, Any]) -> bool:
    """Whether the database counts this field up by itself."""
    return field.get_internal_type() in ("AutoField", "BigAutoField")


def _row(said: Sequence[Any], ids: list[int], moments: list[int]) -> list[Any]:
    """Only the columns whose type has a spelling of its own are looked at."""
    row = [*said]
    for n in ids:
        if row[n] is not None:
            row[n] = f"{row[n].int:032x}"
    for n in moments:
        if row[n] is not None:
            row[n] = spelt_moment(row[n])
    return row


def put(one: Load) -> None:
    """Write a load. Raises `TransactionManagementError` outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("put() belongs into the transaction of the change.")
    table = apps.get_model(one.table)._meta.db_table
    if not one.rows:
        return
    columns = ", ".join(f'"{column}"' for column in one.columns)
    if connection.vendor == "postgresql":
        _copy(f'COPY "{table}" ({columns}) FROM STDIN', one.rows)
    else:
        marks = ", ".join("?" * len(one.columns))
        _execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', one.rows)


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def _execute(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.executemany(statement, rows)


def _plain(values: Iterable[Any], zone: str) -> list[Any]:
    """Values as a load has them."""
    return [one + zone if isinstance(value, datetime) else one for value in values for one in spelt([value])]


def spelt(values: Iterable[Any]) -> list[Any]:
    """Values as SQLite keeps them."""
    return [SPELT[type(value)](value) if type(value) in SPELT else value for value in values]
