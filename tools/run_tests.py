"""Every test: on SQLite, then on PostgreSQL, then the pages in a real browser.

    tools/run_tests.py [--only sqlite|postgresql|browser] [words for pytest …]

Brings what the machine lacks when it may (root), starts what it needs and stops it again. With CI=true
a half that could not run is a failure; else it is said and the rest still counts.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
import xml.etree.ElementTree as ET  # reads only the file that our own pytest wrote
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import machine

HALVES = ("sqlite", "postgresql", "browser")
SECONDS = {"sqlite": 1200.0, "postgresql": 900.0, "browser": 1200.0}  # bounds, not aims
BYTECODE = Path(sys.prefix) / "bytecode"
KINDS = ("passed", "failed", "errors", "skipped")
WORKERS = ["-n", "2", "--dist", "worksteal"]
SLOWEST = ["--durations=12", "--durations-min=3"]  # so that what grows slow is seen when it does
CHOICE = {  # what asks no database is the same on both of them and runs once, in the first half
    "sqlite": "not browser and not postgres",
    "postgresql": "not browser and (database or postgres)",
    "browser": "browser",
}


@dataclass
class Half:
    """One run of pytest, and what came of it."""

    name: str
    code: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    seconds: float = 0.0
    why_not: str = ""

    @property
    def bad(self) -> bool:
        return bool(self.why_not) or self.code != 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=HALVES, action="append")
    said, words = asked.parse_known_args()
    machine.bring(machine.missing())
    machine.lend_bytecode(BYTECODE)
    halves = [run(name, words) for name in HALVES if name in (said.only or HALVES)]
    return close(halves, strict=os.environ.get("CI", "").lower() in {"1", "true"})


def run(name: str, words: list[str]) -> Half:
    """One half, or the reason why it cannot be run here."""
    need: dict[str, Callable[[], object]] = {
        "sqlite": lambda: True,
        "postgresql": machine.postgresql_bin,
        "browser": machine.browser,
    }
    half = Half(name)
    if not need[name]():
        half.why_not = "not on this machine"
        return half
    print(f"\n── {name} ──", flush=True)
    began = time.monotonic()
    database = machine.cluster() if name == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="gezhi-report-") as folder, database as address:
        report = Path(folder) / "report.xml"
        half.code = machine.run_bounded(
            [sys.executable, "-m", "pytest", f"--junitxml={report}", *choice(name), *words],
            env=environment(address),
            seconds=SECONDS[name],
        )
        count(half, report)
    half.seconds = time.monotonic() - began
    return half


def choice(name: str) -> list[str]:
    """Which tests a half runs. The browser walks the pages once, whole processes of their own behind them."""
    return ["-m", CHOICE[name], *WORKERS, *SLOWEST, *(["tests/browser"] if name == "browser" else [])]


def environment(address: str) -> dict[str, str]:
    """Every process of a run keeps the bytecode it compiled for all the others; none lies in the tree."""
    env = os.environ | {"GEZHI_TESTING": "1", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    env["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
    for name in ("GEZHI_TEST_DATABASE", "GEZHI_HOME", "PYTHONDONTWRITEBYTECODE"):
        env.pop(name, None)
    if address:
        env["GEZHI_TEST_DATABASE"] = address
    return env


def count(half: Half, report: Path) -> None:
    if not report.exists():
        half.code = half.code or 1
        return
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314  # our own file
        said = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        half.counts["failed"] += said["failures"]
        half.counts["errors"] += said["errors"]
        half.counts["skipped"] += said["skipped"]
        half.counts["passed"] += said["tests"] - said["failures"] - said["errors"] - said["skipped"]


def close(halves: list[Half], *, strict: bool) -> int:
    """The closing lines: each half, then all of them in one line."""
    print("\n── all ──")
    for half in halves:
        said = ", ".join(f"{n} {kind}" for kind, n in half.counts.items() if n)
        mark = "not run" if half.why_not else "failed" if half.bad else "ok"
        print(f"{half.name:11} {mark:8} {half.why_not or said} in {half.seconds:.0f}s")
    total = {kind: sum(half.counts[kind] for half in halves) for kind in KINDS}
    broken = total["failed"] + total["errors"]
    spent = sum(half.seconds for half in halves)
    print(
        f"{total['passed']} passed, {broken} failed, {total['skipped']} skipped in {spent:.2f}s", flush=True
    )
    return int(any(half.bad and (strict or not half.why_not) for half in halves))


if __name__ == "__main__":
    sys.exit(main())
