"""What every request passes. Programs (/api/) pass without a session, a language or messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.people.visitor import visitor

from .answers import API, in_callers_language, respond, to_exception, too_big
from .scopes import scope_of

Next = Callable[[HttpRequest], HttpResponseBase]

MOST_OF_A_PAGE = 64_000_000  # nine photos as phones make them
MOST_OF_A_PROGRAM = 1_000_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Gate:
    """Headers on everything, a limit on what comes in, and one answer to whatever a view refuses."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._oversize(request) or self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return to_exception(request, problem)

    def _oversize(self, request: HttpRequest) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST_OF_A_PROGRAM if request.path_info.startswith(API) else MOST_OF_A_PAGE
        if length.isdecimal() and int(length) <= most:
            return None
        return in_callers_language(request, lambda: respond(request, too_big()))


def _for_browsers(inner: Callable[[Next], Any]) -> Callable[[Next], Next]:
    """A middleware that programs pass by."""

    def make(get_response: Next) -> Next:
        full = inner(get_response)

        def answer(request: HttpRequest) -> HttpResponseBase:
            through: Next = get_response if request.path_info.startswith(API) else full
            return through(request)

        return answer

    return make


Sessions = _for_browsers(SessionMiddleware)
Messages = _for_browsers(MessageMiddleware)


class People:
    """`request.person`, the language of the page, and the first gate: see `scopes`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return self.get_response(request)
        request.person = SimpleLazyObject(lambda: visitor(request))  # type: ignore[attr-defined]  # for templates
        with translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    def process_view(self, request: HttpRequest, *_rest: Any) -> HttpResponseBase | None:
        """Let through whom the scope of the address admits; a program shows its key to the view."""
        if request.path_info.startswith(API):
            return None
        match = request.resolver_match
        scope = scope_of(match.view_name if match else "")
        if scope.who in ("open", "token"):
            return None
        if scope.who == "demo":
            return None if instance.kind() in ("demo", "simulation") else _refused(request, _hidden())
        person = visitor(request)
        if person is None:
            return _to_sign_in(request)
        if scope.who == "seated" and not person.terms:
            sentence = _("此账号今天没有担任任何岗位，所以看不到这一页。请联系管理员任命。")
            return _refused(request, Refused(sentence, code="not_yours"))
        return None


def _language(request: HttpRequest) -> str:
    """Of the page: what the browser was told to keep, else what the account says, else what the browser asks."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    known = dict(settings.LANGUAGES)
    if kept in known:
        return str(kept)
    return translation.get_language_from_request(request)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back again afterwards; htmx is told to move the whole page."""
    back = request.get_full_path() if request.method == "GET" else ""
    address = f"{settings.LOGIN_URL}?{urlencode({'next': back})}" if back else str(settings.LOGIN_URL)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": str(settings.LOGIN_URL)})
    return HttpResponseRedirect(address)


def _hidden() -> Refused:
    return NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse | None:
    return to_exception(request, refusal)
