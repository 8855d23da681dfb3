"""On to another page, whether a browser asks or a form that stays on its page (`ui/keep.js`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page. A form that stays on its page until all is well is told where, so that what the next
    page has to say is read there and not by the form."""
    if request.headers.get("X-Kept"):
        return HttpResponse(status=204, headers={"X-Go": address})
    return redirect(address)
