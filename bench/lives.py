"""Whole lives over HTTP: report, accept, finish in the grid, verify, answer, close; beside many matters and beside few.

16 connections, granian WSGI with two workers, everything on, every commit flushed. Each wave sends one call of every
life; the district with few matters and the one with many take turns. What the lives left on disk is divided by them.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.district import report as made_up
from bench.homes import Place, place, served
from bench.load import send_all
from bench.report import Report

CONNECTIONS = 16
ITEMS = ("N01", "N10", "N11")
"""Items that a grid worker handles, each with an ordinary verification."""
STEPS = ("accept", "finish_grid", "pass", "answer", "close_early")
NOTE = {
    "finish_grid": "到场清理完了。",
    "pass": "看过，好了。",
    "answer": "已清理，谢谢。",
    "close_early": "电话回访，没有别的。",
}


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite-full", "sqlite-normal"), default="postgresql")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--lives", type=int, default=200, help="of one round")
    parser.add_argument("--rounds", type=int, default=5)


@dataclass
class Ground:
    """A district with so many matters in it, served."""

    here: Place
    door: tuple[str, int]
    workers: list[tuple[float, float, str]]
    before: dict[str, int]  # bytes by table, of the smallest district
    rates: dict[str, list[float]] = field(default_factory=dict)  # calls a second, by wave and round
    lives: list[float] = field(default_factory=list)  # a second, by round
    refused: int = 0
    lived: int = 0


def measure(said: argparse.Namespace) -> Report:
    kind, _, synchronous = said.on.partition("-")
    with ExitStack() as kept:
        grounds = {}
        for many in said.sizes:
            here = kept.enter_context(place(kind, synchronous=synchronous.upper() or "FULL"))
            here.run("bench.living", "fill", "0", str(many))
            workers = [tuple(one) for one in json.loads(here.run("bench.living", "keys", "40"))["workers"]]
            before = json.loads(here.run("bench.living", "size")) if many == min(said.sizes) else {}
            grounds[many] = Ground(here, kept.enter_context(served(here)), workers, before)
        chance = random.Random(20261122)
        for turn in range(said.rounds + 1):
            for ground in grounds.values():
                _round(ground, said.lives if turn else 32, chance, counted=turn > 0)
        few = grounds[min(grounds)]
        after = json.loads(few.here.run("bench.living", "size"))
    left = {table: (size - few.before[table]) / few.lived for table, size in after.items()}
    return _told(said, grounds, left)


def _round(ground: Ground, many: int, chance: random.Random, *, counted: bool) -> None:
    """So many lives, wave by wave."""
    lives = [chance.choice(ground.workers) for _ in range(many)]
    opening = [_opening(ground, life, chance, n) for n, life in enumerate(lives)]
    seen, bodies = send_all(ground.door, opening, connections=CONNECTIONS)
    numbers = [json.loads(body)["number"] for body in bodies]
    waves = {"report": seen}
    for step in STEPS:
        keys = [life[2] if step == "finish_grid" else ground.here.key for life in lives]
        calls = [_step(number, step, key) for number, key in zip(numbers, keys, strict=True)]
        waves[step], _ = send_all(ground.door, calls, connections=CONNECTIONS)
    ground.lived += many
    ground.refused += sum(n for one in waves.values() for status, n in one.statuses.items() if status >= 300)
    if counted:
        for name, one in waves.items():
            ground.rates.setdefault(name, []).append(many / one.seconds)
        ground.lives.append(many / sum(one.seconds for one in waves.values()))


def _opening(ground: Ground, life: tuple[float, float, str], chance: random.Random, n: int) -> bytes:
    said = made_up(chance, n) | {"lon": life[0], "lat": life[1], "item": chance.choice(ITEMS)}
    return _request("/api/v1/matters", ground.here.key, said)


def _step(number: str, step: str, key: str) -> bytes:
    from urllib.parse import quote

    return _request(f"/api/v1/matters/{quote(number)}/steps", key, {"move": step, "note": NOTE.get(step, "")})


def _request(path: str, key: str, said: dict[str, object]) -> bytes:
    body = json.dumps(said, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _told(said: argparse.Namespace, grounds: dict[int, Ground], left: dict[str, float]) -> Report:
    report = Report(f"whole lives on {said.on}")
    few, many = grounds[min(grounds)], grounds[max(grounds)]
    for name in ("report", *STEPS):
        row: dict[str, object] = {"call": name}
        for size, ground in grounds.items():
            row[f"{size:,} lie there: a second"] = statistics.median(ground.rates[name])
        row["of the reports, at the largest"] = _ratio(many.rates[name], many.rates["report"])
        report.rows.append(row)
    lives = {f"{size:,} lie there: a second": statistics.median(one.lives) for size, one in grounds.items()}
    report.rows.append({"call": "whole life, six calls"} | lives)
    steps = [rate for name in STEPS for rate in [_ratio(many.rates[name], many.rates["report"])]]
    report.aim("the slowest step ÷ report", min(steps), "≥ 0.5")
    if said.on == "postgresql":
        report.aim(f"lives a second, {max(grounds):,} lying there", statistics.median(many.lives), "≥ 35")
    report.aim(f"lives at {max(grounds):,} ÷ at {min(grounds):,}", _ratio(many.lives, few.lives), "≥ 0.9")
    kept = left.get("matters_matter", 0) + left.get("ledger_entry", 0)
    if kept:
        report.aim("bytes of a whole life: row, ledger and their indexes", kept, "≤ 6144")
    words = ", ".join(f"{table} {round(size):,}" for table, size in left.items())
    report.notes.append(f"A whole life leaves {round(sum(left.values())):,} bytes, packed: {words}.")
    report.aim("calls refused", sum(one.refused for one in grounds.values()), "≤ 0")
    return report


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
