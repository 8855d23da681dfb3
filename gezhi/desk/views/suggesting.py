"""What the words of a report offer, asked while it is typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gezhi.desk.frame import me
from gezhi.desk.offered import offered
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.report import units_of
from gezhi.errors import Refused
from gezhi.ledger import clock


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """The parts of the page that its words change: numbers to call, items, places."""
    person = me(request)
    if not person.terms:
        raise Refused(_("今天没有岗位，不能登记。请联系管理员任命。"), code="not_yours")
    model, ground = surroundings(clock.now())
    found = offered(request.POST, person, model, units_of(person, model, ground))
    return render(request, "desk/suggested.html", {"offered": found, "chosen": request.POST.get("item", "")})
