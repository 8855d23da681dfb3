"""核对地点: where a matter lies after all, said by whoever accepts it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import overtaken, sheet
from gezhi.desk.forms import WhereForm
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.desk.views.lists import surroundings
from gezhi.desk.views.matter import door_of, found
from gezhi.desk.views.report import borders_of, units_of
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import queries
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import placing
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, number: str) -> HttpResponse:
    """The form, and the placing itself; a refusal keeps what was typed."""
    page, person = found(request, number), me(request)
    units = units_of(person, *surroundings(clock.now()))
    if request.method != "POST":
        if not page.may_place:
            return redirect("desk:matter", number)
        return _form(request, page, WhereForm(initial=_known(page), units=units))
    form = WhereForm(request.POST, units=units)
    if not form.is_valid():
        return _form(request, page, form, status=422)
    said = form.cleaned_data
    where = placing.Where(lon=said["lon"], lat=said["lat"], address=said["address"], unit=said["unit"])
    try:
        placed = placing.place(number, where, by=person, at=None, seen=said["moved"])
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, form, refusal)
    messages.success(request, _done(request, placed.number), extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]))


def _known(page: MatterPage) -> dict[str, object]:
    """What is known of the place so far."""
    matter = page.matter
    point = {"lon": matter.lon, "lat": matter.lat} if matter.datum in ("wgs84", "cgcs2000") else {}
    return {"address": matter.address, **point}


def _done(request: HttpRequest, number: str) -> str:
    page = queries.page(me(request), number)
    if page is None:
        return _("地点已核对。这件已交到别处，不再显示。")
    return _("地点已核对：{place}。现在等 {who}。").format(
        place=" / ".join(page.place_names[-2:]), who=page.desk_words
    )


def _refused(request: HttpRequest, page: MatterPage, form: WhereForm, refusal: Refused) -> HttpResponse:
    if refusal.code in overtaken.STALE:
        fresh = found(request, page.matter.number)
        typed = [Typed(str(form["address"].label), form.cleaned_data["address"])]
        kept = ([one for one in typed if one.text], False)
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, kept)
    if refusal.field:
        form.refuse(refusal.field, refusal.reason)
        return _form(request, page, form, status=422)
    return _form(request, page, form, status=422, refused=refusal.reason)


def _form(
    request: HttpRequest, page: MatterPage, form: WhereForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    return show(
        request,
        "desk/place.html",
        door_of(request, page),
        status=status,
        matter=sheet.sheet_of(page, clock.now()),
        form=form,
        refused=refused,
        borders_href=borders_of(me(request)),
    )
