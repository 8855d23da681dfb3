"""How far it has come: number and code open one matter in one browser for half a day; then they are asked again.

The code stands behind the # of the receipt's link, so that no server and no proxy writes it down.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import around, following, receipts
from gezhi.matters.following import Following
from gezhi.matters.services import reporters_own
from gezhi.matters.services.reports import WORDS
from gezhi.notify import browsers
from gezhi.paper import qr
from gezhi.places import queries as places
from gezhi.portal import pictures
from gezhi.portal.forms import CodeForm, WordForm
from gezhi.portal.frame import show
from gezhi.ui import stale
from gezhi.ui.caller import address_of
from gezhi.ui.going import go
from gezhi.ui.passes import Pass, quiet
from gezhi.ui.site import whole

PASS = Pass("following")


def remember(request: HttpRequest, matter: UUID, *, fresh: bool = False) -> HttpResponseBase:
    """On to the matter, which this browser may look at for half a day."""
    response = go(request, reverse("following", args=[matter]) + ("?new=1" if fresh else ""))
    let_in(response, matter)
    return response


def let_in(response: HttpResponse, matter: UUID) -> None:
    """Let the browser that gets this answer in to the matter, for half a day."""
    PASS.give(response, matter.hex, reverse("following", args=[matter]))


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponseBase:
    """Where the receipt's link leads, or somebody types number and code."""
    if request.method != "POST":
        return show(request, "door", form=CodeForm())
    form = CodeForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            found = reporters_own.open_by(
                said["number"], said["code"], address=address_of(request), at=clock.now()
            )
            return remember(request, found)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
            return show(request, "door", form=form, status=429 if refusal.code == "rate_limited" else 401)
    return show(request, "door", form=form, status=422)


@stale.instead_of(door)
def _asked_again(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    form.refuse("", stale.told(request))
    return show(request, "door", form=form, status=stale.STATUS)


def came(request: HttpRequest, matter: UUID) -> Following | None:
    """The matter, for the browser that was let in to it."""
    return following.following(matter, clock.now()) if PASS.shown(request) == matter.hex else None


def closed(request: HttpRequest) -> HttpResponse:
    """The door again, for whom `came` knows nothing: never let in, or half a day is over. What they wrote meanwhile comes
    with it, to be copied: it is their own, and nothing of the matter."""
    written = request.POST.get("words", "") if request.method == "POST" else ""
    return show(request, "door", form=CodeForm(), over=True, written=written[:WORDS], status=401)


@quiet
@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, matter: UUID) -> HttpResponseBase:
    """One matter as its reporter sees it."""
    found = came(request, matter)
    return _page(request, found) if found else closed(request)


def _page(
    request: HttpRequest, found: Following, form: WordForm | None = None, *, status: int = 200
) -> HttpResponse:
    code = following.spaced(following.code_of(found.id))
    asked = WordForm(initial={"seen": found.seen})
    pressed = form.said("what") if form else ""
    link = _link(request, found.number, code)
    proves = settings.HOME.whole(reverse("manual", args=["receipts"]))
    told = {
        "one": found,
        "code": code,
        "link": link,
        "link_square": qr.svg(link, title=_("打开这一件的链接")),
        "copied": _("编号 {number}　查询码 {code}　{link}").format(number=found.number, code=code, link=link),
        "proof": receipts.shown(receipts.receipt_of(found.id, at=clock.now()), address=proves),
        "mine": following.identity(found.id, clock.now()),
        "around": around.told_of(found.path, places.tree(clock.today())),
        "push_key": browsers.public_key(),
        "fresh": "new" in request.GET,
        "last": request.GET.get("new")
        == "1",  # what was written is in it; not so where an earlier sheet is looked at
        "done": request.GET.get("said", ""),
        "form": asked if form is None or pressed == "trouble" else form,
        "wrong": form.errors if form else {},
        "pressed": pressed,
        "answering": pressed == found.asks == "answer",
        "troubled": form.said("words") if form and pressed == "trouble" else "",
    }
    return show(request, "following", status=status, **told)


def _link(request: HttpRequest, number: str, code: str) -> str:
    """The receipt's link: whoever has it can open the matter. Both stand behind the #, which no server and no proxy sees."""
    return f"{whole(request, reverse('follow'))}#{urlencode({'n': number, 'c': code})}"


@quiet
@require_safe
def receipt(request: HttpRequest, matter: UUID) -> HttpResponseBase:
    """The receipt as a file that proves itself, with the reporter's own words in it."""
    found = came(request, matter)
    if found is None:
        return closed(request)
    body = receipts.as_file(receipts.receipt_of(matter, at=clock.now(), words=True))
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    name = quote(f"{found.number}.json")
    response["Content-Disposition"] = f"attachment; filename=\"receipt.json\"; filename*=UTF-8''{name}"
    return response


@quiet
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, matter: UUID) -> HttpResponseBase:
    """Answer, rate or open again. What was wrong is said where it was pressed; whoever comes to that page by its address, as
    after changing its language, is led to the matter."""
    if request.method != "POST":
        return redirect("following", matter)
    found = came(request, matter)
    if found is None:
        return closed(request)
    form = WordForm(request.POST, request.FILES)
    if not form.is_valid():
        pictures.told(form, request)
        return _page(request, found, form, status=422)
    said = form.cleaned_data
    try:
        if said["what"] == "trouble":
            words, address = said["words"], address_of(request)
            opened = reporters_own.trouble(matter, words, address=address, at=clock.now())
            return remember(request, opened.id, fresh=True)
        _do(matter, said)
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason)
        pictures.told(form, request)
        return _page(request, found, form, status=409 if refusal.code == "moved_meanwhile" else 422)
    return redirect(f"{reverse('following', args=[matter])}?said={said['what']}#main")


@stale.instead_of(say)
def _said_again(request: HttpRequest, matter: UUID) -> HttpResponse:
    found, form = came(request, matter), WordForm(request.POST, request.FILES)
    if found is None:
        return closed(request)
    form.refuse("", stale.told(request))
    return _page(request, found, form, status=stale.STATUS)


def _do(matter: UUID, said: dict[str, Any]) -> None:
    """What was pressed, by the service that does it."""
    words, seen, at = said["words"], said["seen"], clock.now()
    if said["what"] == "rating":
        reporters_own.rate(matter, said["rating"], words, seen=seen, at=at)
    elif said["what"] == "answer":
        reporters_own.answer(matter, words, said["photos"], seen=seen, at=at)
    elif said["what"] == "forget":
        reporters_own.forget(matter, at=at)
    else:
        reporters_own.reopen(matter, words, seen=seen, at=at)
