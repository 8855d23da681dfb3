"""What can be asked of the vault without opening anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BinaryField, FilteredRelation, Q, QuerySet
from django.db.models.functions import Substr

from . import ciphers, keys
from .models import Opening, SealedFile, Secret
from .purposes import purpose_label

ASKING_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Look:
    """One request to see an identity, as its owner may read it: when, which post, what for. Never a name."""

    asked_at: datetime
    post: str
    purpose: str
    state: str  # waiting lapsed allowed refused read
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """One opening, as the two people who deal with it see it."""

    id: UUID
    about: UUID
    purpose: str
    asked_by: UUID
    asked_post: str
    asked_at: datetime
    state: str
    answered_by: UUID | None
    answered_post: str
    allowed_at: datetime | None
    ends_at: datetime | None


def who_looked(secret: UUID, *, at: datetime) -> tuple[Look, ...]:
    """Everybody who asked to see this identity, newest first. One statement."""
    rows = Opening.objects.select_related("secret").filter(secret=secret).order_by("-asked_at", "-id")
    return tuple(_look(row, at) for row in rows)


def who_looked_at_matter(about: UUID, *, at: datetime) -> tuple[Look, ...]:
    """Everybody who asked, for this matter, to see an identity, newest first. One statement."""
    rows = _about(about).order_by("-asked_at", "-id")
    return tuple(_look(row, at) for row in rows)


def openings_about(about: UUID, *, at: datetime) -> tuple[Request, ...]:
    """Requests made for one matter, newest first."""
    return tuple(_request(row, at) for row in _about(about).order_by("-asked_at"))


def kept_and_asked(secret: UUID, about: UUID, *, at: datetime) -> tuple[bool, tuple[Request, ...]]:
    """Whether an identity is still sealed there, and, where it is, the requests to see it made for one matter, newest first.

    One statement: a page that says the one says the other.
    """
    kept = Secret.objects.filter(id=secret).exclude(sealed=b"")
    asked = kept.annotate(asked=FilteredRelation("openings", condition=Q(openings__about=about)))
    columns = [f"asked__{column.name}" for column in Opening._meta.concrete_fields]
    rows = [Opening(*said) for said in asked.order_by("-asked__asked_at").values_list(*columns)]
    return bool(rows), tuple(_request(row, at, sealed=True) for row in rows if row.id)


def _about(matter: UUID) -> QuerySet[Opening]:
    return Opening.objects.select_related("secret").filter(about=matter)


def openings_waiting(*, at: datetime, most: int | None = None) -> tuple[Request, ...]:
    """Requests a second person has still to answer, oldest first; no more than `most` if it is given."""
    rows = Opening.objects.filter(allowed_at=None, refused_at=None, asked_at__gt=at - ASKING_LASTS)
    kept = rows.exclude(secret__sealed=b"").select_related("secret")
    return tuple(_request(row, at) for row in kept.order_by("asked_at")[:most])


def is_there(secret: UUID) -> bool:
    """Whether an identity is still sealed there, and was not erased."""
    return Secret.objects.filter(id=secret).exclude(sealed=b"").exists()


def secrets_of(contact: str) -> tuple[UUID, ...]:
    """The sealed identities with this contact, found by blind index: nothing is opened."""
    if not contact.strip():
        return ()
    ring = keys.ring()
    blinds = [ciphers.blind(ring.index, cipher, contact) for cipher in ring.ciphers]
    return tuple(Secret.objects.filter(blind__in=blinds).order_by("made_at").values_list("id", flat=True))


def alike(secret: UUID) -> tuple[UUID, ...]:
    """The sealed identities with the same contact as this one, itself among them; nothing is opened."""
    blind = Secret.objects.filter(id=secret).values_list("blind", flat=True).first()
    if blind is None:
        return (secret,)
    return tuple(Secret.objects.filter(blind=bytes(blind)).values_list("id", flat=True))


def state_of(row: Opening, at: datetime) -> str:
    """waiting, lapsed (nobody answered in a day, the time to read is over, or nothing is kept any more), allowed, refused
    or read. Of a row with its secret."""
    return _state(row, bool(row.secret.sealed), at)


def _state(row: Opening, sealed: bool, at: datetime) -> str:
    if row.refused_at:
        return "refused"
    if row.allowed_at:
        if row.ends_at and row.ends_at > at:
            return "allowed"
        return "read" if row.read_at else "lapsed"
    return "waiting" if row.asked_at > at - ASKING_LASTS and sealed else "lapsed"


def sealed_with(number: int) -> QuerySet[Secret]:
    """Identities sealed with this key."""
    first = Substr("sealed", 1, 1, output_field=BinaryField())
    return Secret.objects.alias(first=first).filter(first=bytes([number]))


def not_sealed_with(number: int) -> QuerySet[Secret]:
    """Identities that another key sealed; erased ones are sealed with none."""
    first = Substr("sealed", 1, 1, output_field=BinaryField())
    return Secret.objects.exclude(sealed=b"").alias(first=first).exclude(first=bytes([number]))


def sealed_otherwise() -> bool:
    """Whether a change of key is under way: something is not sealed with the newest."""
    newest = keys.ring().newest.number
    return not_sealed_with(newest).exists() or files_not_sealed_with(newest).exists()


def files_not_sealed_with(number: int) -> QuerySet[SealedFile]:
    """Files that are still there and that another key sealed."""
    return SealedFile.objects.filter(gone_at=None).exclude(key=number)


def file_of(id: UUID | None) -> SealedFile | None:
    """A sealed file that is still there; nothing is opened."""
    return SealedFile.objects.filter(id=id, gone_at=None).first() if id else None


def _look(row: Opening, at: datetime) -> Look:
    state = "read" if row.read_at else state_of(row, at)
    return Look(row.asked_at, row.asked_post, purpose_label(row.purpose), state, row.read_at)


def _request(row: Opening, at: datetime, *, sealed: bool | None = None) -> Request:
    return Request(
        id=row.id,
        about=row.about,
        purpose=row.purpose,
        asked_by=row.asked_by,
        asked_post=row.asked_post,
        asked_at=row.asked_at,
        state=state_of(row, at) if sealed is None else _state(row, sealed, at),
        answered_by=row.answered_by,
        answered_post=row.answered_post,
        allowed_at=row.allowed_at,
        ends_at=row.ends_at,
    )
