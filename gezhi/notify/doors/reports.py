"""What providers report later of text messages they took: whether each reached its telephone. One reader for each shape.

Aliyun pushes `SmsReport` (phone_number, success, err_code, biz_id, out_id), Tencent its sending status (mobile, report_status,
errmsg, sid): arrays of JSON. The number in them is read by nobody here; what counts is the provider's own number for the
message, which it gave when it took it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST = 2_000
"""Reports in one push; providers send some hundreds."""


class Unreadable(Exception):
    """The body is not what the provider documents."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one message: the provider's number for it, whether it arrived, the carrier's code."""

    receipt: str
    arrived: bool
    code: str


def _aliyun(one: dict[str, Any]) -> Report:
    if not isinstance(one["success"], bool):
        raise Unreadable
    return Report(_text(one["biz_id"], 80), one["success"], _text(one.get("err_code", ""), 60))


def _tencent(one: dict[str, Any]) -> Report:
    status = one["report_status"]
    if status not in {"SUCCESS", "FAIL"}:
        raise Unreadable
    return Report(_text(one["sid"], 80), status == "SUCCESS", _text(one.get("errmsg", ""), 60))


READERS: dict[str, Callable[[dict[str, Any]], Report]] = {"aliyun": _aliyun, "tencent": _tencent}
TAKEN: dict[str, dict[str, object]] = {
    "aliyun": {"code": 0, "msg": "OK"},
    "tencent": {"result": 0, "errmsg": "OK"},
}
"""What each wants to hear when a push was taken in; else it pushes again."""


def read(kind: str, body: bytes) -> list[Report]:
    """The reports of a push. Raises `Unreadable` for anything else, as a whole."""
    try:
        said = json.loads(body)
        if not isinstance(said, list) or len(said) > MOST:
            raise Unreadable
        return [READERS[kind](one) for one in said]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Unreadable from fault


def _text(said: object, most: int) -> str:
    if not isinstance(said, str) or not said.isprintable():
        raise Unreadable
    return said[:most]
