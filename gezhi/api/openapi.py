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
    if operation.body:
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": refs[operation.body]}},
        }
        if operation.status == HTTPStatus.CREATED and "client_key" in operation.body.__struct_fields__:
            said["parameters"].append(_KEY)
    return said


_COME_BACK = {
    "Retry-After": {
        "description": "Seconds until the key may ask again. A key has so many requests a minute as the district"
        " allows (6,000 unless it says otherwise); what was refused was not done. An address that sent more than"
        f" {MOST_WRONG} wrong keys in a minute waits for the next one; right keys go on.",
        "schema": {"type": "integer"},
    }
}
_CONFLICTS = {
    "matters": "`key_reused`: this key (Idempotency-Key or `client_key`) has opened another matter; nothing was opened",
    "ratings": "Somebody moved the matter meanwhile; nothing was recorded",
    "reopenings": "Somebody moved the matter meanwhile; nothing was done",
    "steps": "Somebody moved the matter meanwhile, or this step cannot be taken now; nothing was done",
}
_KEY = {
    "name": IDEMPOTENCY,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "Instead of `client_key`: sent twice, it makes one matter. Sent with another report, it is refused"
    " (409 `key_reused`).",
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


def _responses(operation: Operation, refs: dict[Any, Any]) -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": refs[operation.answer]}}}
    problem = {"content": {"application/problem+json": {"schema": refs[Problem]}}}
    made = {str(operation.status): {"description": HTTPStatus(operation.status).phrase, **answer}}
    if operation.status == HTTPStatus.CREATED and operation.name == "matters":
        made["200"] = {"description": "The same key opened it before", **answer}
    for status in operation.problems:
        headers = {"headers": _COME_BACK} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        said = _CONFLICTS[operation.name] if status == HTTPStatus.CONFLICT else HTTPStatus(status).phrase
        made[str(status)] = {"description": said, **headers, **problem}
    return dict(sorted(made.items()))
