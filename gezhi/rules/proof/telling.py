"""E11 everybody who must hear does, at a door that reaches them, and no telling speaks of what cannot happen."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from gezhi.rules import keys
from gezhi.rules.model import Channel, Flow, Model, Move, Step, Telling
from gezhi.rules.proof.book import Book, Fault, Path
from gezhi.rules.proof.pieces import Core
from gezhi.rules.proof.walk import Walk

LONGEST = {
    "sms": 134,
    "wechat": 200,
    "phone": 200,
    "inbox": 500,
    "public": 500,
    "print": 1000,
    "wecom_robot": 2000,
    "email": 4000,
}
"""Characters that a door takes; an SMS is two parts of 67. A field is counted as 12, a link as 40."""
QUOTES = frozenset(("reason", "answer"))
PERSONAL = frozenset(("reason", "answer", "code", "appointment", "place", "worker", "link"))
GROUP = frozenset(("wecom_robot",))
REACHING = frozenset(("sms", "phone", "wechat", "email", "print", "public"))
"""Doors at which somebody without an account hears anything."""
NAMELESS = frozenset(("public", "print"))
"""Doors that need nobody's number."""
OUTSIDERS = frozenset(("reporter", "party"))
RESIDENTS = ("居民", "村民", "市民", "群众", "来电", "来访", "来信")
"""How the name of a channel begins by which residents come."""
EXPLAINED = frozenset(("refused", "void", "transferred", "unsolved"))
"""Closings of which the reporter is told why."""


def tellings_hold(book: Book) -> Iterator[Fault]:
    """E11: what a telling waits for can happen; it quotes words only where somebody had to write them, and never what was
    left for the reporter to read by number and code; its text fits its doors; somebody outside is told something, where they hear it; and nobody's own words go to a group.
    """
    for telling in book.model.tellings.values():
        path: Path = ("telling", telling.id)
        said: dict[str, str | int] = {"telling": telling.id}
        fields = sorted({name for _, name, _, _ in Formatter().parse(telling.text) if name})
        for event in telling.on:
            if not _happens(book, event):
                yield Fault("E11.never", path, said | {"event": event})
            if event.endswith(keys.SAID):
                yield from (Fault("E11.word", path, said | {"field": one}) for one in fields if one in QUOTES)
                continue
            move = _wordless(book.model, event)
            for field in (one for one in fields if move and one in QUOTES):
                yield Fault("E11.quotes", path, said | {"field": field, "move": move})
        yield from _fits(telling, fields)
        yield from _heard(telling)


def _heard(telling: Telling) -> Iterator[Fault]:
    path: Path = ("telling", telling.id)
    said: dict[str, str | int] = {"telling": telling.id}
    if not telling.text.strip():
        yield Fault("E11.empty", path, said)
    if OUTSIDERS & set(telling.to):
        for door in sorted(GROUP & set(telling.doors)):
            yield Fault("E11.outside", path, said | {"door": door})
        if not REACHING & set(telling.doors):
            yield Fault("E11.deaf", path, said)


def _fits(telling: Telling, fields: list[str]) -> Iterator[Fault]:
    path: Path = ("telling", telling.id)
    said: dict[str, str | int] = {"telling": telling.id}
    long = len(Formatter().vformat(telling.text, (), _Lengths()))
    for door in telling.doors:
        if long > LONGEST[door]:
            yield Fault("E11.long", path, said | {"door": door, "count": long, "most": LONGEST[door]})
    own = [field for field in fields if field in PERSONAL]
    if own and GROUP & set(telling.doors):
        yield Fault("E11.group", path, said | {"field": own[0]})


class _Lengths(dict[str, str]):
    def __missing__(self, field: str) -> str:
        return "x" * (40 if field == "link" else 12)


def _happens(book: Book, event: str) -> bool:
    flow, _, rest = event.partition(".")
    kind, _, what = rest.partition(":")
    if kind == "step":
        return (flow, what) in book.steps_used
    if kind == "move":
        return (flow, what) in book.moves_used
    if kind == "words":
        return book.model.flows[flow].subject == "matter"
    rule, _, which = what.partition(".")
    if which == "missed":
        return any(rule in walk.missed | walk.promises.begun_beside for walk in book.walks[flow])
    made = any(rule in walk.promises.made for walk in book.walks[flow])
    if which == "extended":
        return made and book.model.flows[flow].promise[rule].extend is not None
    return made and bool(book.model.flows[flow].promise[rule].warn_percent)


def _wordless(model: Model, event: str) -> str:
    """A move behind the event for which nobody has to write anything, or the step in which everything begins; empty
    where all have to.
    """
    name, _, rest = event.partition(".")
    kind, _, what = rest.partition(":")
    flow = model.flows[name]
    if what.endswith(".extended"):
        return ""  # whoever grants an extension writes why
    if kind == "move":
        steps, moves = [], [flow.move[what]]
    else:
        steps = (
            [what]
            if kind == "step"
            else [s for s in flow.promise[what.partition(".")[0]].starts if s in flow.step]
        )
        if flow.first in steps:
            return f"{name}.{flow.first}"
        moves = _into(flow, steps)
    return next((f"{name}.{m.id}" for m in moves if (m.duty or m.who) and "note" not in m.needs), "")


def _into(flow: Flow, steps: list[str]) -> list[Move]:
    """Moves of persons that lead to these steps, over moves of the house too."""
    found: dict[str, Move] = {}
    waiting, seen = list(steps), set(steps)
    while waiting:
        step = waiting.pop()
        for move in flow.move.values():
            if move.to != step:
                continue
            if move.by_house:
                fresh = [s for s in move.from_ if s not in seen]
                seen.update(fresh)
                waiting += fresh
            else:
                found[move.id] = move
    return list(found.values())


def source_answered(book: Book) -> Iterator[Fault]:
    """E11: at every end of a matter, at every suspension and after every move that says so, the reporter is told; and
    every way in has a way back. Not asked of a replay, in which nobody waits for an answer.
    """
    if book.model.about.replay:
        return
    for flow in book.model.flows.values():
        if _asked_for(book, flow):
            yield from _flow_answers(book.model, flow)
    for channel in book.model.channels.values():
        yield from _answers(channel)
    yield from _somebody_asks(book.model)


def _somebody_asks(model: Model) -> Iterator[Fault]:
    """Residents can come in by some way, as somebody who is answered; and can take up again what nobody verified."""
    coming = [channel for channel in model.channels.values() if channel.way != "out"]
    if coming and not any(channel.reporter in ("sealed", "anonymous") for channel in coming):
        yield Fault("E11.nobody", ("channel",))
    for channel in coming:
        if channel.reporter == "staff" and channel.name.startswith(RESIDENTS):
            yield Fault("E11.whose", ("channel", channel.id), {"channel": channel.id})
        doors = sorted(set(channel.answer) - {"inbox"}) if channel.reporter == "none" else []
        if doors:
            yield Fault("E11.none", ("channel", channel.id), {"channel": channel.id, "door": doors[0]})
    for flow in model.flows.values():
        let = next((step.id for step in flow.step.values() if step.closing == "unverified"), "")
        if let and not flow.reopen:
            yield Fault("E11.contest", ("flow", flow.id, "reopen"), {"flow": flow.id, "step": let})


def answered_before_solved(book: Book) -> Iterator[Fault]:
    """E11: no matter is solved past its answer: every way from checking to such an end goes by somebody who answers."""
    if book.model.about.replay:
        return
    for flow in book.model.flows.values():
        if flow.subject != "matter":
            continue
        for walk in book.walks[flow.id]:
            if core := _past_the_answer(book.model, walk):
                params = {"step": core.step}
                yield Fault("E11.past", ("flow", flow.id, "step", core.step), params, walk, walk.first[core])
                break


def _past_the_answer(model: Model, walk: Walk) -> Core | None:
    """A solved end that a matter comes to from checking without an answer; none where each way has one."""
    flow = walk.machine.flow
    answers = {
        m.id for m in flow.move.values() if {model.duties[d].kind for d in m.duty} & {"answer", "meet"}
    }
    told = {step.id for step in flow.step.values() if _quoted(model, flow, step, "answer")}
    waiting = [core for core in walk.first if flow.step[core.step].phase == "checking"]
    seen = set(waiting)
    while waiting:
        core = waiting.pop()
        if flow.step[core.step].closing == "solved":
            return core
        for edge in (*walk.machine.edges(core), *walk.clocked.get(core, ())):
            to = edge.to
            if to not in seen and to in walk.first and edge.label.id not in answers and to.step not in told:
                seen.add(to)
                waiting.append(to)
    return None


def _asked_for(book: Book, flow: Flow) -> bool:
    """Whether somebody outside waits for an end of this flow: it is of matters or disputes, or they reach it."""
    into = [
        c for c in book.model.channels.values() if c.flow == flow.id and c.reporter not in ("none", "staff")
    ]
    return flow.subject in ("matter", "dispute") or bool(into) or bool(book.items(flow))


def _answers(channel: Channel) -> Iterator[Fault]:
    """A way in has a way back, at which whoever came by it can be reached: by hand, not through another's system."""
    path, said = ("channel", channel.id), {"channel": channel.id}
    if channel.way == "out" or channel.reporter == "none":
        return
    doors = set(channel.answer)
    if not doors:
        yield Fault("E11.channel", path, said)
    elif doors & GROUP and channel.reporter != "staff":
        yield Fault("E11.way_back", path, said | {"door": min(doors & GROUP)})
    elif channel.reporter == "anonymous" and not doors & NAMELESS:
        yield Fault("E11.nameless", path, said)
    elif channel.reporter != "staff" and channel.exchange == "hand" and not doors & REACHING:
        yield Fault("E11.unreached", path, said)


def _flow_answers(model: Model, flow: Flow) -> Iterator[Fault]:
    for step in flow.step.values():
        path, said = ("flow", flow.id, "step", step.id), {"step": step.id}
        if not (step.ends or step.phase == "suspended"):
            if _answered_in(model, flow, step) and not _quoted(model, flow, step, "answer"):
                yield Fault("E11.answer", path, said)
        elif not _told_at(model, flow, step.id):
            yield Fault("E11.end", path, said)
        elif _explained(flow, step) and not _quoted(model, flow, step, "reason"):
            yield Fault("E11.reason", path, said)
    for move in flow.move.values():
        known = f"{flow.id}.move:{move.id}"
        if move.tells and not _to_reporter(model, known) and not _told_at(model, flow, move.to):
            yield Fault("E11.tells", ("flow", flow.id, "move", move.id), {"move": move.id})


def _answered_in(model: Model, flow: Flow, step: Step) -> bool:
    """Whether somebody answers on coming to this step, so that there is an answer to tell."""
    into = [move for move in flow.move.values() if move.to == step.id]
    kinds = {model.duties[duty].kind for move in into for duty in move.duty if "note" in move.needs}
    return "answer" in kinds


def _explained(flow: Flow, step: Step) -> bool:
    """Whether the house ended or suspended it for a reason that somebody had to write."""
    into = [move for move in flow.move.values() if move.to == step.id]
    inside = bool(into) and all(move.duty and "note" in move.needs for move in into)
    return inside and (step.closing in EXPLAINED or step.phase == "suspended")


def _quoted(model: Model, flow: Flow, step: Step, field: str) -> bool:
    """Whether some telling on the way to this step gives these words to whoever is outside."""
    into = [f"{flow.id}.move:{move.id}" for move in flow.move.values() if move.to == step.id]
    events = (f"{flow.id}.step:{step.id}", *into)
    tellings = [t for t in model.tellings.values() if any(_tells(t, event) for event in events)]
    return any(f"{{{field}}}" in telling.text for telling in tellings)


def _told_at(model: Model, flow: Flow, step: str) -> bool:
    """Whether coming to this step is told, or every move that leads to it is."""
    if _to_reporter(model, f"{flow.id}.step:{step}"):
        return True
    into = [move for move in flow.move.values() if move.to == step]
    return bool(into) and all(_to_reporter(model, f"{flow.id}.move:{move.id}") for move in into)


def _to_reporter(model: Model, event: str) -> bool:
    return any(_tells(telling, event) for telling in model.tellings.values())


def _tells(telling: Telling, event: str) -> bool:
    return event in telling.on and bool(OUTSIDERS & set(telling.to))
