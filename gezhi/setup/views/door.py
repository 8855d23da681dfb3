"""Coming in: by the code that the first start printed, or as somebody who administers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.people.visitor import visitor
from gezhi.setup import draft, frame, gate


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """On to the next step for whoever sets up; the code for whoever may; the door for all others."""
    typed = request.POST.get("code", "") or request.GET.get("code", "")
    if gate.admits(request) is not None:
        return redirect(f"setup:{_next()}")
    if gate.keeps(request) is not None:
        return redirect("setup:model")
    if visitor(request) is not None:
        raise Refused(_("这一页只给管理这个实例的人用。"), code="not_yours")
    if not gate.is_due():
        void = {"void": "1"} if typed else {}
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.path, **void})}")
    if typed:
        try:
            gate.show_code(request, typed)
        except Refused as refusal:
            status = 429 if refusal.code == "rate_limited" else 401
            return render(request, "setup/door.html", {"refused": refusal.reason}, status=status)
        return redirect(f"setup:{_next()}")
    return render(request, "setup/door.html")


def _next() -> str:
    if frame.opened():
        return "finish"
    return "workbook" if draft.chosen() else "model"
