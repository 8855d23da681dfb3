"""A flow as a machine of small tuples, for one way of levels, one ground and one kind of item.

A core is everything of a matter but its promises: step, command, departments (now, called), handler, and flags.
Edges of a core are worked out once, whatever the promises are; `walk` puts the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gezhi.rules.model import Flow, Model, Move, When
from gezhi.rules.proof.bodies import HANDLER, NONE, Around, Body, Conflicts, Handlers, Staff, kept_apart
from gezhi.rules.proof.effects import Promises
from gezhi.rules.proof.pieces import (
    AFTER_CHECKING,
    DEALT,
    DRAWN,
    DRAWN_NO,
    DRAWN_YES,
    FILLED,
    FIRST_LIMIT,
    HOUSE,
    HUMAN,
    LIMITED,
    ORDER,
    ORDER_DONE,
    ORDER_FAILED,
    ORDER_OUT,
    ORDERS,
    OUTSIDE,
    RECEIPT,
    UNSURE,
    VACANT,
    VERIFIED,
    VERIFY,
    Core,
    Edge,
    Hand,
    Label,
    Outcome,
    Profile,
)
from gezhi.rules.proof.purse import Purse
from gezhi.rules.proof.twins import Twins, is_commanded


@dataclass
class Spec:
    """What is worked out once for a flow: moves by step, limits, promises, who may be told apart.

    Where it is not `exact`, moves with `at_most` are taken never to run out: more can happen than really can, so what
    holds then holds. Nothing that must be possible may rest on such a move (`sure` of an edge is without them).
    An exact one tells whether they ran out; a move that may be taken several times runs out after any of them.

    `commanded` is whether anything asks which level commands. Where nothing does, it is not told apart: a matter is
    then taken to be raised as often as somebody likes, and to be at the top already, whichever is worse.
    """

    model: Model
    flow: Flow
    handlers: Handlers
    outcomes: dict[str, frozenset[Outcome]] = field(default_factory=dict)
    exact: bool = True
    purse: Purse = field(default_factory=Purse)

    def __post_init__(self) -> None:
        self.promises = Promises(self.flow)
        self.twins = Twins(self.model)
        clocks = {c.move for p in self.flow.promise.values() for c in p.missed if c.do == "move"}
        self.by_clock = {m for m in clocks if m in self.flow.move}
        moves = self.flow.move.values()
        limited = [m for m in moves if m.at_most and self.exact]
        self.limits = {m.id: FIRST_LIMIT << n for n, m in enumerate(limited)}
        self.moves = {s: [m for m in moves if s in m.from_] for s in self.flow.step}
        self.draws = {s: any(m.when and m.when.drawn is not None for m in self.moves[s]) for s in self.moves}
        acting = ("raise", "move")
        self.follows = {p.id: [c for c in p.missed if c.do in acting] for p in self.flow.promise.values()}
        self.commanded = is_commanded(self.model, self.flow)
        heard = {w for p in self.flow.promise.values() for w in (*p.starts, *p.met, *p.void)}
        self.receipts = sorted(w.removeprefix("told:") for w in heard if w.startswith("told:"))


@dataclass
class Machine:
    """One flow for one way (its last level is the ground) and one profile."""

    spec: Spec
    staff: Staff
    profile: Profile

    def __post_init__(self) -> None:
        self.flow, self.model = self.spec.flow, self.spec.model
        scheme = self.model.grades.get(self.flow.grades)
        grade = scheme.grade.get(self.profile.grade) if scheme else None
        self.meets = grade.meets if grade else ()
        self.ground = len(self.staff.way) - 1
        self.edges_of: dict[Core, list[Edge]] = {}
        self.ways_of: dict[Core, list[Edge]] = {}
        self.handless: dict[tuple[str, str], Core] = {}
        self.doubled: dict[tuple[str, str, str], Core] = {}
        self.hidden: dict[tuple[str, str, str], Core] = {}
        self._hands_of: dict[tuple[object, ...], list[Hand]] = {}
        self._leads_of: dict[tuple[str, str], tuple[str, int, int, int, int]] = {}

    def around(self, core: Core) -> Around:
        p = self.profile
        handled = core.handler is not None
        return Around(self.ground, core.command, self.meets, core.now, p.department, core.called, handled)

    def starts(self) -> list[Core]:
        """How a matter begins; an order begins with each department that may have been called."""
        commands = self.ground if self.spec.commanded else 0
        scheme = self.model.grades.get(self.flow.grades)
        least = scheme.grade[self.profile.grade].commands if scheme and self.profile.grade else ""
        if least in self.staff.way and self.spec.commanded:
            commands = min(commands, self.staff.way.index(least))
        calls = {
            m.calls for f in self.model.flows.values() for m in f.move.values() if m.opens == self.flow.id
        }
        own = self.profile.department
        began = {own} if self.flow.subject != "order" else set[str]()
        if calls & {"chosen", "several"}:
            began |= set(self.staff.departments)
        if "item" in calls or (calls and not began):
            began.add(own)
        first = [
            Core(self.flow.first, commands, now, "" if now == own else now, None, 0)
            for now in sorted(began or {own})
        ]
        first = [self.spec.twins.canonical(core, own) for core in first]
        return [drawn for core in dict.fromkeys(first) for drawn in self._drawn(core)]

    def edges(self, core: Core) -> list[Edge]:
        """Every way on from a core. Moves of the house are taken at once: then there is no other."""
        if core not in self.edges_of:
            taken = self.house_moves(core)
            house = [edge for move in taken for edge in self._house(core, move)]
            if len(taken) > 1:
                self.doubled.setdefault((core.step, taken[0].id, taken[1].id), core)
            for move in self._hidden_by(core) if taken else ():
                self.hidden.setdefault((core.step, taken[0].id, move), core)
            found = house or [*self._persons(core), *self._orders(core), *self._receipts(core)]
            self.edges_of[core] = self.spec.twins.once(found)
        return self.edges_of[core]

    def ways(self, core: Core) -> list[Edge]:
        """The edges that may lead to another state: a note, say, only begins what stands beside."""
        if core not in self.ways_of:
            found = self.edges(core)
            self.ways_of[core] = [e for e in found if e.to != core or self._moves(e.effect)]
        return self.ways_of[core]

    def house_moves(self, core: Core) -> list[Move]:
        """The moves that the house would take now."""
        here = [m for m in self.spec.moves[core.step] if m.by_house and m.id not in self.spec.by_clock]
        return [m for m in here if self.possible(core, m)]

    def _hidden_by(self, core: Core) -> list[str]:
        """The moves of persons inside that could be taken here, if the house did not go on at once."""
        return [m.id for m in self.spec.moves[core.step] if m.duty and self.possible(core, m)]

    def by_clock(self, core: Core, move: str) -> list[Edge]:
        """What becomes of it when a clock takes this move; nothing where it cannot be taken here."""
        taken = self.flow.move.get(move)
        if taken is None or core.step not in taken.from_ or not self.possible(core, taken):
            return []
        return list(self._led(core, taken, Hand(Label("clock", move), HOUSE, None)))

    def possible(self, core: Core, move: Move) -> bool:
        """Limit and guard; not who asks."""
        limit = self.spec.limits.get(move.id, 0)
        if core.flags & limit:
            return False
        if move.calls in ("chosen", "several") and not self.staff.departments:
            return False
        return move.when is None or self._guard(core, move.when)

    def _guard(self, core: Core, when: When) -> bool:
        orders = {"done": ORDER_DONE, "failed": ORDER_FAILED}.get(when.orders, 0)
        wanted = {True: DRAWN_YES, False: DRAWN_NO, None: 0}[when.drawn]
        return not (
            (when.grade and self.profile.grade not in when.grade)
            or (when.in_grid is not None and when.in_grid is not self.profile.in_grid)
            or (when.low is not None and when.low is not self.profile.low)
            or (when.level and self.staff.way[core.command] not in when.level)
            or (orders and not core.flags & orders)
            or (when.department is not None and when.department is not bool(core.now))
            or (wanted and not core.flags & wanted)
        )

    def _house(self, core: Core, move: Move) -> list[Edge]:
        return list(self._led(core, move, Hand(Label("house", move.id), HOUSE | FILLED | VACANT, None)))

    def _persons(self, core: Core) -> Iterator[Edge]:
        for move in self.spec.moves[core.step]:
            if move.by_house or not self.possible(core, move):
                continue
            hands = self._hands(core, move)
            if move.duty and not hands:
                self.handless.setdefault((core.step, move.id), core)
            for hand in hands:
                yield from self._led(core, move, hand)
            for outside in move.who:
                turned = self._confirms(core.step, move)
                yield from self._led(core, move, Hand(Label(outside, move.id), OUTSIDE, None, turned))

    def _hands(self, core: Core, move: Move) -> list[Hand]:
        """Who may take a move by what duties say, alike ones together; the same for many cores."""
        key = (move.id, core.step, core.command, core.now, core.called, core.handler)
        if key not in self._hands_of:
            found: dict[tuple[Conflicts | None, tuple[int, int]], Hand] = {}
            for hand in self._by_hand(core, move):
                alike = (hand.handler, hand.turns)
                before = found.get(alike)
                found[alike] = before._replace(bits=before.bits | hand.bits) if before else hand
            self._hands_of[key] = list(found.values())
        return self._hands_of[key]

    def _by_hand(self, core: Core, move: Move) -> Iterator[Hand]:
        around = self.around(core)
        duties = [self.model.duties[d] for d in move.duty]
        here = {NONE, *self.spec.twins.told_apart(core, self.profile.department)}
        holding = ((duty, body) for duty in duties for body in self.staff.holders(duty, around))
        bodies = [(duty, body) for duty, body in holding if body.department in here]
        two = "second_person" not in move.needs or self._two([b for _, b in bodies], core, vacant=False)
        left = "second_person" not in move.needs or self._two([b for _, b in bodies], core, vacant=True)
        for duty, body in bodies:
            apart = kept_apart(duty) and core.handler is not None
            bits = HUMAN | (VERIFY if duty.kind == "verify" else 0)
            sure = not body.higher and self._certified(move, duty.certificate, body)
            if sure and (not apart or self.staff.another(body, core.handler or frozenset())):
                bits |= FILLED if two else 0
                bits |= VACANT if left and self.staff.never_vacant(body) else 0
            handler = self._handler(core, body) if duty.kind == "handle" else None
            turns = self._turns(core.step, move, duty.kind)
            yield Hand(Label("move", move.id, body), bits, handler, turns)

    def _handler(self, core: Core, body: Body) -> Conflicts | None:
        return core.handler if body == HANDLER else self.spec.handlers.of(body)

    def _certified(self, move: Move, wanted: tuple[str, ...], body: Body) -> bool:
        """Whether the body surely has the certificates: those without which nobody is appointed to its post."""
        asked = {g.partition(":")[2] for g in move.needs if g.startswith("certificate:")} | set(wanted)
        post = self.model.posts.get(body.post)
        return not asked or (post is not None and asked <= set(post.certificate))

    def _two(self, bodies: list[Body], core: Core, *, vacant: bool) -> bool:
        """Whether two different persons surely may take it: one asks, another signs."""
        there = [b for b in bodies if b.post in self.model.posts and not b.higher]
        there = [b for b in there if self.staff.never_vacant(b) or not vacant]
        handler = core.handler or frozenset()
        least = {b: self.staff.least(b) - (b.post in handler) for b in there}
        apart = {(a.post, b.post) for a in there for b in there if a.post not in self.spec.handlers.of(b)}
        return any(n > 1 for n in least.values()) or any(
            least[a] and least[b] and (a.post, b.post) in apart for a in there for b in there if a != b
        )

    def _turns(self, step: str, move: Move, kind: str) -> tuple[int, int]:
        """Flags set and cleared when somebody acts under a duty of this kind."""
        dealt = DEALT if kind == "meet" else 0
        if kind == "handle":
            return dealt, VERIFIED
        if kind == "verify":
            passed = self.flow.step[move.leads(step)].phase in AFTER_CHECKING
            return (VERIFIED, 0) if passed else (0, VERIFIED)
        return dealt, 0

    def _confirms(self, step: str, move: Move) -> tuple[int, int]:
        """Somebody outside who sends a matter on from checking has confirmed it."""
        target = self.flow.step[move.leads(step)]
        onward = target.phase == "answering" or target.settled
        return (VERIFIED, 0) if self.flow.step[step].phase == "checking" and onward else (0, 0)

    def _led(self, core: Core, move: Move, hand: Hand) -> Iterator[Edge]:
        """The edges of a move: one for each department that may be called and each way the draw may fall."""
        step, effect, bits, kept, clears = self._leads(core.step, move)
        flags = (core.flags | hand.turns[0]) & ~(clears | hand.turns[1])
        if move.opens and self.flow.step[step].waits_for == move.opens:
            flags |= ORDER_OUT
        command = core.command - 1 if move.raises and core.command else core.command
        handler = core.handler if hand.handler is None else hand.handler
        for now, called in self._called(core, move):
            for fell in self._falls(move, step):
                to = Core(step, command, now, called, handler, flags | fell)
                if to != core or move.raises or self._does(effect):
                    to = self.spec.twins.canonical(to, self.profile.department)
                    yield Edge(hand.label, to, effect, hand.bits | bits, kept)

    def _falls(self, move: Move, step: str) -> list[int]:
        """Flags that chance adds: how the draw falls, and whether the move has run out."""
        draws = [0] if move.to == "same" or not self.spec.draws[step] else [DRAWN_NO, DRAWN_YES]
        limit = self.spec.limits.get(move.id, 0)
        left = [0, limit] if limit and move.at_most > 1 else [limit]
        return [draw | gone for draw in draws for gone in left]

    def _leads(self, step: str, move: Move) -> tuple[str, int, int, int, int]:
        """Step, effect, bits, promises that must be closed and flags cleared: the same whoever takes it."""
        key = (step, move.id)
        if key not in self._leads_of:
            to, stays = move.leads(step), move.to == "same"
            promises = self.spec.promises
            effect = promises.effect(entered="" if stays else to, left="" if stays else step, move=move.id)
            kept = sum(1 << promises.shift[g[5:]] for g in move.needs if g.startswith("kept:"))
            clears = 0 if stays else DRAWN | ORDERS
            limited = LIMITED if move.at_most or move.raises else 0
            unsure = UNSURE if move.at_most and not self.spec.exact else 0
            self._leads_of[key] = (to, effect, limited | unsure, kept, clears)
        return self._leads_of[key]

    def _does(self, effect: int) -> bool:
        return self._moves(effect) or bool(self.spec.promises.effects[effect].beside)

    def _moves(self, effect: int) -> bool:
        e = self.spec.promises.effects[effect]
        return bool(e.closes or e.restarts or e.keeps)

    def _called(self, core: Core, move: Move) -> list[tuple[str, str]]:
        """The department that has the matter, and the one called, after the move."""
        if move.calls in ("chosen", "several"):
            named = self.spec.twins.told_apart(core, self.profile.department)
            return [(body if move.calls == "chosen" else core.now, body) for body in named]
        return [(self.profile.department if move.calls == "item" else core.now, core.called)]

    def _drawn(self, core: Core) -> list[Core]:
        """On coming to a step where a guard asks for it, the sample is drawn: either way."""
        if not self.spec.draws[core.step]:
            return [core]
        return [core._replace(flags=core.flags | fell) for fell in (DRAWN_NO, DRAWN_YES)]

    def _orders(self, core: Core) -> Iterator[Edge]:
        """The orders that are out come to an end, in any way that their own flow was proved to end."""
        if not core.flags & ORDER_OUT:
            return
        child = self.flow.step[core.step].waits_for
        for result, handler in self._ended(child):
            flags = core.flags & ~ORDERS | (ORDER_DONE if result == "done" else ORDER_FAILED)
            after = core._replace(flags=flags)
            if handler is not None:
                after = after._replace(flags=flags & ~VERIFIED, handler=handler)
            after = self.spec.twins.canonical(after, self.profile.department)
            yield Edge(Label("order", result), after, self.spec.promises.effect(), ORDER | FILLED | VACANT, 0)

    def _ended(self, child: str) -> Iterator[Outcome]:
        """How an order may have ended, and who handled it, by each name that they may have here."""
        for result, handler in sorted(self.spec.outcomes.get(child, ()), key=Outcome.spelled):
            yield from (Outcome(result, one) for one in self.spec.twins.every(handler))

    def _receipts(self, core: Core) -> Iterator[Edge]:
        """A provider accepts a telling; one that a person can make by hand is sure to be made."""
        for telling in self.spec.receipts:
            doors = self.model.tellings[telling].doors
            sure = FILLED | VACANT if {"phone", "print", "inbox", "public"} & set(doors) else 0
            effect = self.spec.promises.effect(told=telling)
            yield Edge(Label("told", telling), core, effect, RECEIPT | sure, 0)
