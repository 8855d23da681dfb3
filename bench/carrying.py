"""What a plan of the ground costs: open matters carried to their new units, and looked at beforehand, per matter.

In one town 200 grids become 100, each matter located again by its point; the rest of the district stands by.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--sizes", default="10000,200000")


def measure(said: argparse.Namespace) -> Report:
    report = Report("carrying matters over")
    for kind in ("postgresql", "sqlite") if said.on == "both" else (said.on,):
        costs = []
        for many in (int(size) for size in said.sizes.split(",")):
            with place(kind, synchronous="NORMAL") as here:
                found = json.loads(here.run("bench.carrying", str(many)))
            report.rows.append({"database": kind, "open matters": f"{many:,}", **found})
            report.aim(f"{kind}, {many:,}: carried once each", found["carried"], f"≥ {many}")
            report.aim(f"{kind}, {many:,}: statements of a batch of 200", found["statements"], "≤ 40")
            costs.append(found["ms each"])
        if len(costs) > 1:
            report.aim(f"{kind}: cost of one at the largest ÷ at the smallest", costs[-1] / costs[0], "≤ 1.3")
    return report


def carried(many: int) -> dict[str, Any]:
    """Fill the town, look at the plan, write it, carry; seconds and statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from gezhi.ledger import clock
    from gezhi.ledger.actor import HOUSE
    from gezhi.matters import editions
    from gezhi.matters.models import Former
    from gezhi.matters.services import grounds
    from gezhi.matters.services.carrying import BATCH, carry

    _fill(many)
    model, now = editions.today(), clock.now()
    proposal = grounds.Proposal(_pairs(), (), clock.today())
    began = time.perf_counter()
    seen = grounds.looked_at(proposal, model, at=now).foreseen
    looked = time.perf_counter() - began
    grounds.adopt(proposal, model, by=HOUSE, at=now)
    took, statements, began = [], [], time.perf_counter()
    while True:
        before = time.perf_counter()
        if len(took) % 20 == 2:
            with CaptureQueriesContext(connection) as asked:
                step = carry(at=now + timedelta(minutes=3), most=BATCH)
            statements.append(len(asked))
        else:
            step = carry(at=now + timedelta(minutes=3), most=BATCH)
        if not step:
            break
        took.append(time.perf_counter() - before)
    seconds = time.perf_counter() - began
    return {
        "carried": Former.objects.count(),
        "foreseen": seen.matters,
        "ms each": round(seconds / many * 1000, 3),
        "batch of 200, median ms": round(median(took) * 1000, 1),
        "statements": max(statements),
        "looking, ms each": round(looked / many * 1000, 4),
        "seconds": round(seconds, 1),
    }


def _town() -> list[Any]:
    """The 200 grids of the first town, neighbours after one another."""
    from gezhi.ledger import clock
    from gezhi.places import queries

    ground = queries.tree(clock.today())
    town = next(unit for unit in ground.by_path.values() if unit.level == "town")
    return [unit for unit in ground.within(town.path) if unit.level == "grid"]


def _pairs() -> list[Any]:
    from gezhi.places.changes import Merge

    grids = _town()
    return [
        Merge(units=(one.identity, other.identity), key=f"m{n}", name=f"大格 {n}")
        for n, (one, other) in enumerate(zip(grids[::2], grids[1::2], strict=True))
    ]


def _fill(many: int) -> None:
    """Matters that a worker has in hand, with the two entries that brought them there."""
    from gezhi.ledger import clock
    from gezhi.ledger.models import Entry
    from gezhi.matters import editions
    from gezhi.matters.models import Matter

    chance, grids, model, now = random.Random(5), _town(), editions.today().version, clock.now()
    for start in range(0, many, 1000):
        some = [_matter(chance.choice(grids), model, now, chance) for _n in range(min(1000, many - start))]
        Matter.objects.bulk_create(some)
        Entry.objects.bulk_create([entry for one in some for entry in _entries(one)])
    _analyze()


def _matter(grid: Any, model: str, now: datetime, chance: random.Random) -> Any:
    from gezhi.ledger.ids import new_id
    from gezhi.matters.models import Matter
    from gezhi.matters.services.intake import ancestors

    id = new_id()
    columns = dict(zip(("a1", "a2", "a3", "a4", "a5", "a6"), ancestors(grid.path), strict=True))
    words = {"flow": "main", "item": "N01", "category": "社区管理类", "grade": "ordinary"}
    stands = {"step": "gridwork", "phase": "handling", "channel": "phone", "origin": "live"}
    lies = {"path": grid.path, "command": grid.path, "located": "point", "datum": "wgs84"}
    point = {"lon": grid.lon + chance.uniform(-4e-3, 4e-3), "lat": grid.lat + chance.uniform(-4e-3, 4e-3)}
    times = {"at": now, "recorded_at": now, "accepted_at": now, "accepted_recorded_at": now}
    return Matter(
        id=id, number=id.hex, model=model, headline="楼道堆了纸箱", reporting="anonymous",
        desk=f"grid_worker@{grid.path}", next_due_at=now + timedelta(days=3), next_from_at=now,
        next_promise="finish", **columns, **words, **stands, **lies, **point, **times,
    )  # fmt: skip


def _entries(matter: Any) -> list[Any]:
    from gezhi.ledger.ids import new_id
    from gezhi.ledger.models import Entry

    said = {"about": matter.id, "by": None, "post": "house", "at": matter.at, "recorded_at": matter.at}
    return [
        Entry(id=new_id(), what=what, facts='{"move":"accept"}', digest=bytes(32), seal=1, **said)
        for what in ("matter.opened", "matter.stepped")
    ]


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main(many: str) -> None:
    import django

    django.setup()
    print(json.dumps(carried(int(many)), ensure_ascii=False))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1])
