"""交外部承办: a matter handed to somebody outside by a link; the link shown once, looked after, ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.desk import sheet
from gezhi.desk.frame import me, show
from gezhi.desk.outside_forms import HandoverForm, ProlongForm
from gezhi.desk.pictures import pictures
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import outside
from gezhi.matters.outside import HandoverView
from gezhi.matters.pictures import photos_of, to_pass_on
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import outside as services
from gezhi.matters.services.outside import HandoverGiven, Link
from gezhi.paper import qr
from gezhi.ui.going import go
from gezhi.ui.site import whole

HERE = ("127.", "localhost", "[::1]", "::1", "0.0.0.0")  # noqa: S104  told from others, never bound to


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest, number: str) -> HttpResponse:
    """The form, and once the link that came of it; a refusal keeps what was typed."""
    page = found(request, number)
    if outside.seat_for(page.scene, me(request)) is None and request.method != "POST":
        made = sheet.sheet_of(page, clock.now())
        return show(request, "desk/hand_out_not.html", door_of(request, page), matter=made)
    form = _made(request, page)
    if request.method != "POST":
        return _form(request, page, form)
    if not form.is_valid():
        return _form(request, page, form, status=422)
    return _given(request, page, form)


def _made(request: HttpRequest, page: MatterPage) -> HandoverForm:
    now = clock.now()
    first = {
        "id": new_id(),
        "place": _place(page),
        "until": _latest(page, now),
    }
    ready = [(photo.id.hex, photo.kind) for photo in to_pass_on(page.matter.id) if photo.state == "ready"]
    return HandoverForm(request.POST or None, pictures=ready, initial=first)


def _latest(page: MatterPage, now: datetime) -> datetime:
    """Until when at most, as a clock shows it; what is over at midnight, a minute before."""
    latest = timezone.localtime(outside.latest_until(page.scene, now))
    return latest if latest.hour or latest.minute else latest - timedelta(minutes=1)


def _place(page: MatterPage) -> str:
    """Where it is, as far as needed: the two nearest units. The address stays with the unit until it writes it."""
    return " ".join(page.place_names[-2:])


def _given(request: HttpRequest, page: MatterPage, form: HandoverForm) -> HttpResponse:
    said, number = form.cleaned_data, page.matter.number
    given = HandoverGiven(
        *(said["id"], said["company"], said["asked"], said["until"]),
        contact=said["contact"],
        phone=said["phone"],
        place=said["place"],
        photos=tuple(UUID(hex=one) for one in said["photos"]),
    )
    try:
        link = services.hand_over(page.scene, given, by=me(request), at=clock.now())
    except NotFound:
        raise
    except Refused as refusal:
        if refusal.code == "given_before":
            messages.warning(request, refusal.reason, extra_tags="off")
            return redirect("desk:handover", number, given.id)
        return _refused(request, page, form, refusal)
    return _link(request, page, link)


def _refused(request: HttpRequest, page: MatterPage, form: HandoverForm, refusal: Refused) -> HttpResponse:
    field = {"pass": "photos"}.get(refusal.field, refusal.field)
    if field:
        form.refuse(field, refusal.reason)
    told = "" if field else refusal.reason
    return _form(request, found(request, page.matter.number), form, status=422, refused=told)


def _form(
    request: HttpRequest, page: MatterPage, form: HandoverForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    ticked = request.POST.getlist("photos")
    every = [one for one in pictures(to_pass_on(page.matter.id), page) if one.href]
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, clock.now()),
        "form": form,
        "refused": refused,
        "pictures": [(one, one.id.hex in ticked) for one in every],
    }
    return show(request, "desk/hand_out.html", door_of(request, page), status=status, **told)


def _link(request: HttpRequest, page: MatterPage, link: Link) -> HttpResponse:
    """The link with its square: here and nowhere else."""
    made = _view(page, link.handover)
    address, reached = _address(request)
    said = f"{address}#{link.code}"
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, clock.now()),
        "handover": made,
        "address": address,
        "link": said,
        "code": link.code,
        "square": _square(said) if reached else SafeString(),
    }
    return show(request, "desk/outside_link.html", door_of(request, page), **told)


def _square(said: str) -> SafeString:
    """Opens the page with the code behind the #: it is sent in no address and stands in no log."""
    return mark_safe(qr.svg(said, title=_("扫码打开这件事")))  # noqa: S308  # our own drawing


def _address(request: HttpRequest) -> tuple[str, bool]:
    """What a link opens, and whether others than this machine reach it."""
    address = whole(request, reverse("outside"))
    return address, not (urlsplit(address).hostname or "").startswith(HERE)


def _view(page: MatterPage, handover: UUID) -> HandoverView:
    made = outside.one_of(page.scene, handover, clock.now())
    if made is None:
        raise NotFound(_("没有这次外部承办。请刷新后再看。"))
    return made


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, number: str, handover: UUID) -> HttpResponse:
    """One handover: what was asked, what came back, and what may be done with its link."""
    page = found(request, number)
    made, form = _view(page, handover), None
    if request.method != "POST":
        return _shown(request, page, made, _prolonging(page))
    what = request.POST.get("do", "")
    form = _prolonging(page, request.POST) if what == "prolong" else None
    if form is not None and not form.is_valid():
        return _shown(request, page, made, form, status=422)
    try:
        return _changed(request, page, made, what, form)
    except NotFound:
        raise
    except Refused as refusal:
        fresh, told = _view(page, handover), refusal.reason
        again = form or _prolonging(page)
        if refusal.field == "until":
            again.refuse("until", refusal.reason)
            told = ""
        return _shown(request, page, fresh, again, status=422, refused=told)


def _changed(
    request: HttpRequest, page: MatterPage, made: HandoverView, what: str, form: ProlongForm | None
) -> HttpResponse:
    by, now = me(request), clock.now()
    if what == "renew":
        return _link(request, page, services.renew(page.scene, made.id, by=by, at=now))
    if what == "withdraw":
        services.withdraw(page.scene, made.id, by=by, at=now)
        said = _("链接已撤回，从现在起打不开。")
    elif form is not None:
        services.prolong(page.scene, made.id, form.cleaned_data["until"], by=by, at=now)
        said = _("已延长，原来的链接接着能用。")
    else:
        raise Refused(_("请按一个按钮。"), code="wrong_step")
    messages.success(request, said, extra_tags="good")
    return go(request, reverse("desk:handover", args=[page.matter.number, made.id]))


def _prolonging(page: MatterPage, said: Any = None) -> ProlongForm:
    return ProlongForm(said, initial={"until": _latest(page, clock.now())})


def _shown(
    request: HttpRequest,
    page: MatterPage,
    made: HandoverView,
    form: ProlongForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    keeps = outside.keeper_of(page.scene, me(request), made.desk) is not None
    every = {one.id: one for one in pictures(photos_of(page.matter.id), page)}
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, clock.now()),
        "handover": made,
        "may": keeps and made.state != "ended",
        "words": [(outside.name_of(one.what), one) for one in made.words],
        "photos": [every[one] for one in made.photos if one in every],
        "form": form,
        "refused": refused,
    }
    return show(request, "desk/handover.html", door_of(request, page), status=status, **told)
