"""The address page that a door plate leads to: who answers for this place. Nothing of whoever lives there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from gezhi.ledger import clock
from gezhi.matters import answerable, around
from gezhi.matters.services import reporters_own
from gezhi.people.queries import roster
from gezhi.places import plates, service_points
from gezhi.places.plates import Plated
from gezhi.places.tree import Tree
from gezhi.portal import looked
from gezhi.portal.forms import NO_POINT
from gezhi.portal.frame import show, surroundings
from gezhi.rules.model import Model
from gezhi.ui import typed
from gezhi.ui.caller import address_of

MOST = 6
"""Service points on one page, the nearest units' first."""


@require_safe
def plate(request: HttpRequest, code: str) -> HttpResponseBase:
    """One plate. A code that is none, or none any more, is told in the same words, and tries are counted."""
    reporters_own.may_read_a_plate(address_of(request), at=clock.now())
    found, district = plates.plated(code, clock.today()), surroundings()
    if found is None or district is None:
        return show(request, "no_plate", status=404)
    if code != found.code:
        return redirect("plate", found.code)
    return _page(request, found.path, district, plate=found)


@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """这里归谁管: the same for a point (`lon`, `lat`, WGS84), what begins like an address that was typed (`q`), or the form
    that asks where."""
    reporters_own.may_look(address_of(request), at=clock.now())
    district = surroundings()
    point = looked.point(request.GET.get("lon", ""), request.GET.get("lat", ""))
    if district is None or point is None:
        astray = any(request.GET.get(name, "").strip() for name in ("lon", "lat"))
        said = typed.asked(request, "q")
        found_here = looked.hits(said, district[1]) if district and said else []
        return show(request, "here", astray=astray, no_point=NO_POINT, said=said, hits=found_here)
    found = district[1].locate(*point)
    if found.outside:
        return show(request, "here", outside=True)
    return _page(request, found.path, district, lon=point[0], lat=point[1])


def _page(
    request: HttpRequest,
    path: str,
    district: tuple[Model, Tree],
    *,
    plate: Plated | None = None,
    lon: float = 0.0,
    lat: float = 0.0,
) -> HttpResponse:
    model, ground = district
    names = ground.names(path)
    told: dict[str, Any] = {
        "plate": plate,
        "sign": plate.parted if plate else (names[-1] if names else "", "", ""),
        "names": names,
        "grid": names[-1] if names else "",
        "points": service_points.points_of(
            [unit.identity for unit in reversed(ground.down_to(path))],
            MOST,
        ),
        "around": around.told_of(path, ground),
        "chain": answerable.answerable(path, model, ground, roster(clock.today())),
        "lon": plate.lon if plate else lon,
        "lat": plate.lat if plate else lat,
    }
    return show(request, "plate", **told)


def prefilled(code: str) -> dict[str, str]:
    """What the report page is filled in with by a plate's code; nothing for none."""
    found = plates.plated(code, clock.today()) if code else None
    return {"address": found.address, "lon": f"{found.lon:.6f}", "lat": f"{found.lat:.6f}"} if found else {}
