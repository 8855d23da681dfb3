"""The machine fails beneath us: the database locked or gone, the disk full. A sentence, and nothing half-written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import close_old_connections, connection

from gezhi.api.tests.program import Program, told
from gezhi.ledger import clock
from gezhi.matters.models import Matter, Text
from gezhi.matters.tests import liuxi

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def centre() -> Iterator[Program]:
    """The centre's program, in a world that is really committed."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        yield Program.of(liuxi.build(), "he")
    liuxi.forget()


def test_a_locked_database_is_told_and_nothing_is_saved(centre: Program) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = centre.report()
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert (answer.status_code, told(answer)["code"]) == (503, "not_saved")
    assert "没有保存任何内容" in told(answer)["detail"]
    assert not Matter.objects.exists()
    assert centre.report().status_code == 201


def test_a_database_that_went_away_is_told_and_found_again(centre: Program) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file in the home")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    answer = centre.report()
    assert (answer.status_code, told(answer)["code"]) == (503, "not_saved")
    close_old_connections()  # as at the end of every request
    assert not Matter.objects.exists()
    assert centre.report().status_code == 201


def test_a_full_disk_is_told_and_nothing_is_half_written(centre: Program) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the disk of PostgreSQL is another machine's; its words are tried below")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    answers = [centre.report(text="很长的一段话。" * 500) for _ in range(40)]
    full = [a for a in answers if a.status_code != 201]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert full
    assert {(a.status_code, told(a)["code"]) for a in full} == {(507, "disk_full")}
    assert Matter.objects.count() == Text.objects.count() == len(answers) - len(full)
    assert centre.report().status_code == 201
