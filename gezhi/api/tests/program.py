"""A program with a key, for tests."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from gezhi.api.openapi import describe
from gezhi.api.urls import OPERATIONS
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests.liuxi import INSIDE, World
from gezhi.people import tokens
from gezhi.people.tokens import SCOPES

PATHS = describe(OPERATIONS)["paths"]
CLUTTER: dict[str, Any] = {
    "text": "楼道堆了纸箱。",
    "item": "N01",
    "lon": INSIDE[0],
    "lat": INSIDE[1],
    "reporting": "anonymous",
}


@dataclass(frozen=True)
class Program:
    """Speaks JSON with one key."""

    secret: str
    language: str = "zh-CN"

    @classmethod
    def of(cls, world: World, name: str, language: str = "zh-CN", scopes: Sequence[str] = SCOPES) -> Program:
        """With a fresh key for the first seat of somebody."""
        term = world.person(name).terms[0].term
        return cls(tokens.issue(name, term, by=HOUSE, at=clock.now(), scopes=scopes), language)

    def get(self, path: str, known: str = "", **query: Any) -> HttpResponse:
        """`known` is sent as If-None-Match."""
        more = {"If-None-Match": known} if known else {}
        answer = Client().get(f"/api/v1/{path}", query, headers=self._headers() | more)
        return _as_described("get", path, answer)  # type: ignore[arg-type]

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """`body` is sent as JSON, or as it is when it is bytes."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = Client().post(
            f"/api/v1/{path}",
            raw,
            content_type="application/json",
            headers=self._headers() | {k.replace("_", "-"): v for k, v in headers.items()},
        )
        return _as_described("post", path, answer)  # type: ignore[arg-type]

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        answer = Client().patch(
            f"/api/v1/{path}",
            json.dumps(body),
            content_type="application/json",
            headers=self._headers() | {k.replace("_", "-"): v for k, v in headers.items()},
        )
        return _as_described("patch", path, answer)  # type: ignore[arg-type]

    def delete(self, path: str, **headers: str) -> HttpResponse:
        more = {k.replace("_", "-"): v for k, v in headers.items()}
        answer = Client().delete(f"/api/v1/{path}", headers=self._headers() | more)
        return _as_described("delete", path, answer)  # type: ignore[arg-type]

    def report(self, **said: Any) -> HttpResponse:
        return self.post("matters", CLUTTER | said)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language}


def _as_described(method: str, path: str, answer: HttpResponse) -> HttpResponse:
    """The answer, if the description of the interface knows its status."""
    address = next(one for one in PATHS if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), f"/api/v1/{path}"))
    known = PATHS[address][method]["responses"]
    assert str(answer.status_code) in known, f"{method} {address}: {answer.status_code} is not described"
    return answer


def told(answer: HttpResponse) -> dict[str, Any]:
    """The JSON of an answer."""
    return dict(json.loads(answer.content))
