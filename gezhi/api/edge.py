"""The edge of /api/v1: who calls, what they sent, what they get. A view sees values of declared types only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.instance import Pulse
from gezhi.people import answers, tokens
from gezhi.people.answers import Answered
from gezhi.people.queries import Person, Seat, roster
from gezhi.ui.caller import address_of

from . import conditions, parsing
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
    token: UUID
    scopes: str

    @property
    def actor(self) -> Actor:
        return self.person.acting(self.seat)


@dataclass(frozen=True, slots=True)
class Call:
    """What a view is called with beside its body or query."""

    caller: Caller
    key: str  # of the header `IDEMPOTENCY`
    match: str = ""  # of the header If-Match

    def seen(self, said: int | None) -> int | None:
        """The moves that the program has seen: by its header, else as it said in the body."""
        return conditions.seen_by(self.match, said)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status other than the operation's usual one."""

    body: msgspec.Struct
    status: int


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON; `tag` says which version of it."""

    body: bytes
    kind: str
    tag: str
    name: str = ""  # under which it is saved; with one it is never shown in the place of a page


Scope = Literal["read", "report", "act", "push"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address: enough to route it, to read it, to answer it and to describe it."""

    method: str
    path: str
    name: str
    summary: str
    view: Callable[..., msgspec.Struct | Reply | File | None]
    answer: type[msgspec.Struct]
    scope: Scope
    status: int = 200
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    problems: tuple[int, ...] = ()
    matched: bool = False  # If-Match is held against the moves of the matter
    own_key: bool = False  # the idempotency key is kept with what it made, not with the answer
    shown_once: bool = False  # the answer holds a secret, so that it is not kept
    made: str = ""  # field of the answer that names what was made, below the same address
    kind: str = ""  # of an answer that is no JSON

    @property
    def keeps_answers(self) -> bool:
        """Whether an idempotency key keeps the answer: what deletes does nothing twice by itself."""
        return self.method in {"POST", "PATCH"} and not self.own_key


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
    shows = operation.method == "GET"

    def run(request: HttpRequest, path: dict[str, str]) -> HttpResponse:
        said = request.META.get
        call = Call(caller_of(request), said(_IDEMPOTENCY, ""), said("HTTP_IF_MATCH", ""))
        _check(operation, call, path)
        given: tuple[Any, ...] = (call,)
        if decoder is not None:
            given = (call, parsing.read_body(decoder, _json_body(request)))
        elif operation.query is not None:
            given = (call, parsing.read_query(operation.query, request.GET.dict()))
        with instance.reading(call.caller.pulse):
            if shows:
                return _shown(operation, request, operation.view(*given, **path))
            if call.key and operation.keeps_answers:
                return _once(operation, request, given, path)
            return _sent(operation, request, _done(operation, given, path))

    return run


def _check(operation: Operation, call: Call, path: dict[str, str]) -> None:
    """Raise `Refused` for a key that is not for this, `NotFound` for an address that nothing can have."""
    if operation.scope not in call.caller.scopes:
        raise _beyond(operation.scope)
    if call.key:
        parsing.check_key(call.key)
    for word in path.values():
        if not word.isprintable():
            raise NotFound(_("没有找到。请核对地址里的编号。"))


def _done(operation: Operation, given: tuple[Any, ...], path: dict[str, str]) -> Answered:
    """Do what is asked, once; a condition that did not hold is told as one."""
    try:
        made = operation.view(*given, **path)
    except Refused as refusal:
        raise conditions.as_condition(refusal, given[0].match) from None
    if isinstance(made, Reply):
        return Answered(made.status, _encode(made.body))
    return Answered(operation.status, b"" if operation.status == 204 else _encode(made))


def _once(
    operation: Operation, request: HttpRequest, given: tuple[Any, ...], path: dict[str, str]
) -> HttpResponse:
    """The same for a request with an idempotency key."""
    call: Call = given[0]
    asked = f"{request.method} {request.path} ".encode() + request.body
    fresh: list[Answered] = []

    def make() -> Answered:
        fresh.append(_done(operation, given, path))
        return Answered(0, b"") if operation.shown_once else fresh[0]

    answered = answers.once(call.caller.token, call.key, asked, make, at=call.caller.now)
    if operation.shown_once and answered.again:
        told = _("这个 Idempotency-Key 的请求已经办过，答复里的密钥只给过那一次。没有收到，就换一把密钥。")
        raise Refused(told, code="answered_once", field=IDEMPOTENCY)
    answered = fresh[0] if fresh else answered
    response = _sent(operation, request, answered)
    if answered.again:
        response["Idempotency-Replayed"] = "true"
    return response


def _sent(operation: Operation, request: HttpRequest, answered: Answered) -> HttpResponse:
    """What was done, as it goes out, with the address of what was made."""
    response = HttpResponse(answered.body, status=answered.status, content_type="application/json")
    if answered.status == 204:
        del response["Content-Type"]
    if operation.made:
        said = msgspec.json.decode(answered.body)[operation.made]
        above = quote(request.path) if "<" in operation.path else request.path
        response["Location"] = f"{above}/{quote(said)}"
    return response


def _shown(operation: Operation, request: HttpRequest, made: Any) -> HttpResponse:
    """What was asked for, or 304 where the caller has it."""
    if isinstance(made, File):
        body, kind, tag = made.body, made.kind, made.tag
    else:
        body, kind = _encode(made), "application/json"
        tag = conditions.tag_of(body, made.moved if operation.name == "matter" else None)
    known = conditions.is_known(tag, request.META.get("HTTP_IF_NONE_MATCH", ""))
    response = HttpResponse(status=304) if known else HttpResponse(body, content_type=kind)
    if isinstance(made, File) and made.name:
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    if known:
        del response["Content-Type"]
    response["ETag"] = tag
    response["Vary"] = conditions.VARY
    response["Cache-Control"] = "private, no-cache"
    return response


def _beyond(scope: Scope) -> Refused:
    told = _("这把钥匙没有「{scope}」的权限，没有办。请在「接口钥匙」页另发一把带这项权限的。")
    return Refused(told.format(scope=tokens.scope_name(scope)), code="scope_missing")


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
            acting = person.only_from(seat)
            return Caller(acting, seat, pulse, now, known.token, known.scopes)
    if secret:  # who shows none is not trying keys
        strays.count(address_of(request), at=clock.now())
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
