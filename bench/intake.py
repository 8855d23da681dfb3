"""Reports over HTTP a second: the house, a bare one-statement view, the plain ORM, and pgbench, in turns.

16 connections, granian WSGI with two workers, everything on, every commit flushed. The ways take turns, and the
ratios are medians over the rounds, so that what else the machine does falls on all of them alike.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from bench.district import report as made_up
from bench.homes import Place, place, served
from bench.load import Seen, press
from bench.report import Report
from tools import machine

CONNECTIONS = 16
WAYS = {
    "house": ("gezhi.config.wsgi:application", "gezhi.config.settings"),
    "bare view": ("gezhi.config.wsgi:application", "bench.bare_settings"),
    "bare view, a parameter a column": ("gezhi.config.wsgi:application", "bench.bare_settings"),
    "plain ORM": ("bench.plain_wsgi:application", "gezhi.config.settings"),
}


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite-full", "sqlite-normal"), default="postgresql")
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=list(WAYS))


def measure(said: argparse.Namespace) -> Report:
    kind, _, synchronous = said.on.partition("-")
    with place(kind, synchronous=synchronous.upper() or "FULL") as here, ExitStack() as kept:
        doors = {
            way: kept.enter_context(
                served(
                    here,
                    application,
                    DJANGO_SETTINGS_MODULE=settings,
                    **({"BENCH_BY_COLUMN": "1"} if "column" in way else {}),
                )
            )
            for way, (application, settings) in WAYS.items()
            if way in said.ways
        }
        seen: dict[str, list[Seen]] = {way: [] for way in doors}
        engine: list[float] = []
        requests = sending(here.key)
        for turn in range(said.rounds + 1):
            for way, door in doors.items():
                seconds = said.seconds if turn else 1.0
                found = press(door, lambda: next(requests), connections=CONNECTIONS, seconds=seconds)
                if turn:
                    seen[way].append(found)
            if turn and kind == "postgresql":
                engine.append(pgbench(here, said.seconds))
    return close(said.on, seen, engine)


def sending(key: str) -> Iterator[bytes]:
    """Requests one after the other, each another report."""
    chance, n = random.Random(20261121), 0
    head = (
        "POST /api/v1/matters HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: "
    )
    while True:
        n += 1
        body = json.dumps(made_up(chance, n), ensure_ascii=False).encode()
        yield f"{head}{len(body)}\r\n\r\n".encode() + body


def close(on: str, seen: dict[str, list[Seen]], engine: list[float]) -> Report:
    report = Report(f"intake on {on}")
    house = [one.per_second for one in seen["house"]]
    for way, turns in seen.items():
        rates = [one.per_second for one in turns]
        report.rows.append(
            {
                "way": way,
                "a second": statistics.median(rates),
                "p50 ms": statistics.median(one.wait(0.5) for one in turns),
                "p95 ms": statistics.median(one.wait(0.95) for one in turns),
                "house ÷ this": ratio(house, rates),
                "other answers": sum(n for one in turns for s, n in one.statuses.items() if s != 201),
            }
        )
    if engine:
        report.rows.append(
            {"way": "pgbench", "a second": statistics.median(engine), "house ÷ this": ratio(house, engine)}
        )
    for way, wanted in (("bare view", "≥ 0.5"), ("plain ORM", "≥ 1.7")):
        if way in seen and (way == "bare view" or on == "postgresql"):
            report.aim(f"house ÷ {way}", ratio(house, [one.per_second for one in seen[way]]), wanted)
    refused = sum(n for one in seen["house"] for status, n in one.statuses.items() if status != 201)
    report.aim("reports not taken", refused, "≤ 0")
    return report


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Median over the rounds, each round's own ratio."""
    return statistics.median(a / b if b else 0.0 for a, b in zip(ours, theirs, strict=True))


def pgbench(here: Place, seconds: float) -> float:
    """The same statement from PostgreSQL's own load generator: no Python, no HTTP. Transactions a second."""
    program = machine.postgresql_bin() or Path()
    door = urlsplit(here.database)
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as script:
        script.write(here.run("bench.script"))
        script.flush()
        done = subprocess.run(
            [
                *(str(program / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1"),
                *("-T", str(max(1, round(seconds))), "-f", script.name, "-h", "127.0.0.1"),
                *("-p", str(door.port), "-U", str(door.username), door.path.lstrip("/")),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0
