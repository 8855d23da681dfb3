"""What an address asks of the figures: a unit, days, a moment, an axis, a ground; read once for every page of figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone

from gezhi.desk.periods import Period, period_of
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.reporting import grounds
from gezhi.reporting.counting import Basis
from gezhi.reporting.grounds import Ground
from gezhi.reporting.metrics import Query


@dataclass(frozen=True)
class Wanted:
    """The words of an address, understood."""

    unit: str
    period: Period
    as_of: datetime
    basis: Basis
    ground: Ground

    @property
    def kept(self) -> dict[str, str]:
        """What a link to another page of figures keeps of what was asked."""
        period = self.period
        days = {
            "from": period.first if period.chose_first else None,
            "to": period.last if period.chose_last else None,
            "as_of": period.as_of,
        }
        basis = {"basis": "happened"} if self.basis == "happened" else {}
        ground = {"ground": "then"} if self.ground == "then" else {}
        return {name: day.isoformat() for name, day in days.items() if day} | basis | ground


def wanted(request: HttpRequest, now: datetime) -> Wanted:
    said = request.GET
    period = period_of(said, timezone.localdate(now))
    as_of = min(_end_of(period.as_of), now) if period.as_of else now
    basis: Basis = "happened" if said.get("basis") == "happened" else "known"
    return Wanted(
        said.get("unit", ""), period, as_of, basis, "then" if said.get("ground") == "then" else "restated"
    )


def query_of(person: Person, asked: Wanted, *, imported: bool = False) -> tuple[Query, Tree]:
    """What was asked, within what this person may count, and the tree by which it is counted.

    What was imported is read by its source's own times.
    """
    period = asked.period
    scope, model, tree = grounds.seen(person, asked.unit, period.last, asked.as_of, asked.ground)
    basis: Basis = "happened" if imported else asked.basis
    return Query(scope, model, (period.first, period.last), asked.as_of, basis, imported), tree


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time.min, timezone.get_current_timezone())
