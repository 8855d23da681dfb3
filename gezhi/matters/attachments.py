"""附件 of a matter as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gezhi.matters.models import Attachment
from gezhi.vault import queries as vault


@dataclass(frozen=True, slots=True)
class FileView:
    """One document. `state` is waiting while the worker has not looked at it, ready, refused or gone; `sha256` in hex
    once it is sealed."""

    id: UUID
    name: str
    kind: str
    state: str
    reason: str
    size: int
    sha256: str = ""


def files_of(matter: UUID) -> dict[UUID, FileView]:
    """The documents of a matter by their ids, oldest first. One statement where there are none."""
    rows = list(Attachment.objects.filter(matter=matter).order_by("id"))
    return {row.id: _view(row) for row in rows}


def _view(row: Attachment) -> FileView:
    sealed = vault.file_of(row.file) if row.file else None
    digest = bytes(sealed.sha256).hex() if sealed else ""
    return FileView(row.id, row.name, row.kind, row.state, row.reason, row.size, digest)
