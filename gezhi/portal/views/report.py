"""A resident reports: one page, no account. Whatever was typed is never lost, and nothing is taken twice."""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.matters import suggesting
from gezhi.matters.services import reporters_own
from gezhi.matters.services.reports import Report
from gezhi.places import base_map
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.portal import looked
from gezhi.portal.forms import ReportForm
from gezhi.portal.frame import channel_of, show, surroundings
from gezhi.portal.views.following import remember
from gezhi.portal.views.plate import prefilled
from gezhi.rules.model import Channel, Model
from gezhi.ui.caller import address_of
from gezhi.ui.passes import quiet

UNSURE = "unsure"
Seen = Callable[[], looked.Looked]
"""What the words offer; looked up once, and only where it is asked."""


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """The page; what was wrong is said beside its field, and nothing typed is lost."""
    model, ground, channel = _open()
    if request.method != "POST":
        initial = {"client_key": secrets.token_urlsafe(18), **_at(request)}
        return _page(request, ReportForm(initial=initial), model, ground, channel)
    form = ReportForm(request.POST, request.FILES)
    seen = cache(lambda: looked.looked(form.said("text"), form.said("item"), model, ground, channel))
    item = _item(form, seen)
    if form.is_valid() and _asked(form, item, seen):
        try:
            return _taken(request, form.cleaned_data, item, model, channel)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
    return _page(request, form, model, ground, channel, seen(), status=422)


def _at(request: HttpRequest) -> dict[str, str]:
    """The place that a door plate (`at`) or a point leads to, filled in before anybody writes; tries at plates are counted
    as on their page."""
    code = request.GET.get("at", "")
    if not code:
        return {name: request.GET.get(name, "")[:20] for name in ("lon", "lat")}
    reporters_own.may_read_a_plate(address_of(request), at=clock.now())
    return prefilled(code)


def _open() -> tuple[Model, Tree, Channel]:
    """What a report needs. Raises `Refused` in words where residents cannot report here."""
    found = surroundings()
    channel = channel_of(found[0]) if found else None
    if found is None or channel is None:
        raise Refused(_("这里还不能在网上报告。请打电话，或到社区网格中心说。"), code="no_portal")
    return (*found, channel)


def _item(form: ReportForm, seen: Seen) -> str:
    """The item that was chosen; for whoever is not sure, the likeliest by the words, which a clerk sees and can change."""
    item = form.said("item")
    return seen().items[0].code if item == UNSURE and seen().items else item


def _asked(form: ReportForm, item: str, seen: Seen) -> bool:
    """Ask what is still missing, both at once: which item it is, and where."""
    if not item or item == UNSURE:
        form.add_error(
            "item",
            _("请看一眼是哪一类事。")
            if seen().items
            else _("从话里看不出是哪一类事。请从列表里选最接近的一项。"),
        )
    if not form.placed:
        told = _("在哪里？写个地址，或者用现在的位置、在地图上点。说不清就勾上下面一项。")
        form.add_error("address", told)
    return not form.errors


def _taken(
    request: HttpRequest, said: dict[str, Any], item: str, model: Model, channel: Channel
) -> HttpResponseBase:
    report = Report(
        text=said["text"],
        item=item if item in model.items and looked.is_open(model.items[item], model, channel) else "",
        channel=channel.id,
        reporting=said["reporting"],
        lon=said["lon"],
        lat=said["lat"],
        address=said["address"],
        unit=said["unit"],
        name=said["name"],
        contact=said["contact"],
        client_key=said["client_key"],
        suggested=suggesting.shown_before(request.POST.get("suggested", "")),
    )
    opened = reporters_own.hand_in_own(report, said["photos"], address=address_of(request), at=clock.now())
    return remember(request, opened.id, fresh=True)


def _page(
    request: HttpRequest,
    form: ReportForm,
    model: Model,
    ground: Tree,
    channel: Channel,
    seen: looked.Looked | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    told = {
        "form": form,
        "seen": seen or looked.Looked(asked=False),
        "chosen": form.said("item"),
        "catalogue": looked.items(model, channel),
        "root": ground.root.path if ground.root else "",
        "has_map": base_map.public_map() != "off",
    }
    return show(request, "report", status=status, **told)


@quiet
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """What the words offer, asked while they are written: the parts of the page that change."""
    reporters_own.may_look(address_of(request), at=clock.now())
    model, ground, channel = _open()
    said, item = request.POST.get("text", ""), request.POST.get("item", "")
    lies = looked.lies(request.POST.get("lon", ""), request.POST.get("lat", ""), ground)
    seen = looked.looked(said, item, model, ground, channel)
    placed = any(request.POST.get(name, "").strip() for name in ("address", "lon", "unit", "nowhere"))
    told = {"seen": seen, "chosen": item, "placed": placed, "lies": lies, "now": clock.now()}
    return render(request, "portal/looked.html", told)


@quiet
@require_safe
def addresses(request: HttpRequest) -> JsonResponse:
    """Addresses that begin with or hold what is typed. Addresses are public; who lives there is nowhere."""
    reporters_own.may_look(address_of(request), at=clock.now())
    _model, ground, _channel = _open()
    text = "".join(c for c in request.GET.get("q", "")[:60] if c.isprintable()).strip()
    root = ground.root.path if ground.root else ""
    hits = places.address_search(text, root, on=clock.today(), most=6) if len(text) >= 2 else ()
    found = [
        {"address": h.address, "lon": h.lon, "lat": h.lat, "names": " / ".join(h.names[1:])} for h in hits
    ]
    return JsonResponse(found, safe=False)


@require_safe
def borders(request: HttpRequest) -> HttpResponse:
    """Borders of the district and its units, as GeoJSON for the map, where the public may see one."""
    del request
    _model, ground, _channel = _open()
    _map_is_public()
    body = places.borders_geojson(ground.root.path if ground.root else "", clock.today())
    return _geojson(HttpResponse(body))


@require_safe
def base(request: HttpRequest) -> HttpResponse:
    """The picture under the borders, as GeoJSON: of invented ground only. Real ground is blank, or has tiles with a number
    of their own (审图号)."""
    del request
    _map_is_public()
    invented = instance.kind() in ("demo", "simulation")
    response = _geojson(HttpResponse(base_map.packed() if invented else gzip.compress(base_map.EMPTY)))
    response["Content-Encoding"] = "gzip"
    return response


def _map_is_public() -> None:
    """Raise `NotFound` while the public may see no map here (`base_map.public_map`)."""
    if base_map.public_map() == "off":
        raise NotFound(_("这里还没有给居民看的地图。写个地址就行。"))


def _geojson(response: HttpResponse) -> HttpResponse:
    response["Content-Type"] = "application/geo+json"
    response["Cache-Control"] = "public, max-age=3600"
    return response
