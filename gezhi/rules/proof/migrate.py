"""M01–M03: open matters may be carried from an older version to a newer one, none lost, none ended, nothing owed dropped."""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.rules.findings import Finding
from gezhi.rules.model import Migrate, Model
from gezhi.rules.proof.book import Book, Fault
from gezhi.rules.proof.check import Where, findings_of

KEEP = "keep"


def check_migration(old: Model, new: Model, *, where: Where | None = None) -> tuple[Finding, ...]:
    """What is wrong with the plan `[migrate."VERSION"]` of the newer model for the older one's version.

    A version of the same conduct needs no plan: labels move by themselves. Without a plan, open matters stay where they
    are, and nothing is wrong.
    """
    plan = new.migrations.get(old.version)
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
    for name in sorted(_owed(old)):
        successor = plan.promise.get(name, name)
        if successor != KEEP and not _has_promise(new, successor):
            yield Fault("M03", path, {"promise": name})


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
