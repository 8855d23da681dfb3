"""待我办 and 全部事项."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk import rows
from gezhi.desk.frame import me, show
from gezhi.ledger import clock
from gezhi.matters import access, editions, queries, sentences
from gezhi.matters.lists import Line
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

PAGE = 50
LOOK = 200  # rows looked at for the day in cells


@dataclass(frozen=True)
class Tab:
    word: str
    number: int
    href: str
    here: bool


@dataclass(frozen=True)
class Choice:
    """One entry of a filter's list; `id` and `path` are the same word under two names."""

    id: str
    name: str
    here: bool

    @property
    def path(self) -> str:
        return self.id


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for me, by promise."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    step, after = request.GET.get("step", ""), rows.key_from(request.GET.get("after", ""))
    lines = queries.inbox(person, most=LOOK if not after else PAGE + 1, after=after, step=step)
    total = queries.count_inbox(person)
    made = [rows.row_of(line, model, ground, person.desks) for line in lines]
    page = {
        "now": now,
        "total": total,
        "sentence": _sentence(made, total, now),
        "day": rows.day_of(made, len(made) if step else total, now),
        "tabs": _tabs(lines, model, step, total),
        "groups": rows.grouped(made[:PAGE], now),
        "last_column": _("等我做"),
        "more": _more(request, lines),
        "empty_said": _("没有等我的事"),
        "empty_next": _("有事交过来，会出现在这里。"),
    }
    return show(request, "desk/inbox.html", "inbox", page=page)


def surroundings(now: datetime) -> tuple[Model, Tree]:
    """Today's model and ground."""
    on = timezone.localdate(now)
    return editions.current(on), places.tree(on)


def _sentence(made: list[rows.Row], total: int, now: datetime) -> str:
    """先办竹园电梯，还剩 41 分；2 件已超期: what a person would say."""
    if not made:
        return ""
    late = [row for row in made if row.due_at and row.due_at < now]
    ahead = next((row for row in made if row.due_at and row.due_at >= now), None)
    said = words.matters(total)
    if ahead and ahead.due_at:
        said += _("。先办「{what}」，还剩 {left}").format(
            what=_brief(ahead.headline), left=words.length(ahead.due_at - now)
        )
    if late:
        said += _("；{n} 件已超期").format(n=words.count(len(late))) + ("" if len(made) < LOOK else "+")
    return said + _("。")


def _brief(headline: str) -> str:
    return headline if len(headline) <= 12 else headline[:11] + "…"


def _tabs(lines: list[Line], model: Model, step: str, total: int) -> list[Tab]:
    inbox_href = reverse("desk:inbox")
    names = {s.id: sentences.label(s) for flow in model.flows.values() for s in flow.steps.values()}
    counts = Counter(line.step for line in lines)
    tabs = [Tab(_("全部"), total, inbox_href, not step)]
    for id, number in counts.most_common(5):
        tabs.append(Tab(names.get(id, id), number, f"{inbox_href}?{urlencode({'step': id})}", id == step))
    return tabs


def _more(request: HttpRequest, lines: list[Line]) -> str:
    if len(lines) <= PAGE:
        return ""
    asked = request.GET.copy()
    asked["after"] = rows.key_of(lines[PAGE - 1])
    return f"?{asked.urlencode()}"


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Every open matter I may see, sifted; a whole number goes straight to its page."""
    person, now = me(request), clock.now()
    sought = request.GET.get("q", "").strip()[:60]
    if sought and access.matter_for(person, sought) is not None:
        return redirect("desk:matter", sought)
    model, ground = surroundings(now)
    unit, step, late = (request.GET.get(k, "") for k in ("unit", "step", "late"))
    after = rows.key_from(request.GET.get("after", ""))
    most = LOOK * 5 if sought else PAGE + 1
    lines = queries.open_in(person, unit, most=most, after=after, step=step, before=now if late else None)
    if sought:
        lines = [line for line in lines if _fits(line, sought)]
    made = [rows.row_of(line, model, ground, person.desks) for line in lines[:PAGE]]
    page: dict[str, Any] = {
        "now": now,
        "sentence": _found(len(lines), sought, late),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "last_column": _("在谁手上"),
        "more": _more(request, lines),
        "sought": sought,
        "late": late,
        "sifted": bool(sought or unit or step or late),
        "units": _units(person, model, ground, unit),
        "steps": _steps(model, step),
        "empty_said": _("没有这样的事项"),
        "empty_next": _("换个词，或者少筛一样。看不到的和没有的，这里说的是同一句话。"),
    }
    return show(request, "desk/matters.html", "matters", page=page, sought=sought)


def _fits(line: Line, sought: str) -> bool:
    text = f"{line.number} {line.headline}".lower()
    return all(word in text for word in sought.lower().split())


def _found(number: int, sought: str, late: str) -> str:
    many = _("{n} 件以上").format(n=PAGE) if number > PAGE else words.matters(number)
    if late:
        return _("在办而已出格的 {many}。").format(many=many)
    return (
        _("写着「{sought}」的 {many}。").format(sought=sought, many=many)
        if sought
        else _("在办的 {many}，先到期的在前。").format(many=many)
    )


def _units(person: Person, model: Model, ground: Tree, chosen: str) -> list[Choice]:
    """Units this person covers, two levels down at most, so that the list stays a list."""
    found = []
    for reach in access.reaches(person, model):
        for unit in ground.within(reach.path) if reach.path else ():
            depth = (len(unit.path) - len(reach.path)) // 4
            if depth <= 2:
                found.append(Choice(unit.path, "　" * depth + unit.name, unit.path == chosen))
    return found[:300]


def _steps(model: Model, chosen: str) -> list[Choice]:
    seen: dict[str, Choice] = {}
    for flow in model.flows.values():
        for step in flow.steps.values():
            if not step.ends:
                seen.setdefault(step.id, Choice(step.id, sentences.label(step), step.id == chosen))
    return list(seen.values())
