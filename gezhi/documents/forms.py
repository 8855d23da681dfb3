"""The forms of papers as they stand: which version counts, which waits to be published, how papers are numbered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gezhi.documents.kinds import KINDS, Kind, shipped
from gezhi.documents.models import Form, Series
from gezhi.documents.own_words import NUMBERED, SERIAL, YEAR
from gezhi.people import queries as people
from gezhi.places import queries as places

PATTERN_PARTS = (YEAR, SERIAL)


@dataclass(frozen=True, slots=True)
class FormView:
    """One version of a form. Version 0 is the one that ships."""

    version: int
    state: str
    by_name: str
    account: UUID | None
    made_at: datetime
    published_name: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeriesView:
    """How papers of a kind are numbered, and who issues them."""

    pattern: str
    office: str

    def number(self, year: int, serial: int) -> str:
        """The number of one paper."""
        return self.pattern.replace(YEAR, str(year)).replace(SERIAL, str(serial))


def version_of(kind: str) -> int:
    """The version that counts now; 0 for the one that ships."""
    rows = Form.objects.filter(kind=kind, state="published").order_by("-version")
    return rows.values_list("version", flat=True).first() or 0


def body_of(kind: str, version: int) -> bytes | None:
    """The file of one version; none for no such version."""
    if version == 0:
        return shipped(kind)
    found = Form.objects.filter(kind=kind, version=version).values_list("body", flat=True).first()
    return bytes(found) if found is not None else None


def versions(kind: str) -> list[FormView]:
    """Every version that was handed in, newest first."""
    rows = list(Form.objects.filter(kind=kind).defer("body").order_by("-version"))
    names = people.names_of(one for row in rows for one in (row.account, row.published_by) if one)
    return [
        FormView(
            row.version,
            row.state,
            names.get(row.account, "") if row.account else "",
            row.account,
            row.made_at,
            names.get(row.published_by, "") if row.published_by else "",
            row.published_at,
        )
        for row in rows
    ]


def waiting(kind: str) -> FormView | None:
    """The version that waits to be published."""
    return next((one for one in versions(kind) if one.state == "waiting"), None)


def series_of(kind: Kind, on: date) -> SeriesView:
    """How papers of this kind are numbered: as the district wrote it, else by the short name of the district."""
    row = Series.objects.filter(kind=kind.id).first()
    if row is not None:
        return SeriesView(row.pattern, row.office)
    root = places.tree(on).root
    return SeriesView(
        f"{(root.short or root.name[:1]) if root else ''}{kind.sign}{NUMBERED}",
        root.name if root else "",
    )


def kind_of(word: str) -> Kind | None:
    """The kind an address names."""
    return KINDS.get(word)
