"""The dictionary of metrics: every `[metric]` of the model, read at any unit, period and moment, on both time axes.

A reading is two integers (or one, for a count), what was left out by name, and a definition in words. Every matter of
the metric's flows that its predicates admit is in exactly one part: above and below the line, below only, or left out
for one reason. What was imported stands apart; it is read by itself, by its source's own times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import editions, sentences
from gezhi.places.tree import Tree
from gezhi.reporting import tallies
from gezhi.reporting.counting import Basis
from gezhi.reporting.figures import Asked, part_name
from gezhi.reporting.predicates import NOWHERE, Asks, Judge, Row, asks_of, due_of, flows_of, words
from gezhi.reporting.rounding import NOTHING, percent
from gezhi.reporting.scopes import Scope
from gezhi.reporting.tallies import Question
from gezhi.rules.book.figures import AT, predicates
from gezhi.rules.book.parts import Desk
from gezhi.rules.book.sources import Sources
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.model import Metric, Model

Part = Literal["numerator", "denominator", "rest"]
PARTS: tuple[Part, ...] = ("numerator", "denominator", "rest")
ABOVE, BELOW = "above", "below"
NOW = timedelta(seconds=5)
"""A moment so little ago is now: how things stand is read from the matters themselves."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Left(NamedTuple):
    """What was left out of a metric: why (a code), the same in words, how many."""

    why: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric of one unit. A count has no denominator. `absent` says why there can be no number yet."""

    id: str
    name: str
    numerator: int
    denominator: int | None
    digits: int
    left: tuple[Left, ...] = ()
    absent: str = ""

    @property
    def words(self) -> str:
        """As it is printed: 979, 96.6% or —; — also where nothing can be counted yet."""
        if self.absent:
            return NOTHING
        if self.denominator is None:
            return str(self.numerator)
        share = percent(self.numerator, self.denominator, self.digits)
        return share if share == NOTHING else f"{share}%"


@dataclass(frozen=True, slots=True)
class Definition:
    """How a metric is counted, in the reader's language."""

    name: str
    of: str
    num: str
    at: str
    without: str
    says: str


@dataclass(frozen=True, slots=True)
class UnitReadings:
    """Every metric of one unit, or of one word of what it was broken down by; in the model's order."""

    code: str
    name: str
    readings: tuple[Reading, ...]

    def of(self, id: str) -> Reading:
        return next(one for one in self.readings if one.id == id)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What was asked and every metric of it: the whole, and what it is broken down into, which adds up to it."""

    asked: Asked
    whole: UnitReadings
    below: tuple[UnitReadings, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is to be read: scope, local days (both included), moment and axis; of live matters, or of imported ones."""

    scope: Scope
    model: Model
    days: tuple[date, date]
    as_of: datetime
    basis: Basis = "known"
    imported: bool = False

    @property
    def asked(self) -> Asked:
        first, last = self.days
        if first > last:
            raise Refused(_("起始日期晚于截止日期。请对调后再看。"), code="period_reversed", field="first")
        return Asked(self.scope, first, last, self.as_of, self.basis, self.model.timezone)


def dictionary(query: Query, tree: Tree, *, by: str = "unit", only: Iterable[str] = ()) -> Dictionary:
    """Every metric of the model (or only these), by unit below or by class, grade, channel, department or item.

    One statement for each date basis that the model uses. Raises `Refused` for a breakdown that a metric does not name.
    """
    counted = _Counted(query, [*only] or [*query.model.metrics], by)
    whole = UnitReadings(query.scope.path, "", counted.readings(None))
    codes = sorted(
        {_code(row, by) for rows in counted.rows.values() for row, _n in rows}, key=lambda c: (not c, c)
    )
    below = tuple(
        UnitReadings(code, _name_of(code, by, query.model, tree), counted.readings(code)) for code in codes
    )
    return Dictionary(query.asked, whole, below if codes != [""] else ())


def reading(query: Query, id: str) -> Reading:
    """One metric of the whole scope. Raises `NotFound` for a metric that the model does not have."""
    metric_of(query.model, id)
    return _Counted(query, [id], "unit", units=False).readings(None)[0]


def behind(query: Query, id: str, part: str, *, after: UUID | None = None, most: int = 50) -> list[UUID]:
    """The matters behind a number, told apart by the same definition: `most` of them in the order of their ids.

    `part` is numerator, denominator, rest (below the line only), or why something was left out. Two statements.
    """
    metric = metric_of(query.model, id)
    counted = _Counted(query, [id], "unit", units=False)
    wanted = {"numerator": {ABOVE}, "rest": {BELOW}, "denominator": {ABOVE, BELOW}}.get(part, {part})
    rows = [row for row, _n in counted.rows[id] if counted.part(metric, row) in wanted]
    question = counted.question_of(id)
    return tallies.those_of(query.scope, query.asked.span, question, rows, after=after, most=most)


def metric_of(model: Model, id: str) -> Metric:
    """The metric of this id. Raises `NotFound`."""
    found = model.metrics.get(id)
    if found is None:
        raise NotFound(_("治理模型里没有这个指标。请从数据页的指标里选一个。"))
    return found


def define(metric: Metric, model: Model) -> Definition:
    """A metric's definition in the reader's language, in the words of the handbook."""
    tongue = Tongue(model, (get_language() or "").startswith("en"))
    desk = Desk(model, tongue, Sources())
    chinese = _CHINESE.search(metric.says) is not None
    return Definition(
        sentences.label(metric),
        predicates(desk, metric.of) if metric.of else _("全部"),
        predicates(desk, metric.num),
        desk.say(*AT[metric.at]),
        tongue.join(map(tongue.word, metric.without)),
        "" if tongue.english and chinese else metric.says,
    )


def absent(metric: Metric, model: Model) -> str:
    """Why a metric can have no number in this instance yet; empty where it can.

    Nothing opens a flow of orders, issues or disputes here before an item or a channel leads to it, and nobody
    writes person-times down.
    """
    asked = {*metric.of, *metric.num}
    if asked & NOWHERE:
        return _("这里还没有记人次的地方，所以没有数。")
    kinds = {word for side in (metric.of, metric.num) for word in words(side.get("kind", ()))}
    if kinds and kinds <= {"duty", "information"}:
        return _("职责和基础信息不是一件一件登记的，所以没有数。")
    ways = {item.flow for item in model.items.values()}
    ways |= {channel.flow for channel in model.channels.values() if channel.flow != "main"}
    names = [id for id in flows_of(metric, model) if id in model.flows]
    if names and not ways & set(names):
        labels = _("、").join(sentences.label(model.flows[id]) for id in names)
        return _("「{flows}」还没有从这里办起来，所以没有数。").format(flows=labels)
    return ""


def judge_of(model: Model, asks: Asks) -> Judge:
    """Who says whether predicates of this model hold, whatever edition a matter was opened under."""
    return Judge(model, _editions(model), asks)


def _editions(model: Model) -> dict[str, Model]:
    return {one.version: editions.of_version(one.version) for one in editions.lines()} | {
        model.version: model
    }


class _Counted:
    """The statements of one query, run once; read by unit or word afterwards."""

    def __init__(self, query: Query, ids: Sequence[str], by: str, *, units: bool = True) -> None:
        self.query, self.by, self.units = query, by, units and by == "unit"
        self.model, self.metrics = query.model, [metric_of(query.model, id) for id in ids]
        self._check_by()
        self.editions = _editions(self.model)
        self.judges: dict[str, Judge] = {}
        self.rows: dict[str, list[tuple[Row, int]]] = {}
        span = query.asked.span
        for group in self._groups():
            asks = asks_of(group, [*self.editions.values()])
            found = tallies.tally(query.scope, span, self._question(group[0], asks))
            for metric in group:
                self.judges[metric.id] = Judge(self.model, self.editions, asks)
                self.rows[metric.id] = found

    def _check_by(self) -> None:
        wrong = [m for m in self.metrics if self.by not in m.by] if self.by != "unit" else []
        if wrong:
            told = _("指标「{metric}」没有写明可以这样分。请在治理模型的 by 里加上，或换一种分法。")
            raise Refused(told.format(metric=sentences.label(wrong[0])), code="breakdown_unsaid", field="by")

    def _groups(self) -> list[list[Metric]]:
        """Metrics that one statement can answer: of one date basis, and at `due` of the same promises."""
        found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Metric]] = {}
        for metric in self.metrics:
            found.setdefault((metric.at, self._due(metric)), []).append(metric)
        return [*found.values()]

    def _due(self, metric: Metric) -> tuple[tuple[str, str], ...]:
        return due_of(metric, self.model) if metric.at == "due" else ()

    def _question(self, metric: Metric, asks: Asks) -> Question:
        now = self.query.as_of + NOW >= clock.now()
        by = "" if self.by == "unit" else self.by
        return Question(metric.at, self._due(metric), asks, now, by, self.units)

    def question_of(self, id: str) -> Question:
        return self._question(self.model.metrics[id], self.judges[id].asks)

    def readings(self, code: str | None) -> tuple[Reading, ...]:
        return tuple(self._reading(metric, code) for metric in self.metrics)

    def _reading(self, metric: Metric, code: str | None) -> Reading:
        parts: dict[str, int] = {}
        for row, number in self.rows[metric.id]:
            part = self.part(metric, row) if code is None or _code(row, self.by) == code else ""
            if part:
                parts[part] = parts.get(part, 0) + number
        above, under = parts.pop(ABOVE, 0), parts.pop(BELOW, 0)
        none = "" if above + under else absent(metric, self.model)
        return Reading(
            metric.id,
            sentences.label(metric),
            above,
            above + under if metric.num else None,
            metric.digits,
            tuple(Left(why, left_name(why), n) for why, n in sorted(parts.items())),
            none,
        )

    def part(self, metric: Metric, row: Row) -> str:
        """In which part of a metric these matters are: above, below, why left out, or in none (empty)."""
        judge = self.judges[metric.id]
        row = judge.as_stood(row)
        of: Mapping[str, object] = {name: said for name, said in metric.of.items() if name != "rated"}
        if not judge.holds(metric, of, row):
            return ""
        if (row.origin == "import") != self.query.imported:
            return "" if self.query.imported else "import"
        if row.closing in metric.without:
            return row.closing
        if not row.owed:
            return "not_owed"
        if "rated" in metric.of and row.rated not in words(metric.of["rated"]):
            return f"rated:{row.rated}"
        return ABOVE if judge.holds(metric, metric.num, row) else BELOW


def _code(row: Row, by: str) -> str:
    return row.below if by == "unit" else row.by


def _name_of(code: str, by: str, model: Model, tree: Tree) -> str:
    if by == "unit":
        unit = tree.by_path.get(code)
        return unit.name if unit else code or _("尚未落到下一级")
    if by == "class":
        return next(
            (sentences.class_words(c, code) for c in model.catalogues.values() if code in c.classes), code
        )
    if by == "grade":
        return next((sentences.label(s.grade[code]) for s in model.grades.values() if code in s.grade), code)
    tables: dict[str, Mapping[str, sentences.Labelled]] = {
        "channel": model.channels,
        "department": model.departments,
        "item": model.items,
    }
    found = tables[by].get(code)
    return sentences.label(found) if found else code or "—"


def left_name(why: str) -> str:
    """Why something was left out, in words."""
    said = {
        "import": _("导入"),
        "not_owed": _("不再需要办结"),
        "rated:": _("没有评价"),
        "rated:none": _("问了没有说"),
        "rated:unreached": _("没有联系上"),
        "rated:recorded_unreached": _("回访没有联系上"),
        "rated:recorded_content": _("代记的评价：满意"),
        "rated:recorded_fair": _("代记的评价：基本满意"),
        "rated:recorded_discontent": _("代记的评价：不满意"),
    }
    return said.get(why) or (_("其他评价") if why.startswith("rated:") else part_name(why))
