"""The second lock on the ledger: even a slip in our own code cannot change or delete an entry.

On SQLite triggers refuse; on PostgreSQL the instance's role loses the right (only `seal` may be set). The
suite passes without it; `gezhi upgrade` puts it on.
"""

from __future__ import annotations

from django.db import connection

_SAME = " OR ".join(
    f"OLD.{c} IS NOT NEW.{c}"
    for c in ("id", "what", "about", '"by"', "post", "at", "recorded_at", "facts", "digest")
)
_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS ledger_entry_stays BEFORE UPDATE ON ledger_entry"
    f" WHEN OLD.seal IS NOT NULL OR {_SAME}"
    " BEGIN SELECT RAISE(ABORT, 'a ledger entry is never changed'); END",
    "CREATE TRIGGER IF NOT EXISTS ledger_entry_remains BEFORE DELETE ON ledger_entry"
    " BEGIN SELECT RAISE(ABORT, 'a ledger entry is never deleted'); END",
    "CREATE TRIGGER IF NOT EXISTS ledger_day_stays BEFORE UPDATE ON ledger_dayroot"
    " BEGIN SELECT RAISE(ABORT, 'a day that was published is never changed'); END",
    "CREATE TRIGGER IF NOT EXISTS ledger_day_remains BEFORE DELETE ON ledger_dayroot"
    " BEGIN SELECT RAISE(ABORT, 'a day that was published is never deleted'); END",
)
_POSTGRESQL = (
    "REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry FROM CURRENT_USER, PUBLIC",
    "GRANT UPDATE (seal) ON ledger_entry TO CURRENT_USER",
    "REVOKE UPDATE, DELETE, TRUNCATE ON ledger_seal FROM CURRENT_USER, PUBLIC",
    "REVOKE UPDATE, DELETE, TRUNCATE ON ledger_dayroot FROM CURRENT_USER, PUBLIC",
)


def lock_tables() -> None:
    """Put the lock on. Doing it twice is harmless."""
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def unlock_tables() -> None:
    """Take the lock off: a restore into an empty home needs it, and the tests of what the lock does."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("entry_stays", "entry_remains", "day_stays", "day_remains"):
                cursor.execute(f"DROP TRIGGER IF EXISTS ledger_{name}")
        else:
            cursor.execute("GRANT ALL ON ledger_entry, ledger_seal, ledger_dayroot TO CURRENT_USER")
