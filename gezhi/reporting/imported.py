"""A source's own on-time rate: what came due by its own dates, closed by its own times, agency by agency.

Agencies stand in the order of their codes, never ranked; each share has its 95 % interval, so that a small
agency is not read as better or worse than its numbers allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.ledger import clock, instance
from gezhi.matters import editions, sentences
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.reporting import counting, figures, scopes
from gezhi.reporting.counting import EARLIEST, DueCell
from gezhi.reporting.figures import Asked, Figure, Partition
from gezhi.reporting.rounding import wilson
from gezhi.reporting.scopes import Scope
from gezhi.rules.model import Model


@dataclass(frozen=True, slots=True)
class AgencyRate:
    """One department: its rate, and the ends of the 95 % Wilson interval as shares of one."""

    code: str
    name: str
    rate: Figure
    low: float
    high: float

    @property
    def interval_words(self) -> str:
        """88.9–90.1, without its sign; — where nothing came due."""
        if not self.rate.denominator:
            return "—"
        return f"{100 * self.low:.1f}–{100 * self.high:.1f}"


@dataclass(frozen=True, slots=True)
class Placed:
    """How imported matters were located. Those flagged lie at the root, where somebody asks."""

    placed: int
    rounded: int
    missing: int
    outside: int

    @property
    def flagged(self) -> int:
        return self.rounded + self.missing + self.outside


@dataclass(frozen=True, slots=True)
class OwnRates:
    """Everything a page says about what was imported."""

    asked: Asked
    partition: Partition
    excluded: tuple[str, ...]
    whole: AgencyRate
    agencies: tuple[AgencyRate, ...]
    placed: Placed


def own_rates(
    person: Person, path: str = "", *, as_of: datetime, first: date = EARLIEST, last: date | None = None
) -> OwnRates:
    """The source's own rates within what this person may count: three statements, or four without a first day."""
    pulse = instance.pulse()
    today = timezone.localdate(clock.ahead(pulse.clock_ahead))
    model, ground = editions.current(today, pulse.revision), places.tree(today, pulse.revision)
    scope = scopes.scope_of(person, path, model, ground)
    return own_rates_of(scope, model, (first, last), as_of)


def own_rates_of(scope: Scope, model: Model, days: tuple[date, date | None], as_of: datetime) -> OwnRates:
    """The same for a scope that was decided already. Without a last day, all that came due by `as_of`."""
    asked, due_in = _periods(scope, model, days, as_of)
    cells = [cell for cell in counting.cells(scope, asked.span) if cell.origin == "import"]
    due = counting.fallen_due(scope, asked.span, figures.finish_promises(model))
    own = [cell for cell in due if cell.imported]
    codes = sorted({cell.department for cell in own})
    return OwnRates(
        asked=asked,
        partition=figures.partition_of(cells),
        excluded=figures.excluded_of(cells),
        whole=_rate(due_in, model, "", _("合计"), own),
        agencies=tuple(
            _rate(due_in, model, code, _name(model, code), [c for c in own if c.department == code])
            for code in codes
        ),
        placed=_placed(counting.placed(scope)),
    )


def _periods(
    scope: Scope, model: Model, days: tuple[date, date | None], as_of: datetime
) -> tuple[Asked, Asked]:
    """The period of what was taken in, and that of what fell due. One without a first day begins where the
    records begin: with the first accepted or due, and with the first due.
    """
    zone = ZoneInfo(model.timezone)
    last = days[1] or as_of.astimezone(zone).date()
    begins = due = days[0]
    if days[0] == EARLIEST:
        found = counting.beginnings(scope, figures.finish_promises(model))
        known = [min(moment.astimezone(zone).date(), last) for moment in found if moment]
        begins, due = (min(known), known[-1]) if known else (begins, due)
    taken = Asked(scope, begins, last, as_of, "happened", model.timezone)
    return taken, replace(taken, first=due)


def _rate(asked: Asked, model: Model, code: str, name: str, cells: Sequence[DueCell]) -> AgencyRate:
    rate = figures.on_time(asked, model, cells)
    low, high = wilson(rate.numerator, rate.denominator or 0)
    return AgencyRate(code, name, rate, low, high)


def _name(model: Model, code: str) -> str:
    department = model.departments.get(code)
    return sentences.label(department) if department else code


def _placed(found: Sequence[tuple[str, str, int]]) -> Placed:
    """What a change of the ground left without a place counts as missing."""
    counted = [("missing" if flag == "redrawn" else flag, n) for _how, flag, n in found]
    by_flag = {
        flag: sum(n for f, n in counted if f == flag) for flag in ("", "rounded", "missing", "outside")
    }
    return Placed(by_flag[""], by_flag["rounded"], by_flag["missing"], by_flag["outside"])
