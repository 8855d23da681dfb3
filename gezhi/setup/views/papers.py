"""文书: the Word form and the number of each kind of paper; handed in by one person, published by another."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.documents import forms, looks
from gezhi.documents.kinds import KINDS, Kind, insets_of, places_of
from gezhi.documents.services import shaping
from gezhi.documents.services.shaping import FormRefused
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.setup import frame, gate

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every kind with its number and the form that counts."""
    setter, on = gate.keeper(request), timezone.localdate(clock.now())
    rows = [
        {
            "kind": kind,
            "series": forms.series_of(kind, on),
            "version": forms.version_of(kind.id),
            "waiting": forms.waiting(kind.id),
        }
        for kind in KINDS.values()
    ]
    return frame.show(request, "papers", setter=setter, rows=rows)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind: its number, its forms, how the one that waits will look; POST changes one of them."""
    setter, chosen = gate.keeper(request), _kind(kind)
    if request.method != "POST":
        return _page(request, setter, chosen)
    try:
        messages.success(request, _act(request, setter, chosen), extra_tags="good")
    except FormRefused as refusal:
        return _page(request, setter, chosen, reasons=refusal.reasons, status=422)
    except Refused as refusal:
        return _page(request, setter, chosen, refused=refusal, status=422)
    return redirect("setup:paper", kind)


@never_cache
@require_safe
def file(request: HttpRequest, kind: str, version: int) -> HttpResponse:
    """One form as a Word file, to be edited and handed in again."""
    gate.keeper(request)
    chosen = _kind(kind)
    body = forms.body_of(kind, version)
    if body is None:
        raise NotFound(_("没有这一版模板。"))
    response = HttpResponse(body, content_type=WORD)
    response.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(f'{chosen.title}-{version}.docx')}"
    )
    return response


def _act(request: HttpRequest, setter: gate.Setter, kind: Kind) -> str:
    """Do what was pressed; returns what to say of it."""
    said, now = request.POST, clock.now()
    what, version = (
        said.get("what", ""),
        int(said.get("version", "0")) if said.get("version", "0").isdigit() else 0,
    )
    if what == "series":
        shaping.set_series(kind, said.get("pattern", ""), said.get("office", ""), by=setter.by, at=now)
        return _("记下了，从下一份起这样编号。")
    if what == "publish":
        shaping.publish(kind, version, by=setter.by, at=now)
        return _("发布了，从下一份起用这一版。")
    if what == "decline":
        shaping.decline(kind, version, by=setter.by, at=now)
        return _("这一版放下了，原来的照用。")
    handed = request.FILES.get("file")
    if handed is None or isinstance(handed, list):
        raise Refused(_("请选一个 Word 文件（.docx）。"), code="file", field="file")
    made = shaping.hand_in(kind, handed.read(), by=setter.by, at=now)
    return _("第 {n} 版收下了，等另一个人看过发布。").format(n=made)


def _page(
    request: HttpRequest,
    setter: gate.Setter,
    kind: Kind,
    *,
    reasons: list[str] | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    on = timezone.localdate(clock.now())
    waiting = forms.waiting(kind.id)
    counts = waiting.version if waiting else forms.version_of(kind.id)
    said: dict[str, Any] = {
        "kind": kind,
        "series": forms.series_of(kind, on),
        "counts": forms.version_of(kind.id),
        "waiting": waiting,
        "may_publish": waiting is not None and setter.by.account not in {None, waiting.account},
        "versions": forms.versions(kind.id),
        "shown": looks.of_form(kind, counts, on),
        "reasons": reasons or [],
        "refused": refused,
        "typed": request.POST,
        "places": list(places_of(kind).items()),
        "insets": list(insets_of(kind).items()),
    }
    return frame.show(request, "papers", page="paper", setter=setter, status=status, **said)


def _kind(word: str) -> Kind:
    found = forms.kind_of(word)
    if found is None:
        raise NotFound(_("没有这种文书。"))
    return found
