"""The table that may be shown to everybody: a closed month of a district, by unit and class, with what is small hidden.

One table, worked out once and the same for ever: the month is over, it is read as it was known when it ended and by the
units as they stood then, so that two looks at it are one publication; months share no matter. It goes down to two levels
below the district and never to the lowest one. Of each unit it holds 受理 and its parts (有效, in it 已解决 and 其他; 作废),
of which the closing rates are made, and of each unit and class 受理. Pages by unit or by class are cut out of it, never
counted by themselves. What was kept from somebody (回避) when the month ended is in none of its cells: whoever it is kept
from would find it by comparing with their own figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import editions, sentences, troubled
from gezhi.places import queries as places
from gezhi.places.paths import parent
from gezhi.places.tree import Tree as Ground
from gezhi.reporting import metrics, suppression, tallies
from gezhi.reporting.counting import Span
from gezhi.reporting.predicates import Row, asks_of, words
from gezhi.reporting.rounding import percent
from gezhi.reporting.scopes import Scope
from gezhi.reporting.suppression import Cell, Table, Tree
from gezhi.reporting.tallies import Question
from gezhi.rules.model import Metric, Model

ACCEPTED, VALID, VOID, SOLVED, OTHER = "accepted", "valid", "void", "solved", "other"
PARTS = Tree({ACCEPTED: None, VALID: ACCEPTED, VOID: ACCEPTED, SOLVED: VALID, OTHER: VALID})
ALL = "*"
LEVELS = 2
ITSELF = "~"
"""Ends the path of what lies at a unit itself, in none of the units below it."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One unit (or class) of the table: none where a number is not told. Rates are told where both of their numbers are."""

    code: str
    name: str
    accepted: int | None
    valid: int | None
    void: int | None
    solved: int | None
    closed_rate: str | None
    closed_valid: str | None


@dataclass(frozen=True, slots=True)
class PublicTable:
    """A month's table. `hidden` of `cells` cells are not told; each of them could be `least` different numbers more."""

    first: date
    last: date
    least: int
    cells: int
    hidden: int
    told: Mapping[Cell, int | None]
    names: Mapping[str, str]
    units: Mapping[str, str | None]
    classes: tuple[str, ...]
    digits: tuple[int, int]

    def units_at(self, unit: str) -> tuple[PublicRow, ...]:
        """A unit and those below it, all classes together."""
        below = [code for code, above in self.units.items() if above == unit]
        return tuple(self._row(code, (code, ALL), self.names[code]) for code in (*below, unit))

    def classes_of(self, unit: str) -> tuple[PublicRow, ...]:
        """The classes of one unit, then all together."""
        return tuple(self._row(word, (unit, word), self.names[word]) for word in (*self.classes, ALL))

    def _row(self, code: str, cell: tuple[str, str], name: str) -> PublicRow:
        def number(part: str) -> int | None:
            return self.told.get((*cell, part))

        rates = [
            None if of is None or done is None else percent(done, of, digits)
            for of, done, digits in (
                (number(ACCEPTED), number(SOLVED), self.digits[0]),
                (number(VALID), number(SOLVED), self.digits[1]),
            )
        ]
        return PublicRow(
            code, name, number(ACCEPTED), number(VALID), number(VOID), number(SOLVED), rates[0], rates[1]
        )


def month_table(month: date) -> PublicTable:
    """The public table of the month that this day lies in.

    Raises `Refused` for a month that is not over, and where the model has no closing rates.
    """
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if last >= clock.today():
        told = _("{month} 还没有过完。公开的数按整月出，请等到下个月。")
        raise Refused(told.format(month=f"{first:%Y-%m}"), code="month_not_over", field="month")
    model, ground = editions.current(last), places.tree(last)
    if ground.root is None:
        raise Refused(_("那时还没有划分单元，没有可以公开的数。"), code="no_units", field="month")
    units = units_of(ground)
    classes = _classes(model)
    leaves = _leaves(model, ground, units, (first, last))
    classes += tuple(sorted({cell[1] for cell in leaves} - {*classes}))
    trees = (Tree(units), Tree({ALL: None, **dict.fromkeys(classes, ALL)}), PARTS)
    table = Table.of(trees, leaves)
    offered = [cell for cell in table.values if ALL in cell or ACCEPTED in cell]
    hidden = suppression.hide(table, model.privacy.min_cell, offered=offered)
    return PublicTable(
        first,
        last,
        model.privacy.min_cell,
        len(offered),
        len(hidden.intersection(offered)),
        {cell: number for cell, number in suppression.shown(table, hidden).items() if cell in {*offered}},
        _names(model, ground, units, classes),
        units,
        classes,
        (_rates(model)[0].digits, _rates(model)[1].digits),
    )


def _classes(model: Model) -> tuple[str, ...]:
    """The classes of the lists, without one of nothing but trouble made for reporters: that is kept from somebody always, so it
    is counted in no public figure, and an empty row would take others along that it could be told from."""
    items = model.items.values()
    counted = {item.category for item in items if not troubled.is_item(item.code, model)}
    aside = {item.category for item in items} - counted
    return tuple(
        dict.fromkeys(name for one in model.catalogues.values() for name in one.classes if name not in aside)
    )


def units_of(ground: Ground, levels: int = LEVELS) -> dict[str, str | None]:
    """Units as deep as they are public, each with the one above; what lies at a unit itself is a unit of its own."""
    root = ground.root.path if ground.root else ""
    deepest = max((len(path) for path in ground.by_path), default=0)
    units: dict[str, str | None] = {root: None}
    rank = [root]
    for _level in range(levels):
        rank = [one.path for path in rank for one in ground.children(path) if len(one.path) < deepest]
        units |= {path: parent(path) for path in rank}
    above = {path for path in units.values() if path}
    return units | {f"{path}{ITSELF}": path for path in sorted(above)}


def _leaves(
    model: Model, ground: Ground, units: Mapping[str, str | None], days: tuple[date, date]
) -> dict[Cell, int]:
    """Every matter once: at its public unit, its class and its part. One statement for each unit that has others below."""
    rate, valid = _rates(model)
    asks = asks_of([rate, valid], [model])
    question, span = Question("accepted", (), asks, now=False, by="class"), span_of(model, days)
    judge = metrics.judge_of(model, asks)
    parts = [unit for unit in units if f"{unit}{ITSELF}" in units] or [
        ground.root.path if ground.root else ""
    ]
    found: dict[Cell, int] = {}
    for unit in parts:
        scope = Scope(unit, then=days[1], open_at=span.as_of)
        for row, number in tallies.tally(scope, span, question):
            at = (
                row.below if row.below in units else f"{unit}{ITSELF}" if f"{unit}{ITSELF}" in units else unit
            )
            stood = judge.as_stood(row)
            part = _part(stood, rate, valid)
            inside = f"{at}{ITSELF}" in units  # counted by itself, one level below
            if part and not inside and judge.holds(rate, rate.of, stood):
                cell = (at, row.by, part)
                found[cell] = found.get(cell, 0) + number
    return found


def span_of(model: Model, days: tuple[date, date]) -> Span:
    """These local days, both included, as they were known when the last of them ended."""
    place = ZoneInfo(model.timezone)
    begins = datetime.combine(days[0], time.min, place)
    ends = datetime.combine(days[1] + timedelta(days=1), time.min, place)
    return Span(begins, ends, ends - timedelta(microseconds=1), "known")


def _part(row: Row, rate: Metric, valid: Metric) -> str:
    """Which leaf of 受理 it is; none for what no rate counts."""
    if row.origin == "import" or row.closing in rate.without:
        return ""
    if row.closing in valid.without:
        return VOID
    return SOLVED if row.closing in words(rate.num.get("closing", ())) else OTHER


def _rates(model: Model) -> tuple[Metric, Metric]:
    rate, valid = model.metrics.get("closed_rate"), model.metrics.get("closed_valid")
    if rate is None:
        raise Refused(_("治理模型没有写办结率，没有可以公开的表。"), code="no_rates", field="month")
    return rate, valid or rate


def _names(
    model: Model, ground: Ground, units: Mapping[str, str | None], classes: tuple[str, ...]
) -> dict[str, str]:
    names = {
        code: ground.by_path[code].name if code in ground.by_path else _("尚未落到下一级") for code in units
    }
    for word in classes:
        lists = (one for one in model.catalogues.values() if word in one.classes)
        names[word] = next((sentences.class_words(one, word) for one in lists), word or "—")
    return names | {ALL: _("全部类别")}
