"""A thousand promises that fall due in one second, a million open ones lying there, four watchers: when are all kept?"""

from __future__ import annotations

import argparse
import json

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite", "both"), default="both")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--due", type=int, default=1000)
    parser.add_argument("--watchers", type=int, default=4)


def measure(said: argparse.Namespace) -> Report:
    report = Report(f"promises with {said.watchers} watchers")
    for kind in ("postgresql", "sqlite") if said.on == "both" else (said.on,):
        for many in said.sizes:
            with place(kind) as here:
                found = json.loads(here.run("bench.promised", str(many), str(said.due), str(said.watchers)))
            report.rows.append({"database": kind, "open": many, **found})
            name = f"{kind}, {many:,} open"
            report.aim(f"{name}: not kept", found["due at once"] - found["kept"], "≤ 0")
            report.aim(f"{name}: kept twice", found["twice"], "≤ 0")
            report.aim(f"{name}: seconds until the last was seen kept", found["all seen after s"], "≤ 2")
            if kind == "postgresql":
                report.aim(f"{name}: buffers each, an acceptance", found["buffers, accept"], "≤ 35")
                report.aim(f"{name}: buffers each, to finish (half raise)", found["buffers, finish"], "≤ 35")
    return report
