"""A twin of a matter's life in plain Python: no database, nothing of `gezhi`, written apart from the real one.

It is told the model, who sits where and which days work, then what people did and when; it says what came of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

HERE, TICK = timezone(timedelta(hours=8)), timedelta(microseconds=1)  # the due moment itself is in time
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
TURN = {
    "reported": ("triage", "review", "handle", "meet", "assign"),
    "handling": ("handle", "meet", "arbitrate", "assign"),
    "suspended": ("approve",),
    "checking": ("verify",),
    "answering": ("answer", "close", "meet"),
}
APART = {"verify", "close", "arbitrate", "approve"}
NOT_YET = {"consent", "form", "certificate", "file"}
Row = dict[str, Any]
MOVE = {"to": "same", "at_most": 0} | dict.fromkeys("duty who needs when calls opens raises".split(), ())
PROMISE = {"starts": (), "met": (), "void": (), "pauses": (), "warn": "80%", "missed": ()}


@dataclass
class Vow:
    name: str
    made: datetime
    due: datetime
    look: datetime | None
    warned: datetime | None = None
    missed: datetime | None = None
    met: datetime | None = None
    void: datetime | None = None
    stands: datetime | None = None
    stood: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.met is None and self.void is None


@dataclass
class Thing:
    """One matter. `own` is who the item list says handles it: a post, or a department."""

    item: Row
    own: str
    path: str
    step: str
    command: str
    department: str
    handler: str | None = None
    hands: set[str] = field(default_factory=set)  # everybody who ever handled it, and the desks they sat at
    proposed: int = -1  # how often it had moved when a step was proposed to a second person
    desk: str = ""
    shown: set[str] = field(default_factory=set)  # desks asked so far: a department sees it from then on
    moved: int = 0
    vows: list[Vow] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=lambda: Counter(["matter.opened"]))


@dataclass(frozen=True)
class Seat:  # somebody's post at a unit, or a department
    post: str
    path: str
    department: str = ""

    @property
    def desk(self) -> str:
        return f"department:{self.department}" if self.department else f"{self.post}@{self.path}"


class Twin:
    """A district. `seats` holds the `Seat`s of each person, `levels` names the level of each path; `works` says which days are working days."""

    def __init__(self, canonical: str, seats: Row, levels: Row, works: Callable[[date], bool]) -> None:
        said = json.loads(canonical)
        tables, flow = said["tables"], said["tables"]["flow"]["main"]
        self.steps: dict[str, Row] = {k: {"closing": ""} | v for k, v in flow["step"].items()}
        self.moves: dict[str, Row] = {k: MOVE | v for k, v in flow["move"].items()}
        self.rules: dict[str, Row] = {k: PROMISE | v for k, v in flow["promise"].items()}
        self.duties: dict[str, Row] = tables["duty"]
        self.first, self.grades = flow["first"], tables["grades"][flow["grades"]]["grade"]
        self.handling = {duty for duty, said in self.duties.items() if said["kind"] == "handle"}
        self.apart = {duty for duty, said in self.duties.items() if said["kind"] in APART}
        theirs = {move["to"] for move in self.moves.values() if move["who"]}
        silent = {name for name, rule in self.rules.items() if [c["do"] for c in rule["missed"]] == ["move"]}
        self.quiet = {name for name, rule in self.rules.items() if rule.get("again") == "restart"}
        self.waits = {name for name in silent if theirs & set(self.rules[name]["met"])}
        self.posts, self.departments, self.items = tables["post"], tables["department"], said["items"]
        self.seats, self.levels, self.works = seats, levels, works
        self.things: list[Thing] = []
        self.keys: dict[tuple[str, str], int] = {}

    def report(self, item: str, path: str, who: str, key: str, at: datetime) -> int:
        """Somebody reports; which matter it is. A person's key is one matter: for another item it is refused, -1."""
        n = self.keys.setdefault((who, key), len(self.things)) if key else len(self.things)
        if n < len(self.things):
            return n if self.things[n].item is self.items[item] else -1
        own = self.named(self.items[item]["承办"])
        thing = Thing(self.items[item], own, path, self.first, path, own.partition(":")[2])
        thing.vows = [self.vow(thing, name, at) for name in self.listening("starts", {self.first})]
        self.ask(thing, self.seats[who][0].desk)
        self.things.append(thing)
        return n

    def step(self, thing: Thing, who: str, move: str, at: datetime, given: tuple[Any, ...]) -> str:
        """Somebody tries a step with a note, a department, the moves the page showed: ok, hidden or refused."""
        note, chosen, seen = given
        if not any(self.opens(seat, thing) for seat in self.seats[who]):
            return "hidden"
        stale = seen is not None and seen != thing.moved
        astray = self.moves[move]["calls"] == "chosen" and (
            chosen not in self.departments or (chosen == thing.department and self.leaves(thing, move))
        )
        if stale or astray or not self.able(thing, move, who, note=note):
            return "refused"
        if "second_person" in self.moves[move]["needs"]:
            if thing.proposed == thing.moved:
                return "refused"
            thing.proposed = thing.moved
            thing.entries["matter.proposed"] += 1
            return "ok"
        if self.rated(thing.step) and "reporter" in self.moves[move]["who"]:
            thing.entries["matter.rated"] += 1
        self.move(thing, move, who, at, chosen)
        return "ok"

    def leaves(self, thing: Thing, move: str) -> bool:
        """Whether a move of a person leads there and leaves the matter with its department."""
        to = {name: thing.step if said["to"] == "same" else said["to"] for name, said in self.moves.items()}
        here = [n for n, said in self.moves.items() if thing.step in said["from"] and said["duty"]]
        kept = [n for n in here if not (self.moves[n]["calls"] or self.moves[n]["raises"])]
        return to[move] == thing.step or any(to[n] == to[move] for n in kept)

    def watch(self, at: datetime) -> None:
        """The clock looks at everything that must be looked at by now."""
        while looked := [(v.look, t, v) for t in self.things for v in t.vows if v.look and v.look <= at]:
            late = [one for one in sorted(looked, key=lambda one: one[0] or at) if one[2].due < at]
            for _when, thing, vow in looked:
                if vow.due < at:
                    self.runs_out(thing, vow, at)
                else:
                    vow.warned, vow.look = at, vow.due + TICK
                    thing.entries["promise.warned"] += 1
            for _when, thing, vow in late:
                self.follows(thing, vow, at)

    def runs_out(self, thing: Thing, vow: Vow, at: datetime) -> None:
        """It was missed; what waited for somebody outside has only lapsed."""
        lapsed = vow.name in self.waits
        setattr(vow, "void" if lapsed else "missed", at)
        vow.look = None
        thing.entries["promise.lapsed" if lapsed else "promise.missed"] += 1

    def move(self, thing: Thing, move: str, who: str | None, at: datetime, chosen: str = "") -> None:
        """One move, and the moves of the house that follow from it."""
        said = self.moves[move]
        if who and self.handling & set(said["duty"]):
            thing.handler = who
            desks = self.desks_of(said["duty"], thing)
            thing.hands |= {who, next(seat.desk for seat in self.seats[who] if seat.desk in desks)}
        if said["calls"]:
            thing.department = chosen if said["calls"] == "chosen" else thing.own.partition(":")[2]
        if said["raises"]:
            thing.command = thing.command[:-4] or thing.command
        entered = set() if said["to"] == "same" else {said["to"]}
        self.promises(thing, {f"move:{move}"} | entered, at, thing.step if entered else "")
        thing.step, thing.moved = next(iter(entered), thing.step), thing.moved + 1
        self.ask(thing)
        thing.entries["matter.stepped"] += 1
        thing.taken[move] += 1
        by_clock = {c.get("move") for rule in self.rules.values() for c in rule["missed"]}
        for name, next_one in self.moves.items():
            if not (next_one["duty"] or next_one["who"] or name in by_clock) and self.possible(thing, name):
                return self.move(thing, name, None, at)
        return None

    def offered(self, thing: Thing) -> list[str]:
        """Moves of people from here that this version can take."""
        here = [(m, said) for m, said in self.moves.items() if thing.step in said["from"] and said["duty"]]
        here = [(m, said) for m, said in here if not said["opens"]]
        return [m for m, said in here if said["calls"] != "several" and not NOT_YET & set(said["needs"])]

    def possible(self, thing: Thing, move: str) -> bool:
        """Its step, its guard and its limit."""
        said = self.moves[move]
        facts = {"grade": thing.item["等级"], "level": self.levels[thing.command], "low": False}
        facts |= {"in_grid": thing.item["格内"] == "是", "department": bool(thing.department)}
        guards = dict(said["when"]).items()
        held = all(facts.get(on, ()) in (v if isinstance(v, list) else [v]) for on, v in guards)
        return thing.step in said["from"] and held and not 0 < said["at_most"] <= thing.taken[move]

    def able(self, thing: Thing, move: str, who: str, *, note: bool = True) -> bool:
        """One of the seats holds a duty of the move that is not kept apart from handling, and the gates are met."""
        said = self.moves[move]
        ready = move in self.offered(thing) and self.possible(thing, move)
        free = [d for d in said["duty"] if d not in self.apart or thing.handler != who]
        desks = self.desks_of(free, thing)
        checked_next = self.steps.get(said["to"], self.steps[thing.step])["phase"] == "checking"
        evidence = thing.item["证据"] if checked_next and self.handling & set(said["duty"]) else ""
        wanted = [gate for gate, mark in (("note", "文字"), ("photo", "照片")) if mark in evidence]
        gates_met = {*said["needs"], *wanted} - {"second_person"} <= ({"note"} if note else set())
        merges = self.steps.get(said["to"], {}).get("closing") == "merged"  # nobody here says into what
        theirs = "reporter" in said["who"] and self.rated(thing.step)
        heard = not theirs or self.hears(thing, who)
        sits = any(seat.desk in desks for seat in self.seats[who])
        return ready and gates_met and heard and not merges and sits

    def desks_of(self, duties: Iterable[str], thing: Thing) -> set[str]:
        return {self.desk_of(word, thing) for duty in duties for word in self.duties[duty]["held_by"]}

    def rated(self, step: str) -> bool:
        """Whether the reporter is asked for a rating here: a move of theirs leads to an end at which all is done."""
        ends = {name for name, said in self.steps.items() if said["closing"] in ("solved", "unverified")}
        return any(
            step in m["from"] and "reporter" in m["who"] and m["to"] in ends for m in self.moves.values()
        )

    def hears(self, thing: Thing, who: str) -> bool:
        """Whether somebody may write down the reporter's word: they and their desk never handled the matter."""
        kinds = [duty for duty, said in self.duties.items() if said["kind"] in ("answer", "close")]
        desks = self.desks_of(kinds, thing) - thing.hands
        return who not in thing.hands and any(seat.desk in desks for seat in self.seats[who])

    def listening(self, ear: str, heard: set[str]) -> list[str]:
        return [name for name, rule in self.rules.items() if heard & set(rule[ear])]

    def promises(self, thing: Thing, heard: set[str], at: datetime, left: str) -> None:
        """Go on, keep, drop, stop, begin. What is kept or dropped after its moment was missed first, whoever noticed."""
        ends = {self.steps[step]["closing"] for step in heard & set(self.steps)} - {"", "solved"}
        met, stop = self.listening("met", heard), self.listening("pauses", heard)
        void = self.listening("void", heard | {"unsolved_ends"} if ends else heard)
        still = stop if left else self.listening("pauses", {thing.step})
        for vow in [v for v in thing.vows if v.stands and v.open]:
            if vow.name not in still or vow.name in (*met, *void):
                vow.stood, vow.stands = [*vow.stood, (vow.stands or at, at)], None
                again = self.vow(thing, vow.name, vow.made, vow.stood)
                vow.due = again.due
                vow.look = (
                    again.look if vow.warned is None and again.look and again.look > at else again.due + TICK
                )
        anew = [
            name for name in self.listening("starts", heard) if self.rules[name].get("again") == "restart"
        ]
        self.settle(thing, met, at, "met")
        self.settle(thing, [*void, *anew], at, "void")
        for vow in [v for v in thing.vows if v.open and not v.stands and v.name in stop]:
            if vow.missed is None and vow.due >= at and vow.name not in self.waits:
                vow.stands, vow.due, vow.look = at, NEVER, None
        for name in self.listening("starts", heard):
            if not any(v.open and v.name == name for v in thing.vows):
                thing.vows.append(self.vow(thing, name, at))

    def settle(self, thing: Thing, names: list[str], at: datetime, how: str) -> None:
        for vow in [v for v in thing.vows if v.open and v.name in names]:
            if vow.missed is None and vow.due < at:
                self.runs_out(thing, vow, at)
            if vow.open:
                setattr(vow, how, at)
            vow.look = None

    def vow(self, thing: Thing, name: str, at: datetime, stood: Sequence[Any] = ()) -> Vow:
        rule, grade = self.rules[name], thing.item["等级"]
        length = self.grades[grade].get("lengths", {}).get(name) or rule["length"]
        length = length[grade] if isinstance(length, dict) else length
        spans = list(self.spans(thing.item["时限"] if length == "item" else length, at, stood))
        percent, due = int(rule["warn"].rstrip("%") or 0), spans[-1][1]
        left = sum((b - a for a, b in spans), timedelta()) * percent / 100
        for a, b in spans if percent else ():
            if left <= b - a:
                return Vow(name, at, due, (a + left).replace(microsecond=0))
            left -= b - a
        return Vow(name, at, due, due + TICK)

    def spans(self, word: str, start: datetime, stood: Any) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of time that count: not while the clock stands, and no day at whose end it stands."""
        unit, day = word.lstrip("0123456789"), start.astimezone(HERE).date()
        amount = int(word.removesuffix(unit))
        if unit in ("分钟", "小时"):
            left = timedelta(minutes=amount * (60 if unit == "小时" else 1))
            for since, until in stood:
                yield start, since
                start, left = until, left - (since - start)
            yield start, start + left
            return
        while amount:
            day += timedelta(days=1)
            midnight = datetime.combine(day, time(), HERE)
            over = midnight + timedelta(days=1)
            if (unit == "日" or self.works(day)) and not any(a < over <= b for a, b in stood):
                yield midnight, over
                amount -= 1

    def follows(self, thing: Thing, vow: Vow, at: datetime) -> None:
        """What the model lets follow when a promise is broken; nothing once the matter has ended."""
        for said in self.rules[vow.name]["missed"]:
            if self.steps[thing.step]["phase"] == "ended":
                return
            if said["do"] == "move" and thing.step in self.moves[said["move"]]["from"]:
                self.move(thing, said["move"], None, at)
            elif said["do"] == "raise" and thing.command[:-4]:
                thing.command = thing.command[:-4]
                thing.entries["matter.raised"] += 1
                if said.get("again"):
                    self.settle(thing, [vow.name], at, "void")
                    thing.vows.append(self.vow(thing, vow.name, at))
                    if thing.step in self.rules[vow.name]["pauses"]:
                        thing.vows[-1].stands, thing.vows[-1].due, thing.vows[-1].look = at, NEVER, None

    def named(self, word: str) -> str:
        """A post's or a department's own word for the name that the item list writes."""
        posts = {said["name"]: id for id, said in self.posts.items()}
        known = {name: id for id, said in self.departments.items() for name in said.get("aka", ())}
        return posts.get(word) or f"department:{known[word]}"

    def holders(self, desk: str) -> set[str]:
        return {who for who, seats in self.seats.items() for seat in seats if seat.desk == desk}

    def desk_of(self, word: str, thing: Thing) -> str:
        kind, _, code = word.partition(":")
        if kind == "department":
            code = thing.department if code in ("", "now", "item", "called") else code
            return f"department:{code}" if code else ""
        post, _, where = word.partition("@")
        path = thing.command if where == "command" else thing.path
        while path and not self.holders(f"{post}@{path}"):
            path = path[:-4]
        return f"{post}@{path}" if path else ""

    def ask(self, thing: Thing, *more: str) -> None:
        able = [m for m in self.offered(thing) if self.possible(thing, m)]
        words = {w for m in able for duty in self.moves[m]["duty"] for w in self.duties[duty]["held_by"]}
        thing.desk = self.asked(thing)
        thing.shown |= {self.desk_of(word, thing) for word in words} | {thing.desk, *more}

    def asked(self, thing: Thing) -> str:
        """The desk whose turn it is: the first holder of the duty of the phase who may act."""
        phase = self.steps[thing.step]["phase"]
        if phase == "ended":
            return ""
        able = [m for name, m in self.moves.items() if (m["duty"] or m["who"]) and self.possible(thing, name)]
        duties = [duty for move in able for duty in move["duty"]]
        turn = [duty for kind in TURN.get(phase, ()) for duty in duties if self.duties[duty]["kind"] == kind]
        for duty in (turn or duties)[:1]:
            words = list(self.duties[duty]["held_by"])
            if duty in self.handling:
                words.sort(key=lambda word: word.partition("@")[0] != thing.own)
            for desk in filter(None, (self.desk_of(word, thing) for word in words)):
                if duty not in self.apart or self.holders(desk) != {thing.handler}:
                    return desk
        last = next(post for post, said in self.posts.items() if said.get("never_vacant"))
        return f"{last}@{thing.path[:4]}"

    def opens(self, seat: Seat, thing: Thing) -> bool:
        """Whether somebody sees the matter from this seat."""
        mine = seat.desk == thing.desk or bool(seat.department and seat.desk in thing.shown)
        ground = not seat.department and self.posts[seat.post].get("sees", "ground") == "ground"
        return mine or (ground and thing.path.startswith(seat.path))
