"""Every component of the residents' pages on one page, in an instance whose data is invented."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gezhi.portal import samples
from gezhi.portal.frame import show


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The sample sheet of what residents see; a live instance has none (config/scopes.py)."""
    return show(request, "gallery", **samples.all_of())
