"""Which promises an event starts, keeps, drops, pauses; and how long a promise is for one matter."""

from __future__ import annotations

from dataclasses import dataclass

from gezhi.rules import length
from gezhi.rules.length import Length
from gezhi.rules.model import Flow, Item, Model, Move, PromiseRule


@dataclass(frozen=True, slots=True)
class Effects:
    """What one event does to the promises of a flow. Whether they are open now, the caller knows.

    In this order: `meets` and `voids` close open ones, `pauses` and `resumes` speak to those still open, `starts`
    makes new ones (one that is open already is kept, or made anew if its `again` is restart).
    """

    starts: tuple[PromiseRule, ...] = ()
    meets: tuple[PromiseRule, ...] = ()
    voids: tuple[PromiseRule, ...] = ()
    pauses: tuple[PromiseRule, ...] = ()
    resumes: tuple[PromiseRule, ...] = ()


def promises_of(flow: Flow, *, entered: str = "", left: str = "", move: str = "", told: str = "") -> Effects:
    """Effects of entering a step (and leaving another), of taking a move, of a telling accepted by its provider."""
    heard = {entered, f"move:{move}", f"told:{told}"} - {"", "move:", "told:"}
    ends = flow.step[entered] if entered else None
    unsolved = {"unsolved_ends"} if ends is not None and ends.ends and not ends.settled else set()
    rules = flow.promise.values()
    paused = [] if entered == left else [p for p in rules if entered in p.pauses and left not in p.pauses]
    resumed = [p for p in rules if entered and left in p.pauses and entered not in p.pauses]
    return Effects(
        starts=tuple(p for p in rules if heard.intersection(p.starts)),
        meets=tuple(p for p in rules if heard.intersection(p.met)),
        voids=tuple(p for p in rules if (heard | unsolved).intersection(p.void)),
        pauses=tuple(paused),
        resumes=tuple(resumed),
    )


def on_open(flow: Flow) -> Effects:
    """Effects of opening a matter in the first step of its flow."""
    return promises_of(flow, entered=flow.first)


def on_move(flow: Flow, move: Move, was: str) -> Effects:
    """Effects of a move taken in step `was`. A move that stays enters nothing."""
    stays = move.to == "same"
    return promises_of(flow, move=move.id, entered="" if stays else move.to, left="" if stays else was)


def about_silence(flow: Flow, rule: PromiseRule) -> bool:
    """Whether a promise owes a note and not the work: a move that stays where it is, and that says something, begins it
    anew. It ends with the work, is no part of its time, and may be longer than what is short."""
    if rule.again != "restart":
        return False
    stays = {f"move:{m.id}" for m in flow.move.values() if m.to == "same" and "note" in m.needs and m.duty}
    return bool(stays & set(rule.starts))


def silent(flow: Flow) -> frozenset[str]:
    """The promises of a flow that owe a note: by them no matter is late, and nobody outside is told their day."""
    return frozenset(rule.id for rule in flow.promise.values() if about_silence(flow, rule))


def waits_outside(flow: Flow, rule: PromiseRule) -> bool:
    """Whether a promise waits for somebody outside: a move of theirs keeps it where it starts, and when it runs out
    the clock takes a move and nothing else follows. Whoever is outside owes nothing: such a promise lapses.
    """
    if not rule.missed or any(follows.do != "move" for follows in rule.missed):
        return False
    return any(
        move.who
        and set(move.from_).intersection(rule.starts)
        and {move.to, f"move:{move.id}"} & set(rule.met)
        for move in flow.moves.values()
    )


def silence(flow: Flow, step: str) -> Move | None:
    """The move that follows where somebody outside is waited for from this step on, and says nothing; else none."""
    for rule in flow.promises.values():
        if step in rule.starts and waits_outside(flow, rule):
            return flow.moves[rule.missed[0].move]
    return None


@dataclass(frozen=True, slots=True)
class Term:
    """The length of a promise for one matter, and what decided it.

    `because` is rule, table (by grade), grade (its own override), item (column 时限) or source.
    """

    length: Length
    because: str


def term_of(model: Model, flow: Flow, rule: PromiseRule, *, grade: str, item: Item | None = None) -> Term:
    """The grade's own override, else the table by grade, else the item's column, else the rule's word."""
    scheme = model.grades.get(flow.grades)
    own = scheme.grade[grade].lengths.get(rule.id) if scheme and grade in scheme.grade else None
    if own:
        return Term(length.parse(own), "grade")
    if not isinstance(rule.length, str):
        return Term(length.parse(rule.length[grade]), "table")
    if rule.length == "item":
        word = item.length if item else ""
        return Term(length.parse(word), "source" if word == "source" else "item")
    return Term(length.parse(rule.length), "source" if rule.length == "source" else "rule")
