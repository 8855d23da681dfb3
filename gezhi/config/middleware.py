"""What every request passes. A program's (/api/) has no session, no language of its own and no messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gezhi.desk import carried
from gezhi.desk.views import door
from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.people.visitor import visitor
from gezhi.places import base_map
from gezhi.setup import gate

from . import asked
from .answers import (
    API,
    asked_language,
    in_callers_language,
    only_pressed,
    respond,
    to_exception,
    too_big,
)
from .scopes import scope_of

Next = Callable[[HttpRequest], HttpResponseBase]

MOST_OF_A_PAGE = 64_000_000  # nine photos as phones make them
MOST_OF_A_PROGRAM = 2_000_000  # a few pictures in base64


def policy(tiles: Iterable[str] = ()) -> str:
    """What a page may load: its own, and tiles of a map from the places that the home names."""
    maps = "".join(f" {origin}" for origin in tiles)
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{maps}; font-src 'self';"
        f" connect-src 'self'{maps}; worker-src 'self' blob:; manifest-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


HEADERS = {
    "Content-Security-Policy": policy(base_map.origins()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
HEADERS_FOR_PROGRAMS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


HSTS = f"max-age={365 * 24 * 3600}"

_innermost: Next | None = None


def straight_to_the_view(get_response: Next) -> Next:
    """The innermost middleware does nothing but show the gate where the views begin."""
    global _innermost
    _innermost = get_response
    return get_response


class Gate:
    """The outermost: headers on everything, a limit on what comes in, one answer to whatever a view refuses.

    A program's request goes from here straight to the view; only a browser's passes sessions, language, CSRF
    and messages.
    """

    def __init__(self, get_response: Next) -> None:
        self.of_browsers = get_response
        self.of_programs = _innermost or get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        program = request.path_info.startswith(API)
        response: HttpResponseBase | None = self._oversize(
            request, MOST_OF_A_PROGRAM if program else MOST_OF_A_PAGE
        )
        if response is None:
            response = self.of_programs(request) if program else self.of_browsers(request)
        headers = response.headers
        for name, value in (HEADERS_FOR_PROGRAMS if program else HEADERS).items():
            if name not in headers:
                headers[name] = value
        if settings.SESSION_COOKIE_SECURE and request.is_secure():
            headers["Strict-Transport-Security"] = HSTS
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return to_exception(request, problem)

    def _oversize(self, request: HttpRequest, most: int) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= most:
            return None
        return in_callers_language(request, lambda: respond(request, too_big()))


# Who comes in by an office instead of a seat: a scope's word, and what tells such a visitor.
OFFICES: dict[str, Callable[[HttpRequest], object]] = {"setup": gate.admits, "models": gate.keeps}


class People:
    """`request.person`, the language of the page, and the first gate: see `scopes`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.person = SimpleLazyObject(lambda: visitor(request))  # type: ignore[attr-defined]  # for templates
        showing = request.method in ("GET", "HEAD")
        with instance.reading() if showing else nullcontext(), translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            asked.count(request, response)
            if response.status_code == 405 and showing:
                response = only_pressed(request, response)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    def process_view(self, request: HttpRequest, *_rest: Any) -> HttpResponseBase | None:
        """Let through whom the scope of the address admits; a program shows its key to the view."""
        if request.path_info.startswith(API):
            return None
        match = request.resolver_match
        scope = scope_of(match.view_name if match else "")
        if scope.invented and instance.kind() not in ("demo", "simulation"):
            return _refused(request, _hidden())
        if scope.who in ("open", "token"):
            return None
        person, admits = visitor(request), OFFICES.get(scope.who)
        if admits is not None and admits(request) is not None:
            return None
        if person is None:
            return _to_sign_in(request)
        if admits is not None:
            return _refused(request, Refused(_("这一页只给管理这个实例的人用。"), code="not_yours"))
        if scope.who == "seated" and not person.terms:
            sentence = _("此账号今天没有担任任何岗位，所以看不到这一页。请联系管理员任命。")
            return _refused(request, Refused(sentence, code="not_yours"))
        return None


def _language(request: HttpRequest) -> str:
    """Of the page: what the browser was told to keep, else what the account says, else what the browser asks,
    else what the home names."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    known = dict(settings.LANGUAGES)
    if kept in known:
        return str(kept)
    person = visitor(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if person is not None and person.language in known:
        return person.language
    return asked_language(request)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back again afterwards, or to the setup while nobody can sign in; htmx is told to move
    the whole page. What a form of ours sends is carried past it (`desk.carried`)."""
    if gate.is_due():
        return HttpResponseRedirect(reverse("setup:home"))
    if carried.FOR in request.POST and not request.headers.get("HX-Request"):
        return door.signed_out(request)
    back = request.get_full_path() if request.method == "GET" else ""
    address = f"{settings.LOGIN_URL}?{urlencode({'next': back})}" if back else str(settings.LOGIN_URL)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": str(settings.LOGIN_URL)})
    return HttpResponseRedirect(address)


def _hidden() -> Refused:
    return NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    return to_exception(request, refusal)
