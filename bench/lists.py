"""The work list of 50 at ten thousand, two hundred thousand and two million matters: buffers, time, flatness.

The sizes take turns within one process; the ratio is the median over the turns. A list that is not full at the
smaller size is compared with the next larger one.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

from bench.homes import place
from bench.report import Report

FULL = 50
FURTHER = ("three desks", "two desks")
OVERLAPPING = "unit and department"


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument(
        "--sizes", type=int, nargs="*", help="how many matters (default: up to 2,000,000; SQLite 200,000)"
    )


def measure(said: argparse.Namespace) -> Report:
    sizes = said.sizes or ([10_000, 200_000, 2_000_000] if said.on == "postgresql" else [10_000, 200_000])
    report = Report(f"lists of 50 on {said.on}")
    with place(said.on) as here:
        found = json.loads(here.run("bench.listing", *map(str, sizes)))
        statements = json.loads(here.run("bench.counting", here.key, "0"))["list statements"]
    worst, most = 0.0, 0
    for name, by_size in found.items():
        row: dict[str, Any] = {"list": name}
        for size in sizes:
            one = by_size[str(size)]
            row[f"{size:,}: ms"] = round(statistics.median(one["ms"]), 3)
            if said.on == "postgresql":
                row["buffers" + " " * sizes.index(size)] = one["pages"]
                most = max(most, one["pages"] if name not in (FURTHER[0], OVERLAPPING) else 0)
        full = [by_size[str(size)]["ms"] for size in sizes if by_size[str(size)]["rows"] == FULL]
        if len(full) > 1:
            row["largest ÷ smallest"] = statistics.median(
                a / b for a, b in zip(full[-1], full[0], strict=True)
            )
            worst = max(worst, row["largest ÷ smallest"])
        report.rows.append(row)
    report.aim("statements of a list over HTTP, key included", statements, "≤ 3")
    if said.on == "postgresql":
        report.aim("buffers of the widest list of one place or two desks", most, "≤ 60")
        further = max(found[FURTHER[0]][str(n)]["pages"] - found[FURTHER[1]][str(n)]["pages"] for n in sizes)
        report.aim("buffers that one more desk costs", further, "≤ 4")
    report.aim("time at the largest size ÷ at the smallest, worst list", worst, "≤ 1.2")
    report.notes.append(
        "A list of several places reads the first rows of each and stops at fifty different ones: one more place that"
        " does not overlap costs one way down its index and one row read ahead. Places within another are left out;"
        " a unit and a department that hold some of the same matters are read side by side."
    )
    return report
