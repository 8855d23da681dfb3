"""Run inside a fresh home: fills matters with their promises and entries, and reads the dictionary."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.filling import COLUMNS_OF, NOW, matters  # noqa: E402
from gezhi.ledger import clock  # noqa: E402
from gezhi.ledger.models import Entry  # noqa: E402
from gezhi.ledger.pouring import pour  # noqa: E402
from gezhi.matters import editions  # noqa: E402
from gezhi.matters.models import Matter  # noqa: E402
from gezhi.places import queries as places  # noqa: E402
from gezhi.promises.models import Promise  # noqa: E402
from gezhi.reporting import metrics  # noqa: E402
from gezhi.reporting.metrics import Query  # noqa: E402
from gezhi.reporting.scopes import Scope  # noqa: E402

EVERY = timedelta(minutes=5)  # a matter each: 288 a day
HOUR = timedelta(hours=1)
LAST_MONTH = 8_000
ROUNDS = 5
SOLVED = ("accept", "finish_grid", "pass", "answer", "close_early")
STEPS = ("accepted", "done", "checked", "answered", "closed")


def rows(many: int) -> Iterator[dict[str, Any]]:
    """Matters evenly through time, the last of them now. Each ended two days after it came, but some of the last month."""
    for n, row in enumerate(matters(many)):
        said = dict(zip(COLUMNS_OF, row, strict=True))
        at = NOW - EVERY * (many - n)
        slow = n % 10 == 0 and many - n < LAST_MONTH
        ended = None if slow or at + 48 * HOUR > NOW else at + 48 * HOUR
        said |= {"at": at, "recorded_at": at, "accepted_at": at + HOUR, "accepted_recorded_at": at + HOUR}
        said |= {"ended_at": ended, "ended_recorded_at": ended, "closing": "solved" if ended else ""}
        yield said | {"step": "closed" if ended else "gridwork", "phase": "ended" if ended else "handling"}


def promises(many: int) -> Iterator[tuple[Any, ...]]:
    for n, said in enumerate(rows(many)):
        due, met = said["at"] + 72 * HOUR, said["ended_at"]
        yield (UUID(int=n + 1), said["id"], "main", "finish", said["at"], "3日", due, met, False, False, "{}")


def entries(many: int) -> Iterator[tuple[Any, ...]]:
    n = 0
    for said in rows(many):
        taken = SOLVED if said["ended_at"] else SOLVED[:1]
        for k, (move, step) in enumerate(zip(taken, STEPS, strict=False)):
            n += 1
            at = said["at"] + HOUR if k == 0 else said["ended_at"]
            facts = f'{{"closing":"","department":"","from":"","move":"{move}","step":"{step}"}}'
            yield (UUID(int=n), "matter.stepped", said["id"], None, "", at, at, facts, b"0" * 32)


def fill(many: int) -> None:
    with transaction.atomic():
        pour(Matter, tuple(COLUMNS_OF), (tuple(one.values()) for one in rows(many)))
        pour(
            Promise,
            (
                "id",
                "about",
                "flow",
                "name",
                "made_at",
                "length",
                "due_at",
                "met_at",
                "imported",
                "outside",
                "why",
            ),
            promises(many),
        )
        pour(
            Entry,
            ("id", "what", "about", "by", "post", "at", "recorded_at", "facts", "digest"),
            entries(many),
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def taken(ask: Callable[[], int]) -> dict[str, Any]:
    counted, times = ask(), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    return {"counted": counted, "ms": times, "buffers": pages(ask)}


def pages(ask: Callable[[], int]) -> int:
    """Buffers of the statements that answer this, as PostgreSQL counts them; nought on SQLite."""
    if connection.vendor != "postgresql":
        return 0
    found = []

    def note(execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("WITH", "SELECT")) and "matters_matter" in sql:
            found.append((sql, given))
        return execute(sql, given, many, context)

    with connection.execute_wrapper(note):
        ask()
    total = 0
    with connection.cursor() as cursor:
        for sql, given in found:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", given)
            plan = cursor.fetchone()[0][0]["Plan"]
            total += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return total


def asks(on: date) -> dict[str, Callable[[], int]]:
    model, tree = editions.today(), places.tree(on)
    root = Scope(tree.root.path if tree.root else "")
    town = Scope(tree.children(root.path)[0].path)
    week, quarter = (on - timedelta(days=6), on), (on - timedelta(days=90), on)

    def read(
        scope: Scope, days: tuple[date, date], as_of: datetime, basis: Any = "known"
    ) -> Callable[[], int]:
        query = Query(scope, model, days, as_of, basis)
        return lambda: metrics.dictionary(query, tree).whole.of("accepted").numerator

    now = clock.now()
    listed = Query(root, model, week, now)
    return {
        "all metrics, a week, district": read(root, week, now),
        "all metrics, a week, as happened": read(root, week, now, "happened"),
        "all metrics, a week, one town": read(town, week, now),
        "all metrics, a week, as known the day before": read(root, week, now - timedelta(days=1)),
        "one metric, a week": lambda: metrics.reading(listed, "accepted").numerator,
        "50 behind a number": lambda: len(metrics.behind(listed, "in_grid", "numerator")),
        "all metrics, 13 weeks, district": read(root, quarter, now),
    }


def main(words: list[str]) -> int:
    with clock.fixed(NOW):
        fill(int(words[0]))
        print(json.dumps({name: taken(ask) for name, ask in asks(clock.today()).items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
