"""Numbers copied from a spreadsheet, looked up all at once; and the list as it is printed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
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

PRINTED = 500


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Cells with numbers of matters; by POST those that one may see, and which were not found."""
    person, now = me(request), clock.now()
    page: dict[str, Any] = {"most": finding.MOST_PASTED, "typed": ""}
    if request.method == "POST":
        model, ground = surroundings(now)
        typed = request.POST.get("cells", "")
        found = finding.by_cells(person, typed, ground, at=now)
        made = rows.rows_of(found.lines, model, ground, person.desks)
        page |= {
            "now": now,
            "sentence": _("写了 {n} 个，找到 {many}。").format(
                n=words.count(found.asked), many=words.matters(len(made))
            ),
            "groups": [rows.Group("", "", False, made)] if made else [],
            "last_column": _("在谁手上"),
            "missing": found.missing,
            "private": found.private,
            "cut": found.cut,
            "typed": found.kept,
        }
    response = show(request, "desk/numbers.html", "matters", page=page)
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
