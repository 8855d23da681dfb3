"""登记一批: rows pasted from a spreadsheet, seen as the matters they would become, mended in place, registered at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk import long_ago, pasted_kept, pasted_rows
from gezhi.desk.alike import Twin, twins
from gezhi.desk.frame import me, show
from gezhi.desk.pasted_kept import Came, Line, Sheet
from gezhi.desk.pasted_rows import Against, Row, Usual
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.report import CALL, channels_of, units_of
from gezhi.errors import Refused
from gezhi.exchange import pasting
from gezhi.ledger import clock
from gezhi.matters import queries, sentences
from gezhi.people.queries import Person
from gezhi.rules.model import Model

_LINE = re.compile(r"(\d{1,4}):([0-9a-f]{24}\d{12})")
COMPARED = 40  # of the registered, that are looked up for what may be the same thing
SHORT = 30  # characters of what happened, beside a number


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pasted(request: HttpRequest) -> HttpResponse:
    """A field for the rows; what POST sends is kept and shown by an address of its own (`?of=mark`), as is what came
    of the registered ones, so that going back asks for nothing to be sent again."""
    if request.method != "POST":
        return _shown(request)
    person = me(request)
    if not person.terms:
        raise Refused(_("今天没有岗位，不能登记。请联系管理员任命。"), code="not_yours")
    model = surroundings(clock.now())[0]
    usual = _usual(request, model)
    doing = request.POST.get("do", "")
    if doing == "read":
        found = pasting.read(request.POST.get("cells", ""))
        rows = pasted_rows.numbered(found.rows, clock.now(), pasted_kept.went_under(request.session))
        if not rows:
            told = {"empty": True, "typed": request.POST.get("cells", "")}
            return _page(request, model, usual, told, status=422)
        sheet = Sheet(usual, _lines(rows), found.unused, found.cut)
    else:
        rows = _rows(request)
        sheet = Sheet(usual, _lines(rows))
    if doing == "register":
        house = _house(request)
        pasted_rows.read(rows, usual, house)
        pasted_rows.register(rows, house)
        pasted_kept.mended(request.session, pasted_rows.mended(rows, house.now))
        made = [row for row in rows if row.opened and not row.opened.again]
        pasted_kept.marked(request.session, {row.key: pasted_rows.marks(row.cells) for row in made})
        left = [row for row in rows if not (row.opened or row.before)]
        sheet = Sheet(usual if left else _next(usual), _lines(left), came=_came(request, rows, house))
    mark = pasted_kept.keep(request.session, sheet)
    return redirect(f"{reverse('desk:pasted')}?of={mark}")


def _shown(request: HttpRequest) -> HttpResponse:
    """The field, or the sheet that the address names as it would be registered now."""
    model, mark = surroundings(clock.now())[0], request.GET.get("of", "")
    sheet = pasted_kept.kept(request.session, mark) if mark else None
    if sheet is None:
        return _page(request, model, _usual(request, model), {"gone": bool(mark)})
    rows = [Row(one.at, one.key, dict(one.cells)) for one in sheet.lines]
    house = _house(request)
    pasted_rows.read(rows, sheet.usual, house)
    for row, one in zip(rows, sheet.lines, strict=True):
        row.faults = row.faults or dict(one.refused)
    came = (*sheet.came, *_came(request, rows, house))
    rows = [row for row in rows if row.before is None]
    faulty = sum(bool(row.faults) for row in rows)
    page: dict[str, Any] = {"found": sheet, "rows": rows, "faulty": faulty, "none": faulty == len(rows)}
    page["sentence"] = _sentence(rows, faulty)
    page["long_ago"] = long_ago.TICK if any(row.long_ago for row in rows) else ""
    if came:
        page |= _came_of(came, me(request))
    return _page(request, model, sheet.usual, page)


def _page(
    request: HttpRequest, model: Model, usual: Usual, told: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    page = {
        "most": pasting.MOST,
        "channels": channels_of(model),
        "items": [sentences.label(one) for one in model.items.values() if one.flow],
        "usual": usual,
        "heads": heads(),
    }
    return show(request, "desk/pasted.html", "new", status=status, page=page | told)


def _house(request: HttpRequest) -> Against:
    """What rows are read against for whoever asks, who has a seat."""
    person, now = me(request), clock.now()
    if not person.terms:
        raise Refused(_("今天没有岗位，不能登记。请联系管理员任命。"), code="not_yours")
    model, ground = surroundings(now)
    stated = frozenset(one.path for one in units_of(person, model, ground))
    return pasted_rows.against(model, ground, stated, person.acting(person.terms[0]), now)


def _usual(request: HttpRequest, model: Model) -> Usual:
    said, channels = request.POST, channels_of(model)
    return Usual(
        said.get("channel") or next((id for id, _name in channels if id == CALL), channels[0][0]),
        said.get("nameless") or "anonymous",
        said.get("late_reason", "").strip(),
        "nowhere" in said,
        "long_ago" in said,
    )


def _next(usual: Usual) -> Usual:
    """What stands in the form for the next sheet: why these came late is said of these alone."""
    return replace(usual, late_reason="", long_ago=False)


def _lines(rows: list[Row]) -> tuple[Line, ...]:
    return tuple(Line(row.at, row.key, row.cells, row.faults) for row in rows)


def _came(request: HttpRequest, rows: list[Row], house: Against) -> tuple[Came, ...]:
    """The rows that were registered, now or earlier."""
    found, went = [], pasted_kept.went(request.session)
    for row in rows:
        text = row.cells["text"][:SHORT]
        if row.opened is not None:
            found.append(Came(row.at, row.opened.number, text, row.goes, row.opened.again))
        elif row.before is not None:
            other = pasted_rows.differ(row, row.before, house, went)
            found.append(Came(row.at, row.before.number, text, "", True, other))
    return tuple(found)


def heads() -> list[tuple[str, str]]:
    """The columns of the preview: field and what it is called, in the order in which they are read without headers."""
    named = {
        "item": _("事项"),
        "place": _("地点"),
        "text": _("什么事"),
        "name": _("姓名"),
        "contact": _("电话"),
        "at": _("时间"),
    }
    return [(one, named[one]) for one in pasting.FIELDS]


def _rows(request: HttpRequest) -> list[Row]:
    """The rows as the page sends them back: one list of values for each column, and their lines."""
    columns = [request.POST.getlist(f"cell_{name}") for name in pasting.FIELDS]
    lines = [_LINE.fullmatch(one) for one in request.POST.getlist("line")]
    whole = len({len(lines), *map(len, columns)}) == 1 and len(lines) <= pasting.MOST
    if not whole or not all(lines):
        raise Refused(_("这一页不完整。请重新贴一遍。"), code="key")
    return [
        Row(
            int(line[1]),
            line[2],
            dict(zip(pasting.FIELDS, (" ".join(c.split()) for c in cells), strict=True)),
        )
        for line, cells in zip(lines, zip(*columns, strict=True), strict=True)
        if line
    ]


def _sentence(rows: list[Row], faulty: int) -> str:
    if not rows:
        return ""
    if not faulty:
        return ngettext("{n} 行，都能登记。", "{n} 行，都能登记。", len(rows)).format(n=len(rows))
    if faulty == len(rows):
        told = ngettext(
            "{n} 行，要改了才能登记：红的就是，改好再看一遍。",
            "{n} 行都要改，现在一行也登记不了：红的就是，改好再看一遍。",
            len(rows),
        )
        return told.format(n=len(rows))
    return _("{n} 行里有 {m} 行要改，红的就是；改好再按，能登记的先登记也行。").format(n=len(rows), m=faulty)


def _other(one: Came) -> str:
    """Which cells say something else than it was registered with; its own words are quoted where they do, and nothing
    else, since the other cells may name somebody."""
    named = dict(heads())
    cells = _("、").join(named[name] for name in one.other if name in named and name != "text")
    if "text" not in one.other:
        told = (
            _("这里的{cells}和登记的不一样，没有另外登记。")
            if cells
            else _("这里有一格和登记的不一样，没有另外登记。")
        )
        return told.format(cells=cells) if one.other else ""
    if not cells:
        return _("这里写的「{text}」和登记的不一样，没有另外登记。").format(text=one.text)
    told = _("这里写的「{text}」，还有{cells}，和登记的不一样，没有另外登记。")
    return told.format(text=one.text, cells=cells)


def _came_of(came: tuple[Came, ...], person: Person) -> dict[str, Any]:
    """What was registered: number, where it went, and what may be the same thing."""
    done: list[tuple[Came, bool, list[Twin], str]] = []
    for one in came:
        page = queries.page(person, one.number) if len(done) < COMPARED else None
        seen = page is not None or len(done) >= COMPARED
        done.append((one, seen, twins(page, person) if page else [], _other(one)))
    fresh = sum(not one.again for one in came)
    told = ngettext("登记了 {n} 件。", "登记了 {n} 件。", fresh).format(n=fresh) if fresh else ""
    again = len(done) - fresh
    if again:
        told += ngettext(
            "有 {n} 件早先已经登记过，没有再登。", "有 {n} 件早先已经登记过，没有再登。", again
        ).format(n=again)
    return {"done": done, "told": told, "again": again, "uncompared": max(0, len(done) - COMPARED)}
