"""`make demo` in a fresh clone: seconds until its pages answer, again on the second start, and its memory.

Memory is the proportional set size of every process below `make` (/proc/*/smaps_rollup), after its pages were asked for.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.homes import ROOT
from bench.report import Report

ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)/")
LONGEST = 900.0


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cold", action="store_true", help="without pip's cache")
    parser.add_argument("--keep", action="store_true", help="this tree and its .venv instead of a clone")


def measure(said: argparse.Namespace) -> Report:
    report = Report("make demo")
    with tempfile.TemporaryDirectory(prefix="gezhi-bench-demo-") as folder:
        tree = Path(folder) / "gezhi"
        if said.keep:
            copied(tree)
        else:
            subprocess.run(["git", "clone", "-q", str(ROOT), str(tree)], check=True)
        names = {"first start": "≤ 90", "second start": "≤ 5"}
        for name, wanted in names.items():
            with (Path(folder) / f"{name}.log").open("wb+") as log:
                seconds, memory, processes, stopped = started(tree, log, cold=said.cold)
            report.rows.append(
                {
                    "start": name,
                    "seconds": seconds,
                    "PSS MB": memory,
                    "processes": processes,
                    "stops in s": stopped,
                }
            )
            if not (said.cold and name == "first start"):
                report.aim(f"{name}, seconds", seconds, wanted)
            report.aim(f"{name}, memory in MB", memory, "≤ 300")
    return report


def copied(tree: Path) -> None:
    """This tree as it stands, for a look at what is not committed yet."""
    ignored = shutil.ignore_patterns(".git", ".gezhi", "__pycache__")
    shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)


def started(tree: Path, log: object, *, cold: bool) -> tuple[float, float, int, float]:
    """Start, wait for the first page, look at the memory, and stop as Ctrl-C would."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GEZHI_", "VIRTUAL_ENV", "PYTHONPATH"))}
    env |= {"PIP_NO_CACHE_DIR": "1"} if cold else {}
    began = time.monotonic()
    child = subprocess.Popen(
        ["make", "demo"], cwd=tree, env=env, stdout=log, stderr=log, start_new_session=True
    )  # type: ignore[call-overload]
    try:
        address = until_it_says(log, child, began)
        fetched(address)
        seconds = time.monotonic() - began
        for page in ("", "sign-in", "", "sign-in"):
            fetched(address + page)
        time.sleep(2)
        memory, processes = pss(child.pid)
    finally:
        began = time.monotonic()
        os.killpg(child.pid, signal.SIGINT)
        child.wait(timeout=60)
    return seconds, memory, processes, time.monotonic() - began


def until_it_says(log: object, child: subprocess.Popen[bytes], began: float) -> str:
    while time.monotonic() - began < LONGEST:
        said = Path(log.name).read_bytes()  # type: ignore[attr-defined]
        if found := ADDRESS.search(said):
            return f"http://127.0.0.1:{found[1].decode()}/"
        if child.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(Path(log.name).read_text(encoding="utf-8")[-3000:])  # type: ignore[attr-defined]


def fetched(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=10).read()  # noqa: S310  # our own loopback address
            return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def pss(parent: int) -> tuple[float, int]:
    """Megabytes and number of a process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                ppid = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(ppid, []).append(int(folder.name))
    below, queue = [parent], [parent]
    while queue:
        found = children.get(queue.pop(), [])
        below += found
        queue += found
    return sum(map(_pss, below)) / 1024, len(below)


def _pss(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", said, re.MULTILINE)
    return int(found[1]) if found else 0
