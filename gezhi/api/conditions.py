"""ETag, If-None-Match and If-Match: what has not changed is not sent again, and nothing is done on what has.

The tag of a matter begins with the moves taken so far, since those are what a step must have seen: `"12-9f31…"`. All
else has the digest of what is sent. Tags are of one key and one language, as the answers are (`Vary`).
"""

from __future__ import annotations

import hashlib
import re

from django.utils.translation import gettext as _

from gezhi.errors import Refused

VARY = "Authorization, Accept-Language"
_OF_MATTER = re.compile(r'"(\d{1,9})-[0-9a-f]+"')
_TAG = re.compile(r'(?:W/)?("[^"]*")')
NEVER = -1
"""What no matter has moved: so nothing is done on a tag that is none of a matter."""


def tag_of(body: bytes, moved: int | None = None) -> str:
    """The tag of an answer; of a matter where `moved` is given."""
    digest = hashlib.sha256(body).hexdigest()[:24]
    return f'"{digest}"' if moved is None else f'"{moved}-{digest}"'


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether the caller has it already (RFC 9110, 13.1.2: weakly compared, `*` is anything)."""
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)


def seen_by(if_match: str, seen: int | None) -> int | None:
    """The moves that the caller has seen, by the header, else by the body; `NEVER` where they say nothing that fits."""
    if not if_match or if_match.strip() == "*":
        return seen
    moves = {int(moved) for moved in _OF_MATTER.findall(if_match)}
    if seen is not None:
        moves &= {seen}
    return moves.pop() if len(moves) == 1 else NEVER


def as_condition(refusal: Refused, if_match: str) -> Refused:
    """The refusal of a program that named a tag: its condition did not hold."""
    if refusal.code != "moved_meanwhile" or not if_match:
        return refusal
    told = _(
        "If-Match 对不上：读过以后有人办过一步，或者它不是这一件的 ETag。什么都没有办，请重新读取后再发。"
    )
    return Refused(told, code="changed_meanwhile", field="If-Match")
