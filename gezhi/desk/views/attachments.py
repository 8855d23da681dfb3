"""One document of a matter, as a file."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gezhi.desk.frame import me
from gezhi.ledger import clock
from gezhi.matters.services import attaching


@never_cache
@require_safe
def attachment(request: HttpRequest, number: str, attachment: UUID) -> HttpResponse:
    """The document, for whoever sees the matter; each taking is recorded. No browser shows it in the page's place."""
    name, kind, body = attaching.take(number, attachment, by=me(request), at=clock.now())
    response = HttpResponse(body, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
