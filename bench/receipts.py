"""Receipts: the proof of one entry among a million, closing a day, and checking a proof without us.

The busiest day there can be, a batch every ten seconds (8,640) of a hundred entries each; then full batches of 5,000, as an
import leaves them.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.homes import place
from bench.report import Report

MIDNIGHT = datetime(2026, 11, 19, 16, tzinfo=UTC)
DAY = timedelta(days=1)
FULL = 5000


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=("postgresql", "sqlite", "both"), default="both")
    parser.add_argument("--entries", type=int, default=1_000_000)


def measure(said: argparse.Namespace) -> Report:
    report = Report("receipts")
    for kind in ("postgresql", "sqlite") if said.on == "both" else (said.on,):
        with place(kind) as here:
            found = json.loads(here.run("bench.receipts", str(said.entries)))
        report.rows.append({"database": kind, **found})
        report.aim(f"{kind}: p95 ms of a proof", found["proof p95 ms"], "≤ 100")
        report.aim(f"{kind}: ms to close the busiest day", found["busiest day ms"], "≤ 1,000")
        report.aim(f"{kind}: proofs that do not hold", found["wrong"], "≤ 0")
    return report


def fill(entries: int) -> None:
    """Two days: one of 8,640 batches, and what is left in full batches."""
    from django.db import transaction

    from gezhi.ledger import many, pouring
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.ids import new_id
    from gezhi.ledger.services import seal

    small = min(8640, entries // 110)
    sizes = [100] * small + [FULL] * max(1, (entries - 100 * small) // FULL)
    for n, size in enumerate(sizes):
        at = MIDNIGHT + timedelta(seconds=10 * n) if size == 100 else MIDNIGHT + DAY + timedelta(seconds=n)
        moment = pouring.moment(at)
        said = [many.Said("bench.noted", new_id().hex, HOUSE, moment, '{"n":1}') for _ in range(size)]
        with transaction.atomic():
            pouring.put(many.load(said, recorded=moment))
        seal(at=at)


def proofs(asked: int) -> dict[str, Any]:
    """Proofs of entries drawn by chance, and the check of each by the file that anybody may run."""
    from gezhi.cli import receipt_verify
    from gezhi.ledger.inclusion import inclusion
    from gezhi.ledger.models import DayRoot, Entry, Seal

    roots = {row.day: bytes(row.root).hex() for row in DayRoot.objects.all()}
    batches = list(Seal.objects.values_list("number", flat=True))
    took, worked, checked, wrong = [], [], 0.0, 0
    chance = random.Random(7)
    for _ in range(asked):
        drawn = Entry.objects.filter(seal=chance.choice(batches)).values_list("id", "digest")
        id, digest = chance.choice(list(drawn))
        began, busy = time.perf_counter(), time.process_time()
        found = inclusion(id)
        took.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - busy))
        if found is None:
            wrong += 1
            continue
        began = time.perf_counter()
        batch = receipt_verify.climb(bytes(digest), found.path)
        bound = (b"\2", found.before, found.batch, found.count, found.sealed_at, batch)
        root = receipt_verify.climb(receipt_verify.sha(*bound), found.day_path).hex()
        checked += time.perf_counter() - began
        wrong += root != roots[found.day]
    took.sort()
    worked.sort()
    return {
        "proof p50 ms": took[len(took) // 2],
        "proof p95 ms": took[int(len(took) * 0.95)],
        "its processor p95 ms": worked[int(len(worked) * 0.95)],
        "check ms": 1000 * checked / asked,
        "wrong": wrong,
    }


def main(said: list[str]) -> int:
    import django

    django.setup()
    from gezhi.ledger.days import close_days
    from gezhi.ledger.models import Entry, Seal

    fill(int(said[0]))
    closing = []
    for n in (1, 2):
        began = time.perf_counter()
        close_days(at=MIDNIGHT + n * DAY)
        closing.append(1000 * (time.perf_counter() - began))
    told = {"entries": Entry.objects.count(), "batches": Seal.objects.count(), "busiest day ms": closing[0]}
    print(json.dumps(told | proofs(300)))
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
