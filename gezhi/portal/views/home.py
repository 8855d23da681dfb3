"""The first page, and how whoever reports is protected."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gezhi.people.visitor import visitor
from gezhi.portal.frame import channel_of, show, surroundings


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be done here; while the instance is not open, the page says so."""
    found = surroundings()
    told = {
        "takes": found is not None and channel_of(found[0]) is not None,
        "staff": visitor(request) is not None,
    }
    return show(request, "home", **told)


@require_safe
def protect(request: HttpRequest) -> HttpResponse:
    """How a reporter is protected, what is kept and for how long, and what they can ask for."""
    return show(request, "protect")
