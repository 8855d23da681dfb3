"""M01–M08: open matters may be carried from an older version to a newer one: none lost, none ended, none put past what
nobody did, nothing owed dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules.findings import Finding
from gezhi.rules.model import Migrate, Model
from gezhi.rules.proof.book import Book, Fault
from gezhi.rules.proof.check import Where, findings_of

KEEP = "keep"
RANK = {
    "reported": 0,
    "accepted": 1,
    "handling": 1,
    "suspended": 1,
    "checking": 2,
    "answering": 3,
    "ended": 4,
}
"""How far a matter has come: taken on, handled, verified, answered."""


def check_migration(old: Model, new: Model, *, where: Where | None = None) -> tuple[Finding, ...]:
    """What is wrong with the plan `[migrate."VERSION"]` of the newer model for the older one's version.

    A version of the same conduct needs no plan: labels move by themselves. Without a plan, open matters stay where they
    are, and nothing is wrong.
    """
    plan = new.migrations.get(old.version)
    if plan is None and len(new.migrations) == 1 and old.conduct != new.conduct:
        other = next(iter(new.migrations))
        wrong = Fault("M08", ("migrate", other), {"version": other, "was": old.version})
        return findings_of(new, [wrong], where)
    if plan is None or old.conduct == new.conduct:
        return ()
    return findings_of(new, _faults(old, new, plan), where)


def _faults(old: Model, new: Model, plan: Migrate) -> Iterator[Fault]:
    path = ("migrate", plan.id)
    yield from _unknown(old, new, plan)
    for flow in old.flows.values():
        for step in flow.step.values():
            if step.ends:
                continue
            name = f"{flow.id}.{step.id}"
            target = plan.step.get(name, name)
            if not _has_step(new, target):
                yield Fault("M01", path, {"step": name})
            elif _ends(new, target):
                yield Fault("M02", path, {"step": name, "other": target})
            elif _leaps(old, new, name, target):
                yield Fault("M06", path, {"step": name, "other": target})
    yield from _promises(old, new, plan)
    yield from _gone(old, new, path)


def _promises(old: Model, new: Model, plan: Migrate) -> Iterator[Fault]:
    """Every open promise goes on as one, and no two as the same."""
    path, taken = ("migrate", plan.id), dict[str, str]()
    for name in sorted(_owed(old)):
        successor = plan.promise.get(name, name)
        if successor == KEEP:
            continue
        if not _has_promise(new, successor):
            yield Fault("M03", path, {"promise": name})
        elif taken.setdefault(successor, name) != name or not _goes_on(old, new, name, successor):
            yield Fault("M07", path, {"promise": name, "other": successor})


def _leaps(old: Model, new: Model, name: str, target: str) -> bool:
    """Whether a matter would come into another flow, or past something that nobody has done."""
    flow, _, step = name.partition(".")
    other, _, to = target.partition(".")
    before, after = old.flows[flow].step[step].phase, new.flows[other].step[to].phase
    return flow != other or RANK[after] > RANK[before]


def _goes_on(old: Model, new: Model, name: str, successor: str) -> bool:
    """Whether a promise goes on as one of the same flow that waits for the same side."""
    flow, _, rule = name.partition(".")
    other, _, to = successor.partition(".")
    if name == successor:
        return True
    lapses = [
        any(c.do == "move" for c in m.flows[f].promise[r].missed)
        for m, f, r in ((old, flow, rule), (new, other, to))
    ]
    return flow == other and lapses[0] == lapses[1]


def _gone(old: Model, new: Model, path: tuple[str, ...]) -> Iterator[Fault]:
    """What open matters name and the new version no longer has: items, departments, levels, grades."""
    for table in ("items", "departments", "levels"):
        for id, one in getattr(old, table).items():
            if id not in getattr(new, table):
                yield Fault("M05", path, {"word": one.name})
    for scheme in old.grades.values():
        kept = new.grades[scheme.id].grade if scheme.id in new.grades else {}
        for grade in scheme.grade.values():
            if grade.id not in kept:
                yield Fault("M05", path, {"word": grade.name})


def _owed(old: Model) -> set[str]:
    """FLOW.promise of every promise that can be open while a matter waits."""
    return {
        f"{flow}.{rule}"
        for flow, walks in Book(old).walks.items()
        for walk in walks
        for rule in walk.promises.made
    }


def _unknown(old: Model, new: Model, plan: Migrate) -> Iterator[Fault]:
    path = ("migrate", plan.id)
    for name, target in plan.step.items():
        if not _has_step(old, name):
            yield Fault("M04", path, {"word": name})
        if not _has_step(new, target):
            yield Fault("M04", path, {"word": target})
    for name, target in plan.promise.items():
        if not _has_promise(old, name):
            yield Fault("M04", path, {"word": name})
        if target != KEEP and not _has_promise(new, target):
            yield Fault("M04", path, {"word": target})


def _has_step(model: Model, name: str) -> bool:
    flow, _, step = name.partition(".")
    return flow in model.flows and step in model.flows[flow].step


def _ends(model: Model, name: str) -> bool:
    flow, _, step = name.partition(".")
    return model.flows[flow].step[step].ends


def _has_promise(model: Model, name: str) -> bool:
    flow, _, rule = name.partition(".")
    return flow in model.flows and rule in model.flows[flow].promise
