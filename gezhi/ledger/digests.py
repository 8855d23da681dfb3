"""Salted digests of words, and the canonical form and digest of an entry.

What is hashed is made in Python before anything is stored; no hash covers a value the database assigns.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec

from .actor import Actor

Fact = str | int | bool | None | UUID | list[str] | list[int]

_BODY = re.compile(r"""(?:"[A-Za-z0-9_.:@/+\-]{0,128}"|[0-9\-]++|[][{}:,]|null|true|false)*+\Z""")
"""JSON of codes, whole numbers, yes and no; nothing in it can be a sentence."""
_encode = msgspec.json.Encoder(order="sorted").encode


class FactError(ValueError):
    """A fact that is not a code, a number, an id or a digest: words do not belong in the ledger."""


def new_salt() -> bytes:
    """16 random bytes; destroying them makes the digest of a short text worthless."""
    return os.urandom(16)


def of(text: str, salt: bytes) -> str:
    """HMAC-SHA-256 of the text under its own salt, as 64 hex characters."""
    return hmac.digest(salt, text.encode(), "sha256").hex()


def canonical(facts: Mapping[str, Fact]) -> str:
    """Facts as JSON with sorted keys. Raises `FactError` for anything that could be a sentence."""
    body = _encode(facts).decode()
    if not _BODY.match(body):
        key = next((key for key in facts if not _BODY.match(_encode({key: facts[key]}).decode())), "?")
        raise FactError(f"The fact {key} holds words; the ledger takes codes, ids, numbers and digests.")
    return body


@lru_cache(maxsize=32_768)
def word(said: str) -> str:
    """One code as a canonical body has it. Raises `FactError` for what could be a sentence."""
    return value(said)


def value(fact: Fact) -> str:
    """One fact as a canonical body has it. Raises `FactError` as `canonical` does."""
    return canonical({"_": fact})[5:-1]


def listed(words: list[str]) -> str:
    """Several words, each as `word` gives it."""
    return f"[{','.join(words)}]"


def form(same: Mapping[str, Fact], gaps: Collection[str]) -> str:
    """The canonical form of facts of which some differ from entry to entry: it is filled by `%` with these by name. What is
    filled in must be canonical itself. Raises `FactError` as `canonical` does: so no other % can stand in it."""
    said = {key: value(fact) for key, fact in same.items()} | {key: f"%({key})s" for key in gaps}
    return f"{{{','.join(f'{word(key)}:{said[key]}' for key in sorted(said))}}}"


def stamp(moment: datetime) -> int:
    """Microseconds since 1970 in UTC: the form in which an instant is hashed."""
    delta = moment.astimezone(UTC) - _EPOCH
    return (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(stamped: int) -> datetime:
    """The instant that `stamp` wrote."""
    return _EPOCH + timedelta(microseconds=stamped)


LINE = "gezhi1\n%s\n%s\n%s\n%s\n%s\n%d\n%d\n%s"
"""What an entry's digest is taken of: id, kind, subject, account, post, both moments, facts. Receipts carry it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def of_entry(
    id: UUID, what: str, about: UUID, by: Actor, times: tuple[datetime, datetime], facts: str
) -> bytes:
    """SHA-256 over every column of an entry but `seal`; `times` is (at, recorded_at)."""
    account = by.account.hex if by.account else ""
    at = stamp(times[0])
    recorded_at = at if times[1] is times[0] else stamp(times[1])
    return of_words(id.hex, what, about.hex, account, by.post, at, recorded_at, facts)


def of_words(  # noqa: PLR0913  # one for each column, as a row that is poured has them
    id: str, what: str, about: str, account: str, post: str, at: int, recorded_at: int, facts: str
) -> bytes:
    """`of_entry` of what is spelt already: ids as hexadecimal digits, moments as `stamp` gives them."""
    line = LINE % (id, what, about, account, post, at, recorded_at, facts)
    return hashlib.sha256(line.encode()).digest()
