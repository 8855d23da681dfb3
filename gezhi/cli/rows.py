"""Tables as rows that mean the same on both databases: written, read back, counted and compared.

A row is the list of its columns' Python values as MessagePack (ids and days as text, instants as UTC
timestamps). The digest of a table is the sum of the SHA-256 of its rows: the order of rows does not matter,
because the two databases do not agree about it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Model

BATCH = 1000
LEFT_OUT = {
    "vault_salt": "a salt lives a day at most, so no backup may keep it",
    "vault_attempt": "counts under those salts",
    "people_session": "a restore ends every sign-in",
    "matters_posting": "the index of words is made anew from the matters and their texts",
    "matters_sought": "the same",
    "matters_unsought": "the same",
    "matters_seeking": "how far that index is",
}
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(type=list[list[Any]]).decode
_MODULUS = 2**256


@dataclass
class Tally:
    """How many rows a table has, under which columns, and the sum of their digests."""

    columns: list[str]
    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[list[Any]]) -> None:
        for row in rows:
            self.rows += 1
            self.total += int.from_bytes(hashlib.sha256(_pack(row)).digest())

    def said(self) -> dict[str, Any]:
        return {"rows": self.rows, "digest": f"{self.total % _MODULUS:064x}", "columns": self.columns}


@dataclass(frozen=True)
class Table:
    """One table: its model, and its columns in the order in which they are written (an older model had another)."""

    model: type[Model]
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def fields(self) -> list[Field[Any, Any]]:
        found = {str(f.column): f for f in self.model._meta.concrete_fields if isinstance(f, Field)}
        return [found[column] for column in self.columns or found]

    def count(self) -> int:
        return self.model._base_manager.count()

    def fresh_tally(self) -> Tally:
        return Tally([str(f.column) for f in self.fields])

    def batches(self) -> Iterator[list[list[Any]]]:
        """All rows, at most `BATCH` at a time, read within the caller's transaction."""
        binary = [n for n, f in enumerate(self.fields) if f.get_internal_type() == "BinaryField"]
        names = [f.attname for f in self.fields]
        batch: list[list[Any]] = []
        for values in self.model._base_manager.order_by("pk").values_list(*names).iterator(BATCH):
            row = list(values)
            for n in binary:
                row[n] = None if row[n] is None else bytes(row[n])
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def tally(self) -> Tally:
        """Everything in the table now, counted and digested."""
        tally = self.fresh_tally()
        for batch in self.batches():
            tally.add(batch)
        return tally

    def load(self, rows: list[list[Any]]) -> None:
        """Insert rows as they were: no default, no conversion but the database's own."""
        makers = [_maker(f) for f in self.fields]
        for row in rows:
            for n, make in enumerate(makers):
                if make is not None and row[n] is not None:
                    row[n] = make(row[n])
        if connection.vendor == "postgresql":
            self._copy(rows)
        else:
            self._insert(rows)

    def _copy(self, rows: list[list[Any]]) -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self._quoted()} FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _insert(self, rows: list[list[Any]]) -> None:
        places = ", ".join(["%s"] * len(self.fields))
        preparers = [f.get_db_prep_save for f in self.fields]
        values = [[prep(v, connection) for prep, v in zip(preparers, row, strict=True)] for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {self._quoted()} VALUES ({places})", values)  # noqa: S608  # our own names

    def _quoted(self) -> str:
        quote = connection.ops.quote_name
        return f"{quote(self.name)} ({', '.join(quote(str(f.column)) for f in self.fields)})"


def tables(registry: Apps) -> list[Table]:
    """Every table that a backup holds, by name."""
    models = registry.get_models(include_auto_created=True)
    kept = [m for m in models if m._meta.managed and m._meta.db_table not in LEFT_OUT]
    return sorted((Table(m) for m in kept), key=lambda t: t.name)


def encode(rows: list[list[Any]]) -> bytes:
    return _pack(rows)


def decode(block: bytes) -> list[list[Any]]:
    return _unpack(block)


def set_counters(loaded: list[Table]) -> None:
    """Let numbers that the database gives go on after the highest that was loaded."""
    statements = connection.ops.sequence_reset_sql(no_style(), [t.model for t in loaded])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _maker(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What turns the text of a row back into the column's value; none where it already is that value."""
    while field.remote_field is not None and hasattr(field, "target_field"):
        field = field.target_field
    kind = field.get_internal_type()
    if kind == "UUIDField":
        return UUID
    if kind in {"DateField", "DecimalField", "TimeField", "DurationField"}:
        return field.to_python
    return None
