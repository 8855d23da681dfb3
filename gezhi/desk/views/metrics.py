"""数据, 指标: every metric of the model with its fraction, its meaning on demand, what was left out, and what stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk import rows
from gezhi.desk.asked_figures import query_of, wanted
from gezhi.desk.frame import me, show
from gezhi.ledger import clock
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.reporting import behind, figures, metrics
from gezhi.reporting.metrics import Definition, Query, Reading
from gezhi.reporting.rounding import NOTHING
from gezhi.ui import words

PAGE = 50


@dataclass(frozen=True)
class Link:
    """A number that can be opened; no address where there is nothing behind it."""

    say: str
    href: str


@dataclass(frozen=True)
class MetricRow:
    """One metric as the page shows it. `value` is empty where there can be no number; `absent` says why."""

    id: str
    name: str
    value: str
    numerator: Link
    denominator: Link | None
    left: list[Link]
    absent: str
    define: Definition


def metric_rows(query: Query, tree: Tree, kept: dict[str, str]) -> list[MetricRow]:
    """Every metric of the unit, in the model's order."""
    found = metrics.dictionary(query, tree).whole.readings
    asked = kept | {"unit": query.scope.path} | ({"of": "import"} if query.imported else {})
    return [_row(one, query, asked) for one in found]


def _row(one: Reading, query: Query, asked: dict[str, str]) -> MetricRow:
    def link(part: str, number: int, name: str = "") -> Link:
        said = f"{name} {words.count(number)}".strip()
        href = f"{reverse('desk:behind')}?{urlencode(asked | {'metric': one.id, 'part': part})}"
        return Link(said, href if number else "")

    return MetricRow(
        one.id,
        one.name,
        one.words,
        link("numerator", one.numerator),
        link("denominator", one.denominator) if one.denominator is not None else None,
        [link(left.why, left.number, left.name) for left in one.left],
        one.absent,
        metrics.define(query.model.metrics[one.id], query.model),
    )


@require_safe
def behind_page(request: HttpRequest) -> HttpResponse:
    """The matters behind one number, told apart by the metric's own definition."""
    person, now = me(request), clock.now()
    asked = wanted(request, now)
    imported = request.GET.get("of") == "import"
    query, _tree = query_of(person, asked, imported=imported)
    id, part = request.GET.get("metric", ""), request.GET.get("part", "denominator")
    reading = metrics.reading(query, id)
    found = behind.page(person, query, id, part, after=_after(request), most=PAGE)
    made = rows.rows_of(found.lines, query.model, places.tree(clock.today()), person.desks)
    page: dict[str, Any] = {
        "now": now,
        "name": reading.name,
        "scope_words": " / ".join(_tree.names(query.scope.path)),
        "sentence": _sentence(reading, part),
        "as_of_words": figures.period_words(query.asked) + "· " + figures.as_of_words(query.asked),
        "define": metrics.define(query.model.metrics[id], query.model),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "hidden": _("这一页另有 {n} 件，您看得到数，看不到事项。").format(n=found.hidden)
        if found.hidden
        else "",
        "last_column": _("在谁手上"),
        "more": _more(request, found.after),
        "back": f"{reverse('desk:figures')}?{urlencode(asked.kept | {'unit': query.scope.path})}",
    }
    return show(request, "desk/behind.html", "figures", page=page)


def _sentence(reading: Reading, part: str) -> str:
    """Which part this is, and how many there are in all."""
    numbers = {"numerator": reading.numerator, "denominator": reading.denominator or 0}
    numbers["rest"] = numbers["denominator"] - numbers["numerator"]
    named = {"numerator": _("分子"), "denominator": _("分母"), "rest": _("在分母、不在分子")}
    if reading.denominator is None and part == "numerator":
        return _("共 {n} 件").format(n=words.count(reading.numerator))
    left = {one.why: one for one in reading.left}
    number = numbers[part] if part in numbers else left[part].number if part in left else 0
    name = named.get(part) or _("不计：{what}").format(what=metrics.left_name(part))
    said = (
        ""
        if reading.words == NOTHING
        else _("，{metric} {rate}").format(metric=reading.name, rate=reading.words)
    )
    return _("{part} {n} 件{rate}").format(part=name, n=words.count(number), rate=said)


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _more(request: HttpRequest, after: UUID | None) -> str:
    if after is None:
        return ""
    asked = request.GET.copy()
    asked["after"] = after.hex
    return f"?{asked.urlencode()}"
