"""文书 for programs: what may be issued, issuing by form, both files, voiding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec import Meta, Struct

from gezhi.documents import fitting, papers
from gezhi.documents.kinds import KINDS
from gezhi.documents.papers import PaperView
from gezhi.documents.services import issuing
from gezhi.documents.services.checking import LONGEST
from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.matters.queries import MatterPage

from .edge import Call, File, Operation
from .handovers import page_of
from .matters import PROBLEMS, without_identity
from .shapes import described
from .together import id_in

KindId = Literal["acceptance", "refusal", "answer", "extension", "transfer", "dossier"]
Place = Annotated[str, Meta(max_length=20, extra_json_schema=described())]
Filled = Annotated[str, Meta(max_length=LONGEST, extra_json_schema=described())]


class PlaceAsked(Struct):
    """A place of a form that whoever issues writes. `day`: a date, 2026-12-01; `begun`: what the matter knows already."""

    place: str
    hint: str
    long: bool
    day: bool
    begun: str


class PaperKind(Struct):
    """A kind of paper that may be issued on this matter now."""

    kind: str
    name: str
    places: list[PlaceAsked]


class PaperRead(Struct):
    """An issued paper: waiting (its files are being set), ready, failed, void or gone."""

    id: UUID
    kind: str
    name: str
    number: str
    state: str
    issued_at: datetime
    voided_at: datetime | None
    void_reason: str


class PaperList(Struct):
    """The papers of a matter, oldest first, and what this key may issue now; none where it may not."""

    papers: list[PaperRead]
    may_issue: list[PaperKind]


class NewPaper(Struct, forbid_unknown_fields=True, kw_only=True):
    """A paper to be issued: its kind, and what stands in each place that `may_issue` asks for."""

    kind: KindId
    places: Annotated[dict[Place, Filled], Meta(max_length=12)] = {}


class NewVoiding(Struct, forbid_unknown_fields=True, kw_only=True):
    """Why a paper is void."""

    reason: Annotated[str, Meta(max_length=200, extra_json_schema=described())]


def list_papers(call: Call, *, number: str) -> PaperList:
    """The papers of a matter."""
    page = page_of(call, number)
    found = [_read(one) for one in papers.of_matter(page.matter.id)]
    return PaperList(found, _kinds(call, page))


def issue_paper(call: Call, sent: NewPaper, *, number: str) -> PaperRead:
    """Issue a paper."""
    for place, said in sent.places.items():
        without_identity(said, public=True, field=_field(place))
    kind = KINDS[sent.kind]
    unknown = sorted(set(sent.places) - {one.place for one in kind.asked})
    if unknown:
        told = _("{kind}没有“{place}”这一处。要写的是：{places}。").format(
            kind=kind.name,
            place=unknown[0],
            places=_("、").join(one.place for one in kind.asked) or _("（没有）"),
        )
        raise Refused(told, code="place_unknown", field=_field(unknown[0]))
    key, caller = new_id(), call.caller
    try:
        issuing.issue(key, number, kind, sent.places, by=caller.person, at=caller.now, seen=call.seen(None))
    except NotFound:
        raise
    except Refused as refusal:
        field = _field(refusal.field) if refusal.field else ""
        raise Refused(refusal.reason, code=refusal.code, field=field) from None
    return _one(call, number, key)


def read_paper(call: Call, *, number: str, paper: str) -> PaperRead:
    """One paper."""
    return _one(call, number, id_in(paper))


def void_paper(call: Call, sent: NewVoiding, *, number: str, paper: str) -> PaperRead:
    """Void a paper."""
    without_identity(sent.reason, public=True, field="reason")
    id, caller = id_in(paper), call.caller
    issuing.void(number, id, sent.reason, by=caller.person, at=caller.now, seen=call.seen(None))
    return _one(call, number, id)


def take_pdf(call: Call, *, number: str, paper: str) -> File:
    """The PDF of a paper; of a void one the page that says so."""
    return _file(call, number, paper, "pdf", PDF)


def take_docx(call: Call, *, number: str, paper: str) -> File:
    """The Word file of a paper; none of a void one."""
    return _file(call, number, paper, "docx", DOCX)


def _file(call: Call, number: str, paper: str, form: str, kind: str) -> File:
    one = _one(call, number, id_in(paper))
    _name, body = issuing.take(number, one.id, form, by=call.caller.person, at=call.caller.now)
    return File(body, kind, f'"{one.id.hex}-{one.state}-{form}"')


def _field(place: str) -> str:
    return f"places.{place[:40]}"


def _kinds(call: Call, page: MatterPage) -> list[PaperKind]:
    if papers.issuing_seat(call.caller.person, page) is None:
        return []
    found = []
    for kind in fitting.kinds_for(page):
        begun = papers.begun(page, kind, call.caller.now)
        asked = [
            PlaceAsked(one.place, str(one.hint), one.long, one.day, begun[one.place]) for one in kind.asked
        ]
        found.append(PaperKind(kind.id, str(kind.name), asked))
    return found


def _one(call: Call, number: str, id: UUID) -> PaperRead:
    page = page_of(call, number)
    found = next((one for one in papers.of_matter(page.matter.id) if one.id == id), None)
    if found is None:
        raise NotFound(_("没有这份文书。"))
    return _read(found)


def _read(one: PaperView) -> PaperRead:
    said = (one.id, one.kind, str(KINDS[one.kind].name), one.number, one.state)
    return PaperRead(*said, one.issued_at, one.voided_at, one.void_reason)


PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALL = "matters/<str:number>/papers"
_ONE = f"{_ALL}/<str:paper>"
_SHOWS = (401, 403, 404, 422, 429, 503)
_TAKES = (401, 403, 404, 409, 422, 429, 503, 507)
OPERATIONS = (
    Operation(
        method="GET", path=_ALL, name="papers", summary="文书 · Papers", view=list_papers, answer=PaperList,
        scope="read", problems=_SHOWS,
    ),
    Operation(
        method="POST", path=_ALL, name="papers", summary="出具文书 · Issue a paper", view=issue_paper,
        body=NewPaper, answer=PaperRead, scope="act", status=201, made="id", matched=True, problems=PROBLEMS,
    ),
    Operation(
        method="GET", path=_ONE, name="paper", summary="一份文书 · One paper", view=read_paper,
        answer=PaperRead, scope="read", problems=_SHOWS,
    ),
    Operation(
        method="GET", path=f"{_ONE}/pdf", name="paper_pdf", summary="PDF", view=take_pdf, answer=PaperRead,
        kind=PDF, scope="read", problems=_TAKES,
    ),
    Operation(
        method="GET", path=f"{_ONE}/docx", name="paper_docx", summary="Word", view=take_docx,
        answer=PaperRead, kind=DOCX, scope="read", problems=_TAKES,
    ),
    Operation(
        method="POST", path=f"{_ONE}/voidings", name="voidings", summary="作废 · Void a paper",
        view=void_paper, body=NewVoiding, answer=PaperRead, scope="act", status=201, matched=True,
        problems=PROBLEMS,
    ),
)  # fmt: skip
