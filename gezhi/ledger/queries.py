"""What can be asked of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from .fetching import fetch
from .models import Entry, Seal


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry as a reader sees it."""

    id: UUID
    what: str
    about: UUID
    by: UUID | None
    post: str
    at: datetime
    recorded_at: datetime
    facts: dict[str, Any]
    seal: int | None


def story(about: UUID) -> list[Happened]:
    """Everything recorded about one subject, oldest first. One statement."""
    return [_happened(row) for row in Entry.objects.filter(about=about).order_by("id")]


def beginning(about: UUID) -> Happened | None:
    """The first entry about one subject; None where nothing is recorded about it. One row."""
    row = Entry.objects.filter(about=about).order_by("id").first()
    return _happened(row) if row is not None else None


def entered_since(about: Any, post: Any, at: datetime) -> QuerySet[Entry]:
    """Entries about a subject from a desk since a moment; both may name columns of another query (`OuterRef`)."""
    return Entry.objects.filter(about=about, post=post, recorded_at__gte=at)


def entries(ids: Iterable[UUID]) -> list[Happened]:
    """The entries with these ids, oldest first."""
    return [_happened(row) for row in Entry.objects.filter(id__in=list(ids)).order_by("id")]


def happened_to(subjects: Iterable[UUID], whats: Iterable[str]) -> list[Happened]:
    """These events about these subjects, oldest first. One statement."""
    rows = Entry.objects.filter(about__in=list(subjects), what__in=list(whats)).order_by("id")
    return [_happened(row) for row in rows]


def latest(about: UUID, whats: Iterable[str], most: int) -> list[Happened]:
    """The last of these events about one subject, the newest first. One statement."""
    rows = Entry.objects.filter(about=about, what__in=list(whats)).order_by("-id")
    return [_happened(row) for row in rows[:most]]


def facts_of(about: UUID, what: str) -> list[dict[str, Any]]:
    """The facts of every such event about one subject, oldest first. One statement, for what every step asks."""
    rows = fetch(Entry, ["facts"], "WHERE about = %s AND what = %s ORDER BY id", [about, what])
    return [msgspec.json.decode(facts) for (facts,) in rows]


def facts_about(subjects: Iterable[UUID], whats: Iterable[str]) -> list[tuple[UUID, str, str]]:
    """Subject, event and canonical facts of these events about these subjects, oldest first."""
    rows = Entry.objects.filter(about__in=list(subjects), what__in=list(whats)).order_by("id")
    return list(rows.values_list("about", "what", "facts"))


def acts(subjects: Iterable[UUID]) -> list[tuple[UUID, str, UUID | None, str, str]]:
    """Subject, event, account, post and canonical facts of everything about these subjects, oldest first. One statement."""
    rows = Entry.objects.filter(about__in=list(subjects)).order_by("id")
    return list(rows.values_list("about", "what", "by", "post", "facts"))


def has_acted(account: UUID, post: str, since: UUID) -> bool:
    """Whether this account did anything from a post (as an entry's `post` begins) after an entry."""
    return Entry.objects.filter(id__gt=since, by=account, post__startswith=post).exists()


def facts_holding(what: str, fact: str) -> Iterator[dict[str, Any]]:
    """The facts of every such event in which a fact of this name was recorded, read a part at a time."""
    rows = Entry.objects.filter(what=what, facts__contains=f'"{fact}":').values_list("facts", flat=True)
    for facts in rows.iterator(2000):
        said = msgspec.json.decode(facts)
        if fact in said:
            yield said


def count_of(what: str) -> int:
    """How often this was recorded."""
    return Entry.objects.filter(what=what).count()


def last_seal() -> Seal | None:
    """The newest sealed batch, or none before the first."""
    return Seal.objects.order_by("-number").first()


def _happened(row: Entry) -> Happened:
    facts = msgspec.json.decode(row.facts)
    return Happened(row.id, row.what, row.about, row.by, row.post, row.at, row.recorded_at, facts, row.seal)
