"""数据: how many were taken in, how many solved, how many in time; each with its fraction and its moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk.frame import me, show
from gezhi.desk.views.finding import Choice
from gezhi.desk.views.lists import surroundings
from gezhi.ledger import clock, instance
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.reporting import figures, imported
from gezhi.reporting.counting import Basis
from gezhi.reporting.figures import Figure, Page, UnitFigures
from gezhi.reporting.imported import AgencyRate, OwnRates, Placed
from gezhi.reporting.rounding import NOTHING, wilson
from gezhi.reporting.scopes import open_to
from gezhi.rules.model import Model
from gezhi.ui import words
from gezhi.ui.shapes import Part, Rate

WEEKS = 13
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
    """One unit of the table; `low`, `high` and `at` are thousandths of the width."""

    name: str
    href: str
    accepted: int
    solved: int
    open: int
    void: int
    rate: str
    kept: int
    due: int
    low: str = ""
    high: str = ""
    at: str = ""
    range_words: str = ""
    total: bool = False


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures of a unit over a period, as known on or as happened on."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    today = timezone.localdate(now)
    last = min(_day(request, "to") or today, today)
    first = _day(request, "from") or last - timedelta(weeks=WEEKS)
    on = _day(request, "as_of")
    as_of = min(_end_of(on), now) if on else now
    basis: Basis = "happened" if request.GET.get("basis") == "happened" else "known"
    page = figures.page(person, request.GET.get("unit", ""), first=first, last=last, as_of=as_of, basis=basis)
    own = _own(request, person, page)
    alone = own is not None and not page.whole.partition.accepted and not page.whole.on_time.denominator
    chosen = {
        "from_on": own.asked.first if own and alone else first,
        "to_on": last,
        "as_of_on": on,
        "basis": "happened" if alone else basis,
        "units": _units(person, page, model, ground),
        "only_imported": alone,
    }
    told = {**_told(page), **(_told_of_import(own) if own else {})}
    if own and alone:
        told["sentence"], told["as_of_words"] = _sentence_of_import(own), figures.as_of_words(own.asked)
    return show(request, "desk/figures.html", "figures", figures={**chosen, **told})


def _own(request: HttpRequest, person: Person, page: Page) -> OwnRates | None:
    """What was imported, by its source's own dates: the days that were asked for, else all of them."""
    if page.imported is None and instance.kind() != "replay":
        return None
    asked = page.asked
    first, last = _day(request, "from"), _day(request, "to")
    own = imported.own_rates(
        person,
        asked.scope.path,
        as_of=asked.as_of,
        first=first or imported.EARLIEST,
        last=asked.last if last else None,
    )
    return own if own.partition.accepted or own.whole.rate.denominator else None


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time.min, timezone.get_current_timezone())


def _told(page: Page) -> dict[str, Any]:
    whole = page.whole
    return {
        "scope_words": " / ".join(page.names),
        "sentence": _sentence(whole),
        "as_of_words": figures.as_of_words(page.asked),
        "partition_title": _("受理 {n} 件，此刻分成几堆").format(n=words.count(whole.partition.accepted)),
        "parts": [Part(CSS[code], name, n) for code, name, n in whole.partition.parts()],
        "rates": _rates(whole),
        "late": whole.late,
        "rows_title": _("各单位"),
        "rows": _rows(page),
        "all_at": _share(whole.on_time),
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


def _rows(page: Page) -> list[UnitRow]:
    """Units in the order of their codes, then the whole."""
    if not page.below:
        return []
    return [*(_row(unit) for unit in page.below), _row(page.whole, total=True)]


def _row(unit: UnitFigures, *, total: bool = False) -> UnitRow:
    due, kept = unit.on_time.denominator or 0, unit.on_time.numerator
    rate = unit.on_time.percent_words
    low, high = wilson(kept, due)
    said = _("可能在 {low}% 到 {high}% 之间").format(low=round(low * 100), high=round(high * 100))
    place = (
        {
            "low": f"{low * 990:.0f}",
            "high": f"{high * 990:.0f}",
            "at": _share(unit.on_time),
            "range_words": said,
        }
        if due
        else {}
    )
    return UnitRow(
        name=_("合计") if total else unit.name,
        href="" if total or not unit.path else f"?unit={unit.path}",
        accepted=unit.partition.accepted,
        solved=unit.partition.solved,
        open=unit.partition.open,
        void=unit.partition.void,
        rate=rate if rate == NOTHING else f"{rate}%",
        kept=kept,
        due=due,
        total=total,
        **place,
    )


def _share(figure: Figure) -> str:
    return f"{figure.numerator / figure.denominator * 990:.0f}" if figure.denominator else "0"


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
            depth = (len(unit.path) - len(top)) // 4
            if depth <= 2 or unit.path == here:
                found.append(Choice(unit.path, "　" * depth + unit.name, unit.path == here))
    return found[:300]
