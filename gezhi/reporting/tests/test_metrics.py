"""The dictionary: every metric of the model, at any moment, told apart as the model says and no other way."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.ledger.services import record
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import COUNTY, FRIDAY, INSIDE, World
from gezhi.places import queries as places
from gezhi.promises.models import Promise
from gezhi.reporting import metrics
from gezhi.reporting.counting import Basis
from gezhi.reporting.metrics import Dictionary, Query, Reading
from gezhi.reporting.scopes import Scope
from tests.shares import WHOLE

from .test_partition import act, matter_at, tick

DAYS = (date(2026, 11, 1), date(2026, 11, 30))
CLUTTER = Report(text="楼道堆了纸箱。", item="N01", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")
LAMP = Report(text="院门口路灯不亮。", item="N12", lon=INSIDE[0], lat=INSIDE[1], reporting="anonymous")


def query(world: World, path: str = COUNTY, **said: Any) -> Query:
    given = {"days": DAYS, "as_of": clock.now()} | said
    return Query(Scope(path), world.model, **given)


def read(world: World, path: str = COUNTY, by: str = "unit", only: Any = (), **said: Any) -> Dictionary:
    return metrics.dictionary(query(world, path, **said), places.tree(clock.today()), by=by, only=only)


def step(world: World, number: str, who: str, move: str, **given: Any) -> None:
    said = StepGiven(**({"note": "看过了。"} | given))
    take_step(number, move, by=world.person(who), at=clock.now(), given=said)


def watched() -> None:
    while keep_promises(at=clock.now()):
        pass


# ── the plain answer: each metric of the base worked out by hand from the stories in the ledger ──────────────────


class Story:
    """One matter as its entries and promises tell it by a moment, on one axis."""

    def __init__(self, id: UUID, as_of: datetime, basis: Basis) -> None:
        told = Entry.objects.filter(about=id).order_by("id")
        self.told = [(e.recorded_at if basis == "known" else e.at, e.what, json.loads(e.facts)) for e in told]
        self.first = next(
            (
                one[0]
                for one in self.told
                if one[1] == "matter.stepped" and one[2]["step"] not in {"reported", *ENDS}
            ),
            None,
        )
        self.told = [one for one in self.told if one[0] <= as_of]
        self.promises = list(Promise.objects.filter(about=id))
        self.as_of, self.path = as_of, Matter.objects.get(id=id).path
        self.steps = [one for one in self.told if one[1] == "matter.stepped"]
        self.moves = [facts["move"] for _at, _what, facts in self.steps]
        self.step = next((f["step"] for _at, _what, f in reversed(self.told) if "step" in f), "")
        said = (f for _at, what, f in reversed(self.told) if what == "matter.rated")
        self.rated = next((f"recorded_{f['rating']}" if "recorded" in f else f["rating"] for f in said), "")

    def reached(self, *steps: str) -> datetime | None:
        return next((at for at, _what, facts in self.steps if facts["step"] in steps), None)

    @property
    def accepted(self) -> datetime | None:
        return self.first if self.first and self.first <= self.as_of else None

    @property
    def ended(self) -> datetime | None:
        return self.told[-1][0] if self.told and self.step in ENDS else None

    @property
    def closing(self) -> str:
        return ENDS.get(self.step, "")

    def kept(self, name: str) -> bool:
        mine = [p for p in self.promises if p.name == name]
        late = any((p.missed_at and p.missed_at <= self.as_of) or _overdue(p, self.as_of) for p in mine)
        return not late and any(p.met_at and p.met_at <= self.as_of for p in mine)

    def due(self, name: str) -> datetime | None:
        owed = [p for p in self.promises if p.name == name and p.due_at < self.as_of]
        owed = [p for p in owed if not p.void_at or p.void_at > p.due_at or p.missed_at]
        return min((p.due_at for p in owed), default=None)


def _overdue(p: Promise, as_of: datetime) -> bool:
    gone = (p.met_at and p.met_at <= p.due_at) or (p.void_at and p.void_at <= p.due_at)
    return p.due_at < as_of and not p.missed_at and not gone


ENDS = {
    "closed": "solved", "unverified": "unverified", "refused": "refused", "void": "void", "merged": "merged",
    "transferred": "transferred",
}  # fmt: skip


def plainly(stories: list[Story]) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of the base's metrics, each in its own words."""
    period = (
        datetime.fromisoformat("2026-11-01T00:00+08:00"),
        datetime.fromisoformat("2026-12-01T00:00+08:00"),
    )

    def within(moment: datetime | None) -> bool:
        return moment is not None and period[0] <= moment < period[1]

    taken = [s for s in stories if within(s.accepted) or (s.accepted is None and within(s.ended))]
    valid = [s for s in taken if s.closing not in ("refused", "merged")]
    closed = [s for s in stories if within(s.ended)]
    solved = [s for s in closed if s.closing == "solved"]
    due = [s for s in stories if within(s.due("finish"))]
    asked = [s for s in valid0(taken) if s.reached("assigned")]
    rated = [s for s in closed if s.rated in ("content", "fair", "discontent")]
    done = [s for s in valid if s.closing == "solved"]
    return {
        "accepted": (len(valid), len(valid)),
        "closed_rate": (len(done), len(valid)),
        "closed_valid": (len(done), len([s for s in valid if s.closing != "void"])),
        "closed_of_due": (len([s for s in due if s.closing == "solved"]), len(due)),
        "on_time": (len([s for s in due if s.closing == "solved" and s.kept("finish")]), len(due)),
        "in_grid": (
            len([s for s in solved if not s.reached("assigned") and "raise" not in s.moves]),
            len(solved),
        ),
        "responded": (len([s for s in asked if s.kept("sign")]), len(asked)),
        "unverified": (
            len([s for s in closed if s.closing == "unverified"]),
            len([s for s in closed if s.closing in ("solved", "unverified")]),
        ),
        "reworked": (len([s for s in solved if {"fail", "fail_grid"} & {*s.moves}]), len(solved)),
        "content": (len([s for s in rated if s.rated == "content"]), len(rated)),
        "open": (0, len([s for s in stories if s.told and not s.ended and s.step != "reported"])),
        "invalid": (0, len([s for s in taken if s.closing == "void"])),
    }


def valid0(stories: list[Story]) -> list[Story]:
    """`responded` of the base leaves no closing out."""
    return stories


def as_numbers(readings: tuple[Reading, ...]) -> dict[str, tuple[int, int]]:
    counts = {"open", "invalid"}
    return {
        one.id: (0, one.numerator + (one.denominator or 0)) if one.id in counts
        else (one.numerator, one.numerator if one.denominator is None else one.denominator)
        for one in readings
    }  # fmt: skip


def live(world: World, chance: random.Random, *, opens: bool) -> None:
    """Somebody opens a matter, or takes a step, mostly forward, on one that is open; now and then a reporter rates one."""
    found = list(Matter.objects.filter(ended_at=None).order_by("id").values_list("number", flat=True))
    if opens or not found:
        act(world, chance)
        return
    number = chance.choice(found)
    people = [world.person(name) for name in ("he", "qiao", "lin", "zhu", "wu")]
    pages = [(who, queries.page(who, number)) for who in people]
    may = [(who, move) for who, page in pages if page for move in page.next_moves]
    forward = [one for one in may if one[1].id in FORWARD]
    if may:
        who, move = chance.choice(forward if forward and chance.random() < 0.8 else may)
        given = StepGiven(note="说明。", department="housing", late_reason="没有网络。")
        back = timedelta(hours=chance.choice([0, 0, 0, 5]))
        with suppress(Refused):
            take_step(number, move.id, by=who, at=max(matter_at(number), clock.now() - back), given=given)
    if chance.random() < 0.25:
        word = chance.choice(["content", "content", "fair", "discontent", "none"])
        with transaction.atomic():
            record("matter.rated", id_of(number), by=world.clerk(), at=clock.now(), rating=word)


FORWARD = ("accept", "finish_grid", "sign", "finish", "pass", "answer", "close_early")


def id_of(number: str) -> UUID:
    return Matter.objects.get(number=number).id


@pytest.mark.parametrize("seed", range(6 if WHOLE else 1))
def test_every_metric_is_what_the_stories_in_the_ledger_say(world: World, seed: int) -> None:
    """Whatever people did, at any moment, on both axes: the statements and the plain reading of each story agree."""
    chance = random.Random(seed)
    moments = []
    with clock.fixed(FRIDAY - timedelta(days=17)) as moving:
        for n in range(400 if WHOLE else 130):
            live(world, chance, opens=n % 8 == 0)
            moments.append(clock.now())
            tick(moving, chance)
            moving.tick(seconds=chance.choice([0, 0, 0, 20_000]))
        matters = list(Matter.objects.values_list("id", flat=True))
        seen: set[str] = set()
        for as_of in [*moments[30::60], clock.now()]:
            for basis in ("known", "happened"):
                found = as_numbers(read(world, as_of=as_of, basis=basis).whole.readings)
                expected = plainly([Story(one, as_of, basis) for one in matters])
                assert {id: found[id] for id in expected} == expected, (as_of, basis)
                seen |= {id for id, (above, _below) in expected.items() if above}
    assert {"closed_rate", "on_time", "in_grid", "responded", "content"} <= seen
