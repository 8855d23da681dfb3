"""What the ground costs: a point located with its neighbours, 2,000 grids looked through, the published counts loaded."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from bench.homes import place
from bench.report import Report

POINTS, ROUNDS = 8000, 15


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--part", choices=("all", "locate", "audit", "loads"), default="all")


def measure(said: argparse.Namespace) -> Report:
    report = Report("the ground")
    with place(said.on, synchronous="NORMAL") as here:
        for part in ("locate", "audit", "loads") if said.part == "all" else (said.part,):
            found = json.loads(here.run("bench.ground", part))
            report.rows += found["rows"]
            for name, value, wanted in found["aims"]:
                report.aim(name, value, wanted)
    return report


def locating() -> dict[str, Any]:
    """The tree against the way before neighbours were named: one point, one query of the leaves, by turns."""
    rows, aims = [], []
    for name, tree, points in (("2,000 grids", *_squares()), ("the demo district", *_demo())):
        leaves = [path for path in tree.paths if tree.by_path[path].leaf]
        plain = shapely.STRtree([tree.border(path) for path in leaves])

        def before(lon: float, lat: float, plain: shapely.STRtree = plain, held: list[str] = leaves) -> str:
            found = plain.query(shapely.Point(lon, lat), predicate="intersects")
            return held[int(found[0])] if len(found) == 1 else ""

        took: dict[str, list[float]] = {"before": [], "now": []}
        for _round in range(ROUNDS):
            for way, act in (("before", before), ("now", tree.locate)):
                began = time.process_time()
                for lon, lat in points:
                    act(lon, lat)
                took[way].append((time.process_time() - began) / len(points) * 1e6)
        ratio = median(now / was for was, now in zip(took["before"], took["now"], strict=True))
        rows.append(
            {
                "what": f"locate, {name}",
                "µs without neighbours": round(min(took["before"]), 2),
                "µs with them": round(min(took["now"]), 2),
                "ratio": round(ratio, 3),
            }
        )
        aims.append((f"{name}: with neighbours ÷ without", ratio, "≤ 1.1"))
    return {"rows": rows, "aims": aims}


def auditing() -> dict[str, Any]:
    from gezhi.places.audit import Drawn, audited

    tree, _points = _squares()
    chance = random.Random(3)
    units = []
    for path in tree.paths:
        border = tree.border(path)
        if path != "0001" and chance.random() < 0.01:
            border = shapely.transform(border, lambda at: np.add(at, (2e-6, 0)))
        units.append(Drawn(path, path[:-4], tree.by_path[path].level, path, border))
    began = time.perf_counter()
    faults = audited(units)
    seconds = time.perf_counter() - began
    row = {"what": "audit, 2,000 grids of 20 corners", "faults": len(faults), "seconds": round(seconds, 2)}
    return {"rows": [row], "aims": [("audit of 2,000 grids, seconds", seconds, "≤ 5")]}


def loading() -> dict[str, Any]:
    """Each published set of counts, in a transaction that is rolled back."""
    from django.db import transaction

    from gezhi.places import queries
    from gezhi.places.models import Unit
    from gezhi.places.tests import loads

    rows, aims = [], []
    for name, wishes, nets, wanted in (
        ("光明", loads.GUANGMING, [loads.POLICE], "1/6/31/264/1734 + 264"),
        ("观澜", loads.GUANLAN, [loads.RED], "1/10/59 + 238"),
        ("南陵", loads.NANLING, [], "1/5/25/211"),
        ("江海", loads.JIANGHAI, [], "1/3/55/190/2590"),
    ):
        with transaction.atomic():
            Unit.objects.all().delete()  # of the district to measure in; comes back with the rollback
            queries.forget()
            loaded = loads.load(wishes, nets)
            days = [(loads.FROM, wanted)]
            if nets == [loads.POLICE]:
                loads.reform(loaded)
                days = [(date(2023, 12, 31), wanted), (date(2024, 8, 31), "1/6/37/272/1734 + 264")]
            for day, said in days:
                loaded.seconds.update(ask=0.0, audit=0.0)
                with loaded.timed("ask"):
                    counts = loads.counts(day)
                with loaded.timed("audit"):
                    faults = len(loads.audit(day))
                seconds = {what: round(took, 2) for what, took in loaded.seconds.items() if took >= 0.005}
                rows.append(
                    {"what": name, "as of": day.isoformat(), "counts": counts, "faults": faults, **seconds}
                )
                aims.append((f"{name} as of {day}: counts as published", float(counts == said), "≥ 1"))
                aims.append((f"{name} as of {day}: faults of borders", float(faults), "≤ 0"))
            transaction.set_rollback(True)
        queries.forget()
    return {"rows": rows, "aims": aims}


def _squares() -> tuple[Any, list[tuple[float, float]]]:
    """2,000 squares of a kilometre with 20 corners each, and points all over them."""
    from gezhi.places.tree import Row, Tree

    rows = [_row(Row, "0001", "county", shapely.box(118, 30, 118.5, 30.4))]
    for n in range(2000):
        west, south = 118 + n // 40 * 0.01, 30 + n % 40 * 0.01
        square = shapely.segmentize(shapely.box(west, south, west + 0.01, south + 0.01), 0.0021)
        rows.append(_row(Row, f"0001{n:04}", "grid", shapely.set_precision(square, 1e-7)))
    return Tree(rows), _scattered(118, 30, 118.5, 30.4)


def _demo() -> tuple[Any, list[tuple[float, float]]]:
    from gezhi.demo.ground import district
    from gezhi.places.planting import Levels, laid_out
    from gezhi.places.tree import Row, Tree

    units = district(("county", "town", "community", "grid"), counted_on=date(2026, 1, 1)).units
    placed = laid_out(
        units, Levels({"county": "", "town": "county", "community": "town", "grid": "community"})
    )
    borders = {placed[unit.key]: shapely.from_wkb(unit.border) for unit in units}
    tree = Tree([_row(Row, placed[unit.key], unit.level, borders[placed[unit.key]]) for unit in units])
    inside = [at for at in _scattered(*shapely.bounds(borders["0001"])) if tree.locate(*at).how == "grid"]
    return tree, inside


def _row(kind: Any, path: str, level: str, border: Any) -> Any:
    return kind(path, UUID(int=int(path, 32)), level, path, "", "", None, None, bytes(shapely.to_wkb(border)))


def _scattered(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    chance = random.Random(1)
    return [(chance.uniform(west, east), chance.uniform(south, north)) for _n in range(POINTS)]


def main(part: str) -> None:
    import django

    django.setup()
    found = {"locate": locating, "audit": auditing, "loads": loading}[part]()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1])
