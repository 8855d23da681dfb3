"""A list of everything taken out as a file: seconds, lines a second and peak memory, at 10 k to 1 M, on both databases.

Each in a process of its own, as the sender's loop would start it: counted, read from one snapshot, written, sealed,
counted again. The rate at the largest is compared with those of the same run at the smaller sizes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.homes import place
from bench.report import Report


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--kind", choices=("csv", "xlsx"), default="csv")


def measure(said: argparse.Namespace) -> Report:
    report = Report("taking a list out")
    for kind in ("sqlite", "postgresql") if said.on == "both" else (said.on,):
        rates, peaks = {}, {}
        for many in (int(size) for size in said.sizes.split(",")):
            with place(kind) as here:
                here.run("bench.exporting", "fill", str(many))
                found = json.loads(here.run("bench.exporting", "take", said.kind))
            report.rows.append({"database": kind, "file": said.kind, **found})
            report.aim(f"{kind}, {many:,}: lines missing or twice", abs(many - found["lines"]), "≤ 0")
            rates[many], peaks[many] = found["a second"], found["peak MB"]
            if many == 1_000_000:
                report.aim(f"{kind}, {many:,}: seconds", found["seconds"], "≤ 60")
        _compared(report, kind, rates, peaks)
    return report


def _compared(report: Report, kind: str, rates: dict[int, float], peaks: dict[int, float]) -> None:
    most = max(rates)
    for many in rates:
        if many != most:
            ratio = rates[most] / rates[many]
            report.aim(f"{kind}: lines a second at {most:,} ÷ at {many:,}", ratio, "≥ 0.8")
    if len(peaks) > 1:
        before = sorted(peaks)[-2]
        ratio = peaks[most] / peaks[before]
        report.aim(f"{kind}: own memory at {most:,} ÷ at {before:,}", ratio, "≤ 1.25")


def taken(kind: str) -> dict[str, Any]:
    """Ask for everything as somebody of the centre, and take it out here."""
    from bench import lying_there
    from gezhi.exchange import exporting, exports
    from gezhi.exchange.models import Export
    from gezhi.ledger import clock

    export = exports.ask("state=all", "archive", kind, by=lying_there.centre(), at=clock.now())
    began, spent = time.perf_counter(), time.process_time()
    held = [0]
    exporting.carry_out(export.id, at=clock.now(), tell=lambda _lines, _of: held.append(own_memory()))
    seconds, worked = time.perf_counter() - began, time.process_time() - spent
    done = Export.objects.get(id=export.id)
    return {
        "lines": done.lines,
        "counted": done.expected,
        "seconds": round(seconds, 2),
        "a second": round(done.lines / seconds),
        "processor µs a line": round(worked / max(done.lines, 1) * 1e6, 1),
        "MB": round(done.size / 1e6, 1),
        "peak MB": max(held),
    }


def own_memory() -> int:
    """Megabytes that are the process's own: pages of the database's file that the system maps in are not."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(said.split("RssAnon:", 1)[1].split()[0]) // 1024


def main(what: str, said: str) -> None:
    import django

    django.setup()
    if what == "fill":
        from bench import lying_there

        lying_there.fill(int(said))
        return
    print(json.dumps(taken(said), ensure_ascii=False))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1], sys.argv[2])
