"""One's own password."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import me, show
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.people import sign_in
from gezhi.ui.caller import address_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change it, knowing the old one; every other browser is signed out."""
    me(request)
    if request.method != "POST":
        return show(request, "desk/password.html", "password")
    try:
        _change(request)
    except Refused as refusal:
        status = 429 if refusal.code == "rate_limited" else 422
        wrong = {refusal.field or "old": refusal.reason}
        return show(request, "desk/password.html", "password", status=status, wrong=wrong)
    rotate_token(request)
    messages.success(request, _("密码换好了，其他设备都已退出。"), extra_tags="good")
    return redirect("sessions")


def _change(request: HttpRequest) -> None:
    new = request.POST.get("password", "")
    sign_in.change_password(
        me(request).account,
        request.POST.get("old", ""),
        new,
        session=request.session,
        address=address_of(request),
        at=clock.now(),
    )
