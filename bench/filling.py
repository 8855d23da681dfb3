"""Many matters at once, for measuring what reads them: rows made here, sent by COPY (PostgreSQL) or in batches."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from bench.district import COLUMNS, HIGH, ITEMS, ROWS, WIDE

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FAR = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
OPEN = 0.2  # share of matters that are not ended
DEPARTMENTS = ("", "", "", "", "", "housing", "market", "property", "civility", "justice")
STEPS = (("reported", "reported"), ("gridwork", "handling"), ("assigned", "handling"), ("done", "checking"))
COLUMNS_OF = (
    "id number client_key model flow item category grade step phase closing channel origin headline path a1 a2 a3 a4 a5"
    " a6 command lon lat datum located place_flag address reporting reporter desk department asked_department handler at"
    " recorded_at accepted_at accepted_recorded_at ended_at ended_recorded_at next_due_at next_from_at next_promise moved"
).split()


def segment(number: int) -> str:
    """One level of a path; the bench needs fixed width and order, nothing else."""
    return f"{number:04d}"


def matters(many: int, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of the table's columns above; towns are of unequal size."""
    chance = random.Random(seed)
    towns, communities, grids = COLUMNS // WIDE, ROWS // HIGH, WIDE * HIGH
    for n in range(many):
        town = segment(1) + segment(1 + min(int(chance.paretovariate(0.8)) - 1, towns - 1))
        community = town + segment(1 + chance.randrange(communities))
        yield _matter(n, community, community + segment(1 + chance.randrange(grids)), chance)


def _matter(n: int, community: str, grid: str, chance: random.Random) -> tuple[Any, ...]:
    at = NOW - timedelta(minutes=chance.random() * 60 * 24 * 700)
    is_open = chance.random() < OPEN
    department = chance.choice(DEPARTMENTS)
    step, phase = chance.choice(STEPS) if is_open else ("closed", "ended")
    ended = None if is_open else at + timedelta(hours=chance.randrange(1, 200))
    due = NOW + timedelta(minutes=chance.randrange(-9000, 9000)) if is_open else FAR
    desk = "" if not is_open else f"department:{department}" if department else _desk(step, grid)
    return (
        *(UUID(int=chance.getrandbits(128)), f"柳{grid}-{n:08d}", None, "0123456789abcdef", "main"),
        *(
            chance.choice(ITEMS),
            "社区管理类",
            "ordinary",
            step,
            phase,
            "" if is_open else "solved",
            "phone",
            "live",
        ),
        *(
            "院门口路灯不亮",
            grid,
            grid[:4],
            grid[:8],
            community,
            grid,
            "",
            "",
            grid,
            118.2,
            30.2,
            "wgs84",
            "point",
        ),
        *(
            "",
            "",
            "confidential",
            None,
            desk,
            department,
            department,
            None,
            at,
            at,
            at,
            at,
            ended,
            ended,
            due,
            at,
        ),
        *("finish" if is_open else "", 3),
    )


def _desk(step: str, grid: str) -> str:
    return f"centre@{grid[:4]}" if step == "reported" else f"grid_worker@{grid}"


def fill(table: str, many: int) -> None:
    """Fill a table of the present database and bring its statistics up to date."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(COLUMNS_OF)}) FROM STDIN") as pipe:
                for row in matters(many):
                    pipe.write_row(row)
            cursor.execute(f"VACUUM (ANALYZE) {table}")
            return
    _fill_sqlite(table, many)


def _fill_sqlite(table: str, many: int) -> None:
    from django.db import connection, transaction

    from gezhi.ledger.pouring import spelt

    marks = ", ".join("?" * len(COLUMNS_OF))
    rows = map(spelt, matters(many))
    while batch := list(islice(rows, 10_000)):
        with transaction.atomic():
            connection.connection.executemany(
                f"INSERT INTO {table} ({', '.join(COLUMNS_OF)}) VALUES ({marks})", batch
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
