"""How soon a missed promise is marked, and how many are marked a second when many fall due at once."""

from __future__ import annotations

import argparse
import json

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--many", type=int, default=400)


def measure(said: argparse.Namespace) -> Report:
    report = Report("the watcher")
    for kind in ("postgresql", "sqlite"):
        with place(kind) as here:
            late = json.loads(here.run("bench.watching", "late", str(min(100, said.many))))
            burst = json.loads(here.run("bench.watching", "burst", str(said.many)))
        report.rows.append(
            {
                "database": kind,
                "marked after, median s": late["median s"],
                "longest s": late["longest s"],
                "at once: a second": burst["a second"],
                "statements each": burst["statements each"],
            }
        )
        report.aim(f"{kind}: promises of the real clock marked", late["promises"], f"≥ {min(100, said.many)}")
        report.aim(f"{kind}: seconds until the last is marked", late["longest s"], "≤ 2")
    return report
