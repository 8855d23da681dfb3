"""Run inside the home of an instance: a hand beside it that builds its corner, moves its clock and counts.

One JSON line in (a word and what it needs), one JSON line out. It never writes what the instance should write.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # settings first

from gezhi.ledger import clock, digests  # noqa: E402
from gezhi.ledger.actor import HOUSE  # noqa: E402
from gezhi.ledger.models import Entry, Unheard  # noqa: E402
from gezhi.ledger.services import seal  # noqa: E402
from gezhi.matters.models import Matter, Serial, Text  # noqa: E402
from gezhi.matters.proof import proof  # noqa: E402
from gezhi.matters.tests import liuxi  # noqa: E402
from gezhi.notify.models import Message  # noqa: E402
from gezhi.people import tokens  # noqa: E402
from gezhi.promises.models import Promise  # noqa: E402


def build() -> str:
    """The corner of 柳溪 with its people; the key of its centre."""
    world = liuxi.build()
    return tokens.issue("rounds", world.person("he").terms[0].term, by=HOUSE, at=clock.now())


def ahead(seconds: float) -> str:
    """Move the instance's clock forward."""
    clock.move_to(clock.now() + timedelta(seconds=seconds))
    return clock.now().isoformat()


def waiting() -> dict[str, int]:
    """What the workers have still to do."""
    now = clock.now()
    return {
        "unheard": Unheard.objects.count(),
        "to look at": Promise.objects.filter(look_at__lte=now).count(),
        "to send": Message.objects.filter(state="waiting", try_at__lte=now, tries=0).count(),
    }


def faults(answered: dict[str, str], stepped: list[str]) -> list[str]:
    """Everything that is lost, doubled or torn. `answered`: client key → number; `stepped`: numbers accepted."""
    found: list[str] = []
    rows = {row.number: row for row in Matter.objects.all()}
    lost = sorted(set(answered.values()) - set(rows))
    found += [f"answered and lost: {number}" for number in lost]
    if len(rows) != len(set(answered.values())):
        found.append(f"{len(rows)} matters for {len(set(answered.values()))} answered reports")
    found += _each_matter_is_whole(rows)
    found += _steps(rows, stepped)
    found += _promises()
    found += _messages(rows)
    for serial in Serial.objects.all():
        if serial.last != sum(1 for number in rows if number.split("-")[0].endswith(serial.key[-4:])):
            found.append(f"serial {serial.key} stands at {serial.last}")
    return found + _ledger()


def _each_matter_is_whole(rows: dict[str, Matter]) -> list[str]:
    texts = Counter(Text.objects.filter(kind="report").values_list("matter", flat=True))
    opened = Counter(Entry.objects.filter(what="matter.opened").values_list("about", flat=True))
    vows = Counter(Promise.objects.filter(name="triage").values_list("about", flat=True))
    wanted = Counter(row.id for row in rows.values())
    kinds = (("text", texts), ("entry", opened), ("promise", vows))
    return [f"not one {kind} for each matter" for kind, counted in kinds if counted != wanted]


def _steps(rows: dict[str, Matter], stepped: list[str]) -> list[str]:
    taken = Counter(Entry.objects.filter(what="matter.stepped").values_list("about", flat=True))
    found = [
        f"{n}: moved {row.moved}, {taken[row.id]} entries"
        for n, row in rows.items()
        if row.moved != taken[row.id]
    ]
    return found + [f"accepted and lost: {n}" for n in stepped if n in rows and rows[n].accepted_at is None]


def _promises() -> list[str]:
    said = Counter(
        (e.about, json.loads(e.facts)["promise"], json.loads(e.facts)["due"])
        for e in Entry.objects.filter(what="promise.missed")
    )
    rows = Promise.objects.exclude(missed_at=None)
    missed = Counter((p.about, p.name, digests.stamp(p.due_at)) for p in rows)
    found = (
        [] if said == missed else [f"missed in the ledger {said.total()}, in the promises {missed.total()}"]
    )
    late = Promise.objects.filter(
        missed_at=None, met_at=None, void_at=None, due_at__lte=clock.now() - timedelta(seconds=30)
    )
    return found + [f"not noticed: {p.name} of {p.about}" for p in late]


def _messages(rows: dict[str, Matter]) -> list[str]:
    told = Counter(Message.objects.filter(telling="received").values_list("matter", flat=True))
    wanted = Counter(row.id for row in rows.values())
    return [] if told == wanted else [f"{told.total()} receipts for {len(rows)} matters"]


def _ledger() -> list[str]:
    while seal(at=clock.now()):
        pass
    return list(proof().faults)


def counts() -> dict[str, int]:
    """How much there is."""
    return {
        "matters": Matter.objects.count(),
        "entries": Entry.objects.count(),
        "missed": Promise.objects.exclude(missed_at=None).count(),
        "messages": Message.objects.count(),
    }


ACTS: dict[str, Callable[..., Any]] = {
    "build": build,
    "ahead": ahead,
    "waiting": waiting,
    "faults": faults,
    "counts": counts,
}


def main() -> int:
    for line in sys.stdin:
        word, *given = json.loads(line)
        answer = ACTS[word](*given)
        connection.close()
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
