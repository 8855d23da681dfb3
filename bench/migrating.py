"""An upgrade of many matters while somebody writes: how long one write waits at most, on both databases.

The tables go back to an earlier migration, are filled as they were then, and come up by `gezhi upgrade` in one process;
another writes all the time (one matter changed, one added, a commit); on PostgreSQL also while a third reads the
table in one transaction for as long as an export takes.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any

from bench.homes import ROOT, Place, place
from bench.report import Report

EARLIER = (("matters", "0011"), ("promises", "0005"))
PAUSE = 0.005  # seconds between two writes: up to 200 a second, many times what a district writes
QUIET = 3.0  # seconds of writing before the upgrade, to compare with


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--sizes", default="200000")
    parser.add_argument("--reading", type=int, default=8, help="seconds that somebody reads")


def measure(said: argparse.Namespace) -> Report:
    report = Report("upgrading while somebody writes")
    for kind in ("sqlite", "postgresql") if said.on == "both" else (said.on,):
        for many in (int(size) for size in said.sizes.split(",")):
            with place(kind) as here:
                for reads in (0, said.reading) if kind == "postgresql" else (0,):
                    _one(report, here, kind, many, reads)
    return report


def _one(report: Report, here: Place, kind: str, many: int, reads: int) -> None:
    found = _upgraded(here, 0 if reads else many, reads)
    what = f"somebody reads {reads} s" if reads else "nobody reads"
    row = {"database": kind, "matters": many, "beside": what, **found}
    report.rows.append(row)
    name = f"{kind}, {many:,}, {what}"
    report.aim(f"{name}: writes lost or refused", found["lost"] + found["refused"], "≤ 0")
    if kind == "postgresql":
        report.aim(f"{name}: longest wait of a write, seconds", found["longest s"], "≤ 1")


def _upgraded(here: Place, many: int, reads: int) -> dict[str, Any]:
    """Back, filled with so many more, and up again while somebody writes."""
    for app, name in EARLIER:
        here.run("django", "migrate", app, name, "-v0")
    if many:
        here.run("bench.migrating", "fill", str(many))
    before = int(here.run("bench.migrating", "count"))
    with _beside(here, "write") as writer:
        time.sleep(QUIET)
        with _beside(here, "read", str(reads)) if reads else _nobody():
            began = time.monotonic()
            here.run("gezhi.cli", "upgrade", "--quiet", "--home", str(here.home))
            ended = time.monotonic()
        time.sleep(0.5)
        writes = _told(writer)
    added = int(here.run("bench.migrating", "count")) - before
    return _summed(writes, began, ended) | {"lost": sum(ok for *_, ok in writes) - added}


def _summed(writes: list[tuple[float, float, int]], began: float, ended: float) -> dict[str, Any]:
    """Of (moment, seconds, whether it was taken): what was written during the upgrade, and before it."""
    quiet = [took for at, took, _ in writes if at + took < began]
    during = [took for at, took, _ in writes if at + took >= began and at <= ended]
    return {
        "upgrade s": round(ended - began, 1),
        "writes": len(during),
        "p50 ms": round(median(during) * 1000, 1),
        "p99 ms": round(quantiles(during, n=100)[-1] * 1000, 1) if len(during) > 1 else 0.0,
        "longest s": round(max(during), 3),
        "before: p50 ms": round(median(quiet) * 1000, 1),
        "before: longest s": round(max(quiet), 3),
        "refused": sum(not ok for *_, ok in writes),
    }


@contextmanager
def _beside(here: Place, *what: str) -> Iterator[subprocess.Popen[str]]:
    """Somebody beside the upgrade, begun when the block begins and ended with it."""
    command = [sys.executable, "-m", "bench.migrating", *what]
    with subprocess.Popen(
        command, env=here.env(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            if _line(child.stdout) != "begun":
                raise RuntimeError(f"{what[0]}: it did not begin")
            yield child
        finally:
            child.terminate()


@contextmanager
def _nobody() -> Iterator[None]:
    yield


def _line(pipe: IO[str] | None) -> str:
    return pipe.readline().strip() if pipe else ""


def _told(writer: subprocess.Popen[str]) -> list[tuple[float, float, int]]:
    """End the writing; what each write took."""
    said, _ = writer.communicate("")
    return [tuple(one) for one in json.loads(said)]


def write() -> None:
    """Write until nobody listens any more; then tell (moment, seconds, whether it was taken) of each."""
    from django.db import DatabaseError, connection, transaction

    from bench import filling
    from gezhi.ledger.pouring import spelt

    columns = ", ".join(filling.COLUMNS_OF)
    add = f"INSERT INTO matters_matter ({columns}) VALUES ({', '.join(['%s'] * len(filling.COLUMNS_OF))})"
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM matters_matter LIMIT 2000")
        there = [row[0] for row in cursor.fetchall()]
    rows = _new(random.randrange(1 << 30))
    writes: list[tuple[float, float, int]] = []
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        row, began = next(rows), time.monotonic()
        given = row if connection.vendor == "postgresql" else list(spelt(row))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE matters_matter SET moved = moved + 1 WHERE id = %s", [random.choice(there)]
                )
                cursor.execute(add, given)
        except DatabaseError:
            writes.append((began, time.monotonic() - began, 0))
        else:
            writes.append((began, time.monotonic() - began, 1))
        if len(writes) == 1:
            print("begun", flush=True)
    print(json.dumps(writes))


def _new(seed: int) -> Iterator[list[Any]]:
    """Rows as they come in, under numbers that nobody has."""
    from bench import filling

    number = filling.COLUMNS_OF.index("number")
    for n, row in enumerate(filling.matters(10_000_000, seed)):
        fresh = list(row)
        fresh[number] = f"写{seed:x}-{n}"
        yield fresh


def read(seconds: int) -> None:
    """One transaction that has read the matters and stays open, as an export's does."""
    from django.db import transaction

    with transaction.atomic():
        count()
        print("begun", flush=True)
        time.sleep(seconds)


def count() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matters_matter")
        return int(cursor.fetchone()[0])


def main(what: str, number: str = "0") -> None:
    import django

    django.setup()
    if what == "fill":
        from bench import filling

        filling.fill("matters_matter", int(number))
    elif what == "count":
        print(count())
    elif what == "read":
        read(int(number))
    else:
        write()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(*sys.argv[1:])
