"""Papers of one matter: who may issue one, what would stand on it, what was issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation

from gezhi.documents import forms, stand_ins, values
from gezhi.documents.access import of_ground
from gezhi.documents.kinds import Asked, Kind
from gezhi.documents.models import Paper
from gezhi.documents.own_words import UNNUMBERED
from gezhi.matters import access as matters
from gezhi.matters import queries, sentences
from gezhi.matters.queries import MatterPage
from gezhi.people import queries as people
from gezhi.people.queries import DEPARTMENT, Person, Seat
from gezhi.rules.model import Model

BLANK = "——"


@dataclass(frozen=True, slots=True)
class PaperView:
    """One issued paper. `state` is waiting, ready, failed, void or gone."""

    id: UUID
    kind: str
    number: str
    state: str
    by_name: str
    issued_at: datetime
    voided_at: datetime | None
    void_reason: str


def issuing_seat(person: Person, page: MatterPage) -> Seat | None:
    """The seat from which this person may issue papers on this matter: the desk asked now, the department that handles it,
    or a post whose ground holds it; of posts only those that see their ground. None where there is no such seat."""
    seats = (seat for seat in person.terms if _issues(seat, page.model))
    return next((s for s in seats if matters.stands_by(replace(person, terms=(s,)), page.matter)), None)


def _issues(seat: Seat, model: Model) -> bool:
    return seat.post == DEPARTMENT or of_ground(seat, model)


def words_for(page: MatterPage, kind: Kind, typed: Mapping[str, str], at: datetime) -> dict[str, str]:
    """What would stand in each place of words of this kind, in the language of the house."""
    matter, series = page.matter, forms.series_of(kind, timezone.localdate(at))
    due = [one.due_at for one in page.limits if one.open]
    with translation.override(settings.LANGUAGE_CODE):
        said = values.of_matter(page, at) | {
            "文号": UNNUMBERED,
            "发文单位": series.office,
            "发文日期": values.day(at),
            "反映事项": matter.headline,
            "反映内容": page.text or BLANK,
            "地点或空": matter.address or BLANK,
            "受理日期": values.day(matter.accepted_at) if matter.accepted_at else BLANK,
            "办理期限": values.due_day(max(due)) if due else BLANK,
            "报告方式": sentences.reporting(matter.reporting),
            "现在一步": sentences.label(page.scene.flow.steps[matter.step]),
        }
    return said | {one.place: _as_printed(one, typed.get(one.place, "").strip()) for one in kind.asked}


def _as_printed(one: Asked, said: str) -> str:
    return values.date_words(date.fromisoformat(said)) if one.day else said


def begun(page: MatterPage, kind: Kind, at: datetime) -> dict[str, str]:
    """What the form is begun with where the matter knows it already: the request, the limit as it was granted, and as the day by
    which to tell back the first time limit that is still to come."""
    due = [one.due_at for one in page.limits if one.open]
    coming = [day for day in map(values.due_date, due) if day >= timezone.localdate(at)]
    said = {"请求": page.text, "延至": ""}
    if granted := values.extended_days(page):
        said["延至"] = granted[0].isoformat()
    said["回告日期"] = min(coming).isoformat() if coming else ""
    begun_with = {one.place: said.get(one.place, "") for one in kind.asked}
    return dict(stand_ins.shown(begun_with, stand_ins.lacking(begun_with)))


def of_matter(matter: UUID) -> list[PaperView]:
    """The papers of a matter, oldest first."""
    rows = list(Paper.objects.filter(matter=matter).defer("said").order_by("issued_at", "id"))
    names = people.names_of(row.account for row in rows if row.account)
    return [_view(row, names) for row in rows]


def one_of(matter: UUID, paper: UUID) -> Paper | None:
    """One paper of this matter."""
    return Paper.objects.filter(id=paper, matter=matter).first()


def standing_number(matter: UUID, paper: UUID) -> str:
    """The number of an issued paper of this matter; empty where it is void, failed or gone, or there is none."""
    rows = Paper.objects.filter(id=paper, matter=matter, voided_at=None, state__in=("waiting", "ready"))
    return rows.values_list("number", flat=True).first() or ""


def in_house_words(person: Person, number: str) -> MatterPage | None:
    """The page of a matter in the language of the house: what a paper says does not hang on who reads."""
    with translation.override(settings.LANGUAGE_CODE):
        return queries.page(person, number)


def _view(row: Paper, names: Mapping[UUID, str]) -> PaperView:
    said: dict[str, Any] = {"state": "void" if row.voided_at and row.state != "gone" else row.state}
    said["by_name"] = names.get(row.account, "") if row.account else ""
    return PaperView(
        id=row.id,
        kind=row.kind,
        number=row.number,
        issued_at=row.issued_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        **said,
    )
