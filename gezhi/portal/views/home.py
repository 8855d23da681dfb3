"""The first page, and how whoever reports is protected."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gezhi.ledger import clock
from gezhi.people.visitor import visitor
from gezhi.portal.frame import channel_of, show, surroundings
from gezhi.portal.views.open_data import last_week


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be done here; while the instance is not open, the page says so."""
    found = surroundings()
    told: dict[str, Any] = {
        "takes": found is not None and channel_of(found[0]) is not None,
        "staff": visitor(request) is not None,
        "week": last_week(clock.today()) if found else None,
    }
    return show(request, "home", **told)


@require_safe
def protect(request: HttpRequest) -> HttpResponse:
    """How a reporter is protected, what is kept and for how long, and what they can ask for."""
    return show(request, "protect")
