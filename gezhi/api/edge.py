"""The edge of /api/v1: who calls, what they sent, what they get. A view sees values of declared types only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.instance import Pulse
from gezhi.people import tokens
from gezhi.people.queries import Person, Seat, roster

from . import parsing
from .problems import as_problem
from .quota import quota, strays

IDEMPOTENCY = "Idempotency-Key"
_IDEMPOTENCY = (
    "HTTP_IDEMPOTENCY_KEY"  # read from META: request.headers would turn every header of the request first
)
LONGEST_KEY = 100  # characters of an Authorization header's secret that are worth hashing


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a key: the person of its term with that one seat, and the present moment."""

    person: Person
    seat: Seat
    pulse: Pulse
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.person.acting(self.seat)


@dataclass(frozen=True, slots=True)
class Call:
    """What a view is called with beside its body or query."""

    caller: Caller
    key: str  # of the header `IDEMPOTENCY`


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status other than the operation's usual one."""

    body: msgspec.Struct
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address: enough to route it, to read it, to answer it and to describe it."""

    method: str
    path: str
    name: str
    summary: str
    view: Callable[..., msgspec.Struct | Reply]
    answer: type[msgspec.Struct]
    status: int = 200
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    problems: tuple[int, ...] = ()


_encode = msgspec.json.Encoder().encode


def view_of(operations: Sequence[Operation]) -> Callable[..., HttpResponse]:
    """The Django view of one address."""
    runs = {operation.method: _runner(operation) for operation in operations}
    allowed = ", ".join(sorted(runs))

    @csrf_exempt
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        run = runs.get(request.method or "")
        if run is None:
            sentence = _("这个地址不支持 {method}。").format(method=(request.method or "")[:20])
            response = as_problem(405, "method_not_allowed", sentence)
            response["Allow"] = allowed
            return response
        language = language_of(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        if language == settings.LANGUAGE_CODE:
            return run(request, path)
        with translation.override(language):
            return run(request, path)

    return view


def _runner(operation: Operation) -> Callable[[HttpRequest, dict[str, str]], HttpResponse]:
    decoder = msgspec.json.Decoder(operation.body) if operation.body else None

    def run(request: HttpRequest, path: dict[str, str]) -> HttpResponse:
        call = Call(caller_of(request), request.META.get(_IDEMPOTENCY, ""))
        for word in path.values():
            if not word.isprintable():
                raise NotFound(_("没有找到。请核对地址里的编号。"))
        given: tuple[Any, ...] = (call,)
        if decoder is not None:
            given = (call, parsing.read_body(decoder, _json_body(request)))
        elif operation.query is not None:
            given = (call, parsing.read_query(operation.query, request.GET.dict()))
        made = operation.view(*given, **path)
        body, status = (made.body, made.status) if isinstance(made, Reply) else (made, operation.status)
        return HttpResponse(_encode(body), status=status, content_type="application/json")

    return run


def caller_of(request: HttpRequest) -> Caller:
    """Whom the key acts as. One statement; the rest is memory. Raises `Refused` for every bad key alike, and
    `TooOften` for a key that spent its minute, or an address that sent too many bad ones in one."""
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _space, secret = header.partition(" ")
    known = None
    if scheme.lower() == "bearer" and len(secret) <= LONGEST_KEY and secret.isascii():
        known = tokens.lookup(secret)
    if known is not None:
        pulse = Pulse(known.revision, known.clock_ahead)
        now = clock.ahead(known.clock_ahead)
        quota.spend(known.token, at=now)
        day = now.astimezone(timezone.get_default_timezone()).date()
        today = roster(day, revision=known.revision)
        seat, person = today.seat(known.term), today.people.get(known.account)
        if seat is not None and person is not None:
            return Caller(Person(person.account, person.name, person.language, (seat,)), seat, pulse, now)
    strays.count(request.META.get("REMOTE_ADDR", ""), at=clock.now())
    sentence = _("钥匙不对、已作废，或它的任期已经结束。请在请求头写 Authorization: Bearer 钥匙。")
    raise Refused(sentence, code="token_wrong")


@lru_cache(maxsize=256)
def language_of(accept: str) -> str:
    """The language of sentences for this Accept-Language header; Chinese unless it asks for English first."""
    for word in accept.split(","):
        tongue = word.split(";")[0].strip().lower()
        if tongue.startswith("zh"):
            return settings.LANGUAGE_CODE
        if tongue.startswith("en"):
            return "en"
    return settings.LANGUAGE_CODE


def _json_body(request: HttpRequest) -> bytes:
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(_("正文要用 application/json。没有保存任何内容。"), code="unsupported_kind")
    if "CONTENT_LENGTH" not in request.META:
        sentence = _("请求头缺 Content-Length（不收分块发送的正文）。没有保存任何内容。")
        raise Refused(sentence, code="length_required")
    return request.body
