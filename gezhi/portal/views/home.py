"""The first page, how whoever reports is protected, and where to complain."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gezhi.ledger import clock
from gezhi.people.visitor import visitor
from gezhi.places.tree import Tree
from gezhi.portal.frame import channel_of, show, surroundings
from gezhi.portal.views.open_data import last_week
from gezhi.rules.model import Model


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be done here; while the instance is not open, the page says so."""
    found = surroundings()
    told: dict[str, Any] = {
        "takes": takes(found),
        "staff": visitor(request) is not None,
        "week": last_week(clock.today()) if found else None,
    }
    return show(request, "home", **told)


@require_safe
def protect(request: HttpRequest) -> HttpResponse:
    """How a reporter is protected, what is kept and for how long, and what they can ask for."""
    return show(request, "protect")


@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """Where to complain, each way with what leads there: reached from every page, by residents and by staff alike."""
    return show(request, "complain", takes=takes(surroundings()), staff=visitor(request) is not None)


def takes(found: tuple[Model, Tree] | None) -> bool:
    """Whether a resident can report by these pages: the instance is open, and its model has such a way."""
    return found is not None and channel_of(found[0]) is not None
