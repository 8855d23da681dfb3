"""A resident reports: one page, no account. Whatever was typed is never lost, and nothing is taken twice."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.matters import sentences, suggesting
from gezhi.matters.services import reporters_own
from gezhi.matters.services.intake import KeyReused
from gezhi.matters.services.reports import Report
from gezhi.places import base_map
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.portal import looked, others, pictures
from gezhi.portal.forms import NO_POINT, PLACE, ReportForm, new_key
from gezhi.portal.frame import channel_of, show, surroundings, whom_to_call
from gezhi.portal.views.following import let_in, remember
from gezhi.portal.views.plate import prefilled
from gezhi.rules.model import Channel, Model
from gezhi.ui import packed, stale, typed
from gezhi.ui.caller import address_of
from gezhi.ui.passes import quiet

UNSURE = "unsure"
HERE = ("lon", "lat", "unit", "address", "same")
WHERE = ("address", "lon", "unit", "nowhere")
"""Where one of these is there, the words need not say the place."""
OUR_KEY = re.compile(r"[\w-]{24}", re.ASCII)
"""What `new_key` makes."""
Seen = Callable[[], looked.Looked]
"""What the words offer; looked up once, and only where it is asked."""


class Around(NamedTuple):
    """What a report needs of today: the model, the ground, and the way in that is a resident's own."""

    model: Model
    ground: Tree
    channel: Channel


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """The page; what was wrong is said beside its field, or above the form where nobody sees it, and nothing typed is lost."""
    around = _open()
    if request.method != "POST":
        there = _at(request, around.ground)
        form = ReportForm(initial={"client_key": new_key()} | (there or {}))
        return _page(request, form, around, astray=there is None)
    form = ReportForm(request.POST, request.FILES)
    flooded = False
    seen = cache(
        lambda: looked.looked(
            form.said("text"), form.said("item"), around.model, around.ground, around.channel
        )
    )
    item = _item(form, seen)
    if _asked(form, item, seen, around):
        try:
            return _taken(request, form.cleaned_data, item, around)
        except KeyReused as earlier:
            return _arrived(request, form, earlier, around, seen())
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
            flooded = refusal.code == "rate_limited"
    pictures.told(form, request)
    return _page(request, form, around, seen(), status=422, flooded=flooded)


@stale.instead_of(report)
def _sent_again(request: HttpRequest) -> HttpResponse:
    """The sheet as it was sent, where its word against forgery did not fit. Nothing is handed in."""
    around, form = _open(), ReportForm(request.POST, request.FILES)
    form.refuse("", stale.told(request))
    seen = looked.looked(form.said("text"), form.said("item"), around.model, around.ground, around.channel)
    return _page(request, form, around, seen, status=stale.STATUS)


def _at(request: HttpRequest, ground: Tree) -> dict[str, str] | None:
    """The place that a door plate (`at`), a point or a unit leads to, filled in before anybody writes; none where it leads
    nowhere. Tries at plates are counted as on their page."""
    code = request.GET.get("at", "")
    if code:
        reporters_own.may_read_a_plate(address_of(request), at=clock.now())
        return prefilled(code) or None
    said = {name: request.GET.get(name, "").strip()[:40] for name in PLACE}
    if not any(said.values()):
        return {}
    point = looked.point(said["lon"], said["lat"])
    if point is not None:
        return {"lon": f"{point[0]:.6f}", "lat": f"{point[1]:.6f}"}
    if said["unit"] in ground.by_path and not (said["lon"] or said["lat"]):
        return {"unit": said["unit"], "address": " ".join(ground.names(said["unit"])[1:])}
    return None


def _open() -> Around:
    """What a report needs. Raises `Refused` in words where residents cannot report here."""
    found = surroundings()
    channel = channel_of(found[0]) if found else None
    if found is None or channel is None:
        raise Refused(" ".join([_("这里还不能在网上报告。"), whom_to_call()]), code="no_portal")
    return Around(*found, channel)


def _item(form: ReportForm, seen: Seen) -> str:
    """The item that was chosen; for whoever is not sure, the likeliest by the words, which a clerk sees and can change."""
    item = form.said("item")
    return seen().items[0].code if item == UNSURE and seen().items else item


def _asked(form: ReportForm, item: str, seen: Seen, around: Around) -> bool:
    """Whether all is there and readable. What is missing is asked at once: the words, which item it is, and where."""
    model, _whole = around.model, form.is_valid()
    if not item or item == UNSURE:
        told = _("从话里看不出是哪一类事。请从列表里选最接近的一项。")
        form.add_error("item", _("请选一类。") if seen().items else told)
    elif item not in model.items or not looked.is_open(model.items[item], model, around.channel):
        form.add_error("item", _("没有这一类了，可能刚刚改过。请重新选一类。"))
    if not form.placed:
        told = _("在哪里？写个地址，或者用现在的位置、在地图上点。说不清就勾上下面一项。")
        form.add_error("address", told)
    return not form.errors


def _taken(request: HttpRequest, said: dict[str, Any], item: str, around: Around) -> HttpResponseBase:
    here = {name: request.POST.get(name, "") for name in HERE}
    report = Report(
        text=said["text"],
        item=item,
        channel=around.channel.id,
        reporting=said["reporting"],
        lon=said["lon"],
        lat=said["lat"],
        address=said["address"],
        unit=said["unit"],
        name=said["name"],
        contact=said["contact"],
        client_key=said["client_key"],
        suggested=suggesting.shown_before(request.POST.get("suggested", "")),
        same=others.said(here, item, around.model, around.ground),
    )
    opened = reporters_own.hand_in_own(
        report, said["photos"], address=address_of(request), at=clock.now(), about_local=said["about"]
    )
    return remember(request, opened.id, fresh=True)


def _arrived(
    request: HttpRequest, form: ReportForm, earlier: KeyReused, around: Around, seen: looked.Looked
) -> HttpResponse:
    """This sheet arrived, its answer was lost, and it was changed since. The page says so and opens the one that is there,
    where what was left out is added; where the words are others now, they can be handed in as another one.

    Whoever shows a key of ours had the page it was made for: nobody guesses 144 bits. So this browser is let in to what
    was handed in with it, as it would be with the same words."""
    ours = OUR_KEY.fullmatch(form.said("client_key"))
    there = reverse("following", args=[earlier.matter]) if ours else reverse("follow")
    if earlier.words:
        form.renew("client_key")  # else the same report would be handed in twice by one more press
        pictures.told(form, request)
    response = _page(
        request,
        form,
        around,
        seen,
        earlier=earlier,
        there=f"{there}?new=earlier" if ours else there,
        status=409,
    )
    if ours:
        let_in(response, earlier.matter)
    return response


def _page(
    request: HttpRequest,
    form: ReportForm,
    around: Around,
    seen: looked.Looked | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if form.is_bound:
        form.renew()
    told = {
        "form": form,
        "seen": seen or looked.Looked(asked=False),
        "chosen": form.said("item"),
        "catalogue": looked.items(around.model, around.channel),
        "placed": any(form.said(name) for name in WHERE),
        "lies": looked.lies(form.said("lon"), form.said("lat"), around.ground),
        "root": around.ground.root.path if around.ground.root else "",
        "has_map": base_map.public_map() != "off",
        "no_point": NO_POINT,
        "local": _local(around.model),
    }
    told |= others.told(_here(form), form.said("item"), around.model, around.ground)
    return show(request, "report", status=status, **told, **more)


def _local(model: Model) -> str:
    """Who looks after a place, by the names of the two lowest levels: 网格、社区."""
    levels = [model.levels[level] for level in reversed(model.chains[0])][:2]
    return _("、").join(sentences.label(level) for level in levels)


def _here(form: ReportForm) -> dict[str, str]:
    """What was said of the place, and of who reported there before."""
    return {name: form.said(name) for name in HERE[:-1]} | {HERE[-1]: str(form.data.get(HERE[-1], ""))}


@quiet
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """What the words offer, asked while they are written: the parts of the page that change."""
    reporters_own.may_look(address_of(request), at=clock.now())
    model, ground, channel = _open()
    said, item = request.POST.get("text", ""), request.POST.get("item", "")
    lies = looked.lies(request.POST.get("lon", ""), request.POST.get("lat", ""), ground)
    seen = looked.looked(said, item, model, ground, channel)
    placed = any(request.POST.get(name, "").strip() for name in WHERE)
    told = {"seen": seen, "chosen": item, "placed": placed, "lies": lies, "now": clock.now()}
    told |= others.told(request.POST, item, model, ground)
    return render(request, "portal/looked.html", told)


@quiet
@require_safe
def addresses(request: HttpRequest) -> JsonResponse:
    """Addresses that begin with or hold what is typed. Addresses are public; who lives there is nowhere."""
    reporters_own.may_look(address_of(request), at=clock.now())
    _model, ground, _channel = _open()
    return JsonResponse(looked.hits(typed.asked(request, "q"), ground), safe=False)


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
    _map_is_public()
    invented = instance.kind() in ("demo", "simulation")
    kept = base_map.packed() if invented else gzip.compress(base_map.EMPTY)
    return _geojson(packed.answer(request, kept))


def _map_is_public() -> None:
    """Raise `NotFound` while the public may see no map here (`base_map.public_map`)."""
    if base_map.public_map() == "off":
        raise NotFound(_("这里还没有给居民看的地图。写个地址就行。"))


def _geojson(response: HttpResponse) -> HttpResponse:
    response["Content-Type"] = "application/geo+json"
    response["Cache-Control"] = "public, max-age=3600"
    return response
