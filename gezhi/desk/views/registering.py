"""登记一批: rows pasted from a spreadsheet, seen as the matters they would become, mended in place, registered at once."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk import pasted_rows
from gezhi.desk.alike import Twin, twins
from gezhi.desk.frame import me, show
from gezhi.desk.pasted_rows import Row, Usual
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.report import CALL, channels_of, units_of
from gezhi.errors import Refused
from gezhi.exchange import pasting
from gezhi.ledger import clock
from gezhi.matters import queries, sentences
from gezhi.people.queries import Person
from gezhi.rules.model import Model

_LINE = re.compile(r"(\d{1,4}):(\d{1,4})")
COMPARED = 40  # of the registered, that are looked up for what may be the same thing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pasted(request: HttpRequest) -> HttpResponse:
    """A field for the rows; by POST the preview; by `do=register` what came of each."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    page: dict[str, Any] = _choices(request, model)
    if request.method != "POST":
        return show(request, "desk/pasted.html", "new", page=page)
    if not person.terms:
        raise Refused(_("今天没有岗位，不能登记。请联系管理员任命。"), code="not_yours")
    stated = frozenset(one.path for one in units_of(person, model, ground))
    house = pasted_rows.against(model, ground, stated, person.acting(person.terms[0]), now)
    doing = request.POST.get("do", "")
    if doing == "read":
        found = pasting.read(request.POST.get("cells", ""))
        rows = pasted_rows.numbered(found.rows)
        page |= {"found": found, "empty": not rows}
    else:
        rows = _rows(request)
    pasted_rows.read(rows, page["usual"], house)
    if doing == "register":
        pasted_rows.register(rows, house)
        page |= _came_of(rows, person)
    left = [row for row in rows if row.opened is None]
    page |= {"rows": left, "faulty": sum(bool(row.faults) for row in left)}
    page["sentence"] = _sentence(left, page["faulty"])
    return show(request, "desk/pasted.html", "new", status=422 if page.get("empty") else 200, page=page)


def _choices(request: HttpRequest, model: Model) -> dict[str, Any]:
    said, channels = request.POST, channels_of(model)
    usual = Usual(
        said.get("channel") or next((id for id, _name in channels if id == CALL), channels[0][0]),
        said.get("nameless") or "anonymous",
        said.get("late_reason", "").strip(),
        "nowhere" in said,
    )
    return {
        "most": pasting.MOST,
        "channels": channels,
        "items": [sentences.label(one) for one in model.items.values() if one.flow],
        "usual": usual,
        "typed": said.get("cells", ""),
        "heads": heads(),
    }


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
            int(line[2]),
            dict(zip(pasting.FIELDS, (" ".join(c.split()) for c in cells), strict=True)),
        )
        for line, cells in zip(lines, zip(*columns, strict=True), strict=True)
        if line
    ]


def _sentence(rows: list[Row], faulty: int) -> str:
    if not rows:
        return ""
    told = ngettext("{n} 行，都能登记。", "{n} 行，都能登记。", len(rows)).format(n=len(rows))
    if faulty:
        told = _("{n} 行里有 {m} 行要改，红的就是；改好再按，能登记的先登记也行。").format(
            n=len(rows), m=faulty
        )
    return told


def _came_of(rows: list[Row], person: Person) -> dict[str, Any]:
    """What was registered: number, where it went, and what may be the same thing."""
    done: list[tuple[Row, bool, list[Twin]]] = []
    for row in rows:
        if row.opened is None:
            continue
        page = queries.page(person, row.opened.number) if len(done) < COMPARED else None
        seen = page is not None or len(done) >= COMPARED
        done.append((row, seen, twins(page, person) if page else []))
    fresh = sum(not row.opened.again for row, _seen, _twins in done if row.opened)
    told = ngettext("登记了 {n} 件。", "登记了 {n} 件。", fresh).format(n=fresh) if fresh else ""
    if fresh < len(done):
        again = len(done) - fresh
        told += ngettext(
            "有 {n} 件早先已经登记过，没有再登。", "有 {n} 件早先已经登记过，没有再登。", again
        ).format(n=again)
    return {"done": done, "told": told, "uncompared": max(0, len(done) - COMPARED)}
