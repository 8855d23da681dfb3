"""The figures that are published for everybody: of whole weeks and whole months, by unit, with what is small hidden.

*Whole periods, and each number by one calendar.* A figure "of the last 7 days" that moves by a day gives the one case of
the day that it lost; a month less the weeks in it gives the cases of two or three days. So what fell due and was done in
time is told by weeks and by nothing else; what was accepted and what became of it by months and by nothing else; so is
what the reporters said. Two tables of one number share no matter, and nothing can be subtracted. What is overdue just now
is a stock: two of them less one another are bounded by what came late in between. It is not published; whoever asks reads
how many that fell due were not done in time.

*No small number, and none by subtraction.* `suppression` hides what is below `privacy.min_cell` and what would give it
away, between a total and its units and between a whole and its parts. Why a number is hidden is not said: two that are
known to be below five and their known sum would be two known numbers.

*Nothing of what was kept from somebody* (回避) when the period ended: see `public`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import editions
from gezhi.places import queries as places
from gezhi.places.paths import parent
from gezhi.places.tree import Tree as Ground
from gezhi.reporting import metrics, public, suppression
from gezhi.reporting.metrics import Query, Reading
from gezhi.reporting.public import ALL, ITSELF
from gezhi.reporting.rounding import percent
from gezhi.reporting.scopes import Scope
from gezhi.reporting.suppression import Table, Tree
from gezhi.rules.model import Metric, Model

Period = Literal["week", "month"]
ON_TIME, CLOSED, VALID, CONTENT = "on_time", "closed_rate", "closed_valid", "content"
RATES: Mapping[str, tuple[str, str]] = {
    ON_TIME: ("in_time", "due"),
    CLOSED: ("solved", "accepted"),
    VALID: ("solved", "valid"),
    CONTENT: ("liked", "rated"),
}
"""Each rate by its metric's id, with the two numbers of which it is made."""
WEEK = timedelta(days=7)


class Line(msgspec.Struct, frozen=True):
    """One unit, or what lies in none of the units below one (`itself`). A number is none where it is not told.

    `unit` is the path of the unit, `above` that of the one above it, `code` the official code where there is one.
    """

    unit: str
    code: str
    name: str
    above: str | None
    itself: bool
    numbers: dict[str, int | None]

    def rate(self, id: str, digits: int) -> str | None:
        """In percent, without its sign; none where one of its two numbers is not told."""
        number, of = (self.numbers.get(name) for name in RATES[id])
        return None if number is None or of is None else percent(number, of, digits)


class Publication(msgspec.Struct, frozen=True):
    """The table of one week or month: the district first, then its units in the order of their paths.

    `hidden` of `cells` cells are not told; each of them could be `least` different numbers more. `digits` says of each
    rate that the table has how many decimals it is told with; `classes` what was accepted of each class in the district.
    """

    period: Period
    first: date
    last: date
    as_of: datetime
    least: int
    cells: int
    hidden: int
    digits: dict[str, int]
    lines: list[Line]
    classes: dict[str, int | None]

    @property
    def district(self) -> Line:
        return self.lines[0]


Cells = dict[tuple[str, str], int | None]


def week_table(day: date) -> Publication:
    """What fell due in the week of this day, Monday to Sunday, and was done in time; by units of the first level.

    Raises `Refused` for a week that is not over, that began before there was any unit, or without such a metric.
    """
    first = day - timedelta(days=day.weekday())
    last = first + WEEK - timedelta(days=1)
    model, ground = _then(first, last)
    if ON_TIME not in model.metrics:
        raise Refused(_("治理模型没有写按期结案率，没有可以公开的周表。"), code="no_rates", field="week")
    told = _rate(model.metrics[ON_TIME], model, ground, (first, last))
    return _publication("week", (first, last), model, ground, told, (len(told), _hidden(told)))


def month_table(day: date) -> Publication:
    """The month of this day: what was accepted and what became of it (`public.month_table`), and what reporters said.

    Raises `Refused` as `week_table` does.
    """
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    model, ground = _then(first, last)
    table = public.month_table(first)
    told: Cells = {
        (unit, part): table.told.get((unit, ALL, part))
        for unit in table.units
        for part in ("accepted", "valid", "void", "solved")
    }
    said = _rate(model.metrics[CONTENT], model, ground, (first, last)) if CONTENT in model.metrics else {}
    counted = (table.cells + len(said), table.hidden + _hidden(said))
    root = next(iter(table.units))
    classes = {table.names[word]: table.told.get((root, word, public.ACCEPTED)) for word in table.classes}
    return _publication("month", (first, last), model, ground, {**told, **said}, counted, classes)


def _then(first: date, last: date) -> tuple[Model, Ground]:
    if last >= clock.today():
        raise Refused(_("这段日子还没有过完，请等它过完。"), code="period_not_over")
    ground = places.tree(last)
    if ground.root is None or places.tree(first).root is None:
        raise Refused(_("那时还没有划分单元，没有可以公开的数。"), code="no_units")
    return editions.current(last), ground


def _rate(metric: Metric, model: Model, ground: Ground, days: tuple[date, date]) -> Cells:
    """Both numbers of a rate, of the district and of each unit of the first level. One statement for the counting."""
    number, of = RATES[metric.id]
    units = public.units_of(ground, levels=1)
    root = next(iter(units))
    as_of = public.span_of(model, days).as_of
    scope = Scope(root, then=days[1], open_at=as_of)
    found = metrics.dictionary(Query(scope, model, days, as_of), ground, only=[metric.id])
    if found.whole.readings[0].absent:
        return {}
    at_root = f"{root}{ITSELF}" if f"{root}{ITSELF}" in units else root
    leaves: dict[tuple[str, ...], int] = {}
    for one in found.below or (found.whole,):
        at = one.code if one.code in units and one.code != root else at_root
        for part, counted in _parts(one.readings[0], number):
            leaves[at, part] = leaves.get((at, part), 0) + counted
    table = Table.of((Tree(units), Tree({of: None, number: of, "rest": of})), leaves)
    shown = suppression.shown(table, suppression.hide(table, model.privacy.min_cell))
    return {(unit, part): shown[unit, part] for unit in units for part in (of, number)}


def _parts(reading: Reading, number: str) -> tuple[tuple[str, int], ...]:
    return (number, reading.numerator), ("rest", (reading.denominator or 0) - reading.numerator)


def _hidden(told: Cells) -> int:
    return sum(number is None for number in told.values())


def _publication(
    period: Period,
    days: tuple[date, date],
    model: Model,
    ground: Ground,
    told: Cells,
    counted: tuple[int, int],
    classes: Mapping[str, int | None] | None = None,
) -> Publication:
    names = {part for _unit, part in told}
    digits = {
        id: model.metrics[id].digits for id, pair in RATES.items() if {*pair} <= names and id in model.metrics
    }
    lines = [_line(unit, ground, told) for unit in sorted({unit for unit, _part in told})]
    return Publication(
        period,
        *days,
        public.span_of(model, days).as_of,
        model.privacy.min_cell,
        *counted,
        digits,
        lines,
        dict(classes or {}),
    )


def _line(path: str, ground: Ground, told: Cells) -> Line:
    unit, itself = ground.by_path[path.removesuffix(ITSELF)], path.endswith(ITSELF)
    above = unit.path if itself else parent(unit.path) or None
    numbers = {part: number for (at, part), number in told.items() if at == path}
    return Line(path, unit.code, unit.name, above, itself, numbers)
