"""Webhooks for programs: addresses to which events are pushed, their keys, what was delivered, and delivering it again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from gezhi.errors import Refused
from gezhi.notify import hooks, replaying
from gezhi.notify.hooks import HookView, Wanted
from gezhi.notify.replaying import Again, Pushed

from .edge import Call, Operation
from .shapes import Limit, Moment, Row
from .together import id_in

Kind = Literal[hooks.KINDS]  # type: ignore[valid-type]  # the events of the ledger, as they are
Url = Annotated[
    str,
    Meta(max_length=400, description="https; no user, no fragment. Addresses of inner networks are refused.",
         examples=["https://receiver.example/gezhi"]),
]  # fmt: skip
Name = Annotated[str, Meta(description="Which program it is, 1 to 60 characters.", max_length=60)]
Kinds = Annotated[list[Kind], Meta(min_length=1, max_length=60, description="Which events.")]


class EventKind(Struct):
    """An event that can be pushed."""

    kind: str
    name: str


class EventKinds(Struct):
    """Every event that can be pushed: those of the ledger that are about one matter."""

    events: list[EventKind]


class NewWebhook(Struct, forbid_unknown_fields=True, kw_only=True):
    """An address for the key's own seat: it is pushed what that seat may see, and nothing else."""

    name: Name
    url: Url
    kinds: Kinds


class WebhookChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to change of an address; what is left out stays."""

    name: Name | None = None
    url: Url | None = None
    kinds: Kinds | None = None
    state: Annotated[Literal["on", "paused"] | None, Meta(description="Pause it, or go on.")] = None


class WebhookRead(Struct):
    """An address. Its secret is shown once, when it is made, and nowhere else."""

    id: UUID
    name: str
    url: str
    kinds: list[str]
    state: Annotated[str, Meta(description="on, paused or ended")]
    why: Annotated[str, Meta(description="Why it is paused or ended, in words.")]
    two_secrets: Annotated[bool, Meta(description="The secret before this one still signs.")]
    failures: Annotated[int, Meta(description="One after another.")]
    made_at: datetime


class WebhookMade(Struct):
    """A new address, with the secret to verify by: HMAC-SHA256 over `<t>.<body>`."""

    id: UUID
    secret: str


class WebhookList(Struct):
    """A page of addresses, the newest first; `next` is empty on the last one."""

    webhooks: list[WebhookRead]
    next: str


class WebhookQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which page."""

    limit: Limit = 50
    after: Row = ""


class DeliveryQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which deliveries."""

    state: Literal["", "waiting", "sent", "dead"] = ""
    limit: Limit = 50
    after: Row = ""


class TryRead(Struct):
    """One try: the status that came back, 0 where none did, and then what went wrong."""

    at: datetime
    status: int
    fault: str
    said: Annotated[str, Meta(description="The first 200 characters of what was answered.")]
    millis: int


class DeliveryRead(Struct):
    """One event for one address. `event` is the same however often it is tried."""

    id: UUID
    event: UUID
    kind: str
    number: str
    at: datetime
    state: Annotated[str, Meta(description="waiting, sent, or dead (given up)")]
    try_at: datetime | None
    tries: list[TryRead]


class DeliveryList(Struct):
    """A page of deliveries, the newest first; `next` is empty on the last one."""

    deliveries: list[DeliveryRead]
    next: str


class NewReplay(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be pushed again: deliveries by their ids, or a span of time by when things were recorded."""

    ids: Annotated[list[UUID], Meta(max_length=200)] = []
    since: Moment | None = None
    until: Moment | None = None
    state: Literal["", "sent", "dead"] = ""


class Replayed(Struct):
    """How many go out again."""

    replayed: int


class Pinged(Struct):
    """The delivery of an event that says nothing."""

    id: UUID


class NewSecret(Struct, forbid_unknown_fields=True, kw_only=True):
    """`add`: a new secret signs beside the one before; `end_before`: the one before signs no more."""

    what: Literal["add", "end_before"]


class SecretMade(Struct):
    """The new secret; empty where the one before was ended."""

    secret: str


def list_events(_call: Call) -> EventKinds:
    """The events that can be pushed."""
    return EventKinds([EventKind(kind, hooks.kind_name(kind)) for kind in hooks.KINDS])


def list_webhooks(call: Call, asked: WebhookQuery) -> WebhookList:
    """The addresses of the key's seat."""
    after = UUID(asked.after) if asked.after else None
    found = hooks.of_terms(_terms(call), after=after, most=asked.limit + 1)
    page = found[: asked.limit]
    return WebhookList([_read(one) for one in page], page[-1].id.hex if len(found) > asked.limit else "")


def make_webhook(call: Call, sent: NewWebhook) -> WebhookMade:
    """Set up an address."""
    caller, wanted = call.caller, Wanted(sent.name, sent.url, sent.kinds)
    return WebhookMade(*hooks.make(wanted, caller.seat.term, by=caller.actor, at=caller.now))


def read_webhook(call: Call, *, id: str) -> WebhookRead:
    """One address."""
    return _read(hooks.one_of(_terms(call), id_in(id)))


def change_webhook(call: Call, sent: WebhookChange, *, id: str) -> WebhookRead:
    """Change, pause or resume an address."""
    hook, terms, by, at = id_in(id), _terms(call), call.caller.actor, call.caller.now
    held = hooks.one_of(terms, hook)
    name, url = held.name if sent.name is None else sent.name, sent.url or held.url
    kinds = held.kinds if sent.kinds is None else tuple(sent.kinds)
    if (name, url, kinds) != (held.name, held.url, held.kinds):
        hooks.change(terms, hook, Wanted(name, url, kinds), by=by, at=at)
    if sent.state is not None and sent.state != held.state:
        (hooks.resume if sent.state == "on" else hooks.pause)(terms, hook, by=by, at=at)
    return _read(hooks.one_of(terms, hook))


def end_webhook(call: Call, *, id: str) -> None:
    """End an address for good."""
    hooks.end(_terms(call), id_in(id), by=call.caller.actor, at=call.caller.now)


def list_deliveries(call: Call, asked: DeliveryQuery, *, id: str) -> DeliveryList:
    """What was delivered, or waits for it."""
    after = UUID(asked.after) if asked.after else None
    most = asked.limit + 1
    found = replaying.log_of(_terms(call), id_in(id), state=asked.state, after=after, most=most)
    page = found[: asked.limit]
    return DeliveryList([_delivery(one) for one in page], page[-1].id.hex if len(found) == most else "")


def replay_webhook(call: Call, sent: NewReplay, *, id: str) -> Replayed:
    """Push again what was pushed or given up."""
    again = Again(sent.ids, sent.since, sent.until, sent.state)
    by, at = call.caller.actor, call.caller.now
    try:
        return Replayed(replaying.replay(_terms(call), id_in(id), again, by=by, at=at))
    except OverflowError:
        raise Refused("", code="out_of_range", field="since") from None


def ping_webhook(call: Call, *, id: str) -> Pinged:
    """Try an address."""
    return Pinged(replaying.ping(_terms(call), id_in(id), by=call.caller.actor, at=call.caller.now))


def change_secret(call: Call, sent: NewSecret, *, id: str) -> SecretMade:
    """A new secret, or the end of the one before."""
    hook, by, at = id_in(id), call.caller.actor, call.caller.now
    if sent.what == "add":
        return SecretMade(hooks.new_key(_terms(call), hook, by=by, at=at))
    hooks.end_before(_terms(call), hook, by=by, at=at)
    return SecretMade("")


def _terms(call: Call) -> list[UUID]:
    return [call.caller.seat.term]


def _read(one: HookView) -> WebhookRead:
    said = (one.id, one.name, one.url, list(one.kinds), one.state, one.why_words)
    return WebhookRead(*said, one.two_keys, one.failures, one.made_at)


def _delivery(one: Pushed) -> DeliveryRead:
    tries = [TryRead(t.at, t.status, t.fault, t.said, t.millis) for t in one.tries]
    return DeliveryRead(one.id, one.event, one.what, one.number, one.at, one.state, one.try_at, tries)


_DOES = (400, 401, 403, 404, 409, 411, 413, 415, 422, 429, 503, 507)
_SHOWS = (401, 403, 404, 422, 429, 503)
OPERATIONS = (
    Operation(
        method="GET", path="events", name="events", summary="可推送的事件 · Events that can be pushed",
        view=list_events, answer=EventKinds, scope="push", problems=(401, 403, 429, 503),
    ),
    Operation(
        method="GET", path="webhooks", name="webhooks", summary="推送地址 · Addresses that are pushed to",
        view=list_webhooks, query=WebhookQuery, answer=WebhookList, scope="push", problems=(401, 403, 422, 429, 503),
    ),
    Operation(
        method="POST", path="webhooks", name="webhooks", summary="设一个推送地址 · Set up an address",
        view=make_webhook, body=NewWebhook, answer=WebhookMade, scope="push", status=201, made="id",
        shown_once=True, problems=_DOES,
    ),
    Operation(
        method="GET", path="webhooks/<str:id>", name="webhook", summary="一个推送地址 · One address",
        view=read_webhook, answer=WebhookRead, scope="push", problems=_SHOWS,
    ),
    Operation(
        method="PATCH", path="webhooks/<str:id>", name="webhook",
        summary="改、暂停、恢复 · Change, pause, resume", view=change_webhook, body=WebhookChange,
        answer=WebhookRead, scope="push", problems=_DOES,
    ),
    Operation(
        method="DELETE", path="webhooks/<str:id>", name="webhook", summary="停用 · End it for good",
        view=end_webhook, answer=WebhookRead, scope="push", status=204,
        problems=(401, 403, 404, 422, 429, 503, 507),
    ),
    Operation(
        method="GET", path="webhooks/<str:id>/deliveries", name="deliveries",
        summary="推送记录 · What was delivered", view=list_deliveries, query=DeliveryQuery,
        answer=DeliveryList, scope="push", problems=_SHOWS,
    ),
    Operation(
        method="POST", path="webhooks/<str:id>/replays", name="replays", summary="重推 · Push again",
        view=replay_webhook, body=NewReplay, answer=Replayed, scope="push", status=201, problems=_DOES,
    ),
    Operation(
        method="POST", path="webhooks/<str:id>/pings", name="pings", summary="试推 · Try it",
        view=ping_webhook, answer=Pinged, scope="push", status=201,
        problems=(401, 403, 404, 409, 422, 429, 503, 507),
    ),
    Operation(
        method="POST", path="webhooks/<str:id>/secrets", name="secrets",
        summary="换签名密钥 · Change the secret", view=change_secret, body=NewSecret, answer=SecretMade,
        scope="push", status=201, shown_once=True, problems=_DOES,
    ),
)  # fmt: skip
