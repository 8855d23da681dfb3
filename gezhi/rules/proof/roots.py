"""One finding for each thing to mend: what only follows from another fault is left out until that one is mended.

A duty that nobody holds leaves steps stuck, clocks silent and moves out of reach, in every flow that uses it. Whether a
fault follows is not guessed: each cause is mended in a copy of the model, the copy is walked, and what is gone there followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from gezhi.rules import who
from gezhi.rules.model import Duty, Model, Post
from gezhi.rules.proof.book import Fault

Named = tuple[str, str]
"""A flow, and a step or promise of it."""
Walked = Callable[[Model], list[Fault]]
FIRST = frozenset(("E06", "E08.department", "E21.vacant", "E28.hand"))
"""Causes that are seen without walking; then those that a walk shows."""
SECOND = frozenset(("E06.here", "E15"))
STUCK = frozenset(("E03", "E03.barred", "E03.solved", "E05", "E16", "E25.idle", "E25.unchecked"))


def causes_only(model: Model, shapes: list[Fault], found: list[Fault], walked: Walked) -> list[Fault]:
    """The faults without those that follow from others; never none where there was one."""
    for causes in (FIRST, SECOND):
        amiss = [fault for fault in (*shapes, *found) if fault.code in causes]
        mended = model
        for fault in amiss:
            mended = _mended(mended, fault)
        if mended is not model:
            still = {_key(fault) for fault in walked(mended)}
            found = [fault for fault in found if fault.code in causes or _key(fault) in still]
            found = list(_once(model, found))
            model = mended if causes is FIRST else model
    return _without_same_step(model, [*shapes, *found])


def _key(fault: Fault) -> tuple[str, tuple[str, ...]]:
    return fault.code, fault.path


def _once(model: Model, faults: list[Fault]) -> Iterable[Fault]:
    """Of what has one cause, the first: moves under the same duties, and all that one more holder mends."""
    seen: set[object] = set()
    post = _always_there(model)
    short = post is not None and _at(model, post) < 2
    for fault in faults:
        root: object = id(fault)
        if fault.code == "E06.here":
            root = model.flows[fault.path[1]].move[fault.path[3]].duty
        elif fault.code == "E15" and short:
            root = "one holder"
        if root not in seen:
            seen.add(root)
            yield fault


def _without_same_step(model: Model, faults: list[Fault]) -> list[Fault]:
    """Without what is said of a flow because a step of it cannot be come to, is a dead end, or has no consequence."""
    unreached = {(f.path[1], f.path[3]) for f in faults if f.code == "E02.step"}
    lonely = {f.path[1] for f in faults if f.code == "E02.step" and _unled(model, f, unreached)}
    stuck = {f.path[1]: f.path[3] for f in faults if f.code == "E03"}
    never = {f.path[1] for f in faults if f.code == "E03.solved"}
    unmade = {(f.path[1], f.path[3]) for f in faults if f.code == "E02.promise"}
    idle = {f.path[1] for f in faults if f.code == "E05.nothing"}

    def follows(fault: Fault) -> bool:
        flow = fault.path[1] if fault.path[:1] == ("flow",) and len(fault.path) > 1 else ""
        if (fault.code in STUCK and flow in lonely) or _of_unreached(model, fault, unreached, unmade):
            return True
        if fault.code.startswith("E25") and len(fault.path) > 3:
            return stuck.get(flow) == fault.path[3]
        if fault.code == "E03.barred" and flow in never:
            return True
        return (fault.code in ("E16", "E03.solved", "E03.barred") and flow in stuck) or (
            fault.code == "E05" and flow in idle
        )

    return [fault for fault in faults if not follows(fault)]


def _of_unreached(model: Model, fault: Fault, steps: set[Named], promises: set[Named]) -> bool:
    """Whether it says of a promise or a telling what follows from a step that nothing leads to."""
    flow = model.flows.get(fault.path[1]) if len(fault.path) > 1 else None
    if fault.code == "E02.promise" and flow is not None:
        return all((flow.id, word) in steps for word in flow.promise[fault.path[3]].starts)
    if fault.code in ("E10.met", "E10.void", "E10.pauses") and flow is not None:
        return (flow.id, str(fault.params["word"])) in steps
    if fault.code != "E11.never":
        return False
    name, _, rest = str(fault.params["event"]).partition(".")
    kind, _, what = rest.partition(":")
    unheard = {"step": steps, "promise": promises}.get(kind, set())
    return (name, what.partition(".")[0]) in unheard


def _unled(model: Model, fault: Fault, unreached: set[tuple[str, str]]) -> bool:
    """Whether no move leads to this step, but from others that nothing leads to."""
    flow = model.flows[fault.path[1]]
    into = [move for move in flow.move.values() if move.to == fault.path[3]]
    return all((flow.id, step) in unreached for move in into for step in move.from_)


def _always_there(model: Model) -> Post | None:
    """The post on which everything falls back: at the root and never vacant, else one that could be."""
    there = [p for p in model.posts.values() if model.root.id in p.levels and not p.administers]
    there = [post for post in there if post.sees == "ground"]
    return next((post for post in there if post.never_vacant), there[0] if there else None)


def _mended(model: Model, fault: Fault) -> Model:
    """The model in which this fault is mended; the same where nobody is there to take it over."""
    if fault.code == "E08.department":
        named = f"department:{next(iter(model.departments), '')}"
        row = replace(model.items[fault.row], handler=named)
        return replace(model, items={**model.items, fault.row: row}) if model.departments else model
    post = _always_there(model)
    if post is None:
        return model
    two = replace(
        post,
        never_vacant=True,
        min=max(post.min, 2),
        least={**post.least, model.root.id: max(_at(model, post), 2)},
    )
    duties = {one: _held(model.duties[one], two.id, fault) for one in _duties(model, fault)}
    posts = {**model.posts, two.id: two}
    return replace(model, posts=posts, duties={**model.duties, **duties})


def _at(model: Model, post: Post) -> int:
    return post.least.get(model.root.id, 1)


def _duties(model: Model, fault: Fault) -> tuple[str, ...]:
    """The duties that this fault says are not held as they should be."""
    if fault.code in ("E06.here", "E15"):
        return model.flows[fault.path[1]].move[fault.path[3]].duty
    return (str(fault.params["duty"]),) if "duty" in fault.params else ()


def _held(duty: Duty, post: str, fault: Fault) -> Duty:
    """The duty held by that post as well, and no more by the one that must not."""
    barred = fault.params.get("post") if fault.code == "E28.hand" else ""
    words = [word for word in duty.held_by if who.parse(word).id != barred]
    return replace(duty, held_by=tuple(dict.fromkeys((*words, post))))
