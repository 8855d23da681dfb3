"""Run inside a home: lets many matters lie there with all that belongs to them, makes keys, says how large it all is.

`fill FROM TO`: matters with text, promise and three ledger entries each, a fifth of them open. `keys N`: a key of the
worker of each of N grids, with a point of the grid, and one of the verifying desk. `size`: bytes of its tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from bench import filling, searching

BATCH = 20_000
ENTRIES = 3
_WHY = '{"length":"2工作日","counted":"work","from":"2026-11-20T04:00:00Z","due":"2026-11-24T04:00:00Z"}'
_FACTS = '{"closing":"","department":"","from":"gridwork","move":"finish_grid","step":"done","was":""}'
PROMISE = (
    "id about flow name made_at length warn_at due_at look_at warned_at missed_at met_at void_at imported outside"
    " stands_since why"
).split()
ENTRY = "id what about by post at recorded_at facts digest seal".split()
_PLACE = {name: n for n, name in enumerate(filling.COLUMNS_OF)}


def fill(start: int, many: int) -> None:
    """So many more, in the order of time."""
    searching.fill(start, many)
    coming = (matter for matter, _text, _asked in searching.rows(start, many))
    while batch := list(islice(coming, BATCH)):
        searching.pour("promises_promise", PROMISE, [_promise(row) for row in batch])
        searching.pour("ledger_entry", ENTRY, [entry for row in batch for entry in _entries(row)])
    _settle()


def _promise(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The one that counts for the list; nothing of it is due before the measure is over."""
    at, ended, about = row[_PLACE["at"]], row[_PLACE["ended_at"]], row[_PLACE["id"]]
    due = at + timedelta(days=3) if ended else filling.NOW + timedelta(days=400)
    look = None if ended else due
    id = UUID(int=about.int + 2)
    return (
        id,
        about,
        "main",
        "finish",
        at,
        "2工作日",
        None,
        due,
        look,
        None,
        None,
        ended,
        None,
        0,
        0,
        None,
        _WHY,
    )


def _entries(row: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    about, at = row[_PLACE["id"]], row[_PLACE["at"]]
    for n in range(ENTRIES):
        id = UUID(int=about.int + 3 + n)
        post = f"grid_worker@{row[_PLACE['path']]}"
        yield id, "matter.stepped", about, None, post, at, at, _FACTS, id.bytes * 2, 1


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")


def keys(many: int) -> dict[str, Any]:
    """Keys of workers, far from each other, and the middle of their grids; the key that verifies and answers."""
    from gezhi.ledger import clock
    from gezhi.ledger.actor import HOUSE
    from gezhi.people import tokens
    from gezhi.people.models import Term
    from gezhi.places.queries import tree

    at = clock.now()
    leaves = {unit.identity: unit for unit in tree(at.date()).by_path.values() if unit.leaf}
    terms = list(Term.objects.filter(post="grid_worker").order_by("id"))
    found = []
    for term in terms[:: max(1, len(terms) // many)][:many]:
        unit = leaves[term.unit]
        found.append([unit.lon, unit.lat, tokens.issue(f"bench {term.id}", term.id, by=HOUSE, at=at)])
    return {"workers": found}


TABLES = (
    "matters_matter",
    "ledger_entry",
    "promises_promise",
    "matters_text",
    "ledger_unheard",
    "vault_secret",
)


def size() -> dict[str, int]:
    """Bytes of each table with its indexes, packed: what lies there for good, not what a busy hour leaves to be reused.

    On SQLite one figure, `all`: the file knows no tables' shares.
    """
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            found = {}
            for table in TABLES:
                cursor.execute(f"VACUUM FULL {table}")
                cursor.execute(f"SELECT pg_total_relation_size('{table}')")
                found[table] = int(cursor.fetchone()[0])
            return found
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return {"all": Path(settings.HOME.sqlite_file).stat().st_size}


def main(words: list[str]) -> int:
    django.setup()
    if words[0] == "fill":
        fill(int(words[1]), int(words[2]) - int(words[1]))
        return 0
    print(json.dumps(keys(int(words[1])) if words[0] == "keys" else size()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
