"""E04 nothing is owed at an end · E05 nothing waits in silence."""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules import who
from gezhi.rules.model import Consequence, PromiseRule
from gezhi.rules.proof.book import Book, Fault, Path
from gezhi.rules.proof.effects import BROKEN, PAUSED, RUNNING
from gezhi.rules.proof.pieces import HOUSE, ORDER_OUT, Core
from gezhi.rules.proof.walk import State, Walk

OURS = frozenset(("reported", "accepted", "handling"))
"""Phases in which somebody inside is waited for: no reason lets that go uncounted."""
STANDING = frozenset(("task", "supervise", "list"))
"""Consequences that stay on somebody's desk until the promise is closed."""


def nothing_owed(book: Book) -> Iterator[Fault]:
    """E04: at every end every promise is closed: kept, or dropped by a step that says so."""
    for flow, walks in book.walks.items():
        told: set[tuple[str, str]] = set()
        for walk in walks:
            for state in walk.came:
                if not state[1] or not walk.ends(state[0]):
                    continue
                for rule in walk.promises.open_ones(state[1]):
                    if (rule, state[0].step) not in told:
                        told.add((rule, state[0].step))
                        params = {"promise": rule, "step": state[0].step}
                        yield Fault("E04", ("flow", flow, "promise", rule), params, walk, state)


def no_silence(book: Book) -> Iterator[Fault]:
    """E05: in every state that is no end a clock runs, an order is out, a broken promise stands on a desk that
    cannot be vacant, or the step says why nobody counts (which stands still for nobody's clock). And every promise has a consequence.
    """
    for flow in book.model.flows.values():
        for rule in flow.promise.values():
            yield from _followed(book, ("flow", flow.id, "promise", rule.id), rule)
    for flow_id, walks in book.walks.items():
        told: set[str] = set()
        for walk in walks:
            for state in _silent(walk):
                step = state[0].step
                if step not in told:
                    told.add(step)
                    yield Fault("E05", ("flow", flow_id, "step", step), {"step": step}, walk, state)


def _followed(book: Book, path: Path, rule: PromiseRule) -> Iterator[Fault]:
    if not rule.missed:
        yield Fault("E05.nothing", path, {"promise": rule.id})
    elif _only_the_late_one(book, rule):
        yield Fault("E05.self", path, {"promise": rule.id})


def _only_the_late_one(book: Book, rule: PromiseRule) -> bool:
    """Whether a broken promise comes to nobody but those who handle, who broke it."""
    if any(consequence.do in ("raise", "move") for consequence in rule.missed):
        return False
    words = [who.parse(word) for consequence in rule.missed for word in consequence.who]
    handling = [one for one in words if one.kind == "duty" and book.model.duties[one.id].kind == "handle"]
    return bool(words) and len(handling) == len(words)


def _silent(walk: Walk) -> Iterator[State]:
    quiet: dict[tuple[Core, int], bool] = {}
    low = walk.promises.low
    for core, promises in walk.came:
        if promises & low & ~(promises >> 1) or core.flags & ORDER_OUT:
            continue  # a clock runs, or an order is out
        key = (core, promises)
        if key not in quiet:
            quiet[key] = not _speaks(walk, core, promises)
        if quiet[key]:
            yield core, promises


def _speaks(walk: Walk, core: Core, promises: int) -> bool:
    step = walk.machine.flow.step[core.step]
    edges = walk.machine.edges(core)
    paused = any(promises >> at & 3 == PAUSED for at in walk.promises.shift.values())
    excused = step.idle_because.strip() and not paused and step.phase not in OURS
    if step.ends or excused or (edges and edges[0].bits & HOUSE):
        return True
    for rule, at in walk.promises.shift.items():
        if promises >> at & 3 == BROKEN and any(
            _stands(walk, core, one) for one in walk.machine.flow.promise[rule].missed
        ):
            return True
    return any(promises >> at & 3 == RUNNING for at in walk.promises.shift.values())


def _stands(walk: Walk, core: Core, consequence: Consequence) -> bool:
    """Whether it stays with somebody who cannot be vacant."""
    if consequence.do not in STANDING:
        return False
    machine = walk.machine
    duties = machine.model.duties
    words = [
        word
        for said in consequence.who
        for word in (duties[who.parse(said).id].held_by if who.parse(said).kind == "duty" else (said,))
    ]
    bodies = [body for word in words for body in machine.staff.named(word, machine.around(core))]
    return any(machine.staff.never_vacant(body) for body in bodies)
