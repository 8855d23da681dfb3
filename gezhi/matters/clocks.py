"""The clocks of a matter, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gezhi.matters import sentences
from gezhi.matters.scenes import Scene
from gezhi.promises.models import Promise
from gezhi.rules.workdays import Due


@dataclass(frozen=True, slots=True)
class PromiseView:
    """One clock. `rule` is its word in the flow; `due` the derivation from which the due moment came. Where the clock
    stands still (`stands_since`), `warn_at` and `due_at` are what it was counted to before.
    """

    id: UUID
    rule: str
    name: str
    basis: str
    made_at: datetime
    warn_at: datetime | None
    due_at: datetime
    met_at: datetime | None
    missed_at: datetime | None
    lapsed_at: datetime | None
    void_at: datetime | None
    imported: bool
    due: Due
    stands_since: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether it is open and its clock does not stand still."""
        return self.open and self.stands_since is None

    @property
    def open(self) -> bool:
        return self.met_at is None and self.void_at is None


def promise_view(promise: Promise, scene: Scene) -> PromiseView:
    """One promise of a matter, named as its model names it."""
    rule, due = scene.flow.promises.get(promise.name), Due.from_json(promise.why)
    stands = promise.stands_since is not None
    return PromiseView(
        id=promise.id,
        rule=promise.name,
        name=sentences.label(rule) if rule else promise.name,
        basis=rule.basis if rule else "",
        made_at=promise.made_at,
        warn_at=due.warn_at(rule.warn_percent) if stands and rule else promise.warn_at,
        due_at=due.due_at if stands else promise.due_at,
        met_at=promise.met_at,
        missed_at=promise.missed_at,
        lapsed_at=promise.lapsed_at,
        void_at=promise.void_at,
        imported=promise.imported,
        due=due,
        stands_since=promise.stands_since,
    )
