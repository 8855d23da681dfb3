"""A robot in a group of 企业微信: plain text of at most 2,048 bytes, twenty a minute, and nobody's own words or numbers."""

from __future__ import annotations

import json
from urllib.parse import quote

from gezhi.notify import outside
from gezhi.notify.doors.outcomes import (
    Letter,
    Outcome,
    Setting,
    cut_bytes,
    later,
    looked_up,
    of_transport,
    personal,
    refused,
    stopped,
)

PUBLIC = "https://qyapi.weixin.qq.com"
PATH = "/cgi-bin/webhook/send"
MOST = 2048
"""Bytes of a text."""

OUTCOMES = {
    "-1": later(5),
    "6000": later(5),
    "45009": later(60, "busy", whole=True),
    "45033": later(10, "busy", whole=True),
    "40008": refused("content"),
    "40033": refused("content"),
    "40035": refused("content"),
    "40058": refused("length"),
    "44004": refused("content"),
    "45002": refused("length"),
    "47001": refused("content"),
    "40014": stopped("key"),
    "93000": stopped("key"),
    "93004": stopped("robot"),
    "93008": stopped("robot"),
    "48002": stopped("permission"),
    "60020": stopped("permission"),
    "301002": stopped("permission"),
}
"""What each of the provider's codes means here; 93000: no such robot, or the key is wrong."""


class Robot:
    """The door for one batch."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def close(self) -> None:
        return

    def hand_over(self, letter: Letter) -> Outcome:
        if personal(letter.text):
            return Outcome("refused", "personal", "personal")
        text = {"msgtype": "text", "text": {"content": cut_bytes(letter.text, MOST)}}
        body = json.dumps(text, ensure_ascii=False).encode()
        url = f"{(self.setting.endpoint or PUBLIC).rstrip('/')}{PATH}?key={quote(self.setting.key, safe='')}"
        answer = outside.call(url, body, {"Content-Type": "application/json; charset=utf-8"})
        told = answer.json()
        if "errcode" not in told:
            return of_transport(answer) or later()
        code = str(told["errcode"])
        return Outcome("taken", code) if code == "0" else looked_up(OUTCOMES, code)
