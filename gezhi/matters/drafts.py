"""The change of the model that is in work: what it says, how far it has come, and who may take it further."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.utils import timezone

from gezhi.matters import editions, models
from gezhi.people import queries as people
from gezhi.people.queries import Person, Seat
from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.model import Model
from gezhi.rules.texts import Texts, holding_from, read

DRAFTS = frozenset(("system",))
PUBLISHES = frozenset(("system", "security"))
"""Offices of the instance: whoever administers the system drafts; a second person of either office publishes."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands. `findings` are of exactly these texts; `version` is what was submitted."""

    id: UUID
    state: str
    base: str
    texts: Texts
    findings: tuple[Finding, ...]
    since: date
    revision: int
    version: str
    trial: str
    began_at: datetime
    edited_by: UUID
    edited_at: datetime
    submitted_by: UUID | None
    submitted_at: datetime | None
    published_by: UUID | None
    published_at: datetime | None

    @property
    def holds(self) -> bool:
        return not self.findings

    @property
    def readable(self) -> bool:
        """Whether the texts are a model at all, be it one that would not work."""
        try:
            read(self.texts)
        except ModelError:
            return False
        return True

    def model(self) -> Model:
        """The model of the texts, holding from the draft's day. Raises `ModelError` for texts that are none."""
        return holding_from(read(self.texts).model, self.since)


def in_work(on: date) -> Draft | None:
    """The draft that is open, submitted, or published and waiting for its day; none otherwise."""
    row = models.Draft.objects.filter(live=True).first()
    if row is None or (row.state == "published" and row.since <= on):
        return None
    return draft_of(row)


def draft_of(row: models.Draft) -> Draft:
    said = {
        name: getattr(row, name) for name in Draft.__dataclass_fields__ if name not in ("texts", "findings")
    }
    findings = msgspec.json.decode(row.findings, type=tuple[Finding, ...])
    return Draft(texts=Texts(row.toml, row.items), findings=findings, **said)


@dataclass(frozen=True, slots=True)
class Past:
    """An edition as the list of editions shows it, with who brought it in where it was drafted on its page."""

    version: str
    since: date
    adopted_at: datetime
    submitted_by: UUID | None
    published_by: UUID | None


def editions_so_far(most: int = 30) -> list[Past]:
    """Editions, the one adopted last first."""
    wanted = editions.lines()[:most]
    rows = models.Draft.objects.filter(
        version__in=[one.version for one in wanted], published_at__isnull=False
    )
    who = {
        row[0]: row[1:]
        for row in rows.order_by("published_at").values_list("version", "submitted_by", "published_by")
    }
    return [
        Past(one.version, one.since, one.adopted_at, *who.get(one.version, (None, None))) for one in wanted
    ]


def seat_of(person: Person, offices: frozenset[str], model: Model) -> Seat | None:
    """The seat from which this person holds one of these offices."""
    posts = {post.id for post in model.posts.values() if post.administers in offices}
    return next((seat for seat in person.terms if seat.post in posts), None)


def publishers(on: date, *, but: UUID | None = None, came: bool = True) -> list[tuple[Person, Seat]]:
    """Who may publish today: active, in office, able to sign in (or, not `came`, not yet); without the one that
    submitted."""
    model, able = editions.current(on), people.able_to_sign_in()
    found = [
        (person, seat)
        for person in people.roster(on).people.values()
        if person.account != but
        and (person.account in able) is came
        and (seat := seat_of(person, PUBLISHES, model))
    ]
    return sorted(found, key=lambda pair: (pair[1].post, pair[0].name))


def waits_for(person: Person, model: Model) -> date | None:
    """The first day of a submitted draft that this person may publish; none where none waits for them."""
    if seat_of(person, PUBLISHES, model) is None:
        return None
    waiting = models.Draft.objects.filter(live=True, state="submitted").exclude(submitted_by=person.account)
    return waiting.values_list("since", flat=True).first()


def local_day(at: datetime) -> date:
    return timezone.localdate(at)
