"""Run inside a home: opens matters, lets their promises fall due, and says how the watcher fared.

`burst N`: N promises due at once, marked in this process. `late N`: N promises falling due one after the other
while the real clock process runs; how long after its moment each was marked.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from datetime import timedelta

import django

from bench.district import report


def opened(many: int) -> None:
    from gezhi.ledger.actor import HOUSE
    from gezhi.matters.services.intake import open_matter
    from gezhi.matters.services.reports import Report

    chance = random.Random(3)
    for n in range(many):
        open_matter(Report(**report(chance, n)), by=HOUSE)


def burst(many: int) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from gezhi.ledger import clock
    from gezhi.matters.services.keeping import keep_promises
    from gezhi.promises.models import Promise

    opened(many)
    past = clock.now() - timedelta(seconds=1)
    Promise.objects.filter(missed_at=None).update(due_at=past, look_at=past)
    at, counted = clock.now(), 0
    with CaptureQueriesContext(connection) as said:
        counted += keep_promises(at=at, most=20)
    asked = len(said)
    began = time.perf_counter()
    while found := keep_promises(at=at):
        counted += found
    seconds = time.perf_counter() - began
    return {"promises": counted, "statements each": asked / 20, "a second": (counted - 20) / seconds}


def late(many: int) -> dict[str, float]:
    from gezhi.ledger import clock
    from gezhi.promises.models import Promise
    from gezhi.promises.services import broken_from

    opened(many)
    start = clock.now() + timedelta(seconds=4)
    for n, promise in enumerate(Promise.objects.filter(missed_at=None, met_at=None)):
        due_at = start + timedelta(seconds=n * 0.05)
        Promise.objects.filter(id=promise.id).update(due_at=due_at, look_at=broken_from(due_at), warn_at=None)
    watcher = subprocess.Popen([sys.executable, "-m", "gezhi.jobs", "clock"])
    try:
        time.sleep(4 + many * 0.05 + 4)
    finally:
        watcher.terminate()
        watcher.wait(timeout=20)
    found = Promise.objects.filter(missed_at__gte=start).values_list("due_at", "missed_at")
    waits = sorted((missed - due).total_seconds() for due, missed in found)
    return {"promises": len(waits), "median s": waits[len(waits) // 2], "longest s": waits[-1]}


def main(words: list[str]) -> int:
    django.setup()
    print(json.dumps({"burst": burst, "late": late}[words[0]](int(words[1]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
