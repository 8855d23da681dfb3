"""What must hold: rows, promises, entries and figures are what the twin says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.matters.models import Asked, Matter
from gezhi.matters.proof import proof
from gezhi.people.queries import Person
from gezhi.promises import queries as promises
from gezhi.promises.models import Promise
from gezhi.reporting import figures as reporting

from .twin import Thing, Twin, Vow

Times = tuple[datetime, datetime]
ACTS = ("matter.opened", "matter.stepped")


def matters(things: Sequence[tuple[str, Thing, Times]], accounts: dict[str, UUID], quiet: set[str]) -> None:
    """Each matter by its number: where it stands, whose turn it is, when it was, and its promises; those that owe a note
    (`quiet`) are no day of it."""
    rows = {row["number"]: row for row in Matter.objects.values()}
    assert len(rows) == len(things)
    vows = promises.of_many(row["id"] for row in rows.values())
    asked: dict[UUID, set[str]] = defaultdict(set)
    for matter, department in Asked.objects.values_list("matter", "department"):
        asked[matter].add(department)
    for number, thing, times in things:
        row = rows[number]
        assert (row["at"], row["recorded_at"]) == times
        assert (row["step"], row["desk"], row["moved"]) == (thing.step, thing.desk, thing.moved)
        assert (row["command"], row["department"]) == (thing.command, thing.department)
        assert row["handler"] == (accounts[thing.handler] if thing.handler else None)
        shown = {f"department:{one}" for one in asked[row["id"]]}
        assert shown == {desk for desk in thing.shown if desk.startswith("department:")}
        _promises(row, vows[row["id"]], thing.vows, quiet)


def _promises(row: dict[str, Any], real: list[Promise], vows: list[Vow], quiet: set[str]) -> None:
    said = [
        (p.name, p.made_at, p.due_at, p.look_at, p.warned_at, p.missed_at, p.met_at, p.void_at) for p in real
    ]
    wanted = [(v.name, v.made, v.due, v.look, v.warned, v.missed, v.met, v.void) for v in vows]
    assert Counter(said) == Counter(wanted)
    assert row["next_due_at"] == min(
        (v.due for v in vows if v.open and v.name not in quiet), default=promises.FAR
    )


def ledger(twin: Twin, claimed: Counter[datetime], recorded: Counter[datetime]) -> None:
    """One entry for each thing that happened, with the time claimed and the time of the clock; and it proves itself."""
    rows = Entry.objects.filter(Q(what__startswith="matter.") | Q(what__startswith="promise."))
    rows = rows.exclude(
        what="matter.helped"
    )  # whom the list names beside the lead: no part of a life (test_parties)
    said = list(rows.values_list("what", "at", "recorded_at"))
    assert Counter(what for what, _at, _recorded in said) == sum((t.entries for t in twin.things), Counter())
    assert Counter(at for what, at, _recorded in said if what in ACTS) == +claimed
    assert Counter(recorded_at for _what, _at, recorded_at in said) == +recorded
    seal(at=clock.now() + timedelta(seconds=1))
    verdict = proof()
    assert verdict.whole, verdict.faults
    assert verdict.unsealed == 0


def figures(twin: Twin, who: Person, began: datetime, without: Iterable[str]) -> None:
    """The page of figures prints what came of the twin's matters, each counted once."""
    now = clock.now()
    first, last = timezone.localdate(began) - timedelta(days=1), timezone.localdate(now)
    page = reporting.page(who, first=first, last=last, as_of=now).whole
    counted = Counter(_part(twin, thing) for thing in twin.things)
    parts = {code: n for code, _name, n in page.partition.parts()}
    assert parts == {code: counted[code] for code in parts}
    assert (page.closed.numerator, page.accepted.numerator) == (counted["solved"], sum(parts.values()))
    things = [thing for thing in twin.things if twin.steps[thing.step]["closing"] not in without]
    owed = [(thing, vows) for thing in things if (vows := [v for v in thing.vows if _owed(v, now)])]
    kept = [
        thing
        for thing, vows in owed
        if all(v.met and not v.missed for v in vows) and twin.steps[thing.step]["closing"] == "solved"
    ]
    assert (page.on_time.numerator, page.on_time.denominator) == (len(kept), len(owed))


def _part(twin: Twin, thing: Thing) -> str:
    """The part of 受理 to which a matter belongs: every one that was accepted or has ended."""
    step = twin.steps[thing.step]
    return str(step["closing"] or ("" if step["phase"] == "reported" else "open"))


def _owed(vow: Vow, as_of: datetime) -> bool:
    """A promise to finish that fell due while it was in force. A missed one stays missed, whatever came after."""
    in_force = vow.void is None or vow.void > vow.due or vow.missed is not None
    return vow.name == "finish" and vow.due < as_of and in_force
