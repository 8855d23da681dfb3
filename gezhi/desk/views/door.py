"""Coming in, going out, and the browsers one is signed in with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gezhi.desk import carried
from gezhi.desk.frame import me, show
from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import Actor
from gezhi.people import queries as people
from gezhi.people import services, sign_in
from gezhi.people.queries import Person
from gezhi.people.sessions import row_key
from gezhi.people.visitor import visitor
from gezhi.ui.caller import address_of


@dataclass(frozen=True)
class SessionRow:
    id: str
    device: str
    began_at: datetime
    seen_at: datetime
    here: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Name and password; the same sentence for every reason why not."""
    if request.method != "POST":
        if visitor(request) is not None:
            return redirect("desk:inbox")
        return _door(
            request,
            {
                "next": request.GET.get("next", ""),
                "sign_in": request.GET.get("as", "")[:80],
                "void": "void" in request.GET,
            },
        )
    if "as" in request.POST:
        return _door(request, _asked(request) | {"sign_in": request.POST["as"][:80]})
    name = request.POST.get("sign_in", "")[:80]
    try:
        account = sign_in.authenticate(
            name,
            request.POST.get("password", ""),
            address=address_of(request),
            at=clock.now(),
        )
    except Refused as refusal:
        status = 429 if refusal.code == "rate_limited" else 401
        told = {"sign_in": name, "refused": refusal.reason}
        return _door(request, _asked(request) | told, status=status)
    sign_in.begin(request.session, account, request.META.get("HTTP_USER_AGENT", ""))
    rotate_token(request)
    _tell_of_password(request, account)
    return redirect(_back(request, account))


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Where to go on to, and what is carried there."""
    return {name: request.POST.get(name, "") for name in ("next", carried.FIELD)}


def _back(request: HttpRequest, account: UUID) -> str:
    """Where whoever has just come in goes on: to the form whose words were carried, if they wrote them."""
    word = request.POST.get(carried.FIELD, "")
    if said := carried.opened(word, account) if word else None:
        return carried.keep(request, said)
    if word:
        messages.info(
            request, _("登录断了的时候没有交的，是另一个人写的，或者太久了：没有带过来。"), extra_tags="off"
        )
        return reverse("desk:inbox")
    return _safe(request, request.POST.get("next", ""))


@never_cache
def signed_out(request: HttpRequest) -> HttpResponse:
    """The sign-in page, for a form that was sent when its sender was signed in no more: nothing was done, what was typed is
    carried."""
    told = {"next": request.get_full_path(), "ended": True, carried.FIELD: carried.seal(request)}
    return _door(request, told | {"pictures": bool(request.FILES)}, status=401)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_time(request: HttpRequest) -> HttpResponse:
    """The first sign-in: a one-time code from a printed slip, and a password of one's own."""
    if request.method != "POST":
        if (person := visitor(request)) is not None:
            return _already_in(request, person)
        return render(request, "desk/first_time.html", {"sign_in": request.GET.get("as", "")[:80]})
    said = {name: request.POST.get(name, "") for name in ("sign_in", "code", "password")}
    try:
        account = sign_in.first_time(**said, address=address_of(request), at=clock.now())
    except Refused as refusal:
        status = {"rate_limited": 429, "invitation_wrong": 401}.get(refusal.code, 422)
        told = {
            "sign_in": said["sign_in"],
            "code": said["code"],
            "wrong": {refusal.field or "": refusal.reason},
        }
        return render(request, "desk/first_time.html", told, status=status)
    sign_in.begin(request.session, account, request.META.get("HTTP_USER_AGENT", ""))
    rotate_token(request)
    _tell_of_password(request, account)
    return redirect("desk:inbox")


def _already_in(request: HttpRequest, person: Person) -> HttpResponse:
    """Somebody is signed in here: whose slip it was is told, and its code goes out of the address bar."""
    if request.GET.get("as"):
        told = _("这里已经登录了，是{name}。要换别人，请先退出，再打开一次。")
        messages.warning(request, told.format(name=person.name), extra_tags="off")
    return redirect(f"{reverse('desk:inbox')}#main")


def _tell_of_password(request: HttpRequest, account: UUID) -> None:
    """Whoever comes in is told once that somebody else changed or ended their password meanwhile."""
    changes = sign_in.password_changes(account)
    names = people.names_of(one.by for one in changes if one.by is not None)
    for one in changes:
        sentence = (
            _("{when}，{who}重设了您的密码。不是您让改的，请马上换一个，并向他核对。")
            if one.what == "account.password_set"
            else _("{when}，{who}作废了您原来的密码，另打了登录单。不是您让办的，请向他核对。")
        )
        who = names.get(one.by, "") if one.by else _("维护这台机器的人")
        when = f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}"
        messages.warning(request, sentence.format(when=when, who=who), extra_tags="off")


def _door(request: HttpRequest, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The sign-in page; an invented district shows its ways in, and fills in the one that was chosen."""
    ways = _ways_in()
    chosen = "refused" not in told and any(one["sign_in"] == told.get("sign_in") for one in ways["seats"])
    told |= {"ways": ways, "chosen": chosen, "password": ways["password"] if chosen else ""}
    return render(request, "desk/sign_in.html", told, status=status)


def _ways_in() -> dict[str, Any]:
    """What the demo wrote: its password, and for each post the sign-in name of somebody. Nothing elsewhere."""
    file: Path = settings.HOME.sign_ins
    if instance.kind() not in ("demo", "simulation") or not file.is_file():
        return {"password": "", "seats": []}
    ways: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    english = (get_language() or "").startswith("en")
    for one in ways["seats"]:
        one["said"] = (english and one.get("english")) or one["post"]
    return ways


def _safe(request: HttpRequest, back: str) -> str:
    """Only an address of this house is gone back to."""
    inside = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if back and inside else "/desk"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sign_in.end(request.session)
    return redirect("sign_in")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers signed in as me; each can be signed out."""
    person = me(request)
    own = row_key(request.session.session_key or "")
    if request.method == "POST":
        ended = request.POST.get("end", "")
        if ended == own:
            return sign_out(request)
        services.end_session(person.account, ended, by=Actor(person.account, "self"), at=clock.now())
        return redirect("sessions")
    rows = [SessionRow(*line, here=line.id == own) for line in people.sessions_of(person.account)]
    return show(request, "desk/sessions.html", "sessions", sessions=rows, wall=timezone.now())
