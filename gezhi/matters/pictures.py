"""The pictures of a matter as its pages show them, and who may do what with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gezhi.matters import access
from gezhi.matters.models import Matter, Photo
from gezhi.people.queries import Person

OF_PARTY = "statement"
"""The kind of a picture that came with the statement of a party: no link takes it outside."""


@dataclass(frozen=True, slots=True)
class PhotoView:
    """One picture. `state` is waiting while the worker has not drawn it anew, ready or refused; `version` counts how
    often parts of it were covered, `uncovered_until` says until when that can be undone, `original` names the sealed
    file as it came, where there is one.
    """

    id: UUID
    kind: str
    state: str
    reason: str
    width: int
    height: int
    version: int = 0
    covered: bool = False
    uncovered_until: datetime | None = None
    original: UUID | None = None


def photos_of(matter: UUID) -> tuple[PhotoView, ...]:
    """The pictures of a matter, oldest first."""
    return tuple(_view(row) for row in Photo.objects.filter(matter=matter).order_by("id"))


def to_pass_on(matter: UUID) -> tuple[PhotoView, ...]:
    """The pictures of a matter that may go along to somebody outside."""
    return tuple(photo for photo in photos_of(matter) if photo.kind != OF_PARTY)


def photo_for(person: Person, number: str, photo: UUID) -> PhotoView | None:
    """One picture of a matter this person may see. Two statements, however many pictures the matter has."""
    matter = access.matter_for(person, number)
    row = Photo.objects.filter(id=photo, matter=matter.id).first() if matter else None
    return _view(row) if row else None


def may_work_on(person: Person, matter: Matter) -> bool:
    """Who may cover parts of a matter's pictures, open an original and take all away as a file: if, and only if, a seat
    is the desk asked now, the department that handles it and was asked, or a post whose ground holds the matter.
    Whoever only was asked once, or helped, looks. The matter itself must be open to the person."""
    return access.stands_by(person, matter)


def _view(row: Photo) -> PhotoView:
    return PhotoView(
        *(row.id, row.kind, row.state, row.reason, row.width, row.height, row.version),
        covered=bool(row.boxes),
        uncovered_until=row.uncovered_until,
        original=row.original,
    )
