"""The words that say who: `worker` `worker@ground` `head@street` `department:water` `issuer` `@verify` …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gezhi.rules.keys import OUTSIDE

PLAIN = ("issuer", "handler")
DEPARTMENTS = ("now", "item", "called")
WHERE = ("near", "ground", "command", "other")
_ID = r"[A-Za-z][A-Za-z0-9_]*"
_POST = re.compile(rf"({_ID})(?:@({_ID}))?")
_DEPARTMENT = re.compile(rf"department(?::({_ID}))?")


class WhoError(ValueError):
    """Not a who-word."""


@dataclass(frozen=True, slots=True)
class Who:
    """`kind` is post, department, issuer, handler, grade, duty or outside.

    For a post `where` is near (its unit, else the nearest above), ground, command, other (another unit of the same
    level, so that nobody looks at the own grid) or the id of a level. For a
    department `id` is now (the one that has the matter), item (column 承办), called (by the move) or its own id.
    """

    kind: str
    id: str = ""
    where: str = ""


@lru_cache(maxsize=1024)
def parse(word: str) -> Who:
    """Read one who-word. Raises `WhoError` for anything else. Whether its names exist is not asked here."""
    if word in PLAIN:
        return Who(word)
    if word in OUTSIDE:
        return Who("outside", word)
    if word == "grade.meets":
        return Who("grade", "meets")
    if said := _DEPARTMENT.fullmatch(word):
        return Who("department", said[1] or "now")
    if word.startswith("@") and re.fullmatch(_ID, word[1:]):
        return Who("duty", word[1:])
    if said := _POST.fullmatch(word):
        return Who("post", said[1], said[2] or "near")
    raise WhoError(word)
