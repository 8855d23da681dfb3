"""What searching machines are asked: all that is for everybody, and nothing of one matter, one door plate or one desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gezhi.portal.frame import offered

NOT = (
    *("/follow", "/outside", "/delivered/"),  # one matter, for whoever has its word
    *("/desk", "/setup", "/api/", "/sign-in", "/first-time", "/sign-out", "/sessions", "/password", "/keys"),
    *("/seat", "/clock", "/ui$", "/ui/", "/language", "/push.js", "/push.webmanifest"),
    *("/a/", "/here?", "/report/", "/report?"),  # one place each: without an end, or counted as tries
)
"""Beginnings of addresses. It is a request, not a lock: what is private is shut by `config.scopes`, and says `noindex`."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt, the same for everybody."""
    lines = ("User-agent: *", *(f"Disallow: {there}" for there in NOT), "")
    return offered(request, "\n".join(lines), "text/plain; charset=utf-8")
