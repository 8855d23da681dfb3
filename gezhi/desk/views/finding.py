"""全部事项: all that is open to me, sifted; and the same list taken out as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.desk import marking, rows
from gezhi.desk.frame import me, show
from gezhi.desk.views import searching
from gezhi.desk.views.lists import PAGE, more, surroundings
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import access, finding, queries, sentences
from gezhi.matters.finding import Sieve
from gezhi.matters.lists import MOST_COUNTED, Key, Line
from gezhi.matters.services import exporting
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.promises.queries import FAR
from gezhi.rules.model import Model
from gezhi.ui import words
from gezhi.vault import traces

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


@dataclass(frozen=True)
class Way:
    """A filter that leaves nothing, by what was chosen in it; and the list without it."""

    filter: str
    say: str
    href: str


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Every matter I may see, sifted; a number that only one of them bears goes straight to its page."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    sieve = _sieve(request, person, model, ground)
    if len(sieve.numbers) == 1:
        return redirect("desk:matter", sieve.numbers[0])
    if traces.is_contact(sieve.words) or traces.trace_in(sieve.words):
        return searching.in_address(request)
    after = rows.key_from(request.GET.get("after", ""))
    found = (_sought if sieve.sought else _listed)(request, person, sieve, after)
    made = rows.rows_of(found.lines, model, ground, person.desks)
    if sieve.sought:
        made = _marked(made, found)
    number = found.number
    page: dict[str, Any] = {
        "now": now,
        "sentence": _sentence(found, sieve),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "last_column": _("在谁手上"),
        "more": found.more,
        "goes_on": sieve.sought and bool(found.more),
        "behind": found.behind,
        "sieve": sieve,
        "sifted": sieve != Sieve(),
        "asked": request.GET.urlencode(),
        "states": _states(sieve),
        "units": _units(person, model, ground, sieve.unit),
        "steps": _steps(model, sieve),
        "empty_said": _("没有这样的事项"),
        "empty_next": _empty(),
    }
    page["ways"] = _all_of_them(number, sieve) if made else _ways(person, sieve, page, now)
    if page["ways"] and not made:
        names = _("、").join(way.filter for way in page["ways"])
        page["empty_next"] = _("有合的，被筛掉了：筛的是「{names}」。").format(names=names)
    return show(request, "desk/matters.html", "matters", page=page, sought=sieve.words)


@dataclass(frozen=True)
class Found:
    """A page of the list. `number` is how many there are in all; `at_most`: there may be fewer; `behind`: the index of
    words is still being made; `words` and `said`: what was looked for, and address and text of each line."""

    lines: list[Line]
    number: int
    more: str
    at_most: bool = False
    behind: bool = False
    words: tuple[str, ...] = ()
    said: dict[UUID, tuple[str, str]] = field(default_factory=dict)


def _listed(request: HttpRequest, person: Person, sieve: Sieve, after: Key | None) -> Found:
    now = clock.now()
    lines = finding.found(person, sieve, at=now, most=PAGE + 1, after=after)
    whole = after is None and len(lines) <= PAGE
    number = len(lines) if whole else finding.count(person, sieve, at=now)
    return Found(lines[:PAGE], number, more(request, lines))


def _sought(request: HttpRequest, person: Person, sieve: Sieve, after: Key | None) -> Found:
    search = finding.searched(person, sieve, at=clock.now())
    hits = search.page(PAGE, after.id if after else None)
    further = ""
    if hits.more:
        asked = request.GET.copy()
        asked["after"] = rows.key_word(FAR, hits.more)
        further = f"?{asked.urlencode()}"
    words = tuple(word.word for word in search.words)
    return Found(hits.lines, hits.count, further, hits.at_most, search.is_behind, words, hits.said)


def _marked(made: list[rows.Row], found: Found) -> list[rows.Row]:
    """The rows with what was looked for: in the headline, or where else it stands."""
    shown = []
    for row, line in zip(made, found.lines, strict=True):
        headline = marking.marked(row.headline, found.words)
        absent = [
            word
            for word in found.words
            if not any(hit for _part, hit in marking.marked(row.headline, [word]))
        ]
        elsewhere = marking.snippet(found.said[line.id], absent) if absent else ()
        shown.append(replace(row, marked=headline, snippet=elsewhere))
    return shown


@require_POST
def matters_file(request: HttpRequest) -> HttpResponse:
    """The sifted list as a file: numbers, codes and moments, no words and no names. Taking it is recorded."""
    person, now = me(request), clock.now()
    if not person.terms:
        raise Refused(_("今天没有岗位，不能导出。"), code="not_yours")
    model, ground = surroundings(now)
    sieve = _sieve(request, person, model, ground)
    id, lines = exporting.take_out(sieve, person=person, by=person.acting(person.terms[0]), at=now)
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gezhi-{id.hex[-8:]}.csv"'
    response["Cache-Control"] = "no-store"
    csv.writer(response).writerows(_file_rows(lines, model, ground))
    return response


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


def _sieve(request: HttpRequest, person: Person, model: Model, ground: Tree) -> Sieve:
    """What was asked for, in codes of the model and of the tree; what is neither is not sifted by. The box above
    every page sends words alone: they are looked for in all states."""
    asked = request.GET
    unit, step = asked.get("unit", ""), asked.get("step", "")
    known = any(step in flow.steps for flow in model.flows.values())
    sieve = finding.sieve_of(
        state=asked.get("state", ""),
        words=asked.get("q", ""),
        unit=unit if unit in ground.by_path else "",
        step=step if known else "",
        late=bool(asked.get("late")),
    )
    return finding.with_numbers(sieve, person, ground, at=clock.now())


def _sentence(found: Found, sieve: Sieve) -> str:
    number = found.number
    if sieve.sought:
        many = _("最多 {n} 件") if found.at_most else "{n}"
        n = words.count(number) if found.at_most else words.matters(number)
        return _told(sieve).format(sought=sieve.words, many=many.format(n=n))
    said = _told(sieve).format(sought=sieve.words, many=_many(number))
    return said + (_("只数到 {n} 件。").format(n=words.count(MOST_COUNTED)) if number > MOST_COUNTED else "")


def _told(sieve: Sieve) -> str:
    if sieve.late:
        return _("在办而已出格的 {many}。")
    if sieve.numbers:
        said = {
            "open": _("在办的里面，编号合「{sought}」的 {many}。"),
            "ended": _("已了结的里面，编号合「{sought}」的 {many}。"),
            "all": _("编号合「{sought}」的 {many}，在办和已了结的都在内。"),
        }
    elif sieve.words:
        said = {
            "open": _("在办的里面，写着「{sought}」的 {many}。"),
            "ended": _("已了结的里面，写着「{sought}」的 {many}。"),
            "all": _("写着「{sought}」的 {many}，在办和已了结的都在内。"),
        }
    else:
        said = {
            "open": _("在办的 {many}，先到期的在前。"),
            "ended": _("已了结的 {many}，后登记的在前。"),
            "all": _("在办和已了结的 {many}，后登记的在前。"),
        }
    return said[sieve.state]


def _empty() -> str:
    return _("换个词，或者少筛一样。看不到的和没有的，这里说的是同一句话。")


def _ways(person: Person, sieve: Sieve, page: dict[str, Any], now: datetime) -> list[Way]:
    """Each filter that alone leaves nothing, with the list without it; else the list without any of them.

    `page` has the choices of each filter, for their names.
    """
    chosen = {
        key: next((one.name for one in page[key] if one.here), "") for key in ("states", "units", "steps")
    }
    tried: list[tuple[str, str, Sieve]] = []
    if sieve.late:
        tried.append((_("只看已出格"), _("在全部状态里找"), replace(sieve, state="all", late=False)))
    elif sieve.state != "all":
        tried.append((chosen["states"], _("在全部状态里找"), replace(sieve, state="all")))
    if sieve.unit:
        tried.append((chosen["units"].strip(), _("不限在哪"), replace(sieve, unit="")))
    if sieve.step:
        tried.append((chosen["steps"], _("不限到了哪步"), replace(sieve, step="")))
    found = _left(person, tried, now)
    if not found and len(tried) > 1:
        every = Sieve("all", sieve.words, numbers=sieve.numbers)
        found = _left(person, [(_("、").join(name for name, *_rest in tried), _("都不筛"), every)], now)
    return found


def _left(person: Person, tried: list[tuple[str, str, Sieve]], now: datetime) -> list[Way]:
    """Of these lists those that hold something."""
    counted = [(name, say, kept, finding.count(person, kept, at=now)) for name, say, kept in tried]
    told = _("{say}，有 {many}")
    return [
        Way(name, told.format(say=say, many=_many(number)), _address(kept))
        for name, say, kept, number in counted
        if number
    ]


def _all_of_them(number: int, sieve: Sieve) -> list[Way]:
    """Where filters leave out some of those that bear the number: the list of all that do."""
    if number >= len(sieve.numbers):
        return []
    said = _("{say}，有 {many}").format(say=_("都不筛"), many=_many(len(sieve.numbers)))
    return [Way("", said, _address(Sieve("all", sieve.words)))]


def _address(sieve: Sieve) -> str:
    """Where the list is kept by this sieve."""
    asked = {"q": sieve.words, "state": sieve.state, "unit": sieve.unit, "step": sieve.step}
    asked |= {"late": "1"} if sieve.late else {}
    return f"{reverse('desk:matters')}?{urlencode({k: v for k, v in asked.items() if v})}"


def _many(number: int) -> str:
    return rows.many(min(number, MOST_COUNTED), more=number > MOST_COUNTED)


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
