"""Numbers copied from a spreadsheet, looked up all at once; and the list as it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import rows
from gezhi.desk.frame import me, show
from gezhi.desk.views.finding import sieve_asked
from gezhi.desk.views.lists import surroundings
from gezhi.ledger import clock
from gezhi.matters import finding, sieves
from gezhi.ui import words
from gezhi.vault import kept

PRINTED = 500
KEPT = "cells"


@dataclass(frozen=True, slots=True)
class Cells:
    """What was pasted, without what looked like a number of somebody, and how many of these there were."""

    typed: str
    private: int


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Cells with numbers of matters. POST keeps them for this session and leads on to those that one may see, as they are
    now, and which were not found."""
    if request.method == "POST":
        return _kept(request)
    mark = request.GET.get("of", "")
    cells = kept.kept(request.session, KEPT, mark, Cells) if mark else None
    return _page(request, _looked_up(request, cells) if cells else {"gone": bool(mark)})


def _kept(request: HttpRequest) -> HttpResponse:
    typed, now = request.POST.get("cells", ""), clock.now()
    found = finding.by_cells(me(request), typed, surroundings(now)[1], at=now)
    mark = kept.keep(request.session, KEPT, Cells(found.kept, found.private))
    if not mark:
        return _page(request, {"large": True, "typed": found.kept}, status=422)
    return redirect(f"{reverse('desk:numbers')}?of={mark}")


def _looked_up(request: HttpRequest, cells: Cells) -> dict[str, Any]:
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    found = finding.by_cells(person, cells.typed, ground, at=now)
    made = rows.rows_of(found.lines, model, ground, person.desks)
    return {
        "now": now,
        "sentence": _("写了 {n} 个，找到 {many}。").format(
            n=words.count(found.asked), many=words.matters(len(made))
        ),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "last_column": _("在谁手上"),
        "missing": found.missing,
        "private": cells.private,
        "cut": found.cut,
        "typed": cells.typed,
    }


def _page(request: HttpRequest, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    page = {"most": finding.MOST_PASTED, "typed": ""} | told
    response = show(request, "desk/numbers.html", "matters", status=status, page=page)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def matters_print(request: HttpRequest) -> HttpResponse:
    """The sifted list for paper: what was sifted by, of which moment, and the first `PRINTED`."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    sieve = sieve_asked(request, person, model, ground)
    lines = finding.found(person, sieve, at=now, most=PRINTED + 1)
    made = rows.rows_of(lines[:PRINTED], model, ground, person.desks)
    page = {
        "now": now,
        "said": _("，").join(sieves.said(sieve, model, ground)),
        "at": timezone.localtime(now),
        "many": rows.many(len(made), more=len(lines) > PRINTED),
        "cut": len(lines) > PRINTED,
        "rows": made,
        "asked": request.GET.urlencode(),
    }
    return show(request, "desk/matters_print.html", "matters", page=page)
