"""自身负担: what the house itself asked of residents and of those who work in it, beside the budget of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import surroundings
from gezhi.ledger import clock
from gezhi.notify import queries as notify
from gezhi.people import queries as people
from gezhi.places.tree import Tree
from gezhi.promises import queries as promises
from gezhi.reporting import burden as burdens
from gezhi.reporting.asking import STEPS
from gezhi.reporting.burden import Burden, Load, Spent
from gezhi.reporting.scopes import scope_of
from gezhi.rules.model import Burden as Budget
from gezhi.ui import words

WEEK = timedelta(days=7)
NONE = Budget()


@dataclass(frozen=True)
class Line:
    """One thing that was asked, in words: how much, what the budget allows, and whether it is kept (none: no budget)."""

    name: str
    value: str
    budget: str
    kept: bool | None
    says: str


@dataclass(frozen=True)
class Week:
    """One week of contacts, by its two days."""

    first: datetime
    last: datetime
    messages: int
    numbers: int
    over: int


@dataclass(frozen=True)
class Row:
    """One unit. Without means there are too few people for a mean that is nobody's own."""

    name: str
    path: str
    people: int
    forms: int
    each_forms: str
    each_fields: str
    over: bool
    total: bool = False


@require_safe
def burden_page(request: HttpRequest) -> HttpResponse:
    """The last weeks of a unit. Raises `NotFound` for one whose figures are not open to the person."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    scope, today = scope_of(person, request.GET.get("unit", ""), model, ground), timezone.localdate(now)
    budget = model.burden or NONE
    span = burdens.span_of(today, promises.calendar())
    below = [unit.path for unit in ground.children(scope.path)]
    found = burdens.burden_of(scope.path, below, span, people.roster(today))
    weeks = _weeks(now, budget.contacts)
    return show(
        request,
        "desk/burden.html",
        "figures",
        burden={
            "scope_words": " / ".join(ground.names(scope.path)),
            "span": found.span,
            "weeks_counted": burdens.WEEKS,
            "lines": _lines(found, weeks, budget),
            "weeks": weeks,
            "most": budget.contacts,
            "rows": _rows(found, ground, budget),
            "few": burdens.LEAST,
        },
    )


def _weeks(now: datetime, most: int) -> list[Week]:
    """Contacts week by week, the running one first. A week is counted where its Monday lies on the local calendar."""
    local = timezone.localtime(now)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    weeks = []
    for n in range(burdens.WEEKS):
        since = monday - n * WEEK
        until = min(since + WEEK, local)
        told = notify.contacts(since, until, most=most)
        weeks.append(Week(since, until - timedelta(seconds=1), told.messages, told.numbers, told.over))
    return weeks


def _lines(found: Burden, weeks: list[Week], budget: Budget) -> list[Line]:
    return [
        _contacts(weeks, budget.contacts),
        _seconds(_("居民报一件事"), found.spent["resident"], budget.seconds),
        _seconds(_("工作人员代记一件"), found.spent["report"], 0),
        _asked(_("一人一个工作日交表"), found.whole.forms_a_day, budget.forms, _("张")),
        _asked(_("一人一个工作日答栏"), found.whole.fields_a_day, budget.fields, _("栏")),
    ]


def _contacts(weeks: list[Week], most: int) -> Line:
    messages, numbers = sum(week.messages for week in weeks), sum(week.numbers for week in weeks)
    over = sum(week.over for week in weeks)
    return Line(
        name=_("居民一周被联系"),
        value=_("{n} 次").format(n=f"{messages / numbers:.1f}") if numbers else "",
        budget=_("预算：最多 {n} 次").format(n=most) if most else "",
        kept=(not over) if most and numbers else None,
        says=_("短信和电话 {messages} 次，{numbers} 个号码；超过预算的 {over} 个").format(
            messages=words.count(messages), numbers=words.count(numbers), over=words.count(over)
        ) if most else _("短信和电话 {messages} 次，{numbers} 个号码").format(
            messages=words.count(messages), numbers=words.count(numbers)
        ),
    )  # fmt: skip


def _seconds(name: str, spent: Spent, most: int) -> Line:
    half = spent.half_within
    longer = _("超过 {n} 秒").format(n=STEPS[-1])
    told = _("{n} 秒内").format(n=half) if half else longer
    said = _("一半的人做到；共 {n} 件").format(n=words.count(spent.number))
    if most:
        said = _("一半的人做到；{n} 秒内交完的 {within} / {of}").format(
            n=most, within=words.count(spent.within(most)), of=words.count(spent.number)
        )
    return Line(
        name=name,
        value=told if spent.number else "",
        budget=_("预算：一半的人 {n} 秒内").format(n=most) if most else "",
        kept=(half is not None and half <= most) if most and spent.number else None,
        says=said,
    )


def _asked(name: str, mean: float | None, most: int, unit: str) -> Line:
    return Line(
        name=name,
        value="" if mean is None else f"{mean:.1f} {unit}",
        budget=_("预算：最多 {n} {unit}").format(n=most, unit=unit) if most else "",
        kept=mean <= most if most and mean is not None else None,
        says=_("全单位平均，不算到个人"),
    )


def _rows(found: Burden, ground: Tree, budget: Budget) -> list[Row]:
    """Units in the order of their codes, then the whole."""
    if not found.below:
        return []
    rows = [_row(load, ground.by_path[load.path].name, budget) for load in found.below]
    return [*rows, _row(found.whole, _("合计"), budget, total=True)]


def _row(load: Load, name: str, budget: Budget, *, total: bool = False) -> Row:
    forms, fields = load.forms_a_day, load.fields_a_day
    over = (budget.forms and (forms or 0) > budget.forms) or (budget.fields and (fields or 0) > budget.fields)
    return Row(
        name=name,
        path=load.path,
        people=load.people,
        forms=load.forms,
        each_forms="" if forms is None else f"{forms:.1f}",
        each_fields="" if fields is None else f"{fields:.1f}",
        over=bool(over),
        total=total,
    )
