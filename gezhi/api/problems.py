"""What a program reads when something is not done: RFC 9457 problem details."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from django.http import HttpResponse
from msgspec import Meta

UNFIT = frozenset(
    (
        "missing_field unknown_field wrong_moment out_of_range wrong_choice wrong_type wrong_value wrong_cursor"
        " control_characters text_missing text_too_long too_long point_off_earth point_not_a_number"
    ).split()
)
"""Refusals of what the description of the interface excludes: 422. All others are the district's: 409."""


class Problem(msgspec.Struct, omit_defaults=True, rename={"kind": "type"}):
    """`code` never changes once published; `detail` is a sentence in the language the caller asked for."""

    title: Annotated[str, Meta(description="The phrase of the HTTP status.")]
    status: int
    code: Annotated[str, Meta(description="A stable word for programs.", examples=["text_missing"])]
    detail: Annotated[str, Meta(description="What happened and what to do, for a person.")]
    kind: str = "about:blank"
    field: Annotated[str, Meta(description="The input it speaks about, if it speaks about one.")] = ""


def as_problem(status: int, code: str, detail: str, *, field: str = "") -> HttpResponse:
    """The response that carries a problem."""
    body = Problem(HTTPStatus(status).phrase, status, code, detail, field=field)
    response = HttpResponse(msgspec.json.encode(body), status=status)
    response["Content-Type"] = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response
