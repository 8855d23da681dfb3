"""A reporter's rights over their own data, for the browser that number and code let in: a copy at once, the rest on request."""

from __future__ import annotations

import json
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import own_copy, rights
from gezhi.matters.following import Following
from gezhi.matters.services import asking_rights
from gezhi.matters.services.asking_rights import RightWanted
from gezhi.notify import browsers
from gezhi.notify import queries as notify
from gezhi.portal.frame import show
from gezhi.portal.rights_form import RightForm
from gezhi.portal.views.following import came, closed
from gezhi.ui import stale
from gezhi.ui.passes import quiet


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, matter: UUID) -> HttpResponseBase:
    """What was asked and what came of it; POST asks for something."""
    one = came(request, matter)
    if one is None:
        return closed(request)
    form = RightForm(request.POST or None, initial={"id": new_id()})
    if request.method != "POST":
        return _page(request, one, form)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    said = form.cleaned_data
    try:
        wanted = RightWanted(said["id"], said["kind"], said["words"])
        asking_rights.ask_own(matter, wanted, at=clock.now())
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason)
        return _page(request, one, form, status=429 if refusal.code == "rate_limited" else 422)
    return redirect(f"{reverse('following_rights', args=[matter])}?said=asked#main")


@stale.instead_of(page)
def _asked_again(request: HttpRequest, matter: UUID) -> HttpResponse:
    one, form = came(request, matter), RightForm(request.POST)
    if one is None:
        return closed(request)
    form.refuse("", stale.told(request))
    return _page(request, one, form, status=stale.STATUS)


def _page(request: HttpRequest, one: Following, form: RightForm, *, status: int = 200) -> HttpResponse:
    told = {
        "one": one,
        "form": form,
        "asked": rights.of_matter(one.id, clock.now()),
        "done": request.GET.get("said", ""),
        "days": rights.LENGTH.amount,
    }
    return show(request, "rights", status=status, **told)


@quiet
@require_safe
def copy(request: HttpRequest, matter: UUID, form: str) -> HttpResponseBase:
    """Everything that is stored, as a page to keep or as JSON; taking it is recorded once a day."""
    if came(request, matter) is None:
        return closed(request)
    if form not in ("html", "json"):
        raise NotFound(_("没有这种副本。请回上一页再下载。"))
    now = clock.now()
    if request.method == "GET":
        asking_rights.note_copy(matter, at=now)
    made = own_copy.copy_of(matter, now)
    assert made is not None  # noqa: S101  it was there a moment ago, and matters are not deleted
    messages = [one for one in notify.about(matter) if one.to_reporter]
    told_browsers = len(browsers.told("matter", matter))
    if form == "json":
        told = [{"at": one.made_at.isoformat(), "door": one.door, "text": one.text} for one in messages]
        body = json.dumps(
            own_copy.as_data(made) | {"messages": told, "browsers": told_browsers},
            ensure_ascii=False,
            indent=1,
        )
        answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    else:
        answer = render(
            request,
            "portal/own_copy.html",
            {"copy": made, "messages": messages, "browsers": told_browsers, "now": now},
        )
    name = quote(f"{made.one.number}.{form}")
    answer["Content-Disposition"] = f"attachment; filename=\"copy.{form}\"; filename*=UTF-8''{name}"
    return answer
