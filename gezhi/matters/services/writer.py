# ruff: noqa: S608  (every name in the statements is a constant of this file)
"""The hot path: a new matter with its text, promises, entry and reporter in one statement.

On PostgreSQL one data-modifying statement does it all, atomic by itself; on SQLite the same inserts run
on the driver itself, inside BEGIN IMMEDIATE. A test feeds both and the plain ORM and compares rows and digests byte for byte.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from django.db import transaction

from gezhi.ledger.pouring import spelt
from gezhi.ledger.services import Prepared as Entry
from gezhi.matters.walls import Standing
from gezhi.promises.services import Prepared as Promise

MATTER = (
    "id client_key model flow item category grade step phase closing channel origin headline path a1 a2 a3 a4 a5 a6"
    " command lon lat datum located place_flag address reporting reporter desk department asked_department handler"
    " at recorded_at accepted_at accepted_recorded_at ended_at ended_recorded_at next_due_at next_from_at next_promise"
    " moved"
).split()
TEXT = ("id", "matter", "kind", "body", "salt")
ASKED = ("department", "matter", "since")
PROMISE = (*Promise._fields,)
ENTRY = ("id", "what", "about", '"by"', "post", "at", "recorded_at", "facts", "digest")
SECRET = ("id", "kind", "sealed", "blind", "made_at")


class Rows(NamedTuple):
    """Everything one intake writes. The number is the one value the database adds; no digest covers it."""

    serial: str  # key of the counter
    before: str  # number = before + serial of at least four digits + after
    after: str
    matter: Sequence[Any]
    texts: Sequence[Sequence[Any]]
    asked: Sequence[Sequence[Any]]
    promises: Sequence[Promise]
    entry: Entry
    secret: Sequence[Any] | None
    walls: tuple[Standing, ...] = ()  # written beside it, by `wall_rows`


def write(rows: Rows) -> str:
    """Store a matter and return its number. Raises `IntegrityError` when the client key was used before."""
    here = transaction.get_connection()
    if here.vendor == "postgresql":
        # Inside a caller's transaction a refused key must not poison it.
        with transaction.atomic() if here.in_atomic_block else nullcontext(), here.cursor() as cursor:
            cursor.execute(_POSTGRESQL, (_as_json(rows),))
            return str(cursor.fetchone()[0])
    with transaction.atomic(), here.wrap_database_errors:
        return _write_sqlite(rows, here.connection)


def _as_json(rows: Rows) -> str:
    """All rows as one JSON value, keyed by column: the one parameter of the one statement.

    Seventy parameters would each be adapted in Python and the statement read anew each time; PostgreSQL
    reads a JSON value into rows of its tables by itself.
    """
    secret = rows.secret
    return _encode(
        {
            "serial": rows.serial,
            "before": rows.before,
            "after": rows.after,
            "matter": dict(zip(MATTER, rows.matter, strict=True)),
            "texts": [dict(zip(TEXT, (*t[:4], hexed(t[4])), strict=True)) for t in rows.texts],
            "asked": [dict(zip(ASKED, a, strict=True)) for a in rows.asked],
            "promises": [dict(zip(PROMISE, p, strict=True)) for p in rows.promises],
            "entry": dict(zip(_BARE_ENTRY, (*rows.entry[:8], hexed(rows.entry[8])), strict=True)),
            "secrets": [
                dict(zip(SECRET, (*secret[:2], hexed(secret[2]), hexed(secret[3]), secret[4]), strict=True))
            ]
            if secret
            else [],
        }
    ).decode()


def hexed(value: bytes | None) -> str | None:
    """Bytes as PostgreSQL reads them."""
    return None if value is None else f"\\x{value.hex()}"


_encode = msgspec.json.Encoder().encode
_BARE_ENTRY = [column.strip('"') for column in ENTRY]


def from_json(table: str, columns: Sequence[str], key: str) -> str:
    """Insert the rows that stand under a key of the parameter."""
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)}"
        f" FROM jsonb_populate_recordset(NULL::{table}, (SELECT v->'{key}' FROM j))"
    )


_POSTGRESQL = (
    "WITH j AS (SELECT %s::jsonb AS v),"
    " s AS (INSERT INTO matters_serial (key, last) SELECT v->>'serial', 1 FROM j"
    " ON CONFLICT (key) DO UPDATE SET last = matters_serial.last + 1 RETURNING last::text AS n),"
    f" m AS (INSERT INTO matters_matter (number, {', '.join(MATTER)})"
    " SELECT (v->>'before') || lpad(n, greatest(4, length(n)), '0') || (v->>'after'),"
    f" {', '.join('r.' + column for column in MATTER)}"
    " FROM s, j, jsonb_populate_record(NULL::matters_matter, j.v->'matter') AS r RETURNING number),"
    f" t AS ({from_json('matters_text', TEXT, 'texts')}),"
    f" a AS ({from_json('matters_asked', ASKED, 'asked')}),"
    f" p AS ({from_json('promises_promise', PROMISE, 'promises')}),"
    f" e AS (INSERT INTO ledger_entry ({', '.join(ENTRY)}) SELECT {', '.join(ENTRY)}"
    " FROM jsonb_populate_record(NULL::ledger_entry, (SELECT v->'entry' FROM j))),"
    " u AS (INSERT INTO ledger_unheard (entry) SELECT (v->'entry'->>'id')::uuid FROM j),"
    " w AS (INSERT INTO matters_unsought (matter) SELECT (v->'entry'->>'about')::uuid FROM j),"
    f" x AS ({from_json('vault_secret', SECRET, 'secrets')})"
    " SELECT number FROM m"
)


@lru_cache(maxsize=64)
def insert(table: str, columns: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"


_SERIAL = (
    "INSERT INTO matters_serial (key, last) VALUES (?, 1)"
    " ON CONFLICT (key) DO UPDATE SET last = last + 1 RETURNING last"
)


def _write_sqlite(rows: Rows, driver: sqlite3.Connection) -> str:
    number = f"{rows.before}{driver.execute(_SERIAL, (rows.serial,)).fetchone()[0]:04d}{rows.after}"
    for table, columns, all_of_it in (
        ("matters_matter", _NUMBERED, [(number, *rows.matter)]),
        ("matters_text", TEXT, rows.texts),
        ("matters_asked", ASKED, rows.asked),
        ("promises_promise", PROMISE, rows.promises),
        ("ledger_entry", ENTRY, [rows.entry]),
        ("ledger_unheard", ("entry",), [(rows.entry.id,)]),
        ("matters_unsought", ("matter",), [(rows.entry.about,)]),
        ("vault_secret", SECRET, [rows.secret] if rows.secret else []),
    ):
        if all_of_it:
            given = spelt([value for row in all_of_it for value in row])
            driver.execute(insert(table, columns, len(all_of_it)), given)
    return number


_NUMBERED = ("number", *MATTER)
