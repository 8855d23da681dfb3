"""全部事项: all that is open to me, sifted; and the same list taken out as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.desk import rows
from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import PAGE, more, surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import access, finding, queries, sentences
from gezhi.matters.finding import Sieve
from gezhi.matters.lists import MOST_COUNTED, Line
from gezhi.matters.services import exporting
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

BOM = "\ufeff"  # without it spreadsheets here read UTF-8 as GBK


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
def matters(request: HttpRequest) -> HttpResponse:
    """Every matter I may see, sifted; a number goes straight to its page."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    sieve = _sieve(request, model, ground)
    if "〔" in sieve.words and access.matter_for(person, sieve.words) is not None:
        return redirect("desk:matter", sieve.words)
    after = rows.key_from(request.GET.get("after", ""))
    lines = finding.found(person, sieve, at=now, most=PAGE + 1, after=after)
    if sieve.words and len(lines) == 1 and _is_number(sieve.words, lines[0].number):
        return redirect("desk:matter", lines[0].number)
    made = rows.rows_of(lines[:PAGE], model, ground, person.desks)
    whole = after is None and len(lines) <= PAGE
    number = len(lines) if whole else finding.count(person, sieve, at=now)
    page: dict[str, Any] = {
        "now": now,
        "sentence": _sentence(number, sieve),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "last_column": _("在谁手上"),
        "more": more(request, lines),
        "sieve": sieve,
        "sifted": sieve != Sieve(),
        "asked": request.GET.urlencode(),
        "states": _states(sieve),
        "units": _units(person, model, ground, sieve.unit),
        "steps": _steps(model, sieve),
        "empty_said": _("没有这样的事项"),
        "empty_next": _empty(sieve),
    }
    return show(request, "desk/matters.html", "matters", page=page, sought=sieve.words)


@require_POST
def matters_file(request: HttpRequest) -> HttpResponse:
    """The sifted list as a file: numbers, codes and moments, no words and no names. Taking it is recorded."""
    person, now = me(request), clock.now()
    if not person.terms:
        raise Refused(_("今天没有岗位，不能导出。"), code="not_yours")
    model, ground = surroundings(now)
    sieve = _sieve(request, model, ground)
    id, lines = exporting.take_out(sieve, person=person, by=person.acting(person.terms[0]), at=now)
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gezhi-{id.hex[-8:]}.csv"'
    response["Cache-Control"] = "no-store"
    csv.writer(response).writerows(_file_rows(lines, model, ground))
    return response


def _is_number(sought: str, number: str) -> bool:
    """Whether these words are the short number, with its unit or without."""
    short = rows.short(number)
    return sought in (short, short.rpartition(" ")[2])


def _file_rows(lines: list[Line], model: Model, ground: Tree) -> Iterator[list[str]]:
    yield [
        _("编号"),
        _("类别"),
        _("事项"),
        _("在哪"),
        _("到了哪步"),
        _("登记"),
        _("期限"),
        _("了结"),
        _("结果"),
    ]
    for line in lines:
        item = model.items.get(line.item)
        flow = model.flows.get(item.flow) if item else None
        step = flow.steps.get(line.step) if flow else None
        made = [
            line.number,
            sentences.category(item, model) if item else line.category,
            sentences.label(item) if item else line.item,
            "/".join(ground.names(line.path)),
            sentences.label(step) if step else line.step,
            words.exact(line.recorded_at),
            _exact(queries.due_or_none(line)),
            _exact(line.ended_at),
            line.closing,
        ]
        yield [_harmless(word) for word in made]


def _exact(at: datetime | None) -> str:
    return words.exact(at) if at else ""


def _harmless(word: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{word}" if word[:1] in ("=", "+", "-", "@", "\t", "\r") else word


def _sieve(request: HttpRequest, model: Model, ground: Tree) -> Sieve:
    """What was asked for, in codes of the model and of the tree; what is neither is not sifted by."""
    asked = request.GET
    unit, step = asked.get("unit", ""), asked.get("step", "")
    known = any(step in flow.steps for flow in model.flows.values())
    return finding.sieve_of(
        state=asked.get("state", ""),
        words=asked.get("q", ""),
        unit=unit if unit in ground.by_path else "",
        step=step if known else "",
        late=bool(asked.get("late")),
    )


def _sentence(number: int, sieve: Sieve) -> str:
    more = number > MOST_COUNTED
    many = rows.many(min(number, MOST_COUNTED), more=more)
    said = _told(sieve).format(sought=sieve.words, many=many)
    return said + (_("只数到 {n} 件。").format(n=words.count(MOST_COUNTED)) if more else "")


def _told(sieve: Sieve) -> str:
    if sieve.late:
        return _("在办而已出格的 {many}。")
    if sieve.words:
        return _("写着「{sought}」的 {many}。")
    said = {
        "open": _("在办的 {many}，先到期的在前。"),
        "ended": _("已了结的 {many}，后登记的在前。"),
        "all": _("在办和已了结的 {many}，后登记的在前。"),
    }
    return said[sieve.state]


def _empty(sieve: Sieve) -> str:
    said = _("换个词，或者少筛一样。看不到的和没有的，这里说的是同一句话。")
    if sieve.words:
        said += _("按词只找最近登记的 {n} 件；更早的请写全编号。").format(n=words.count(finding.FAR_BACK))
    return said


def _states(sieve: Sieve) -> list[Choice]:
    names = {"open": _("在办"), "ended": _("已了结"), "all": _("全部")}
    return [Choice(id, name, id == sieve.state) for id, name in names.items()]


def _units(person: Person, model: Model, ground: Tree, chosen: str) -> list[Choice]:
    """Units this person covers, two levels down at most, so that the list stays a list."""
    found = {}
    for reach in access.reaches(person, model):
        for unit in ground.within(reach.path) if reach.path else ():
            depth = (len(unit.path) - len(reach.path)) // 4
            if depth <= 2 or unit.path == chosen:
                found[unit.path] = Choice(unit.path, "　" * depth + unit.name, unit.path == chosen)
    return list(found.values())[:300]


def _steps(model: Model, sieve: Sieve) -> list[Choice]:
    """Steps by name, those of the chosen state: a step that ends a matter is no step of an open one."""
    seen: dict[str, Choice] = {}
    for flow in model.flows.values():
        for step in flow.steps.values():
            fits = sieve.state == "all" or step.ends is (sieve.state == "ended")
            if flow.subject == "matter" and (fits or step.id == sieve.step):
                seen.setdefault(step.id, Choice(step.id, sentences.label(step), step.id == sieve.step))
    return list(seen.values())
