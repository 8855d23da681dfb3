"""Run inside a home: many open promises, of which a thousand fall due in one second while several watchers run.

`python -m bench.promised LYING DUE WATCHERS`: half of those due are acceptances (an entry, and the outbox is told), half
are promises to finish (the matter is raised a level as well, and promised anew there). Prints one JSON value.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import django

from bench import filling, living
from bench.watching import opened

STARTING = 25.0
ACCEPT, FINISH = "triage", "finish"
AHEAD = 4.0
"""Seconds that the watchers are given to come up, and from then on until the promises fall due."""


def ready(lying: int, due: int) -> list[Any]:
    """Let the promises lie there, and make those that will fall due. Returns their matters."""
    from gezhi.ledger import clock
    from gezhi.matters.models import Matter
    from gezhi.matters.services.handling import take_step
    from gezhi.people import queries as people
    from gezhi.people.models import Term
    from gezhi.promises.models import Promise

    filling.OPEN = 1.0
    living.fill(0, lying)
    began = clock.now()
    opened(due)
    made = list(Matter.objects.filter(recorded_at__gte=began).order_by("id"))
    account = Term.objects.filter(post="centre").values_list("account", flat=True)[0]
    centre = people.person(account, clock.today())
    assert centre is not None  # noqa: S101
    for matter in made[::2]:
        take_step(matter.number, "accept", by=centre, at=None)
    Promise.objects.filter(about__in=[m.id for m in made]).update(look_at=None)
    return [m.id for m in made]


def fall_due(matters: list[Any]) -> datetime:
    """The moment at which one promise of each of these falls due."""
    from gezhi.ledger import clock
    from gezhi.promises.models import Promise
    from gezhi.promises.services import broken_from

    at = clock.now() + timedelta(seconds=AHEAD)
    Promise.objects.filter(id__in=one_of_each(matters)).update(
        due_at=at, look_at=broken_from(at), warn_at=None
    )
    return at


def one_of_each(matters: list[Any]) -> list[Any]:
    """The promise of each that is to be missed: to accept, or to finish."""
    from gezhi.promises.models import Promise

    running = Promise.objects.filter(about__in=matters, name__in=(ACCEPT, FINISH), met_at=None, void_at=None)
    return list({about: id for id, about in running.values_list("id", "about")}.values())


def watched(matters: list[Any], watchers: int) -> dict[str, Any]:
    """Start the watchers, wait, count."""
    from gezhi.ledger import clock
    from gezhi.promises.models import Promise
    from gezhi.promises.services import broken_from

    running = [subprocess.Popen([sys.executable, "-m", "gezhi.jobs", "clock"]) for _ in range(watchers)]
    time.sleep(STARTING)
    due = fall_due(matters)
    waiting = Promise.objects.filter(look_at__lte=broken_from(due))
    try:
        while clock.now() < due:
            time.sleep(0.01)
        while waiting.exists() and clock.now() < due + timedelta(seconds=60):
            time.sleep(0.05)
        seconds = (clock.now() - due).total_seconds()
        time.sleep(1)
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(timeout=20)
    return {
        "due at once": len(matters),
        "kept": Promise.objects.filter(about__in=matters, missed_at__isnull=False).count(),
        "all seen after s": round(seconds, 2),
        **twice(matters),
    }


def touching(matters: list[Any]) -> dict[str, float]:
    """Blocks looked at for each promise that one beat keeps, ledger and outbox included: acceptances, which are an entry
    and no more, and promises to finish, half of which raise the matter a level, with an entry and a promise of its own."""
    keep(matters[:10])  # plans and catalogues are read once
    accepting, finishing = matters[11::2], matters[10::2]
    return {"buffers, accept": keep(accepting), "buffers, finish": keep(finishing)}


def keep(matters: list[Any]) -> float:
    """Let one promise of each of these be missed; blocks for each."""
    from gezhi.ledger import clock
    from gezhi.matters.services.keeping import keep_promises
    from gezhi.promises.models import Promise

    past = clock.now() - timedelta(seconds=1)
    Promise.objects.filter(id__in=one_of_each(matters)).update(due_at=past, look_at=past, warn_at=None)
    touched()
    time.sleep(1.5)
    before = touched()
    kept = keep_promises(at=clock.now(), most=len(matters))
    time.sleep(1.5)
    return round((touched() - before) / kept, 1)


def twice(matters: list[Any]) -> dict[str, int]:
    """How many entries say the same thing a second time."""
    from gezhi.ledger.models import Entry, Unheard

    said = Entry.objects.filter(about__in=matters, what__in=("promise.missed", "matter.raised"))
    count = Counter(said.values_list("about", "what"))
    ids = set(said.values_list("id", flat=True))
    told = Unheard.objects.filter(entry__in=ids).count()
    return {
        "entries": sum(count.values()),
        "twice": sum(n - 1 for n in count.values()),
        "in the outbox": told,
    }


def touched() -> int:
    """Blocks of tables and indexes that were looked at so far; 0 where the database does not count them."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0)"
            " + coalesce(idx_blks_hit, 0) + coalesce(idx_blks_read, 0) + coalesce(toast_blks_hit, 0))"
            " FROM pg_statio_user_tables WHERE relname ~ '^(promises_|matters_|ledger_)'"
        )
        return int(cursor.fetchone()[0])


def main(words: list[str]) -> int:
    django.setup()
    lying, due, watchers = map(int, words)
    matters = ready(lying, due + 210)
    print(json.dumps(watched(matters[210:], watchers) | touching(matters[:210])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
