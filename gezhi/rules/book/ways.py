"""What can be read off a flow: where a promise may be open, which move keeps it, what the clock takes."""

from __future__ import annotations

from gezhi.paper.blocks import Tone
from gezhi.rules.keys import SETTLED
from gezhi.rules.model import Flow, Move, PromiseRule

TONES: dict[str, Tone] = {
    "reported": "wait",
    "accepted": "act",
    "handling": "act",
    "suspended": "pause",
    "checking": "act",
    "answering": "ok",
}


def tone(flow: Flow, step: str) -> Tone:
    """The state in which a step is shown: an end is stamped when it is solved, struck when it is not."""
    said = flow.step[step]
    if said.ends:
        return "done" if said.closing in SETTLED or said.result == "done" else "void"
    return TONES[said.phase]


def moves_at(flow: Flow, step: str) -> tuple[Move, ...]:
    """Every move that starts here, in the order of the file."""
    return tuple(move for move in flow.move.values() if step in move.from_)


def by_clock(flow: Flow, move: Move) -> tuple[PromiseRule, ...]:
    """The promises which take this move when they are broken."""
    return tuple(
        rule
        for rule in flow.promise.values()
        if any(said.do == "move" and said.move == move.id for said in rule.missed)
    )


def settled_by(flow: Flow, rule: PromiseRule, move: Move, step: str) -> str:
    """What a move from this step does to a promise that is open: "met", "void", or nothing."""
    heard = {f"move:{move.id}"}
    end = flow.step[move.leads(step)]
    if move.to != "same":
        heard.add(end.id)
        if end.ends and end.closing not in SETTLED:
            heard.add("unsolved_ends")
    if heard & set(rule.met):
        return "met"
    return "void" if heard & set(rule.void) else ""


def begins_at(flow: Flow, rule: PromiseRule) -> tuple[str, ...]:
    """Steps in which it begins: those entered, and those to which its moves lead."""
    steps = [word for word in rule.starts if word in flow.step]
    for word in rule.starts:
        move = flow.move.get(word.removeprefix("move:")) if word.startswith("move:") else None
        if move is not None:
            steps += [move.leads(step) for step in move.from_]
    return tuple(dict.fromkeys(steps))


def open_at(flow: Flow, rule: PromiseRule) -> tuple[str, ...]:
    """Every step in which it may be open, in the order of the file. What a telling keeps is taken as not told yet."""
    found = set(begins_at(flow, rule))
    queue = list(found)
    while queue:
        step = queue.pop()
        for move in moves_at(flow, step):
            to = move.leads(step)
            if to not in found and not settled_by(flow, rule, move, step):
                found.add(to)
                queue.append(to)
    return tuple(step for step in flow.step if step in found and not flow.step[step].ends)


def keeps(flow: Flow, move: Move, step: str) -> tuple[PromiseRule, ...]:
    """The promises which this move keeps, where they may be open."""
    return tuple(
        rule
        for rule in flow.promise.values()
        if step in open_at(flow, rule) and settled_by(flow, rule, move, step) == "met"
    )
