"""What an event does to the promises of a flow, on a number with two bits for each promise.

closed 0 · running 1 · standing still 2 · broken 3. A machine's word of a flow: compiled once, then looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gezhi.rules.deadlines import about_silence
from gezhi.rules.model import Flow, PromiseRule

CLOSED, RUNNING, PAUSED, BROKEN = range(4)
Heard = tuple[str, str, str]
"""promise, list of its that heard (met, void or pauses), word"""


@dataclass(frozen=True, slots=True)
class Effect:
    """Closes, pauses, resumes and starts, as lists of shifts; `touched` are bits of promises closed or begun anew."""

    closes: tuple[tuple[int, tuple[Heard, ...]], ...]
    pauses: tuple[tuple[int, Heard], ...]
    resumes: tuple[int, ...]
    keeps: tuple[int, ...]
    restarts: tuple[int, ...]
    touched: int
    beside: tuple[str, ...] = ()
    """Promises begun on which nothing rests: they are no part of a state."""
    heard: tuple[str, ...] = ()
    """The words that promises listen to."""


@dataclass
class Promises:
    """The promises of one flow as bits. `heard` gathers what was heard while its promise was open, `made` those made.

    Promises on which nothing rests have no bits: each would double what is walked, and no way on would be another.
    """

    flow: Flow
    heard: set[Heard] = field(default_factory=set)
    begun: int = 0

    def __post_init__(self) -> None:
        self.beside = [rule for rule in self.flow.promise.values() if stands_beside(self.flow, rule)]
        self.rules = [rule for rule in self.flow.promise.values() if rule not in self.beside]
        self.begun_beside: set[str] = set()
        self.ids = [rule.id for rule in self.rules]
        self.shift = {name: 2 * n for n, name in enumerate(self.ids)}
        self.low = bits(self.shift.values())
        self.effects: list[Effect] = []
        self._number: dict[tuple[str, ...], int] = {}
        self.after: list[dict[int, int]] = []

    def effect(self, *, entered: str = "", left: str = "", move: str = "", told: str = "") -> int:
        """Number of the effect of this event; `entered` empty where the matter stays."""
        key = (entered, left, move, told)
        if key not in self._number:
            self._number[key] = len(self.effects)
            self.effects.append(self._made(entered, left, move, told))
            self.after.append({})
        return self._number[key]

    def _made(self, entered: str, left: str, move: str, told: str) -> Effect:
        heard = [w for w in (entered, move and f"move:{move}", told and f"told:{told}") if w]
        if entered and self.flow.step[entered].ends and not self.flow.step[entered].settled:
            heard.append("unsolved_ends")
        closes: list[tuple[int, tuple[Heard, ...]]] = []
        pauses: list[tuple[int, Heard]] = []
        resumes: list[int] = []
        begun: dict[str, list[int]] = {"keep": [], "restart": []}
        for rule in self.rules:
            at = self.shift[rule.id]
            ending = [(rule.id, "met", w) for w in heard if w in rule.met]
            ending += [(rule.id, "void", w) for w in heard if w in rule.void]
            if ending:
                closes.append((at, tuple(ending)))
            if entered and entered in rule.pauses:
                pauses.append((at, (rule.id, "pauses", entered)))
            elif entered and left in rule.pauses:
                resumes.append(at)
            if any(w in rule.starts for w in heard):
                begun[rule.again].append(at)
        keeps, restarts = tuple(begun["keep"]), tuple(begun["restart"])
        touched = bits([at for at, _ in closes]) | bits(restarts)
        beside = tuple(rule.id for rule in self.beside if any(w in rule.starts for w in heard))
        return Effect(
            tuple(closes), tuple(pauses), tuple(resumes), keeps, restarts, touched, beside, tuple(heard)
        )

    def begin_beside(self, numbers: Iterable[int]) -> None:
        """Note which promises without bits these effects begin."""
        self.begun_beside.update(rule for number in numbers for rule in self.effects[number].beside)

    def apply(self, number: int, promises: int) -> int:
        """The promises after the effect."""
        known = self.after[number]
        if promises not in known:
            known[promises] = self._applied(self.effects[number], promises)
        return known[promises]

    def _applied(self, effect: Effect, promises: int) -> int:
        """Close, stand still or go on, then begin: the order in which the house does it."""
        for at, heard in effect.closes:
            if promises >> at & 3:
                self.heard.update(heard)
                promises &= ~(3 << at)
        promises = self._stood(effect, promises)
        self.begun |= bits(effect.keeps) | bits(effect.restarts)
        for at in effect.keeps:
            if not promises >> at & 3:
                promises |= RUNNING << at
        for at in effect.restarts:
            promises = promises & ~(3 << at) | RUNNING << at
        return promises

    def _stood(self, effect: Effect, promises: int) -> int:
        for at, word in effect.pauses:
            if promises >> at & 3:
                self.heard.add(word)
            if promises >> at & 3 == RUNNING:
                promises ^= 3 << at
        for at in effect.resumes:
            if promises >> at & 3 == PAUSED:
                promises ^= 3 << at
        return promises

    @property
    def made(self) -> list[str]:
        """Those that some event began."""
        begun = {rule for rule, at in self.shift.items() if self.begun >> at & 1} | self.begun_beside
        return [rule for rule in self.flow.promise if rule in begun]

    def state(self, promises: int, rule: str) -> int:
        return promises >> self.shift[rule] & 3

    def open_ones(self, promises: int) -> list[str]:
        return [rule for rule, at in self.shift.items() if promises >> at & 3]

    def opened(self, promises: int) -> int:
        """Bits (one for each promise, at its shift) of those that are open."""
        return (promises | promises >> 1) & self.low


def stands_beside(flow: Flow, rule: PromiseRule) -> bool:
    """Whether nothing rests on a promise: it owes a note and not the work, by it no move is taken and nothing is
    raised, and no move needs it kept."""
    acts = any(follows.do in ("move", "raise") for follows in rule.missed)
    needed = any(f"kept:{rule.id}" in move.needs for move in flow.move.values())
    return about_silence(flow, rule) and not acts and not needed


def bits(shifts: Iterable[int]) -> int:
    """One bit at each shift."""
    found = 0
    for at in shifts:
        found |= 1 << at
    return found
