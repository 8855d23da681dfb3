"""E10, of rules about silence: they begin with the work, whoever works begins them anew, and they are over with it.

On most of them nothing rests, so that they are no part of a state (`effects.stands_beside`). They are asked step by step
instead: at which steps such a rule can be open, and at which it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gezhi.rules.deadlines import about_silence
from gezhi.rules.model import Flow, Model, Move, PromiseRule
from gezhi.rules.proof.book import Book, Fault, Params, Path
from gezhi.rules.proof.effects import Heard, stands_beside
from gezhi.rules.proof.pieces import HOUSE, Core
from gezhi.rules.proof.shape import WORKS
from gezhi.rules.proof.terms import never_heard
from gezhi.rules.proof.walk import Walk

At = tuple[str, bool]
"""A step, and whether the rule is open there."""


@dataclass(frozen=True)
class Silence:
    """One rule about silence; `notes` begin it anew where the work is, `spoken` are those that can always be written."""

    book: Book
    flow: Flow
    rule: PromiseRule
    notes: tuple[Move, ...]
    spoken: tuple[Move, ...]

    @property
    def path(self) -> Path:
        return ("flow", self.flow.id, "promise", self.rule.id)

    def fault(self, code: str, **params: str) -> Fault:
        said: Params = {"promise": self.rule.id, **params}
        return Fault(code, self.path, said)


def silence_ends(book: Book) -> Iterator[Fault]:
    """E10: a rule about silence is open wherever its note is written, and nowhere but where work goes on; at an end it is
    over (E04). Nobody but whoever works there begins it anew.
    """
    for flow in book.model.flows.values():
        for rule in flow.promise.values():
            made = {name for walk in book.walks[flow.id] for name in walk.promises.made}
            if rule.id in made and about_silence(flow, rule):
                one = _silence(book, flow, rule)
                yield from _by_others(one)
                yield from _where(one)


def _silence(book: Book, flow: Flow, rule: PromiseRule) -> Silence:
    notes = tuple(m for m in flow.move.values() if m.to == "same" and f"move:{m.id}" in rule.starts)
    spoken = tuple(m for m in notes if "note" in m.needs and m.duty and not m.at_most)
    return Silence(book, flow, rule, notes, spoken)


def _by_others(one: Silence) -> Iterator[Fault]:
    """What begins the rule anew is taken by those who work there: nobody else speaks for them."""
    for move in one.notes:
        for step in move.from_:
            if not move.duty or not set(move.duty) <= _working(one.book.model, one.flow, step):
                yield one.fault("E10.others", move=move.id, step=step)
                break


def _working(model: Model, flow: Flow, step: str) -> set[str]:
    """The duties under which somebody works on at a step."""
    onward = [m for m in flow.move.values() if step in m.from_ and m.leads(step) != step]
    return {d for m in onward for d in m.duty if model.duties[d].kind in WORKS}


def _where(one: Silence) -> Iterator[Fault]:
    """Steps at which the rule is not open though its note is written there, or is open where nobody can write it."""
    told: set[tuple[str, str]] = set()
    heard: set[Heard] = set()
    for walk in one.book.walks[one.flow.id]:
        came = _followed(walk, one.rule, heard)
        without = _without_note(walk, one.spoken)
        for step, open_ in sorted(came):
            code = _amiss(one, step, open_, without)
            if code and (code, step) not in told:
                told.add((code, step))
                yield one.fault(code, step=step)
    if stands_beside(one.flow, one.rule):
        yield from never_heard(one.flow, one.rule, heard)


def _amiss(one: Silence, step: str, open_: bool, without: set[str]) -> str:
    """Where work goes on the rule may run on, as it does while orders are out; where a note is meant to be written it
    can be, and where nobody works nobody is asked for one.
    """
    written = any(step in move.from_ for move in one.spoken)
    if not open_:
        return "E10.unbegun" if written else ""
    if one.flow.step[step].ends:
        return "E04"
    works = one.flow.step[step].phase == "handling" and not written
    return "E10.outlasts" if step in without and not works else ""


def _without_note(walk: Walk, spoken: tuple[Move, ...]) -> set[str]:
    """Steps where somebody is waited for and the note cannot be written, for want of a move or by its guard."""

    def none(core: Core) -> bool:
        edges = walk.machine.edges(core)
        waits = not (edges and edges[0].bits & HOUSE)
        return waits and not any(core.step in m.from_ and walk.machine.possible(core, m) for m in spoken)

    return {core.step for core in walk.first if none(core)}


def _followed(walk: Walk, rule: PromiseRule, heard: set[Heard]) -> set[At]:
    """Every step of a walk with whether the rule is open there; words that end it or let it stand still go to `heard`."""
    ways = _ways(walk)
    first = walk.machine.flow.first
    row = [(first, first in rule.starts)]
    came = set(row)
    while row:
        step, open_ = row.pop()
        for words, to in ways.get(step, ()):
            after = (to, _after(rule, words, open_, heard))
            if after not in came:
                came.add(after)
                row.append(after)
    return came


def _after(rule: PromiseRule, words: tuple[str, ...], open_: bool, heard: set[Heard]) -> bool:
    """Whether the rule is open after these words: it is closed first and then begun, as the house does it."""
    lists = (("met", rule.met), ("void", rule.void), ("pauses", rule.pauses)) if open_ else ()
    said = {(rule.id, name, word) for name, listed in lists for word in words if word in listed}
    heard |= said
    over = any(name != "pauses" for _, name, _ in said)
    return (open_ and not over) or any(word in rule.starts for word in words)


def _ways(walk: Walk) -> dict[str, set[tuple[tuple[str, ...], str]]]:
    """From each step: what is heard on the way, and where it leads."""
    found: dict[str, set[tuple[int, str]]] = {}
    for core in walk.first:
        edges = (*walk.machine.edges(core), *walk.clocked.get(core, ()))
        found.setdefault(core.step, set()).update((edge.effect, edge.to.step) for edge in edges)
    effects = walk.promises.effects
    return {step: {(effects[n].heard, to) for n, to in ways} for step, ways in found.items()}
