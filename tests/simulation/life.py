"""Hypothesis lives a few matters through: the real services and their twin side by side.

It decides everything: what people do, how far the clock goes, which answers the network loses (so that a client
sends again), when the watcher and the sender come, and after which statement a process dies. After every act
the two must agree, and everything a dead process left must be whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry, Unheard
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import queries
from gezhi.matters.models import Edition, Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import BESIDE, FRIDAY, GRID, INSIDE, OTHER, World
from gezhi.notify.models import Message
from gezhi.notify.services import hear, send
from gezhi.promises import queries as promises
from gezhi.promises.models import Promise

from .twin import Seat, Twin

PLACES = {
    "county": liuxi.COUNTY,
    "town": liuxi.TOWN,
    "community": liuxi.COMMUNITY,
    "grid": GRID,
    "other": OTHER,
}
LEVELS = {path: "grid" if name == "other" else name for name, path in PLACES.items()}
POINTS = {GRID: INSIDE, OTHER: BESIDE}
ITEMS = ("N01", "N04", "N05", "N09", "N10", "N12", "N14")
MOST = 3  # matters in one life
SPANS = (1, 59, 1700, 3599, 7200, 15_000, 40_000, 86_400, 3 * 86_400, 8 * 86_400)
HAPPENINGS = (
    *["somebody_goes_on"] * 10, *["somebody_reports"] * 3, *["somebody_tries"] * 3, *["time_passes"] * 4,
    *["the_watcher_looks"] * 3, "the_sender_works", "the_ledger_is_sealed",
)  # fmt: skip
PEOPLE = sorted({seat[0] for seat in liuxi.SEATS})


SEEN: Counter[str] = Counter()
"""What happened in all lives of this process, for whoever wants to know how far they came."""


class Killed(BaseException):
    """The process is gone; what it had not committed is gone with it."""


class Life(RuleBasedStateMachine):
    world: World  # set by the test, once for all lives

    def __init__(self) -> None:
        super().__init__()
        self.kept = ExitStack()
        self.kept.enter_context(transaction.atomic())
        self.kept.callback(transaction.set_rollback, True)
        self.clock = self.kept.enter_context(clock.fixed(FRIDAY))
        calendar = promises.calendar()
        seats: dict[str, list[Seat]] = {}
        for who, _name, post, place, department in liuxi.SEATS:
            seats.setdefault(who, []).append(Seat(post, PLACES[place], department))
        canonical = Edition.objects.get(version=self.world.model.version).body

        def works(day: date) -> bool:
            return calendar.get(day, ("work" if day.weekday() < 5 else "rest", ""))[0] in ("work", "makeup")

        self.twin = Twin(canonical, seats, LEVELS, works)
        self.numbers: list[str] = []
        self.people = {who: self.world.person(who) for who in PEOPLE}
        self.moves = sorted(self.world.model.flows["main"].moves)

    def teardown(self) -> None:
        SEEN["lives"] += 1
        for thing in self.twin.things:
            SEEN.update(thing.entries)
            SEEN[f"left at {thing.step}"] += 1
        try:
            self.everything_agrees()
            self.the_ledger_is_whole()
        finally:
            self.kept.close()

    @rule(data=st.data())
    def something_happens(self, data: Any) -> None:
        """One rule that chooses by weight: hypothesis would leave out whole rules from a life, and few would be long."""
        getattr(self, data.draw(st.sampled_from(HAPPENINGS), label="what"))(data)

    # ── time, workers ────────────────────────────────────────────────────────────────────────────────────

    def time_passes(self, data: Any) -> None:
        """Some while; or to the very moment at which a promise is to be looked at, or just not."""
        spans, now = [timedelta(seconds=n) for n in SPANS], clock.now()
        looks = [v.look - now for t in self.twin.things for v in t.vows if v.look and v.look > now]
        if looks:
            spans += [min(looks)] * 4 + [min(looks) - timedelta(microseconds=1)] * 2
        self.clock.move_to(now + data.draw(st.sampled_from(spans), label="later by"))

    def the_watcher_looks(self, data: Any) -> None:
        at = clock.now()
        self.dies_first(data, lambda: keep_promises(at=at))
        most = data.draw(st.sampled_from([1, 2, 200]), label="batch")
        while keep_promises(at=at, most=most):
            pass
        self.twin.watch(at)

    def the_sender_works(self, data: Any) -> None:
        self.dies_first(data, lambda: hear(at=clock.now()))
        while hear(at=clock.now()):
            send(at=clock.now())
        assert not Unheard.objects.exists()
        keys = list(Message.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys))

    def the_ledger_is_sealed(self, _data: Any) -> None:
        seal(at=clock.now())

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────

    def somebody_reports(self, data: Any) -> None:
        """With a key a client sends again until it is answered; without one it sends once."""
        if len(self.numbers) == MOST:
            return
        who, item = data.draw(st.sampled_from(PEOPLE)), data.draw(st.sampled_from(ITEMS))
        path, key = data.draw(st.sampled_from([GRID, OTHER])), data.draw(st.sampled_from(["", "a", "b"]))
        lon, lat = POINTS[path]
        report = Report(text="样本事项。", item=item, lon=lon, lat=lat, client_key=key, reporting="anonymous")
        person = self.people[who]

        def opened() -> Any:
            return open_matter(report, by=person.acting(person.terms[0]))

        self.dies_first(data, opened)
        for _time in range(data.draw(st.integers(1, 3), label="sent") if key else 1):
            n = self.twin.report(item, path, who, key, clock.now())
            if n < 0:
                with pytest.raises(Refused):
                    opened()
                continue
            found = opened()
            assert found.again == (n < len(self.numbers))
            if not found.again:
                self.numbers.append(found.number)
            assert found.number == self.numbers[n]

    def somebody_goes_on(self, data: Any) -> None:
        """What can be done; an end that solves nothing is taken rarely."""
        able = [
            (n, move, who)
            for n in range(len(self.numbers))
            for move in self.twin.offered(self.twin.things[n])
            for who in PEOPLE
            if self.twin.able(self.twin.things[n], move, who)
        ]
        on = [one for one in able if self.leads_on(one[1])]
        if able:
            self.try_step(
                data, data.draw(st.sampled_from(on * 4 + able), label="step"), note=True, fresh=True
            )

    def leads_on(self, move: str) -> bool:
        """Whether a move leads anywhere but to an end that solves nothing."""
        to = self.twin.moves[move]["to"]
        return to == "same" or self.twin.steps[to]["closing"] in ("", "solved")

    def somebody_tries(self, data: Any) -> None:
        """A step that may be possible or not."""
        if not self.numbers:
            return
        n = data.draw(st.integers(0, len(self.numbers) - 1), label="matter")
        thing = self.twin.things[n]
        again = [move for move in self.twin.offered(thing) if thing.taken[move]]
        move = data.draw(st.sampled_from(self.moves + self.twin.offered(thing) * 3 + again * 9), label="move")
        who = data.draw(st.sampled_from(PEOPLE + sorted(self.twin.holders(thing.desk)) * 9), label="who")
        note, fresh = data.draw(st.booleans(), label="note"), data.draw(st.booleans(), label="fresh")
        self.try_step(data, (n, move, who), note=note, fresh=fresh)

    def try_step(self, data: Any, what: tuple[int, str, str], *, note: bool, fresh: bool) -> None:
        """When the answer is lost, the button is pressed twice."""
        n, move, who = what
        chosen = data.draw(st.sampled_from(["housing", "market", "nobody"]), label="department")
        seen = self.twin.things[n].moved if fresh else None
        again = data.draw(st.sampled_from([False, False, False, True]), label="again")
        self.dies_first(data, lambda: self.step(n, who, move, note, chosen, seen))
        for _time in range(2 if again and fresh else 1):
            wanted = self.twin.step(self.twin.things[n], who, move, clock.now(), (note, chosen, seen))
            assert self.step(n, who, move, note, chosen, seen) == wanted
            SEEN[f"step {wanted}"] += 1

    def step(self, n: int, who: str, move: str, note: bool, chosen: str, seen: int | None) -> str:
        given = StepGiven(note="看过了。" if note else "", department=chosen, seen=seen)
        try:
            take_step(self.numbers[n], move, by=self.people[who], at=clock.now(), given=given)
        except NotFound:
            return "hidden"
        except Refused:
            return "refused"
        return "ok"

    def dies_first(self, data: Any, act: Callable[[], object]) -> None:
        """Now and then the process that acts dies before it is done, and another does it again."""
        after = data.draw(st.sampled_from([None] * 40 + list(range(25))), label="dies after")
        if after is not None:
            self.until_killed(after, act)

    def until_killed(self, statements: int, act: Callable[[], object]) -> None:
        """Run `act` in a process that dies after so many statements, or at the latest before its last commit."""
        left = statements

        def count(execute: Any, *rest: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return execute(*rest)

        def run() -> None:
            with connection.execute_wrapper(count):
                act()
            raise Killed

        try:
            with transaction.atomic():
                run()
        except Killed:
            SEEN["died" if left < 0 else "died before its commit"] += 1
        except Refused:
            pass

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def everything_agrees(self) -> None:
        matters = {row["number"]: row for row in Matter.objects.values()}
        assert len(matters) == len(self.numbers) == len(self.twin.things)
        vows = promises.of_many(row["id"] for row in matters.values())
        for number, thing in zip(self.numbers, self.twin.things, strict=True):
            row = matters[number]
            handler = self.people[thing.handler].account if thing.handler else None
            assert (row["step"], row["desk"], row["moved"]) == (thing.step, thing.desk, thing.moved)
            assert (row["command"], row["department"]) == (thing.command, thing.department)
            assert row["handler"] == handler
            self._promises_agree(row, vows[row["id"]], thing.vows)

    def _promises_agree(self, row: dict[str, Any], real: list[Promise], vows: list[Any]) -> None:
        said = [
            (p.name, p.made_at, p.due_at, p.look_at, p.warned_at, p.missed_at, p.met_at, p.void_at)
            for p in real
        ]
        wanted = [(v.name, v.made, v.due, v.look, v.warned, v.missed, v.met, v.void) for v in vows]
        assert Counter(said) == Counter(wanted)
        assert row["next_due_at"] == min((v.due for v in vows if v.open), default=promises.FAR)

    def the_ledger_is_whole(self) -> None:
        entries = Counter(Entry.objects.filter(what__startswith="matter.").values_list("what", flat=True))
        entries += Counter(Entry.objects.filter(what__startswith="promise.").values_list("what", flat=True))
        assert entries == sum((thing.entries for thing in self.twin.things), Counter())
        seal(at=clock.now() + timedelta(seconds=1))
        verdict = verify(queries.read_texts)
        assert verdict.whole, verdict.faults
        assert verdict.unsealed == 0
