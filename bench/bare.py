"""The yardstick: a bare Django view that decodes the same report and writes the same rows in one statement.

No middleware, no key, no checks, no ground, no model: every value that is not from the report is a constant of
this file, but for the ids. What the house does more than this is what it does for the district.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bench import columns
from gezhi.api.shapes import NewMatter
from gezhi.ledger.ids import new_id
from gezhi.matters.services import writer


def _one_value(rows: writer.Rows) -> tuple[str, tuple[str]]:
    return writer._POSTGRESQL, (writer._as_json(rows),)


def _by_column(rows: writer.Rows) -> tuple[str, list[Any]]:
    return columns.statement(1, 1, True), columns.parameters(rows)


STATEMENT = _by_column if os.environ.get("BENCH_BY_COLUMN") else _one_value
WHY = "x" * 420  # a derivation as long as the house's own
FACTS = "y" * 640
_decode = msgspec.json.Decoder(NewMatter).decode
_day = datetime.now(UTC).replace(microsecond=0)


def rows_of(sent: NewMatter) -> writer.Rows:
    """The rows of a report with everything but its ids and words made up."""
    matter, now = new_id(), datetime.now(UTC)
    town = f"0001{int(matter) % 10:04d}"
    grid = f"{town}00010001"
    return writer.Rows(
        serial=f"{town}:{_day:%Y%m%d}",
        before=f"柳{town}〔2026〕1121-",
        after="号",
        matter=(
            *(matter, f"{matter.hex}{matter.hex}", "0123456789abcdef", "main", sent.item, "社区管理类"),
            *("ordinary", "reported", "reported", "", "resident", "live", sent.text[:40], grid, "0001", town),
            *(f"{town}0001", grid, "", "", grid, sent.lon, sent.lat, "wgs84", "point", "", sent.address),
            *("confidential", new_id(), f"centre@{grid[:4]}", "", "", None, now, now, None, None, None, None),
            *(now + timedelta(hours=2), now, "triage", 0),
        ),
        texts=[(new_id(), matter, "report", sent.text, os.urandom(16))],
        asked=[],
        promises=[
            writer.Promise(
                new_id(),
                matter,
                "main",
                "triage",
                now,
                "2小时",
                now + timedelta(minutes=96),
                now + timedelta(hours=2),
                now + timedelta(minutes=96),
                False,
                False,
                WHY,
            )
        ],
        entry=writer.Entry(
            new_id(), "matter.opened", matter, new_id(), "centre@0001", now, now, FACTS, os.urandom(32)
        ),
        secret=(new_id(), "reporter", os.urandom(90), os.urandom(16), now),
    )


@csrf_exempt
def one_statement(request: HttpRequest) -> HttpResponse:
    rows = rows_of(_decode(request.body))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(*STATEMENT(rows))
            number = cursor.fetchone()[0]
    else:
        number = _straight(rows)
    return HttpResponse(msgspec.json.encode({"number": number}), status=201, content_type="application/json")


def _straight(rows: writer.Rows) -> str:
    """The same inserts on SQLite's own driver, inside BEGIN IMMEDIATE."""
    connection.ensure_connection()
    driver: sqlite3.Connection = connection.connection
    driver.execute("BEGIN IMMEDIATE")
    try:
        number = writer._write_sqlite(rows, driver)
        driver.execute("COMMIT")
    except BaseException:
        driver.execute("ROLLBACK")
        raise
    return number


urlpatterns = [path("api/v1/matters", one_statement)]
