"""Faults of the borders that a plan would bring: those of the tree after it that were none before."""

from __future__ import annotations

from gezhi.places import queries
from gezhi.places.audit import Drawn, Fault, audited
from gezhi.places.paths import parent
from gezhi.places.services.plans import Preview


def new_faults(preview: Preview) -> list[Fault]:
    """What would be wrong with borders after the plan and is not before it."""
    before = queries.tree(preview.on)
    old = [
        Drawn(u.path, parent(u.path), u.level, u.name, before.border(u.path)) for u in before.by_path.values()
    ]
    new = [Drawn(u.path, parent(u.path), u.level, u.name, u.border) for u in preview.outcome.after]
    was = {(fault.kind, fault.units, round(fault.square_metres)) for fault in audited(old)}
    return [
        fault for fault in audited(new) if (fault.kind, fault.units, round(fault.square_metres)) not in was
    ]
