"""How many open matters stand where a change of the rules would be felt. Counts, one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count

from gezhi.matters.models import Matter

Step = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OpenOnes:
    """Open matters by flow, step and item. `of_version`: only those opened under the version that was asked for."""

    counts: Mapping[tuple[str, str, str], int]
    of_version: bool

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    def concerned(self, steps: Collection[Step], items: Collection[str]) -> int:
        """Those at one of these steps or of one of these items, each of them once."""
        return sum(
            n for (flow, step, item), n in self.counts.items() if (flow, step) in steps or item in items
        )


def of(version: str) -> OpenOnes:
    """Open matters of this version; where no matter was ever opened under it, all that are open."""
    mine = Matter.objects.filter(model=version)
    known = mine.exists()
    rows = (mine if known else Matter.objects).filter(ended_at=None)
    found = rows.order_by().values_list("flow", "step", "item").annotate(number=Count("id"))
    return OpenOnes({(flow, step, item): n for flow, step, item, n in found}, known)
