"""Telling a resident's own telephone: the worker that shows it, and the button on the page of progress."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import around
from gezhi.notify import browsers
from gezhi.notify.browsers import AboutKind
from gezhi.notify.doors.webpush import Reached
from gezhi.places import queries as places
from gezhi.portal.frame import surroundings
from gezhi.portal.views.following import came
from gezhi.ui import stale
from gezhi.ui.caller import address_of
from gezhi.ui.passes import quiet
from gezhi.vault import limits

MOST, SPAN = 120, 900
"""How often one address presses in so many seconds: an office and a street may share one."""


@cache
def _worker() -> bytes:
    return (Path(__file__).resolve().parent.parent / "push_worker.js").read_bytes()


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker for what is told. It takes a scope in which no page lies, so that none is led through it."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """By which an iPhone puts the page of progress on its home screen; only there its browser can be told something."""
    name = places.district_name(clock.today()) or _("网格服务")
    told = {
        "name": name,
        "short_name": name[:12],
        "start_url": reverse("follow"),
        "scope": "/",
        "display": "standalone",
    }
    return JsonResponse(
        told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@quiet
@require_POST
def push(request: HttpRequest, matter: UUID) -> HttpResponseBase:
    """act=start: tell this browser of the matter; stop: no more; ask: whether it is told. For whoever number and code let in.

    Answers {"on", "last", "said"}: `last` where it is told of nothing any more, so that the browser may give up its address.
    """
    if came(request, matter) is None:
        return _said(_("请再写一遍编号和查询码。"), 401)
    return _pressed(request, "matter", matter)


@quiet
@require_POST
def place(request: HttpRequest, place: str) -> HttpResponseBase:
    """The same for a place (`views.around`): what happened there the day before, in the morning. For everybody."""
    found = surroundings()
    unit = around.told_of(place, found[1]) if found else None
    if unit is None:
        return _said(_("这里的网格重新划过。请从“这里归谁管”再找一次。"), 404)
    return _pressed(request, "unit", unit.identity)


@stale.instead_of(push)
@stale.instead_of(place)
def _too_old(request: HttpRequest, **_where: object) -> HttpResponse:
    del request
    return _said(_("这一页太旧了。请刷新这一页，再按一次。"), stale.STATUS)


def _pressed(request: HttpRequest, kind: AboutKind, about: UUID) -> HttpResponseBase:
    try:
        limits.knock("resident_push", address_of(request), at=clock.now(), most=MOST, seconds=SPAN)
        return _done(request, kind, about)
    except Refused as refusal:
        return _said(refusal.reason, 429 if refusal.code == "rate_limited" else 422)


def _done(request: HttpRequest, kind: AboutKind, about: UUID) -> JsonResponse:
    said = request.POST
    act, endpoint = said.get("act", ""), said.get("endpoint", "")
    if act == "ask":
        return JsonResponse({"on": browsers.is_told(kind, about, endpoint), "last": False, "said": ""})
    if act == "stop":
        last = browsers.unsubscribe(kind, about, endpoint)
        return JsonResponse({"on": False, "last": last, "said": ""})
    if act != "start":
        raise Refused(_("没有这个操作。"), code="act_unknown")
    reached = Reached(endpoint, said.get("p256dh", ""), said.get("auth", ""))
    browsers.subscribe(kind, about, reached, language=get_language() or "", at=clock.now())
    return JsonResponse({"on": True, "last": False, "said": ""})


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"on": False, "last": False, "said": sentence}, status=status)
