"""数据: how many were taken in, how many solved, how many in time; each with its fraction and its moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk.asked_figures import query_of, wanted
from gezhi.desk.frame import me, show
from gezhi.desk.intervals import Interval, Scale, interval_of, scale_of
from gezhi.desk.periods import Period
from gezhi.desk.sieve_form import Choice
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.metrics import metric_rows
from gezhi.ledger import clock, instance
from gezhi.matters import sentences
from gezhi.people.queries import Person
from gezhi.places.paths import WIDTH
from gezhi.places.tree import Tree
from gezhi.reporting import figures, imported
from gezhi.reporting.counting import EARLIEST
from gezhi.reporting.evenness import evenness
from gezhi.reporting.figures import Figure, Page, UnitFigures
from gezhi.reporting.imported import AgencyRate, OwnRates, Placed
from gezhi.reporting.rounding import NOTHING
from gezhi.reporting.scopes import open_to
from gezhi.rules.model import Model
from gezhi.ui import words
from gezhi.ui.shapes import Part, Rate

CSS = {
    "solved": "f",
    "unverified": "u",
    "open": "a",
    "void": "m",
    "transferred": "e",
    "withdrawn": "k",
    "unsolved": "s",
}


@dataclass(frozen=True)
class AgencyRow:
    """One department of the source: kept and due by its own dates, and the interval of the share."""

    name: str
    kept: int
    due: int
    rate: str
    interval: str
    total: bool


@dataclass(frozen=True)
class UnitRow:
    """One unit of the table: accepted = solved + open + void + others. `interval` is none where nothing fell due."""

    name: str
    href: str
    accepted: int
    solved: int
    open: int
    void: int
    others: int
    rate: str
    kept: int
    due: int
    interval: Interval | None
    total: bool = False


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures of a unit over a period, as known on or as happened on."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    looked = wanted(request, now)
    period, by = looked.period, looked.ground
    asked = {"first": period.first, "last": period.last}
    page = figures.page(person, looked.unit, **asked, as_of=looked.as_of, basis=looked.basis, ground=by)
    own = _own(person, page, period) if by == "restated" else None
    alone = own is not None and not page.whole.partition.accepted and not page.whole.on_time.denominator
    chosen = {
        "from_on": own.asked.first if own and alone else period.first,
        "to_on": period.last,
        "as_of_on": period.as_of,
        "told": period.told,
        "basis": "happened" if alone else looked.basis,
        "ground": by,
        "units": _units(person, page, model, ground),
        "only_imported": alone,
        "unit_path": page.asked.scope.path,
        "covers": _covers(page, model),
    }
    query, tree = query_of(person, looked, imported=alone)
    told = {**_told(page, looked.kept), **(_told_of_import(own) if own else {})}
    told["metrics"] = metric_rows(query, tree, looked.kept)
    told["evenness"] = _evenness(page, tree)
    if own and alone:
        told["sentence"], told["as_of_words"] = _sentence_of_import(own), figures.as_of_words(own.asked)
    status = 200 if period.usable else 422
    return show(request, "desk/figures.html", "figures", status=status, figures={**chosen, **told})


def _covers(page: Page, model: Model) -> str:
    """What of the unit is counted, where it is not all: a department counts what it is to handle (`scopes.scope_of`)."""
    departments = page.asked.scope.departments
    if departments is None:
        return ""
    known = (model.departments.get(code) for code in departments)
    names = _("、").join(sentences.label(one) for one in known if one)
    return _("只含应由{departments}承办的事项").format(departments=names)


def _own(person: Person, page: Page, period: Period) -> OwnRates | None:
    """What was imported, by its source's own dates: the days that were asked for, else all of them."""
    if page.imported is None and instance.kind() != "replay":
        return None
    own = imported.own_rates(
        person,
        page.asked.scope.path,
        as_of=page.asked.as_of,
        first=period.first if period.chose_first else EARLIEST,
        last=period.last if period.chose_last else None,
    )
    return own if own.partition.accepted or own.whole.rate.denominator else None


def _told(page: Page, kept: dict[str, str]) -> dict[str, Any]:
    whole, scale = page.whole, _scale(page)
    return {
        "scope_words": " / ".join(page.names),
        "sentence": _sentence(whole),
        "as_of_words": figures.as_of_words(page.asked),
        "partition_title": _("受理 {n} 件，此刻分成几堆").format(n=words.count(whole.partition.accepted)),
        "parts": [Part(CSS[code], name, n) for code, name, n in whole.partition.parts()],
        "rates": _rates(whole),
        "late": whole.late,
        "rows_title": _("各单位"),
        "rows": _rows(page, scale, kept),
        "others": _others(whole),
        "scale": scale,
        "all_at": f"{scale.at(whole.on_time.share):.0f}" if scale else "",
    }


def _sentence(whole: UnitFigures) -> str:
    said = _("受理 {n} 件，已解决 {solved} 件").format(
        n=words.count(whole.partition.accepted), solved=words.count(whole.partition.solved)
    )
    if whole.on_time.percent_words != NOTHING:
        said += _("，按期结案率 {rate}%").format(rate=whole.on_time.percent_words)
    return said + _("。")


def _rates(whole: UnitFigures) -> list[Rate]:
    return [
        _rate(whole.closed, _("已解决"), _("受理")),
        _rate(whole.closed_valid, _("已解决"), _("受理（不含作废）")),
        _rate(whole.on_time, _("按期办结"), _("期内到期应结")),
    ]


def _rate(figure: Figure, numerator: str, denominator: str) -> Rate:
    without = (
        _("不计：{what}").format(what=_("、").join(figure.excluded))
        if figure.excluded
        else _("没有剔除任何一件")
    )
    return Rate(
        name=figure.name,
        rate=figure.percent_words,
        numerator=figure.numerator,
        denominator=figure.denominator or 0,
        numerator_name=numerator,
        denominator_name=denominator,
        excluded=without,
        says=figure.says,
    )


def _rows(page: Page, scale: Scale | None, kept: dict[str, str]) -> list[UnitRow]:
    """Units in the order of their codes, then the whole."""
    if not page.below:
        return []
    below = [_row(unit, scale, unit.name, _href(unit, kept)) for unit in page.below]
    return [*below, _row(page.whole, scale, _("合计"), total=True)]


def _others(whole: UnitFigures) -> str:
    """What the column 其他结束 holds; empty where it would be empty for every unit."""
    held = [f"{name} {words.count(number)}" for name, number in whole.partition.others]
    told = _("其他结束：{what}。受理 = 已解决 + 在办 + 作废 + 其他结束。")
    return told.format(what=_("、").join(held)) if held else ""


def _evenness(page: Page, tree: Tree) -> str:
    """任务相当 of the units below, those with nothing among them; empty where there is nothing to compare."""
    taken = {unit.path: unit.partition.accepted for unit in page.below}
    found = evenness(taken.get(unit.path, 0) for unit in tree.children(page.asked.scope.path))
    if found.units < 2 or not found.total:
        return ""
    told = _("任务相当：{n} 个单位受理件数的变异系数是 {share}%（标准差 ÷ 平均数，0% 是件数都一样）。")
    return told.format(n=found.units, share=found.words())


def _href(unit: UnitFigures, kept: dict[str, str]) -> str:
    return f"?{urlencode({'unit': unit.path, **kept})}" if unit.path else ""


def _scale(page: Page) -> Scale | None:
    units = [*page.below, page.whole] if page.below else []
    return scale_of([(unit.on_time.numerator, unit.on_time.denominator or 0) for unit in units])


def _row(
    unit: UnitFigures, scale: Scale | None, name: str, href: str = "", *, total: bool = False
) -> UnitRow:
    due, kept = unit.on_time.denominator or 0, unit.on_time.numerator
    rate = unit.on_time.percent_words
    return UnitRow(
        name=name,
        href=href,
        accepted=unit.partition.accepted,
        solved=unit.partition.solved,
        open=unit.partition.open,
        void=unit.partition.void,
        others=sum(number for _name, number in unit.partition.others),
        rate=rate if rate == NOTHING else f"{rate}%",
        kept=kept,
        due=due,
        interval=interval_of(kept, due, scale),
        total=total,
    )


def _sentence_of_import(own: OwnRates) -> str:
    said = _("导入受理 {n} 件，已解决 {solved} 件").format(
        n=words.count(own.partition.accepted), solved=words.count(own.partition.solved)
    )
    if own.whole.rate.percent_words != NOTHING:
        said += _("，按来源期限的按期率 {rate}%").format(rate=own.whole.rate.percent_words)
    return said + _("。")


def _told_of_import(own: OwnRates) -> dict[str, Any]:
    """What came from elsewhere stands apart, with its own fractions."""
    parts = own.partition.parts()
    rates = [own.whole, *own.agencies]
    return {
        "imported": {
            "title": _("导入受理 {n} 件，此刻分成几堆").format(n=words.count(own.partition.accepted)),
            "parts": [Part(CSS[code], name, n) for code, name, n in parts],
            "apart": _("、").join(own.excluded),
            "rate": _rate(own.whole.rate, _("按来源期限办结"), _("来源期限已到")),
            "agencies": [_agency(one, total=one is own.whole) for one in [*rates[1:], rates[0]]],
            "placed": _placed_words(own.placed),
        }
    }


def _agency(one: AgencyRate, *, total: bool) -> AgencyRow:
    rate = one.rate.percent_words
    return AgencyRow(
        name=one.name,
        kept=one.rate.numerator,
        due=one.rate.denominator or 0,
        rate=rate if rate == NOTHING else f"{rate}%",
        interval=one.interval_words,
        total=total,
    )


def _placed_words(placed: Placed) -> str:
    said = _(
        "定位：{placed} 件落在单元里；没有定位 {flagged} 件：取整 {rounded}、缺失 {missing}、界外 {outside}。"
    )
    numbers = ("placed", "flagged", "rounded", "missing", "outside")
    return said.format(**{name: words.count(getattr(placed, name)) for name in numbers})


def _units(person: Person, page: Page, model: Model, ground: Tree) -> list[Choice]:
    """Units whose figures are open, two levels down at most."""
    here = page.asked.scope.path
    grounds, departments = open_to(person, model)
    tops = grounds or ((ground.root.path,) if departments and ground.root else ())
    found = []
    for top in tops:
        for unit in ground.within(top):
            depth = (len(unit.path) - len(top)) // WIDTH
            if depth <= 2 or unit.path == here:
                found.append(Choice(unit.path, "　" * depth + unit.name, unit.path == here))
    if here not in {one.path for one in found} and page.names:  # a unit of then that stands no longer
        found.insert(0, Choice(here, page.names[-1], True))
    return found[:300]
