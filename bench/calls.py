"""Python calls and statements of one report over HTTP, by part: counts that no busy machine changes."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--top", type=int, default=0, help="also the functions with the most calls")


def measure(said: argparse.Namespace) -> Report:
    report = Report("calls of one report")
    found: dict[str, dict[str, object]] = {}
    for kind in ("postgresql", "sqlite"):
        with ExitStack() as kept:
            here = kept.enter_context(place(kind))
            found[kind] = json.loads(here.run("bench.counting", here.key, str(said.top)))
    parts = [dict(one["parts"]) for one in found.values()]  # type: ignore[call-overload]
    for part in dict.fromkeys([*parts[0], *parts[1]]):
        report.rows.append(
            {"part": part, **{kind: p.get(part, 0) for kind, p in zip(found, parts, strict=True)}}
        )
    for line in ("all", "statements", "list statements"):
        report.rows.append({"part": line, **{kind: one[line] for kind, one in found.items()}})
    report.aim("Python calls on PostgreSQL", float(str(found["postgresql"]["all"])), "≤ 1,400")
    report.aim("statements on PostgreSQL, key included", float(str(found["postgresql"]["statements"])), "≤ 3")
    report.notes += [str(one["top"]) for one in found.values() if one["top"]]
    return report
