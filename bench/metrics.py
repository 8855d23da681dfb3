"""The whole dictionary of metrics: a week, a quarter, a past moment, a list behind a number; flat however long the past.

Matters come at a steady rate, so that the same week lies at the end of a short history and of a long one.
"""

from __future__ import annotations

import argparse
import json
import statistics

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--sizes", type=int, nargs="*", help="how many matters (default: 10,000 and 200,000)")


def measure(said: argparse.Namespace) -> Report:
    sizes = said.sizes or [10_000, 200_000]
    report = Report(f"metrics on {said.on}")
    found = {}
    for size in sizes:
        with place(said.on, synchronous="NORMAL") as here:
            found[str(size)] = json.loads(here.run("bench.measuring", str(size)))
    worst = 0.0
    for name in found[str(sizes[0])]:
        by_size = [found[str(size)][name] for size in sizes]
        row: dict[str, object] = {"what": name, "matters counted": by_size[-1]["counted"]}
        for size, one in zip(sizes, by_size, strict=True):
            row[f"{size:,}: ms"] = round(statistics.median(one["ms"]), 1)
            if said.on == "postgresql":
                row["buffers" + " " * sizes.index(size)] = one["buffers"]
        if len({one["counted"] for one in by_size}) == 1:
            first, last = (statistics.median(one["ms"]) for one in (by_size[0], by_size[-1]))
            row["largest ÷ smallest, ms"] = round(last / first, 2)
            if said.on == "postgresql":
                ratio = by_size[-1]["buffers"] / by_size[0]["buffers"]
                row["buffers  ÷"] = round(ratio, 2)
                worst = max(worst, ratio)
        report.rows.append(row)
    if said.on == "postgresql":
        report.aim("buffers at the largest size ÷ at the smallest, the same matters, worst", worst, "≤ 1.5")
    report.notes.append(
        "One statement for each way of dating (accepted, closed, due …), each by a range of an index; what a page costs"
        " follows the matters of its period. A past moment reads each matter's last step from the ledger."
    )
    return report
