"""Plays of a model by dice: real persons, double posts, vacancies, clocks, and somebody outside who may or may not help.

Nothing here comes from the proof: a play asks `rules.steps` and `rules.deadlines`, as the running house does, and looks at
what happened. It proves nothing; but it knows nothing of the proof's mistakes either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from gezhi.rules import deadlines, who
from gezhi.rules.model import Flow, Item, Model, Move, Post
from gezhi.rules.steps import EVERYTHING, ActorFacts, Facts, acting_duty, house_move, sets_handler, why_not

VACANT = 0.35
DOUBLE = 0.4
LONGEST = 160
STANDING = ("task", "supervise", "list")


@dataclass
class Place:
    """A small district: units by name with their level and the unit above, and who sits where."""

    model: Model
    units: dict[str, tuple[str, str]] = field(default_factory=dict)
    seats: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    offices: dict[str, list[int]] = field(default_factory=dict)
    posts: dict[int, list[str]] = field(default_factory=dict)  # of each person

    def above(self, unit: str) -> list[str]:
        way = []
        while unit:
            way.append(unit)
            unit = self.units[unit][1]
        return way

    def beside(self, unit: str) -> list[str]:
        return [u for u, at in self.units.items() if at == self.units[unit] and u != unit]

    def nearest(self, post: str, unit: str) -> list[int]:
        return next((self.seats[post, u] for u in self.above(unit) if self.seats.get((post, u))), [])


def settled(model: Model, dice: Random) -> Place:
    """Two units below each unit, a holder here and there; what may never be vacant is not."""
    place = Place(model)
    _plant(place, model.root.id, "", dice)
    numbers = count(1)
    for post in model.posts.values():
        for unit, (level, _) in place.units.items():
            if level in post.levels:
                _seat(place, post, unit, dice, numbers)
    for department in model.departments:
        place.offices[department] = [next(numbers) for _ in range(dice.randint(1, 2))]
        shared = [p for p, held in place.posts.items() if any(model.posts[h].of_department for h in held)]
        taken = {p for persons in place.offices.values() for p in persons}
        if shared and dice.random() < DOUBLE and (free := [p for p in shared if p not in taken]):
            place.offices[department].append(dice.choice(free))
    return place


def _plant(place: Place, level: str, above: str, dice: Random) -> None:
    below = [one for one in place.model.levels.values() if level in one.unders]
    for _ in range(1 if not above else dice.randint(1, 2)):
        unit = f"u{len(place.units)}"
        place.units[unit] = (level, above)
        for one in below:
            _plant(place, one.id, unit, dice)


def _seat(place: Place, post: Post, unit: str, dice: Random, numbers: Iterator[int]) -> None:
    least = max(post.least.get(place.units[unit][0], 1), 1)
    if not post.never_vacant and dice.random() < VACANT:
        return
    here = place.seats.setdefault((post.id, unit), [])
    for _ in range(least if post.never_vacant else dice.randint(1, max(least, 1))):
        fits = [
            p
            for p, held in place.posts.items()
            if p not in here and all(_both(place.model, h, post.id) for h in held)
        ]
        person = dice.choice(fits) if fits and dice.random() < DOUBLE else next(numbers)
        here.append(person)
        place.posts.setdefault(person, []).append(post.id)


def _both(model: Model, one: str, other: str) -> bool:
    first, second = model.posts[one], model.posts[other]
    named = (*first.also, *first.must_be, *second.also, *second.must_be)
    return (
        one == other
        or (other in (*first.also, *first.must_be))
        or (one in named and one in (*second.also, *second.must_be))
    )


class Violation(AssertionError):
    """Something that must never happen did; the play so far is its message."""


@dataclass
class Play:
    """One matter, dispute, issue or order on its way."""

    place: Place
    flow: Flow
    dice: Random
    unit: str
    item: Item | None = None
    grade: str = ""
    issuer: int = 0
    step: str = ""
    command: str = ""
    department: str = ""
    called: list[str] = field(default_factory=list)
    handler: int = 0
    judged: bool = False
    met: bool = False
    drawn: bool | None = None
    taken: Counter[str] = field(default_factory=Counter)
    promises: dict[str, str] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def model(self) -> Model:
        return self.place.model

    def facts(self) -> Facts:
        item = self.item
        return Facts(
            self.step, self.grade, item.in_grid if item else None, self.place.units[self.command][0], self.taken,
            tuple(self.orders), frozenset(self.promises), item.evidence if item else "", bool(item and item.low),
            self.drawn, bool(self.department),
        )  # fmt: skip

    # ── who ──

    def persons(self, word: str) -> list[int]:
        """Who may act by a who-word, here and now."""
        one = who.parse(word)
        if one.kind == "department":
            own = self.item.handler.partition(":")[2] if self.item else ""
            named = {"now": [self.department], "item": [own], "called": self.called[-1:]}.get(
                one.id, [one.id]
            )
            return [p for d in named for p in self.place.offices.get(d, [])]
        if one.kind == "issuer":
            return [self.issuer] if self.issuer else []
        if one.kind == "handler":
            return [self.handler] if self.handler else []
        if one.kind == "grade":
            grades = {g.id: g for s in self.model.grades.values() for g in s.grade.values()}
            return (
                [p for w in grades[self.grade].meets for p in self.persons(w)] if self.grade in grades else []
            )
        return self._at_posts(one)

    def _at_posts(self, one: who.Who) -> list[int]:
        if one.where == "other":
            return [p for u in self.place.beside(self.unit) for p in self.place.seats.get((one.id, u), [])]
        if one.where in self.model.levels:
            way = [u for u in self.place.above(self.unit) if self.place.units[u][0] == one.where]
            return [p for u in way for p in self.place.seats.get((one.id, u), [])]
        return self.place.nearest(one.id, self.command if one.where == "command" else self.unit)

    def actors(self, move: Move) -> dict[int, ActorFacts]:
        """Everybody who may take a move now, with what is known of them."""
        held: dict[int, set[str]] = {}
        for duty in move.duty:
            for word in self.model.duties[duty].held_by:
                for person in self.persons(word):
                    held.setdefault(person, set()).add(duty)
        facts = {
            p: ActorFacts(frozenset(d), p == self.handler, certificates=self.certified(p))
            for p, d in held.items()
        }
        known = replace(self.facts(), open_promises=frozenset(self.promises))
        return {
            p: a
            for p, a in facts.items()
            if why_not(self.model, self.flow, known, move.id, a, EVERYTHING_SAID) is None
        }

    def certified(self, person: int) -> frozenset[str]:
        return frozenset(
            c for post in self.place.posts.get(person, []) for c in self.model.posts[post].certificate
        )

    def able(self, move: Move) -> list[int]:
        """Who can take it, a second person beside them where that is asked."""
        persons = list(self.actors(move))
        return persons if "second_person" not in move.needs or len(persons) > 1 else []

    # ── what happens ──

    def begin(self) -> None:
        self.command = self.unit
        scheme = self.model.grades.get(self.flow.grades)
        least = scheme.grade[self.grade].commands if scheme and self.grade in scheme.grade else ""
        for unit in self.place.above(self.unit) if least else []:
            if self.place.units[unit][0] == least:
                self.command = unit
        self.step = self.flow.first
        if self.item is not None and not self.department:
            self.department = self.item.handler.partition(":")[2]
        self._heard(deadlines.on_open(self.flow), "", self.step)
        self._house()

    def take(self, move: Move, person: int, outside: str = "") -> None:
        """Somebody takes a move, and the house what follows at once."""
        self.told.append(f"{outside or person}:{move.id}")
        self.taken[move.id] += 1
        was = self.step
        if person:
            self._acted(move, person)
        target = self.flow.step[move.leads(was)]
        if (
            outside
            and self.flow.step[was].phase == "checking"
            and (target.phase == "answering" or target.settled)
        ):
            self.judged = True
        self._call(move, person)
        if move.raises and (above := self.place.units[self.command][1]):
            self.command = above
        effects = deadlines.on_move(self.flow, move, was)
        self.step = target.id
        if move.to != "same":
            self.orders = [*self.orders] if move.opens else []
            asks = any(
                m.when and m.when.drawn is not None and self.step in m.from_ for m in self.flow.move.values()
            )
            self.drawn = self.dice.random() < 0.5 if asks else None
        self._heard(effects, was, self.step)

    def _acted(self, move: Move, person: int) -> None:
        duty = self.model.duties[acting_duty(self.model, move, self.actors_of(person, move))]
        if sets_handler(self.model, move, duty.id):
            self.handler, self.judged = person, False
            item = self.item
            offices = {p for persons in self.place.offices.values() for p in persons}
            if item is not None and item.in_grid is False and person not in offices:
                self.fail("out of the grid's reach, and somebody of a grid handled it")
        elif duty.kind == "verify":
            if person == self.handler:
                self.fail("whoever handled verified")
            onward = self.flow.step[move.leads(self.step)]
            self.judged = onward.phase in ("checking", "answering", "ended")
            if self.drawn and person in self.own_grid():
                self.fail("what was drawn was looked at by its own grid")
        self.met = self.met or duty.kind == "meet"

    def own_grid(self) -> set[int]:
        """Whoever has a seat in the matter's own unit and nowhere above it."""
        here = {p for (_, u), persons in self.place.seats.items() if u == self.unit for p in persons}
        lowest = not any(above == self.unit for _, above in self.place.units.values())
        elsewhere = {p for (_, u), persons in self.place.seats.items() if u != self.unit for p in persons}
        return here - elsewhere if lowest else set()

    def actors_of(self, person: int, move: Move) -> ActorFacts:
        duties = {d for d in move.duty for w in self.model.duties[d].held_by if person in self.persons(w)}
        return ActorFacts(frozenset(duties), person == self.handler, certificates=self.certified(person))

    def _call(self, move: Move, person: int) -> None:
        some = list(self.model.departments)
        if move.calls == "chosen":
            self.department = self.dice.choice(some)
            self.called.append(self.department)
        elif move.calls == "several":
            self.called += self.dice.sample(some, min(2, len(some)))
        elif move.calls == "item":
            self.department = self.item.handler.partition(":")[2] if self.item else ""
        if move.opens:
            called = self.called[-2:] if move.calls == "several" else [self.department]
            self.orders = [self._ordered(move.opens, one, person) for one in called]

    def _ordered(self, flow: str, department: str, issuer: int) -> str:
        """Play an order to its end. Returns its result; who handled it last has handled this."""
        order = Play(self.place, self.model.flows[flow], self.dice, self.unit, grade="", issuer=issuer)
        order.item, order.department, order.called = None, department, [department]
        order.play()
        if order.handler:
            self.handler, self.judged = order.handler, False
        return order.flow.step[order.step].result

    def _house(self) -> None:
        for _ in range(12):
            known = self.facts()
            here = [m for m in self.flow.move.values() if self.step in m.from_ and m.by_house]
            clocks = {c.move for p in self.flow.promise.values() for c in p.missed}
            able = [m for m in here if m.id not in clocks and self._possible(m, known)]
            if len(able) > 1:
                self.fail("the house would have to choose")
            move = house_move(self.flow, known)
            if move is None:
                return
            self.take(move, 0)
        self.fail("the house goes round and round")

    def _possible(self, move: Move, known: Facts) -> bool:
        reason = why_not(self.model, self.flow, known, move.id, ActorFacts())
        return reason is not None and reason.code == "house_takes_it"

    def _heard(self, effects: deadlines.Effects, was: str, now: str) -> None:
        for rule in (*effects.meets, *effects.voids):
            self.promises.pop(rule.id, None)
        for rule in effects.pauses:
            if self.promises.get(rule.id) == "running":
                self.promises[rule.id] = "paused"
        for rule in effects.resumes:
            if self.promises.get(rule.id) == "paused":
                self.promises[rule.id] = "running"
        for rule in effects.starts:
            if rule.id not in self.promises or rule.again == "restart":
                self.promises[rule.id] = "running"

    def miss(self, name: str) -> None:
        """A clock runs out."""
        self.told.append(f"missed:{name}")
        self.promises[name] = "broken"
        for consequence in self.flow.promise[name].missed:
            above = self.place.units[self.command][1]
            if consequence.do == "raise" and above:
                self.command = above
                if consequence.again:
                    self.promises[name] = "running"
            move = self.flow.move.get(consequence.move)
            if consequence.do == "move" and move is not None and self.step in move.from_:
                self.take(move, 0)
                self._house()

    # ── what must hold ──

    def fail(self, why: str) -> None:
        raise Violation(
            f"{self.model.id}/{self.flow.id} at {self.step} in {self.unit}: {why}: {' '.join(self.told)}"
        )

    def look(self) -> None:
        """Everything that must hold in any state."""
        step = self.flow.step[self.step]
        if step.ends:
            return self._look_at_end()
        standing = [n for n, s in self.promises.items() if s == "broken" and self._stands(n)]
        if not (step.idle_because or standing or "running" in self.promises.values()):
            self.fail(f"silence: {self.promises}")
        moves = [m for m in self.flow.move.values() if self.step in m.from_ and m.duty]
        by_clock = [
            n
            for n, s in self.promises.items()
            if s == "running" and any(c.do == "move" for c in self.flow.promise[n].missed)
        ]
        told = [
            w
            for p in self.flow.promise.values()
            if p.id in self.promises
            for w in p.met
            if w.startswith("told:")
        ]
        if not (by_clock or told or any(self.able(m) for m in moves)):
            self.fail("nobody can do anything")
        if self.flow.subject == "dispute" and step.phase in ("reported", "accepted", "handling", "suspended"):
            leaving = [
                m
                for m in self.flow.move.values()
                if self.step in m.from_ and "party" in m.who and not m.needs
            ]
            if not any(self._outside(m, "party") for m in leaving):
                self.fail("the party cannot leave")
        return None

    def _outside(self, move: Move, as_: str) -> bool:
        return (
            why_not(self.model, self.flow, self.facts(), move.id, ActorFacts(outside=as_), EVERYTHING_SAID)
            is None
        )

    def _stands(self, name: str) -> bool:
        for consequence in self.flow.promise[name].missed:
            if consequence.do in STANDING:
                duties = [self.model.duties[w[1:]] for w in consequence.who if w.startswith("@")]
                words = [w for d in duties for w in d.held_by] + [
                    w for w in consequence.who if not w.startswith("@")
                ]
                if any(self.persons(word) for word in words):
                    return True
        return False

    def _look_at_end(self) -> None:
        step = self.flow.step[self.step]
        if self.promises:
            self.fail(f"still owed: {self.promises}")
        if not step.settled or self.model.about.replay:
            return
        if step.closing == "unverified":
            if not (self.item and self.item.low):
                self.fail("not verified, and not a small matter")
        elif self.handler and not self.judged:
            self.fail("solved, and nobody verified after the last handling")
        elif not self.handler and not self.met:
            self.fail("solved, and nobody handled or met")

    # ── the play ──

    def play(self) -> Play:
        """Until an end, or until it has gone on long enough."""
        self.begin()
        for _ in range(LONGEST):
            self.look()
            if self.flow.step[self.step].ends:
                return self
            self._turn()
        return self

    def _turn(self) -> None:
        running = [n for n, s in self.promises.items() if s == "running"]
        staff = [m for m in self.flow.move.values() if self.step in m.from_ and m.duty]
        outside = [
            (m, as_)
            for m in self.flow.move.values()
            if self.step in m.from_
            for as_ in m.who
            if self._outside(m, as_)
        ]
        dice = self.dice.random()
        if running and dice < 0.12:
            return self.miss(self.dice.choice(running))
        if outside and dice < 0.25:
            move, as_ = self.dice.choice(outside)
            self.take(move, 0, as_)
            return self._house()
        told = [
            w
            for p in self.flow.promise.values()
            for w in p.met
            if w.startswith("told:") and p.id in self.promises
        ]
        if told and dice < 0.6:
            return self._heard(deadlines.promises_of(self.flow, told=told[0].removeprefix("told:")), "", "")
        able = [(m, p) for m in staff for p in self.able(m)]
        if able:
            move, person = self.dice.choices(able, [self._weight(m) for m, _ in able])[0]
            self.take(move, person)
            self._house()
        elif running:
            self.miss(self.dice.choice(running))
        return None

    def _weight(self, move: Move) -> int:
        """What ends without solving is chosen seldom: most of a model lies beyond it."""
        target = self.flow.step[move.leads(self.step)]
        return 1 if target.ends and not target.settled else 8


EVERYTHING_SAID = replace(EVERYTHING, forms=frozenset({"*"}))


def plays(model: Model, seed: int, times: int) -> Counter[str]:
    """So many plays of each flow that somebody can open; how they ended. Raises `Violation`."""
    ends: Counter[str] = Counter()
    for flow in model.flows.values():
        if flow.subject == "order":
            continue
        items = [item for item in model.items.values() if item.flow == flow.id]
        for number in range(times):
            dice = Random(f"{model.id}:{flow.id}:{seed}:{number}")
            place = settled(model, dice)
            grounds = [u for u, (level, _) in place.units.items() if model.levels[level].holds_matters]
            scheme = model.grades.get(flow.grades)
            play = Play(place, flow, dice, dice.choice(grounds), dice.choice(items) if items else None)
            play.grade = dice.choice(list(scheme.grade)) if scheme else ""
            play.play()
            step = flow.step[play.step]
            ends[step.closing if step.ends else "open"] += 1
    return ends
