"""What somebody outside sees through a link: one thing to be done, and nothing else. No account, no session.

The code stands behind the # of the link, so that no server and no proxy writes it down; the page sends it once, and a
signed cookie that is good for this handover alone opens it from then on. Each asking looks whether the link still is.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk.outside_forms import OutsideForm
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import outside
from gezhi.matters.outside import HandoverView
from gezhi.matters.services import outside_door, photo_files
from gezhi.matters.services.outside_door import Word
from gezhi.ui import words
from gezhi.ui.caller import address_of
from gezhi.ui.going import go
from gezhi.ui.passes import Pass, quiet

PASS = Pass("outside")


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponseBase:
    """Where a link leads: the code comes from behind the #, or is typed."""
    if request.method != "POST":
        return _door(request)
    address, code = address_of(request), request.POST.get("code", "")[:80]
    try:
        handover, digest = outside_door.open_by(code, address=address, at=clock.now())
    except Refused as refusal:
        status = 429 if refusal.code == "rate_limited" else 401
        return _door(request, refused=refusal.reason, code=code, status=status)
    there = reverse("outside_job", args=[handover])
    response = redirect(there)
    PASS.give(response, digest, there)
    return response


def _door(request: HttpRequest, *, status: int = 200, **told: str) -> HttpResponse:
    return render(request, "desk/outside_door.html", told, status=status)


def _came(request: HttpRequest, handover: UUID) -> tuple[HandoverView, str] | None:
    """What the link shows to this browser, and the digest it came with; none for whoever may not, or no longer."""
    digest = PASS.shown(request)
    if digest is None:
        return None
    made = outside.through(handover, digest, clock.now())
    return (made, digest) if made is not None else None


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, handover: UUID) -> HttpResponseBase:
    """What is asked; POST says how far it is. A link that ended leads back to the door, which says so."""
    came = _came(request, handover)
    if came is None:
        return _door(request, refused=outside_door.gone().reason, status=401)
    made, digest = came
    if request.method != "POST":
        return _job(request, made, OutsideForm(initial={"id": outside_door.fresh()}))
    form = OutsideForm(request.POST, request.FILES)
    if not form.is_valid():
        return _job(request, made, form, status=422)
    said = form.cleaned_data
    word = Word(said["id"], said["what"], said["note"], tuple(said["photos"]))
    try:
        outside_door.say(handover, digest, word, at=clock.now())
    except NotFound as over:
        return _door(request, refused=over.reason, status=401)
    except Refused as refusal:
        return _refused(request, made, form, refusal)
    return go(
        request, f"{reverse('outside_job', args=[handover])}?said={word.what}&n={word.id.hex[-6:]}#main"
    )


def _refused(request: HttpRequest, made: HandoverView, form: OutsideForm, refusal: Refused) -> HttpResponse:
    status = 429 if refusal.code == "rate_limited" else 422
    if refusal.field in {"note", "photos"}:
        form.refuse(refusal.field, refusal.reason)
        return _job(request, made, form, status=status)
    return _job(request, made, form, status=status, refused=refusal.reason)


THANKS = {
    "received": lambda: _("记下了：收到。"),
    "working": lambda: _("记下了：正在做。"),
    "done": lambda: _("记下了：报告完成。由交给您的单位来看过，这件事才算办结。"),
    "cannot": lambda: _("记下了：做不了。交给您的单位会来处理。"),
}


def _job(
    request: HttpRequest, made: HandoverView, form: OutsideForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    thanks = THANKS.get(request.GET.get("said", "")) if request.method == "GET" else None
    told: dict[str, Any] = {
        "job": made,
        "now": clock.now(),
        "form": form,
        "refused": refused,
        "thanks": thanks() if thanks and made.said else "",
        "photos": [
            (one, reverse("outside_photo", args=[made.id, one.id])) for one in outside.shown(made.photos)
        ],
        "until": words.due(made.until, clock.now()),
        "left": words.left(made.until - clock.now()),
        "words": [(outside.name_of(one.what), one) for one in made.words],
    }
    return render(request, "desk/outside_job.html", told, status=status)


@quiet
@require_safe
def photo(request: HttpRequest, handover: UUID, photo: UUID) -> HttpResponseBase:
    """A picture that was passed on: under its boxes, or small where it has none; never an original."""
    came = _came(request, handover)
    if came is None:
        return _door(request, refused=outside_door.gone().reason, status=401)
    one = next((one for one in outside.shown(came[0].photos) if one.id == photo), None)
    file = photo_files.drawn_file(one.id, one.version, one.size) if one is not None else None
    if file is None or not file.exists():
        raise NotFound(_("没有这张照片，或者还在处理。"))
    response = FileResponse(file.open("rb"), content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{photo.hex}.jpg"'
    return response
