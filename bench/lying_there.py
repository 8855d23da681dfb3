"""Many matters with points and words, as they would lie in a district: for looking around a point."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from bench import filling, incidents
from bench.district import SOUTH, WEST

CHANCE = random.Random(5)
COLUMN = {name: n for n, name in enumerate(filling.COLUMNS_OF)}
DAYS = 700


def reports(many: int) -> Iterator[dict[str, Any]]:
    """Reports to open now: words and points of the town, somewhere in the district."""
    for one in islice(incidents.reports(2000, 30.0, 21), 0, None, max(1, 2000 // many)):
        east, north = (one.lon - incidents.WEST), (one.lat - incidents.SOUTH)
        yield {
            "text": one.text,
            "item": one.item,
            "lon": WEST + 0.2 + east,
            "lat": SOUTH + 0.2 + north,
            "address": "",
        }


def fill(many: int) -> None:
    """So many matters, in their grids, with ids in the order of time, a fifth of them open; words of the newest."""
    from django.db import connection

    from gezhi.ledger import clock
    from gezhi.places.queries import tree

    now = clock.now()
    leaves = [unit for unit in tree(now.date()).by_path.values() if unit.leaf]  # before the pipe is open
    rows = _matters(many, now, leaves)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY matters_matter ({', '.join(filling.COLUMNS_OF)}) FROM STDIN") as pipe:
                for row in rows:
                    pipe.write_row(row)
            cursor.execute("VACUUM (ANALYZE) matters_matter")
        else:
            _into_sqlite(rows)
            cursor.execute("ANALYZE")
    _words()


def _matters(many: int, now: datetime, leaves: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    from gezhi.matters.services.intake import ancestors

    kinds = incidents.reports(2000, 30.0, 22)
    step = timedelta(days=DAYS) / many
    for n, row in enumerate(filling.matters(many)):
        unit, at = leaves[CHANCE.randrange(len(leaves))], now - timedelta(days=DAYS) + step * n
        said = kinds[n % len(kinds)]
        lon, lat = _within(unit.lon, unit.lat)
        fresh = list(row)
        up = dict(zip(("a1", "a2", "a3", "a4", "a5", "a6"), ancestors(unit.path), strict=True))
        changed = {
            "id": _id(at), "number": f"Y{n:08d}", "path": unit.path, "command": unit.path, "lon": lon, "lat": lat,
            "item": said.item, "headline": said.text[:40], "at": at, "recorded_at": at,
        } | up  # fmt: skip
        for name, value in changed.items():
            fresh[COLUMN[name]] = value
        yield tuple(fresh)


def _within(lon: float, lat: float) -> tuple[float, float]:
    """A point of the grid around its middle: cells of the district are a hundredth of a degree wide."""
    return lon + CHANCE.uniform(-0.0049, 0.0049), lat + CHANCE.uniform(-0.0049, 0.0049)


def _id(at: datetime) -> UUID:
    millisecond = int(at.timestamp() * 1000)
    return UUID(
        int=millisecond << 80 | 0x7 << 76 | CHANCE.getrandbits(12) << 64 | 0x2 << 62 | CHANCE.getrandbits(62)
    )


def _into_sqlite(rows: Iterator[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    from gezhi.ledger.pouring import spelt

    marks = ", ".join("?" * len(filling.COLUMNS_OF))
    ready = map(spelt, rows)
    while batch := list(islice(ready, 10_000)):
        with transaction.atomic():
            connection.connection.executemany(
                f"INSERT INTO matters_matter ({', '.join(filling.COLUMNS_OF)}) VALUES ({marks})", batch
            )


def _words() -> None:
    """The words of what came in the last 30 days: older ones are never read here."""
    from gezhi.ledger.ids import lowest_id, new_id
    from gezhi.matters.models import Matter, Text

    newest = Matter.objects.filter(id__gte=lowest_id(timedelta(days=30))).values_list("id", "headline")
    texts = (
        Text(id=new_id(), matter=id, kind="report", body=said, salt=b"0" * 16)
        for id, said in newest.iterator()
    )
    while batch := list(islice(texts, 2000)):
        Text.objects.bulk_create(batch)


def centre() -> Any:
    """Somebody of the centre, who sees the whole ground."""
    from gezhi.ledger import clock
    from gezhi.people import queries as people
    from gezhi.people.models import Term

    account = Term.objects.filter(post="centre").values_list("account", flat=True)[0]
    return people.person(account, clock.today())


def around(matter: Any, model: Any) -> int:
    """How many are compared with this one."""
    from gezhi.matters import duplicates
    from gezhi.rules import noticed

    rule = noticed.alike_of(model.alikes, model.items[matter.item])
    assert rule is not None  # noqa: S101  # the base model has a rule for everything
    paths = duplicates._leaves(matter, matter.lon, matter.lat, rule.radius)
    return len(duplicates._rows(matter, rule, paths))
