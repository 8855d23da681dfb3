"""Where providers of text messages report whether each arrived. Not under /api/v1: they have no key, only this address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gezhi.ledger import clock
from gezhi.notify import reported
from gezhi.notify.doors import reports
from gezhi.ui.caller import address_of
from gezhi.vault import limits

MOST_BYTES = 1_000_000
KNOCKS, SPAN = 1200, 60
"""How often one address reports in so many seconds: providers push batches, and whoever guesses is slowed down."""


@csrf_exempt
@never_cache
@require_POST
def delivered(request: HttpRequest, token: str) -> HttpResponse:
    """One push. Answered as its provider wants it, so that it comes once; what cannot be read is refused whole."""
    limits.knock("delivered", address_of(request), at=clock.now(), most=KNOCKS, seconds=SPAN)
    door, kind = reported.door_of(token)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return JsonResponse({"code": 413, "result": 413, "errmsg": "too large"}, status=413)
    try:
        found = reports.read(kind, request.body)
    except reports.Unreadable:
        return JsonResponse({"code": 400, "result": 400, "errmsg": "not a report"}, status=400)
    reported.take(door, found, at=clock.now())
    return JsonResponse(reports.TAKEN[kind])
