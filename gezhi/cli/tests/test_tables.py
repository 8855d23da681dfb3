"""An upgrade of a running instance gives way: nobody who writes queues behind it for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, models
from django.db.migrations.loader import MigrationLoader

from gezhi.cli.tables import patiently
from gezhi.errors import Refused
from gezhi.ledger.index_beside import AddIndexBeside

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="only PostgreSQL has a queue for its tables"
)
CHANGE = "ALTER TABLE matters_matter ADD COLUMN probe integer"


@contextmanager
def somebody(statement: str) -> Iterator[Any]:
    """Another connection, in a transaction that has done this."""
    link = connection.copy()
    link.inc_thread_sharing()  # a timer may end its transaction
    try:
        link.set_autocommit(False)
        with link.cursor() as cursor:
            cursor.execute(statement)
        yield link
    finally:
        link.close()


def executed(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        return str(cursor.fetchone()[0])


@on_postgresql
def test_who_writes_behind_a_waiting_upgrade_waits_half_a_second() -> None:
    tries: list[float] = []
    waits: list[float] = []
    done = threading.Event()

    def change() -> None:
        tries.append(time.monotonic())
        executed(CHANGE)

    def writes() -> None:
        with somebody("SELECT 1") as link, link.cursor() as cursor:
            while not tries:
                time.sleep(0.01)
            while not done.is_set():  # some of them come while the change stands in the queue
                began = time.monotonic()
                cursor.execute("UPDATE matters_matter SET moved = moved")
                waits.append(time.monotonic() - began)
                link.rollback()

    try:
        with somebody("SELECT count(*) FROM matters_matter") as reader:
            writer = threading.Thread(target=writes)
            writer.start()
            threading.Timer(4.0, lambda: (done.set(), reader.rollback())).start()
            patiently(change, patience=60, pause=0.2)
            writer.join()
        assert len(tries) > 1
        assert 0.1 < max(waits) < 3, "as long as a try, not as long as the reader"
        assert setting() == "0"
    finally:
        executed("ALTER TABLE matters_matter DROP COLUMN IF EXISTS probe")


@on_postgresql
def test_patience_ends_with_a_sentence() -> None:
    held = somebody("LOCK TABLE matters_matter IN ACCESS SHARE MODE")
    with held, pytest.raises(Refused, match="再运行 gezhi upgrade") as told:
        patiently(lambda: executed(CHANGE), patience=0.1, pause=0.01)
    assert told.value.code == "tables_are_held"
    assert setting() == "0"


def test_another_fault_is_not_tried_again() -> None:
    tries: list[int] = []

    def fails() -> None:
        tries.append(1)
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError, match="disk is full"):
        patiently(fails)
    assert tries == [1]


@on_postgresql
def test_an_index_that_was_broken_off_is_built_again_and_waits_for_nobody_s_lock() -> None:
    index = models.Index(fields=["origin", "step"], name="matters_probe")
    state = MigrationLoader(None).project_state()
    try:
        with somebody("UPDATE matters_matter SET moved = moved") as other:
            executed("SET statement_timeout = 200")
            with pytest.raises(OperationalError):
                executed("CREATE INDEX CONCURRENTLY matters_probe ON matters_matter (origin)")
            executed("SET statement_timeout = 20000")
            threading.Timer(0.8, other.rollback).start()  # longer than the patience of a lock
            patiently(lambda: _add(index, state), patience=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid, indnatts FROM pg_index WHERE indexrelid = 'matters_probe'::regclass"
            )
            assert cursor.fetchall() == [(True, 2)]
    finally:
        executed("DROP INDEX IF EXISTS matters_probe")
        executed("RESET statement_timeout")


def _add(index: models.Index, state: Any) -> None:
    with connection.schema_editor(atomic=False) as editor:
        AddIndexBeside("matter", index).database_forwards("matters", editor, state, state)
        assert setting() == "500ms"
