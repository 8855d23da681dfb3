"""Records of another system taken in: rows a second and peak memory, a small file and a large one, on both databases.

Invented records under a district of 2,000 grids: eight in ten went the whole way (accepted, done, verified, answered,
closed), two are open. Each becomes a matter with its promises by the work calendar and five to eight ledger entries.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.district import CELL, COLUMNS, PHRASES, ROWS, SOUTH, WEST
from bench.exporting import own_memory
from bench.homes import ROOT, inside, place
from bench.report import Report
from gezhi.cli import run
from gezhi.home import make_home

ITEMS = ("N01", "N04", "N10")
BEGAN = datetime.fromisoformat("2026-02-01T08:00:00")
BALTIMORE = ROOT.parent / "shared" / "data" / "baltimore311"
MAPPING = """
[source]
name = "bench"
model = "nanling"
[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M:%S"]
[columns]
key = "编号"
at = "上报时间"
ended = "办结时间"
text = "内容"
item = "类别"
status = "状态"
address = "地址"
lon = "经度"
lat = "纬度"
[[item]]
match = "^(N[0-9]{2})$"
item = '\\1'
[status]
"已销号" = ["accept", "finish_grid", "pass", "answer", "close_early"]
"处置中" = ["accept"]
"""
HEADERS = ("编号", "上报时间", "办结时间", "内容", "类别", "状态", "地址", "经度", "纬度")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--sizes", default="10000,200000")


def measure(said: argparse.Namespace) -> Report:
    report = Report("importing records")
    for kind in ("sqlite", "postgresql") if said.on == "both" else (said.on,):
        peaks = []
        for many in (int(size) for size in said.sizes.split(",")):
            with place(kind) as here:
                found = json.loads(here.run("bench.importing", str(many)))
            peaks.append(found["own MB"] + found["beside MB"])
            report.rows.append({"database": kind, "file": "invented", **found})
            report.aim(f"{kind}, {many:,}: rows not taken", many - found["taken"], "≤ 0")
            wanted = "≥ 2000" if kind == "sqlite" else "≥ 1500"
            report.aim(f"{kind}, {many:,}: rows a second", found["a second"], wanted)
        if len(peaks) > 1:
            report.aim(
                f"{kind}: own memory of both processes at the largest ÷ at the smallest",
                peaks[-1] / peaks[0],
                "≤ 1.25",
            )
    if BALTIMORE.is_dir() and said.on != "postgresql":
        for times in (1, 5):
            found = _baltimore(times)
            report.rows.append({"database": "sqlite", "file": f"Baltimore × {times}", **found})
        report.aim("sqlite, Baltimore × 5: rows a second", found["a second"], "≥ 2000")
    return report


def _baltimore(times: int) -> dict[str, Any]:
    """The ten thousand requests, so many times under other numbers, in a replay instance of their own."""
    with tempfile.TemporaryDirectory() as held:
        home = Path(held) / "home"
        make_home(
            home, kind="replay", name="Baltimore", database="sqlite", synchronous="NORMAL", model="baltimore"
        )
        run.upgrade(home)
        return dict(json.loads(inside(home, "bench.importing", f"baltimore {times}")))


def real(times: int) -> dict[str, Any]:
    """Ready the instance, write the file, take it in."""
    from django.conf import settings

    from gezhi.exchange import mapping as mappings
    from gezhi.exchange import opening
    from gezhi.ledger.actor import Actor

    mapping = mappings.load(mappings.find("baltimore311"))
    opening.make_ready(mapping, BALTIMORE / "neighborhoods.geojson", by=Actor(None, "import:bench"))
    file = Path(settings.HOME.path) / "requests.csv"
    with (BALTIMORE / "requests.csv").open(encoding="utf-8-sig", newline="") as stream:
        given = list(csv.DictReader(stream))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(given[0]))
        writer.writeheader()
        for n in range(times):
            key = "ServiceRequestNum"
            writer.writerows(row | {key: f"{row[key]}-{n}"} for row in given)
    many = len(given) * times
    del given
    return measured(mapping, file, many)


def rows(many: int) -> Any:
    """Records as another system might have kept them, in no order of time."""
    chance = random.Random(8)
    for n in range(many):
        at = BEGAN + timedelta(minutes=chance.randrange(60 * 24 * 200))
        ended = chance.random() < 0.8
        done = at + timedelta(minutes=chance.randrange(30, 60 * 24 * 9))
        yield (
            *(f"B{n:07d}", str(at), str(done) if ended else ""),
            *(
                f"{chance.choice(PHRASES)}，第 {n} 次。",
                chance.choice(ITEMS),
                "已销号" if ended else "处置中",
            ),
            *(f"桥东路 {n % 900} 号", round(WEST + chance.random() * COLUMNS * CELL, 6)),
            round(SOUTH + chance.random() * ROWS * CELL, 6),
        )


def taken(many: int) -> dict[str, Any]:
    """Write the file, take it in, count."""
    from django.conf import settings

    from gezhi.exchange import mapping as mappings

    folder = Path(settings.HOME.path)
    file, mapping = folder / "bench.csv", folder / "bench.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        writer.writerows(rows(many))
    return measured(mappings.load(mapping), file, many)


def measured(read: Any, file: Path, many: int) -> dict[str, Any]:
    """Take a file in; rows a second by the clock and by the processor, and the highest memory."""
    from gezhi.exchange import reading, services
    from gezhi.ledger import clock
    from gezhi.ledger.actor import Actor

    began, spent, beside = time.perf_counter(), time.process_time(), _children()
    held, others = [own_memory()], [0]

    def tell(*_far: object) -> None:
        held.append(own_memory())
        others.append(_memory_beside())

    found = services.run_import(
        read,
        reading.open_file(file),
        by=Actor(None, "import:bench"),
        at=clock.now(),
        tell=tell,
    )
    seconds = time.perf_counter() - began
    return {
        "rows": many,
        "taken": found.taken,
        "seconds": round(seconds, 1),
        "a second": round(many / seconds),
        "processor ms a row": round((time.process_time() - spent) / many * 1000, 3),
        "beside ms a row": round((_children() - beside) / many * 1000, 3),
        "own MB": max(held),
        "beside MB": max(others),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _memory_beside() -> int:
    """Megabytes that are the own of the process that judges beside this one."""
    mine, found = f"PPid:\t{os.getpid()}\n", 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it ended meanwhile
            said = status.read_text("ascii", "replace")
            if mine in said and "RssAnon:" in said:
                found += int(said.split("RssAnon:", 1)[1].split()[0]) // 1024
    return found


def _children() -> float:
    """Seconds of the processor that processes of ours used, which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(many: str) -> None:
    import django

    django.setup()
    kind, _, times = many.rpartition(" ")
    print(json.dumps(real(int(times)) if kind else taken(int(many)), ensure_ascii=False))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1])
