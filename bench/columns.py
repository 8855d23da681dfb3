"""The same one statement with one parameter a column, as one would write it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from gezhi.matters.services.writer import ENTRY, MATTER, PROMISE, SECRET, TEXT, Rows

_NUMBER = "%s || (SELECT lpad(last::text, greatest(4, length(last::text)), '0') FROM s) || %s"


def parameters(rows: Rows) -> list[Any]:
    given: list[Any] = [rows.serial, rows.before, rows.after, *rows.matter]
    for row in (*rows.texts, *rows.promises, rows.entry, (rows.entry.id,), rows.secret or ()):
        given.extend(row)
    return given


@lru_cache
def statement(texts: int, promises: int, secret: bool) -> str:
    parts = [
        "s AS (INSERT INTO matters_serial (key, last) VALUES (%s, 1)"
        " ON CONFLICT (key) DO UPDATE SET last = matters_serial.last + 1 RETURNING last)",
        f"m AS (INSERT INTO matters_matter (number, {', '.join(MATTER)}) VALUES ({_NUMBER}, {_marks(MATTER)})"
        " RETURNING number)",
        f"t AS ({_insert('matters_text', TEXT, texts)})",
        f"p AS ({_insert('promises_promise', PROMISE, promises)})",
        f"e AS ({_insert('ledger_entry', ENTRY, 1)})",
        f"u AS ({_insert('ledger_unheard', ('entry',), 1)})",
    ]
    if secret:
        parts.append(f"v AS ({_insert('vault_secret', SECRET, 1)})")
    return f"WITH {', '.join(parts)} SELECT number FROM m"


def _insert(table: str, columns: Sequence[str], count: int) -> str:
    rows = ", ".join([f"({_marks(columns)})"] * count)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows}"


def _marks(columns: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(columns))
