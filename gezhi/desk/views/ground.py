"""What the maps and the address field of the desk ask for. Ground is public; matters are not here."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk.frame import me
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import wall_words
from gezhi.places import base_map
from gezhi.places import queries as places
from gezhi.ui import packed, typed


@require_safe
def parties(request: HttpRequest) -> JsonResponse:
    """Whom a report may complain of, by a part of the name: the word that names each in the form, and a hint."""
    said = typed.asked(request, "q")
    found, more = wall_words.sought(me(request), said, at=clock.now())
    shown = [
        {"word": f"{one.name} · {one.hint}" if one.hint else one.name, "name": one.name} for one in found
    ]
    response = JsonResponse({"parties": shown, "more": more})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def addresses(request: HttpRequest) -> JsonResponse:
    """Addresses that begin with or hold what is typed, within what the asker covers."""
    person = me(request)
    on = clock.today()
    text = typed.asked(request, "q")
    within = min((seat.path for seat in person.terms), key=len, default="")
    hits: Iterable[places.AddressHit] = (
        places.address_search(text, within, on=on) if len(text) >= 2 and within else ()
    )
    found = [
        {"address": h.address, "lon": h.lon, "lat": h.lat, "names": " / ".join(h.names[1:])} for h in hits
    ]
    return JsonResponse(found, safe=False)


@require_safe
def borders(request: HttpRequest) -> HttpResponse:
    """Borders of a unit and what lies in it, as GeoJSON for the map. Borders are public ground, not matters."""
    on = clock.today()
    path = request.GET.get("path", "")
    if places.unit_at(path, on) is None:
        raise Refused(_("没有这个单位。"), code="not_found")
    return _geojson(HttpResponse(places.borders_geojson(path, on)))


@require_safe
def base(request: HttpRequest) -> HttpResponse:
    """The picture under the borders, as GeoJSON."""
    me(request)
    return _geojson(packed.answer(request, base_map.packed()))


def _geojson(response: HttpResponse) -> HttpResponse:
    response["Content-Type"] = "application/geo+json"
    response["Cache-Control"] = "private, max-age=3600"
    return response
