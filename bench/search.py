"""The one search box at ten thousand, two hundred thousand and two million matters: p50, p95, size, indexing rate.

Searches of several kinds from several seats, in one shuffled order; the whole of what the page asks the database.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 200_000, 2_000_000])


def measure(said: argparse.Namespace) -> Report:
    report = Report(f"searches on {said.on}")
    with place(said.on) as here:
        found = {
            int(size): one
            for size, one in json.loads(here.run("bench.searching", *map(str, said.sizes))).items()
        }
    return told(report, found)


def told(report: Report, found: dict[int, dict[str, Any]]) -> Report:
    """The table: a line for each kind of query, then for each seat, then the whole."""
    largest, smallest = max(found), min(found)
    seats, kinds = list(found[largest]["ms"]), list(next(iter(found[largest]["ms"].values())))
    groups = [(kind, seats, [kind]) for kind in kinds] + [(f"from {seat}", [seat], kinds) for seat in seats]
    for name, some, of in [*groups, ("all", seats, kinds)]:
        row: dict[str, Any] = {"searches": name}
        for many, one in found.items():
            times = [ms for seat in some for kind in of for ms in one["ms"][seat][kind]]
            row[f"{many:,}: p50 ms"] = round(statistics.median(times), 2)
            row["p95" + " " * list(found).index(many)] = round(p95(times), 2)
        report.rows.append(row)
    every = {
        many: [ms for seat in seats for kind in kinds for ms in one["ms"][seat][kind]]
        for many, one in found.items()
    }
    report.aim(f"p95 of all at {largest:,}, ms", p95(every[largest]), "≤ 50")
    worst = max(p95([ms for seat in seats for ms in found[largest]["ms"][seat][kind]]) for kind in kinds)
    report.aim(f"p95 of the slowest kind at {largest:,}, ms", worst, "≤ 50")
    report.aim(
        "bytes of the index a matter",
        max(one["bytes"] for many, one in found.items() if many == largest),
        "≤ 1024",
    )
    report.aim("matters indexed a second", found[largest]["rate"], "≥ 1000")
    report.notes.append(
        f"p50 at {largest:,} ÷ at {smallest:,}: {statistics.median(every[largest]) / statistics.median(every[smallest]):.2f}."
        f" The longest beat of the index took {max(one['longest'] for one in found.values()):.2f} s (4,096 matters at once)."
    )
    return report


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
