"""The hot path writes what the plain ORM would write, byte for byte, in as few statements as it says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock, digests, instance
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters import queries
from gezhi.matters.models import Matter, Serial, Text
from gezhi.matters.services import intake, writer
from gezhi.matters.services.intake import Opened, open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.services.writer import Rows
from gezhi.promises import services as promises
from gezhi.promises.models import Promise
from gezhi.promises.services import Terms
from gezhi.rules import length

from . import plain
from .liuxi import INSIDE, World

TABLES = (
    "matters_serial matters_matter matters_text matters_asked promises_promise ledger_entry ledger_unheard"
    " vault_secret matters_unsought"
).split()
QUIET = Report(
    text="楼道堆了纸箱，𠮷宅门口 🚲 也有。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous"
)
NAMED = replace(QUIET, reporting="named", name="样本居民", contact="13800000000", client_key="k-1")
LATE = replace(NAMED, late_reason="当时没有网络。", address="桥东路 1 号")


def prepared(report: Report = NAMED, many: int = 1, by: Actor = HOUSE) -> Rows:
    """Rows of one report, with as many promises as asked."""
    at = clock.now() - timedelta(hours=3) if report.late_reason else None
    rows, _opened = intake.prepare(report, by=by, at=at)
    more = [_promise(rows, n) for n in range(max(0, many - 1))]
    return rows._replace(promises=[*rows.promises, *more][:many])


def _promise(rows: Rows, n: int) -> promises.Prepared:
    terms = Terms(length.parse(f"{n + 1}工作日"), (0, 80)[n % 2], {}, "09:00-17:00", "Asia/Shanghai")
    return promises.prepare(rows.entry.about, "main", f"extra{n}", terms, at=clock.now())


def stored() -> dict[str, list[Any]]:
    """Every row of every table that intake writes, as the database itself spells it."""
    with connection.cursor() as cursor:
        return {table: _spelled(cursor, table) for table in TABLES}


def _spelled(cursor: Any, table: str) -> list[Any]:
    if table == "matters_unsought":  # its ids are the database's own count, which nothing takes back
        cursor.execute("SELECT CAST(matter AS text) FROM matters_unsought ORDER BY 1")
    elif connection.vendor == "postgresql":
        cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
    else:
        cursor.execute(f"SELECT name FROM pragma_table_info('{table}')")
        columns = ", ".join(f'''typeof("{name}") || quote("{name}")''' for (name,) in cursor.fetchall())
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1")
    return list(cursor.fetchall())


def tried(write: Callable[[Rows], str], *all_rows: Rows) -> tuple[list[str], dict[str, list[Any]]]:
    """What a way of writing gives and leaves behind, undone afterwards."""
    with transaction.atomic():
        numbers = [write(rows) for rows in all_rows]
        left = stored()
        transaction.set_rollback(True)
    return numbers, left


@pytest.mark.parametrize("many", [0, 1, 2, 3])
@pytest.mark.parametrize("report", [QUIET, NAMED, LATE], ids=["anonymous", "named", "late"])
def test_the_hot_path_leaves_the_rows_of_the_orm(world: World, report: Report, many: int) -> None:
    rows = prepared(report, many, world.clerk())
    assert (rows.secret is None, len(rows.texts), len(rows.promises)) == (
        report is QUIET,
        2 if report is LATE else 1,
        many,
    )
    assert tried(writer.write, rows) == tried(plain.write, rows)


def test_both_ways_count_the_serial_alike_and_number_alike(world: World) -> None:
    first, second = prepared(QUIET), prepared(QUIET)
    assert tried(writer.write, first, second) == tried(plain.write, first, second)
    Serial.objects.create(key=first.serial, last=99_998)
    numbers, _left = tried(writer.write, first, second)
    assert [number.split("-")[1] for number in numbers] == ["99999号", "100000号"]


def test_what_was_read_back_gives_the_digests_that_were_made(world: World) -> None:
    rows = prepared(LATE, 2, world.clerk())
    writer.write(rows)
    entry = Entry.objects.get(id=rows.entry.id)
    actor = Actor(entry.by, entry.post)
    made = digests.of_entry(
        entry.id, entry.what, entry.about, actor, (entry.at, entry.recorded_at), entry.facts
    )
    assert made == bytes(entry.digest) == rows.entry.digest
    for text in Text.objects.all():
        assert f"{text.id.hex}:{digests.of(text.body, bytes(text.salt))}" in entry.facts
    for promise in Promise.objects.filter(name="triage"):
        assert f"{promise.name}@{digests.stamp(promise.due_at)}" in entry.facts


@contextmanager
def sent_to_database() -> Iterator[list[str]]:
    """The first word of every statement within the block, as the driver sees it."""
    sent: list[str] = []
    if connection.vendor == "sqlite":
        connection.connection.set_trace_callback(lambda sql: sent.append(sql.split()[0]))
        yield sent
        connection.connection.set_trace_callback(None)
        return
    with CaptureQueriesContext(connection) as said:
        yield sent
    sent += [query["sql"].split()[0] for query in said.captured_queries]


def test_the_write_is_one_statement(lasting: World) -> None:
    rows = prepared(LATE, 3)
    with sent_to_database() as sent:
        writer.write(rows)
    if connection.vendor == "postgresql":
        assert sent == ["WITH"]
    else:
        assert sent == ["BEGIN", *["INSERT"] * 8, "COMMIT"]


def test_an_intake_is_two_statements_and_one_when_its_caller_knows_the_pulse(lasting: World) -> None:
    open_matter(NAMED, by=HOUSE)  # fills what the process keeps in memory
    write = ["WITH"] if connection.vendor == "postgresql" else ["BEGIN", *["INSERT"] * 8, "COMMIT"]
    with sent_to_database() as sent:
        open_matter(replace(NAMED, client_key=""), by=HOUSE)
    assert sent == ["SELECT", *write]
    pulse = instance.pulse()
    with sent_to_database() as sent:
        open_matter(replace(NAMED, client_key=""), by=HOUSE, pulse=pulse)
    assert sent == write


def test_a_refused_write_leaves_nothing(lasting: World) -> None:
    rows = prepared(NAMED, 2)
    writer.write(rows)
    before = stored()
    again = rows._replace(matter=(new_id(), *rows.matter[1:]))  # its own id, the same client key
    with pytest.raises(IntegrityError):
        writer.write(again)
    assert stored() == before


def test_a_client_key_sent_by_many_at_once_is_one_matter(lasting: World) -> None:
    found = _at_once(8, lambda: open_matter(NAMED, by=HOUSE))
    assert len({opened.number for opened in found}) == len({opened.id for opened in found}) == 1
    assert sorted(opened.again for opened in found) == [False] + [True] * 7
    assert Matter.objects.count() == Text.objects.count() == Promise.objects.count() == 1
    assert Entry.objects.filter(what="matter.opened").count() == 1
    assert Serial.objects.get().last == 1


def test_reports_at_once_are_numbered_without_a_gap(lasting: World) -> None:
    found = _at_once(8, lambda: open_matter(QUIET, by=HOUSE))
    serials = sorted(opened.number.split("-")[1] for opened in found)
    assert serials == [f"{n:04d}号" for n in range(1, 9)]
    assert queries.number_of(found[0].id) == found[0].number


def _at_once(many: int, act: Callable[[], Opened]) -> list[Opened]:
    """What `act` gave to threads that all began together."""
    gate, found = threading.Barrier(many), list[Opened]()

    def run() -> None:
        try:
            gate.wait()
            found.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == many, "a thread failed"
    return found
