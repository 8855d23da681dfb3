"""OpenAPI 3.1, made from the operations and their types; `tools/openapi.py` writes docs/openapi.json."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from gezhi import __version__

from .edge import IDEMPOTENCY, Operation
from .examples import EXAMPLES
from .problems import Problem
from .quota import MOST_WRONG

REF = "#/components/schemas/{name}"
_NAMED = re.compile(r"<str:(\w+)>")


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole description as plain values."""
    shapes = _shapes(operations)
    refs, components = msgspec.json.schema_components(shapes, ref_template=REF)
    ref_of = dict(zip(shapes, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        address = "/api/v1/" + _NAMED.sub(r"{\1}", operation.path)
        paths.setdefault(address, {})[operation.method.lower()] = _operation(operation, ref_of, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gezhi 格治",
            "version": __version__,
            "description": "Open platform for grid governance. Every refusal is a problem (RFC 9457)"
            " whose `detail` is a sentence in the language of Accept-Language (zh or en).",
            "license": {"name": "MulanPSL-2.0", "identifier": "MulanPSL-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def document(operations: Sequence[Operation]) -> bytes:
    """The description as it is kept in docs/openapi.json."""
    return msgspec.json.format(msgspec.json.encode(describe(operations)), indent=2) + b"\n"


def view_of_document(operations: Sequence[Operation]) -> Any:
    """The open address /api/v1/openapi.json."""
    body = document(operations)

    def openapi(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(body, content_type="application/json")

    return openapi


def _shapes(operations: Sequence[Operation]) -> list[type[msgspec.Struct]]:
    found: list[type[msgspec.Struct]] = [Problem]
    for operation in operations:
        found += [t for t in (operation.body, operation.query, operation.answer) if t and t not in found]
    return list(dict.fromkeys(found))


def _operation(operation: Operation, refs: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.view.__name__,
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, components)],
        "responses": _responses(operation, refs),
    }
    said["parameters"] += _headers(operation)
    said["x-scope"] = operation.scope
    if operation.body:
        named = EXAMPLES.get(operation.view.__name__)
        example = {"example": named} if named else {}
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": refs[operation.body], **example}},
        }
    return said


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if operation.method == "GET":
        return [_IF_NONE_MATCH]
    if operation.method == "DELETE":
        return [_IF_MATCH] if operation.matched else []
    own = {"description": _OWN_KEY} if operation.own_key else {}
    return [_KEY | own, *([_IF_MATCH] if operation.matched else [])]


_COME_BACK = {
    "Retry-After": {
        "description": "Seconds until the key may ask again. A key has so many requests a minute as the district"
        " allows (6,000 unless it says otherwise); what was refused was not done. An address that sent more than"
        f" {MOST_WRONG} wrong keys in a minute waits for the next one; right keys go on.",
        "schema": {"type": "integer"},
    }
}
_TOLD = {
    HTTPStatus.BAD_REQUEST: "Not JSON; nothing was done",
    HTTPStatus.FORBIDDEN: "`scope_missing`: the key is not for this",
    HTTPStatus.CONFLICT: "It fits this description, but the district as it stands now does not allow it: its rules, its"
    " lists, who moved the matter meanwhile, a key that was used for something else. Nothing was done",
    HTTPStatus.PRECONDITION_FAILED: "`changed_meanwhile`: If-Match does not hold; nothing was done",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It does not fit this description; nothing was done",
}
_TAG = {
    "ETag": {
        "description": "Send it as If-None-Match to be told 304 while nothing changed. That of a matter begins with the"
        " moves taken so far; send it as If-Match, and nothing is done on what changed meanwhile.",
        "schema": {"type": "string"},
    }
}
_LOCATION = {"Location": {"description": "Where it can be read.", "schema": {"type": "string"}}}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag of the answer you have: 304 if it is still the same.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag of the matter as you read it: 412 if somebody moved it since. Says the same as `seen`.",
}
_OWN_KEY = (
    "Instead of `client_key`: sent twice, it makes one matter. Sent with another report, it is refused (409"
    " `key_reused`)."
)
_KEY = {
    "name": IDEMPOTENCY,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "For a day the same request under the same key is done once and answered the same"
    " (`Idempotency-Replayed: true`); another request under it is refused (409 `key_reused`).",
}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAMED.findall(operation.path)
    ]


def _query_parameters(operation: Operation, components: dict[str, Any]) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = components[operation.query.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": shape}
        for name, shape in schema["properties"].items()
    ]


_LED_TO = {
    "matters": ("read_one", "step_one", "aside_one", "reclass_one", "place_one", "part_one", "rate_one"),
    "webhooks": ("read_webhook", "change_webhook", "list_deliveries", "ping_webhook", "end_webhook"),
    "handovers": ("read_handover", "prolong_handover", "renew_link", "end_handover"),
    "papers": ("read_paper", "take_pdf", "take_docx", "void_paper"),
}


_MADE_AS = {"handovers": "handover", "papers": "paper"}
"""What an address calls what was made, where its answer calls it otherwise."""


def _links(operation: Operation) -> dict[str, Any]:
    """What can be done with what was made, by the field that names it."""
    above = {name: f"$request.path.{name}" for name in _NAMED.findall(operation.path)}
    made = _MADE_AS.get(operation.name, operation.made)
    named = {"parameters": above | {made: f"$response.body#/{operation.made}"}}
    return {one: {"operationId": one, **named} for one in _LED_TO[operation.name]}


def _responses(operation: Operation, refs: dict[Any, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"content": {"application/json": {"schema": refs[operation.answer]}}}
    if operation.kind:
        answer = {"content": {operation.kind: {"schema": {"type": "string", "format": "binary"}}}}
    if operation.status == HTTPStatus.NO_CONTENT:
        answer = {}
    problem = {"content": {"application/problem+json": {"schema": refs[Problem]}}}
    made = {str(operation.status): {"description": HTTPStatus(operation.status).phrase, **answer}}
    if operation.made:
        made[str(operation.status)] |= {"headers": _LOCATION, "links": _links(operation)}
    if operation.method == "GET":
        made["200"]["headers"] = _TAG
        made["304"] = {"description": "You have it", "headers": _TAG}
    if operation.status == HTTPStatus.CREATED and operation.name == "matters":
        made["200"] = {"description": "The same key opened it before", **answer}
    for status in operation.problems:
        headers = {"headers": _COME_BACK} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        said = _TOLD.get(HTTPStatus(status), HTTPStatus(status).phrase)
        made[str(status)] = {"description": said, **headers, **problem}
    return dict(sorted(made.items()))
