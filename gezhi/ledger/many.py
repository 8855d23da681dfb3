"""Entries of many records at once: what they share is put in words once, and nobody is told of what is long past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from . import digests, pouring
from .actor import Actor
from .ids import new_ids
from .models import Entry
from .pouring import Load, Moment


class Said(NamedTuple):
    """One entry: what happened, to whom (hexadecimal digits), who did it, when, and its facts in canonical form."""

    what: str
    about: str
    by: Actor
    at: Moment
    facts: str


_COLUMNS = ("id", "what", "about", "by", "post", "at", "recorded_at", "facts", "digest")


def load(entries: Sequence[Said], *, recorded: Moment) -> Load:
    """Entries to be put, with their ids in this order. `recorded` must be the instance's clock."""
    rows: list[list[object]] = []
    for id, (what, about, by, at, facts) in zip(new_ids(len(entries)), entries, strict=True):
        account = by.account.hex if by.account else ""
        sealed = digests.of_words(id, what, about, account, by.post, at.stamp, recorded.stamp, facts)
        rows.append([id, what, about, account or None, by.post, at.spelt, recorded.spelt, facts, sealed])
    return pouring.spelt_load(Entry, _COLUMNS, rows)
