"""Hypothesis lives a few matters through: the real services and their twin side by side.

It decides everything: what people do and when they say they did it, how far the clock goes, which answers the
network loses (so that a client sends again), when the watcher and the sender come, and after which statement a
process dies. Each life has a habit of its own, so that what is rare in one is common in another. After every act
the two must agree, and everything a dead process left must be whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Unheard
from gezhi.ledger.services import seal
from gezhi.matters.models import Edition
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import BESIDE, FRIDAY, GRID, INSIDE, OTHER, World
from gezhi.notify.models import Message
from gezhi.notify.services import hear, send
from gezhi.promises import queries as promises

from . import agreeing
from .twin import TICK, Seat, Thing, Twin

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
OFTEN = {
    "somebody_goes_on": 10, "somebody_reports": 3, "somebody_tries": 3, "somebody_insists": 3, "somebody_is_late": 2,
    "time_passes": 4, "the_watcher_looks": 3, "the_sender_works": 1, "the_ledger_is_sealed": 1,
}  # fmt: skip
HABITS: dict[str, dict[str, int]] = {
    "straight": {"somebody_goes_on": 16, "somebody_insists": 5, "somebody_is_late": 4},
    "contrary": {"somebody_tries": 4, "somebody_insists": 8},
    "slow": {"time_passes": 6, "the_watcher_looks": 6, "somebody_is_late": 5},
    "crowded": {"somebody_reports": 8, "somebody_tries": 8, "time_passes": 1},
}
"""What a life of this habit does more or less often than others."""
AGO = (timedelta(minutes=5), timedelta(minutes=37), timedelta(hours=5))
REASON = "当时没有信号。"
PEOPLE = sorted({seat[0] for seat in liuxi.SEATS})


Step = tuple[int, str, str]
"""The number of a matter in this life, a move, and who takes it."""
SEEN: Counter[str] = Counter()
"""What happened in all lives of this process, for whoever wants to know how far they came."""


class Killed(BaseException):
    """The process is gone; what it had not committed is gone with it."""


class Life(RuleBasedStateMachine):
    world: World  # set by the test, once for all lives
    habit = "straight"

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
        self.opened: list[
            tuple[datetime, datetime]
        ] = []  # of each matter, when it happened and when it was recorded
        self.claimed: Counter[datetime] = Counter()  # reports and steps by when people say they were
        self.recorded: Counter[datetime] = Counter()  # every entry by the clock
        self.people = {who: self.world.person(who) for who in PEOPLE}
        self.moves = sorted(self.world.model.flows["main"].moves)

    def teardown(self) -> None:
        SEEN["lives"] += 1
        for thing in self.twin.things:
            SEEN.update(thing.entries)
            SEEN[f"left at {thing.step}"] += 1
        try:
            self.everything_agrees()
            self.everything_is_counted()
        finally:
            self.kept.close()

    @rule(data=st.data())
    def something_happens(self, data: Any) -> None:
        """One rule that chooses by weight: hypothesis would leave out whole rules from a life, and few would be long."""
        often = OFTEN | HABITS[self.habit]
        happenings = [what for what, times in often.items() for _time in range(times)]
        getattr(self, data.draw(st.sampled_from(happenings), label="what"))(data)

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
        self.note(at)

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
        items = (
            [i for i in ITEMS if self.twin.items[i]["格内"] == "否"] if self.habit == "contrary" else ITEMS
        )
        who, item = data.draw(st.sampled_from(PEOPLE)), data.draw(st.sampled_from(items))
        path, key = data.draw(st.sampled_from([GRID, OTHER])), data.draw(st.sampled_from(["", "a", "b"]))
        lon, lat = POINTS[path]
        at, reason, unexplained = self.when(data)
        said = {"client_key": key, "reporting": "anonymous", "late_reason": reason}
        report = Report(text="样本事项。", item=item, lon=lon, lat=lat, **said)
        person = self.people[who]

        def opened() -> Any:
            return open_matter(report, by=person.acting(person.terms[0]), at=at)

        self.dies_first(data, opened)
        for _time in range(data.draw(st.integers(1, 3), label="sent") if key else 1):
            n = -1 if unexplained else self.twin.report(item, path, who, key, clock.now())
            if n < 0:
                self.is_refused(opened)
                continue
            found = opened()
            assert found.again == (n < len(self.numbers))
            if not found.again:
                self.numbers.append(found.number)
                self.opened.append((at, clock.now()))
                self.note(at)
            assert found.number == self.numbers[n]

    def is_refused(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Refused:
            return
        raise AssertionError("taken, though it had to be refused")

    def when(self, data: Any, not_before: datetime | None = None) -> tuple[datetime, str, bool]:
        """When somebody says it was, the reason given, and whether that is late (补录) without a reason."""
        now = clock.now()
        ago = data.draw(st.sampled_from([None] * 6 + [*AGO]), label="happened before")
        if ago is None:
            return now, "", False
        at = max(now - ago, not_before or now - ago)
        reason = data.draw(st.sampled_from([REASON, REASON, ""]), label="reason")
        return at, reason, now - at > timedelta(minutes=10) and not reason

    def note(self, at: datetime) -> None:
        """What the twin has just entered happened at this moment, people say, and is recorded now."""
        entries = sum((thing.entries for thing in self.twin.things), Counter[str]())
        acts = entries["matter.opened"] + entries["matter.stepped"]
        self.claimed[at] += acts - self.claimed.total()
        self.recorded[clock.now()] += entries.total() - self.recorded.total()

    def able(self) -> list[Step]:
        """What can be done now: matter, move, who."""
        steps = [(n, move, who) for n in self.matters() for move in self.offered(n) for who in PEOPLE]
        return [step for step in steps if self.may(*step)]

    def somebody_goes_on(self, data: Any) -> None:
        """What can be done; an end that solves nothing is taken rarely."""
        able = self.able()
        on = [one for one in able if self.leads_on(one[1])]
        if self.habit == "contrary":
            on += [one for one in on if self.is_rare(*one[:2])] * 4
        if not able:
            return self.somebody_reports(data)
        step = data.draw(st.sampled_from(on * 4 + able), label="step")
        before = data.draw(st.sampled_from([""] * 5 + ["late"] * 2 + ["forbidden"] * 3), label="before")
        if before == "late":
            self.become_late(data, [step])
        elif before:
            self.try_forbidden(data, [step[:2]])
        return self.try_step(data, step, note=True, fresh=True)

    def is_rare(self, n: int, move: str) -> bool:
        """Whether a move was not taken yet on this matter, or may be taken so often and no more."""
        return bool(self.twin.moves[move]["at_most"]) or not self.twin.things[n].taken[move]

    def somebody_is_late(self, data: Any) -> None:
        """A step that keeps a promise is taken at its due moment, or after it and before anybody has looked."""
        step = self.become_late(data, self.able())
        if step:
            self.try_step(data, step, note=True, fresh=True)

    def become_late(self, data: Any, able: list[Step]) -> Step | None:
        """Time passes until one of these steps is late for a promise, or just not; which one."""
        late: dict[str, list[tuple[datetime, Step]]] = {}
        for one in able:
            for vow in self.twin.things[one[0]].vows:
                if (
                    vow.open
                    and not vow.stands
                    and vow.due >= clock.now()
                    and vow.name in self.kept_by(one[1])
                ):
                    late.setdefault(vow.name, []).append((vow.due, one))
        if not late:
            return None
        name = data.draw(st.sampled_from(sorted(late)), label="promise")
        due, step = data.draw(st.sampled_from(late[name]), label="step")
        self.clock.move_to(due + data.draw(st.sampled_from([TICK, timedelta(hours=1), timedelta(0)])))
        SEEN[f"late: {name}"] += 1
        return step

    def kept_by(self, move: str) -> list[str]:
        return self.twin.listening("met", {f"move:{move}", self.twin.moves[move]["to"]})

    def somebody_insists(self, data: Any) -> None:
        """What somebody may do is tried by whoever may not, or without the word that it needs."""
        able = self.able()
        mute = [one for one in able if not self.may(*one, note=False)]
        if mute and data.draw(st.booleans(), label="mute"):
            self.try_step(data, data.draw(st.sampled_from(mute), label="step"), note=False, fresh=True)
        else:
            self.try_forbidden(data, [(n, move) for n in self.matters() for move in self.offered(n)])

    def try_forbidden(self, data: Any, steps: list[tuple[int, str]]) -> None:
        """What one rule alone forbids: a move once more than it may be taken, by whoever handled, or from elsewhere."""
        here = [(n, move, who) for n, move in steps for who in PEOPLE]
        cannot = [one for one in here if not self.may(*one)]
        forbidden = {
            "spent": [one for one in cannot if self.may(*one, taken=Counter())] * 3,
            "own": [one for one in cannot if self.may(*one, handler=None)] * 3,
            "hidden": [one for one in cannot if not self.sees(one[0], one[2])][:1],
        }
        kinds = [kind for kind, some in forbidden.items() for _one in some]
        if kinds:
            kind = data.draw(st.sampled_from(kinds), label="forbidden")
            SEEN[f"forbidden: {kind}"] += 1
            step = data.draw(st.sampled_from(forbidden[kind]), label="step")
            self.try_step(data, step, note=True, fresh=True)

    def matters(self) -> range:
        return range(len(self.numbers))

    def offered(self, n: int) -> list[str]:
        return self.twin.offered(self.twin.things[n])

    def sees(self, n: int, who: str) -> bool:
        return any(self.twin.opens(seat, self.twin.things[n]) for seat in self.twin.seats[who])

    def may(self, n: int, move: str, who: str, *, note: bool = True, **otherwise: Any) -> bool:
        """Whether somebody may take a move, were the matter otherwise."""
        return self.twin.able(replace(self.twin.things[n], **otherwise), move, who, note=note)

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

    def try_step(self, data: Any, what: Step, *, note: bool, fresh: bool) -> None:
        """When the answer is lost, the button is pressed twice."""
        n, move, who = what
        thing = self.twin.things[n]
        chosen = data.draw(st.sampled_from(["housing", "housing", "market", "nobody"]), label="department")
        seen = thing.moved if fresh else None
        again = data.draw(st.sampled_from([False, False, False, True]), label="again")
        at, reason, unexplained = self.when(data, self.opened[n][0])
        why = next(iter(self.world.model.flows["main"].moves[move].reasons), "")
        given = StepGiven("看过了。" if note else "", chosen, seen=seen, late_reason=reason, reason=why)
        self.dies_first(data, lambda: self.step(n, who, move, at, given))
        for _time in range(2 if again and fresh else 1):
            wanted = self.wanted(thing, who, move, unexplained, (note, chosen, seen))
            assert self.step(n, who, move, at, given) == wanted
            self.note(at)
            SEEN[f"step {wanted}"] += 1

    def wanted(self, thing: Thing, who: str, move: str, unexplained: bool, given: tuple[Any, ...]) -> str:
        """What the twin says came of it. What it does not know: late without a reason is refused to whoever sees it."""
        if unexplained and self.sees(self.twin.things.index(thing), who):
            return "refused"
        return self.twin.step(thing, who, move, clock.now(), given)

    def step(self, n: int, who: str, move: str, at: datetime, given: StepGiven) -> str:
        try:
            take_step(self.numbers[n], move, by=self.people[who], at=at, given=given)
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
        assert len(self.numbers) == len(self.twin.things)
        things = zip(self.numbers, self.twin.things, self.opened, strict=True)
        accounts = {who: person.account for who, person in self.people.items()}
        agreeing.matters(list(things), accounts, self.twin.quiet)

    def everything_is_counted(self) -> None:
        agreeing.ledger(self.twin, self.claimed, self.recorded)
        without = self.world.model.metrics["on_time"].without
        agreeing.figures(self.twin, self.people["he"], FRIDAY, without)
