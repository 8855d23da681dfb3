"""A reporter and whoever handles their matter leave each other words: by number and code, without a telephone number."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import relays
from gezhi.matters.following import Following, identity
from gezhi.matters.services import relaying
from gezhi.matters.services.relaying import RelayGiven
from gezhi.portal import pictures
from gezhi.portal.frame import show
from gezhi.portal.relay_form import RelayForm
from gezhi.portal.views.following import came, closed
from gezhi.ui import stale
from gezhi.ui.passes import quiet


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, matter: UUID) -> HttpResponseBase:
    """What was said so far; POST adds a word. What was wrong is said where it was pressed."""
    one = came(request, matter)
    if one is None:
        return closed(request)
    form = RelayForm(request.POST or None, request.FILES or None, initial={"id": new_id()})
    if request.method != "POST":
        return _page(request, one, form)
    if not form.is_valid():
        pictures.told(form, request)
        return _page(request, one, form, status=422)
    said = form.cleaned_data
    try:
        given = RelayGiven(said["id"], said["words"], said["photos"], said["call"])
        relaying.add_own(matter, given, at=clock.now())
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason)
        pictures.told(form, request)
        return _page(request, one, form, status=429 if refusal.code == "rate_limited" else 422)
    return redirect(f"{reverse('following_words', args=[matter])}?said=1#main")


@stale.instead_of(page)
def _said_again(request: HttpRequest, matter: UUID) -> HttpResponse:
    one, form = came(request, matter), RelayForm(request.POST, request.FILES)
    if one is None:
        return closed(request)
    form.refuse("", stale.told(request))
    return _page(request, one, form, status=stale.STATUS)


def _page(request: HttpRequest, one: Following, form: RelayForm, *, status: int = 200) -> HttpResponse:
    told = {
        "one": one,
        "form": form,
        "said": relays.of_matter(one.id),
        "sealed": identity(one.id, clock.now()).kept == "sealed",
        "done": request.GET.get("said", ""),
    }
    return show(request, "relay", status=status, **told)
