"""Which certificates were shown for a term, and which of them end soon. Asked by term, never by person or by kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from gezhi.people.models import Certificate
from gezhi.people.queries import DEPARTMENT
from gezhi.rules.model import Model

SOON = timedelta(days=30)


class Shown(NamedTuple):
    """A certificate as it was shown: its kind, its last valid day; none where it has none."""

    kind: str
    until: date | None = None

    def valid_on(self, on: date) -> bool:
        return self.until is None or self.until >= on


class Seen(NamedTuple):
    """The same on record: for which term, who saw it (none: the operator), when."""

    term: UUID
    kind: str
    until: date | None
    seen_on: date
    seen_by: UUID | None


class Ending(NamedTuple):
    """A certificate of a running term that ends soon, or has ended: its last valid day."""

    term: UUID
    account: UUID
    post: str
    unit: UUID
    kind: str
    until: date


_WRITTEN = re.compile(  # a kind, then 至, 到, 有效期至 or =, then a day in any usual way of writing, perhaps in brackets
    r"(?P<kind>.*?)[ \uff08(]*(?:[=\uff1d\u81f3\u5230]|\u6709\u6548\u671f[\u81f3\u5230])? *"
    r"(?:(?P<y>\d{4})[-/.\u5e74](?P<m>\d{1,2})[-/.\u6708](?P<d>\d{1,2})\u65e5?)?[ )\uff09]*\Z"
)


def written(word: str) -> Shown:
    """A certificate as somebody writes it: 人民调解员证至2027-12-31, 人民调解员证=2027-12-31, or its kind alone.

    Raises `ValueError` where there is no kind, or the day is none.
    """
    said = _WRITTEN.match(word.strip())
    if said is None or not said["kind"]:
        raise ValueError(word)
    until = date(int(said["y"]), int(said["m"]), int(said["d"])) if said["y"] else None
    return Shown(said["kind"], until)


def asked_of(post: str, model: Model) -> tuple[str, ...]:
    """The kinds without which nobody is appointed to a post."""
    known = model.posts.get(post)
    return known.certificate if known is not None and post != DEPARTMENT else ()


def seen(terms: Iterable[UUID]) -> dict[UUID, list[Seen]]:
    """What was shown for each of these terms, the latest last. One statement."""
    found: dict[UUID, list[Seen]] = {}
    rows = Certificate.objects.filter(term__in=list(terms)).order_by("seen_on", "id")
    for row in rows.values_list("term_id", "kind", "valid_until", "seen_on", "seen_by"):
        found.setdefault(row[0], []).append(Seen(*row))
    return found


def held(term: UUID, on: date) -> frozenset[str]:
    """The kinds that were shown for a term and are valid on a day. One statement."""
    valid = Q(valid_until=None) | Q(valid_until__gte=on)
    rows = Certificate.objects.filter(valid, term=term, seen_on__lte=on)
    return frozenset(rows.values_list("kind", flat=True))


def latest(found: Iterable[Seen]) -> dict[str, date | None]:
    """For each kind the last valid day of all that were shown; none where one has none."""
    ends: dict[str, date | None] = {}
    for one in found:
        was = ends.get(one.kind, date.min)
        ends[one.kind] = None if was is None or one.until is None else max(was, one.until)
    return ends


def ending(on: date, within: timedelta = SOON) -> tuple[Ending, ...]:
    """Certificates of terms that run on a day, of which none of the same kind is valid longer: by their last day."""
    runs = Q(term__to_on=None) | Q(term__to_on__gt=on)
    rows = Certificate.objects.filter(runs, term__from_on__lte=on, term__account__is_active=True)
    soon = set(rows.filter(valid_until__lte=on + within).values_list("term", flat=True))
    if not soon:
        return ()
    about = {
        row[0]: row[1:]
        for row in rows.filter(term__in=soon).values_list("term", "term__account", "term__post", "term__unit")
    }
    found = [
        Ending(term, *about[term], kind, until)
        for term, shown in seen(soon).items()
        for kind, until in latest(shown).items()
        if until is not None and until <= on + within
    ]
    return tuple(sorted(found, key=lambda one: (one.until, one.term, one.kind)))
