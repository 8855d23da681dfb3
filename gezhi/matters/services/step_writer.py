# ruff: noqa: S608  (every name in the statements is a constant of this file)
"""One step on paper: everything that a move and the house's moves after it write, in one statement.

On PostgreSQL one data-modifying statement, of one shape whatever the step is, so that it is planned once; on SQLite the
same changes run on the driver itself. What is stored is what the ORM would have stored; a test compares the two.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from gezhi.ledger.pouring import spelt
from gezhi.ledger.services import Prepared as Entry
from gezhi.matters.models import Matter
from gezhi.matters.services.writer import ASKED, ENTRY, PROMISE, TEXT, from_json, hexed, insert
from gezhi.promises.queries import Open
from gezhi.promises.services import Ended, Prepared

CHANGING = (
    "step phase closing handler department command moved desk asked_department accepted_at accepted_recorded_at"
    " ended_at ended_recorded_at next_due_at next_from_at next_promise"
).split()
"""The columns of a matter that a step may change."""


@dataclass(slots=True)
class Sheet:
    """What a step will write. `open` are the promises that are open as the sheet stands, once they were read."""

    matter: UUID
    seen: int  # moves that the held row had: it is changed if, and only if, it still has
    open: list[Open] | None = None
    ended: list[Ended] = field(default_factory=list)
    promises: list[Prepared] = field(default_factory=list)
    texts: list[tuple[UUID, UUID, str, str, bytes]] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    learn: bool = False  # whether the index of words has to look at the matter again
    done: bool = False  # whether it is not written while parts of the matter are open


def write(sheet: Sheet, matter: Matter) -> bool:
    """Write it. False, and nothing of the matter's row is changed, where somebody else moved it meanwhile, or took parts
    out of what would be done.

    Must run inside the transaction that holds the matter's row.
    """
    here = transaction.get_connection()
    row = {name: getattr(matter, name) for name in CHANGING} | {"id": sheet.matter}
    if here.vendor == "postgresql":
        with here.cursor() as cursor:
            cursor.execute(_POSTGRESQL, (_as_json(sheet, row),))
            return bool(cursor.fetchone()[0])
    with here.wrap_database_errors:
        return _write_sqlite(sheet, row, here.connection)


def _as_json(sheet: Sheet, row: dict[str, Any]) -> str:
    said = {
        "seen": sheet.seen,
        "done": sheet.done,
        "matter": row,
        "ended": [one._asdict() for one in sheet.ended],
        "promises": [one._asdict() for one in sheet.promises],
        "texts": [dict(zip(TEXT, (*t[:4], hexed(t[4])), strict=True)) for t in sheet.texts],
        "asked": [dict(zip(ASKED, one, strict=True)) for one in _asked(sheet)],
        "entries": [one._asdict() | {"digest": hexed(one.digest)} for one in sheet.entries],
        "learn": [{"matter": sheet.matter}] if sheet.learn else [],
    }
    return _encode(said).decode()


def _asked(sheet: Sheet) -> Iterable[tuple[str, UUID, datetime]]:
    return ((department, sheet.matter, since) for department, since in sheet.asked.items())


_encode = msgspec.json.Encoder().encode
_NO_PART_OPEN = (
    "NOT EXISTS (SELECT 1 FROM matters_part AS p JOIN matters_matter AS o ON o.id = p.matter"
    " WHERE p.whole = matters_matter.id AND o.ended_at IS NULL)"
)
_ENDED = ("missed_at", "met_at", "void_at", "look_at")
_POSTGRESQL = (
    "WITH j AS (SELECT %s::jsonb AS v),"
    f" m AS (UPDATE matters_matter SET {', '.join(f'{name} = r.{name}' for name in CHANGING)}"
    " FROM j, jsonb_populate_record(NULL::matters_matter, j.v->'matter') AS r"
    " WHERE matters_matter.id = r.id AND matters_matter.moved = (j.v->>'seen')::int"
    f" AND (NOT (j.v->>'done')::boolean OR {_NO_PART_OPEN}) RETURNING 1),"
    f" q AS (UPDATE promises_promise SET {', '.join(f'{name} = r.{name}' for name in _ENDED)}"
    " FROM j, jsonb_populate_recordset(NULL::promises_promise, j.v->'ended') AS r"
    " WHERE promises_promise.id = r.id AND promises_promise.met_at IS NULL AND promises_promise.void_at IS NULL),"
    f" p AS ({from_json('promises_promise', PROMISE, 'promises')}),"
    f" t AS ({from_json('matters_text', TEXT, 'texts')}),"
    f" a AS ({from_json('matters_asked', ASKED, 'asked')} ON CONFLICT DO NOTHING),"
    f" e AS ({from_json('ledger_entry', ENTRY, 'entries')} RETURNING id),"
    " u AS (INSERT INTO ledger_unheard (entry) SELECT id FROM e),"
    f" w AS ({from_json('matters_unsought', ('matter',), 'learn')})"
    " SELECT count(*) FROM m"
)


def _write_sqlite(sheet: Sheet, row: dict[str, Any], driver: sqlite3.Connection) -> bool:
    changed = driver.execute(
        _UPDATE_MATTER, spelt([*(row[name] for name in CHANGING), sheet.matter, sheet.seen, not sheet.done])
    )
    if not changed.rowcount:
        return False
    for one in sheet.ended:
        driver.execute(_UPDATE_PROMISE, spelt([*(getattr(one, name) for name in _ENDED), one.id]))
    for table, columns, rows in (
        ("promises_promise", PROMISE, sheet.promises),
        ("matters_text", TEXT, sheet.texts),
        ("ledger_entry", ENTRY, sheet.entries),
        ("ledger_unheard", ("entry",), [(one.id,) for one in sheet.entries]),
        ("matters_unsought", ("matter",), [(sheet.matter,)] if sheet.learn else []),
    ):
        if rows:
            driver.execute(insert(table, columns, len(rows)), spelt(v for one in rows for v in one))
    for asked in _asked(sheet):
        driver.execute(f"{insert('matters_asked', ASKED, 1)} ON CONFLICT DO NOTHING", spelt(asked))
    return True


_UPDATE_MATTER = (
    f"UPDATE matters_matter SET {', '.join(f'{name} = ?' for name in CHANGING)}"
    f" WHERE id = ? AND moved = ? AND (? OR {_NO_PART_OPEN})"
)
_UPDATE_PROMISE = (
    f"UPDATE promises_promise SET {', '.join(f'{name} = ?' for name in _ENDED)}"
    " WHERE id = ? AND met_at IS NULL AND void_at IS NULL"
)
