"""这一带: how it goes with what stands in the street of one place, for whoever lives there; followed by the browser alone, or told to a telephone."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.errors import NotFound
from gezhi.ledger import clock
from gezhi.matters import answerable, around
from gezhi.matters.services import reporters_own
from gezhi.notify import browsers
from gezhi.people.queries import roster
from gezhi.places import history
from gezhi.places import queries as places
from gezhi.places.paths import parent
from gezhi.places.tree import Tree, TreeUnit
from gezhi.portal import around as telling
from gezhi.portal.frame import offered, show, surroundings
from gezhi.rules.model import Model
from gezhi.ui.caller import address_of
from gezhi.ui.site import whole

LINES = 20
"""Lines of one page; what was done comes after what is in work."""


@require_safe
def page(request: HttpRequest, place: str) -> HttpResponseBase:
    """One place. What the ground was drawn anew over leads on to what stands there today."""
    found = _asked(request, place)
    if found is None:
        return _gone(request, place)
    unit, model, ground = found
    now = clock.now()
    told, today = around.around(unit.path, model, now), timezone.localdate(now)
    lines = Paginator(
        [(one.done is not None, telling.said(one, model, today)) for one in (*told.going, *told.done)], LINES
    )
    shown = lines.get_page(request.GET.get("page"))
    asked: dict[str, Any] = {
        "unit": unit,
        "title": telling.title(unit),
        "names": unit.names[1:-1],
        "going": [line for done, line in shown if not done],
        "done": [line for done, line in shown if done],
        "goes": sum(one.count for one in told.going),
        "ended": sum(one.count for one in told.done),
        "lines": shown,
        "cut": told.cut,
        "days": around.DAYS,
        "kinds": any(item.me_too for item in model.items.values()),
        "today": today,
        "push_key": browsers.public_key(),
        "chain": answerable.answerable(unit.path, model, ground, roster(today)),
        "wider": _wider(unit, ground),
        "inner": [one for one in ground.children(unit.path) if one.leaf],
    }
    return show(request, "around", **asked)


@require_safe
def feed(request: HttpRequest, place: str) -> HttpResponse:
    """The same by days that are over, as Atom: for a reader, and for a community's own website."""
    found = _asked(request, place)
    if found is None:
        raise NotFound(_("没有这个地方，或者这里的网格重新划过。请从“这里归谁管”再找一次。"))
    unit, model, _ground = found
    now = clock.now()
    today = timezone.localdate(now)
    body = telling.feed(
        unit,
        places.district_name(today),
        around.around(unit.path, model, now).news,
        model,
        page=whole(request, reverse("around", args=[unit.path])),
        itself=whole(request, reverse("around_feed", args=[unit.path])),
        today=today,
    )
    response = offered(request, body, telling.ATOM)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def _asked(request: HttpRequest, place: str) -> tuple[TreeUnit, Model, Tree] | None:
    """The unit of this key that has such a page, with today's model and ground. Whoever asks is counted."""
    reporters_own.may_look_around(address_of(request), at=clock.now())
    today = surroundings()
    if today is None:
        return None
    model, ground = today
    unit = around.told_of(place, ground)
    return (unit, model, ground) if unit is not None else None


def _gone(request: HttpRequest, place: str) -> HttpResponseBase:
    ground = places.tree(clock.today())
    kin = history.heirs_of(place, clock.today()) if place not in ground.by_path else ()
    heirs = [unit for one in kin if (unit := around.told_of(one.path, ground)) is not None]
    if len(heirs) == 1:
        return redirect("around", heirs[0].path)
    return show(request, "no_place", heirs=heirs, status=404)


def _wider(unit: TreeUnit, ground: Tree) -> TreeUnit | None:
    return ground.by_path.get(parent(unit.path)) if unit.leaf else None
