"""外部承办 for programs: a matter handed to somebody outside by a link, listed, made longer, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from msgspec import Meta, Struct

from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.matters import outside, queries
from gezhi.matters.outside import HandoverView
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import outside as services
from gezhi.matters.services.outside import ASKED, COMPANY, MOST_PHOTOS, NAME, PLACE, HandoverGiven

from .edge import Call, Operation
from .matters import PROBLEMS, without_identity
from .shapes import Moment, Public, described
from .together import id_in

Said = Annotated[str, Meta(max_length=NAME, extra_json_schema=described())]
Until = Annotated[
    Moment,
    Meta(description="Until when the link opens; not later than the last promise of the matter that runs."),
]


class NewHandover(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is asked of somebody outside, in the unit's own words: nothing of the report goes out."""

    company: Annotated[str, Meta(max_length=COMPANY, extra_json_schema=described())]
    asked: Annotated[str, Meta(max_length=ASKED, extra_json_schema=described())]
    until: Until
    contact: Annotated[Said, Meta(description="Who does it there; the house alone reads it.")] = ""
    phone: Annotated[Said, Meta(description="A public number of the unit, for questions.")] = ""
    place: Annotated[str, Meta(max_length=PLACE, extra_json_schema=described())] = ""
    photos: Annotated[
        list[UUID], Meta(max_length=MOST_PHOTOS, description="Pictures of the matter that go along.")
    ] = []
    public_number: Public = False


class HandoverChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """A new moment; the same link goes on, also where its moment had come."""

    until: Until


class LinkMade(Struct):
    """The link and its code, told this once. `link` is a path where the district has no address of its own."""

    id: UUID
    code: str
    link: str


class OutsideSaid(Struct):
    """One word from outside: received, working, done, cannot; how many pictures came with it."""

    what: str
    words: str
    photos: int
    at: datetime


class HandoverRead(Struct):
    """One handover. `may`: this key may make it longer, change its link, end it."""

    id: UUID
    company: str
    contact: str
    phone: str
    place: str
    asked: str
    desk: str
    made_at: datetime
    until: datetime
    state: Annotated[str, Meta(description="open, over (its moment has come) or ended")]
    late: bool
    ended_at: datetime | None
    ended_why: Annotated[str, Meta(description="withdrawn, moved or closed")]
    said: str
    said_at: datetime | None
    words: list[OutsideSaid]
    photos: list[UUID]
    may: bool


class HandoverList(Struct):
    """The newest twenty handovers of a matter, the newest first. `may`: this key may hand it over."""

    handovers: list[HandoverRead]
    may: bool


def list_handovers(call: Call, *, number: str) -> HandoverList:
    """Who outside was asked about a matter."""
    page = page_of(call, number)
    found = [_read(call, page, one) for one in outside.of_matter(page.scene, call.caller.now)]
    return HandoverList(found, outside.seat_for(page.scene, call.caller.person) is not None)


def hand_over(call: Call, sent: NewHandover, *, number: str) -> LinkMade:
    """Hand a matter to somebody outside."""
    for field in ("company", "asked", "contact", "phone", "place"):
        said = getattr(sent, field)
        without_identity(said, public=sent.public_number or field in {"contact", "phone"}, field=field)
    given = HandoverGiven(
        new_id(), sent.company, sent.asked, sent.until, sent.contact, sent.phone, sent.place, sent.photos
    )
    page, by, at = page_of(call, number), call.caller.person, call.caller.now
    try:
        return _link(services.hand_over(page.scene, given, by=by, at=at, seen=call.seen(None)))
    except NotFound:
        raise
    except Refused as refusal:
        field = {"pass": "photos", "note": "asked"}.get(refusal.field, refusal.field)
        raise Refused(refusal.reason, code=refusal.code, field=field) from None


def read_handover(call: Call, *, number: str, handover: str) -> HandoverRead:
    """One handover with what came back."""
    return _one(call, page_of(call, number), id_in(handover))


def prolong_handover(call: Call, sent: HandoverChange, *, number: str, handover: str) -> HandoverRead:
    """Make a link good for longer, or for less long."""
    page, id, caller = page_of(call, number), id_in(handover), call.caller
    services.prolong(page.scene, id, sent.until, by=caller.person, at=caller.now, seen=call.seen(None))
    return _one(call, page, id)


def renew_link(call: Call, *, number: str, handover: str) -> LinkMade:
    """Another link; the one before is worthless."""
    page, caller = page_of(call, number), call.caller
    made = services.renew(page.scene, id_in(handover), by=caller.person, at=caller.now, seen=call.seen(None))
    return _link(made)


def end_handover(call: Call, *, number: str, handover: str) -> None:
    """End a link at once and for good."""
    page, caller = page_of(call, number), call.caller
    services.withdraw(page.scene, id_in(handover), by=caller.person, at=caller.now, seen=call.seen(None))


def page_of(call: Call, number: str) -> MatterPage:
    """The matter as this key sees it. Raises `NotFound` for unknown and hidden alike."""
    page = queries.page(call.caller.person, number)
    if page is None:
        raise NotFound(_("没有这一件，或者不在可看的范围内。请核对编号。"))
    return page


def _link(made: services.Link) -> LinkMade:
    there = reverse("outside")
    return LinkMade(made.handover, made.code, f"{settings.HOME.whole(there) or there}#{made.code}")


def _one(call: Call, page: MatterPage, id: UUID) -> HandoverRead:
    found = outside.one_of(page.scene, id, call.caller.now)
    if found is None:
        raise NotFound(_("没有这次外部承办。请刷新后再看。"))
    return _read(call, page, found)


def _read(call: Call, page: MatterPage, one: HandoverView) -> HandoverRead:
    keeps = outside.keeper_of(page.scene, call.caller.person, one.desk) is not None
    return HandoverRead(
        **{name: getattr(one, name) for name in _PLAIN},
        words=[OutsideSaid(word.what, word.words, word.photos, word.at) for word in one.words],
        photos=list(one.photos),
        may=keeps and one.state != "ended",
    )


_PLAIN = (
    "id company contact phone place asked desk made_at until state late ended_at ended_why said said_at"
).split()
_ONE = "matters/<str:number>/handovers/<str:handover>"
_SHOWS = (401, 403, 404, 422, 429, 503)
_BARE = tuple(one for one in PROBLEMS if one not in {400, 411, 413, 415})
OPERATIONS = (
    Operation(
        method="GET", path="matters/<str:number>/handovers", name="handovers",
        summary="外部承办 · Who outside was asked", view=list_handovers, answer=HandoverList, scope="read",
        problems=_SHOWS,
    ),
    Operation(
        method="POST", path="matters/<str:number>/handovers", name="handovers",
        summary="交外部承办 · Hand it to somebody outside", view=hand_over, body=NewHandover, answer=LinkMade,
        scope="act", status=201, made="id", matched=True, shown_once=True, problems=PROBLEMS,
    ),
    Operation(
        method="GET", path=_ONE, name="handover", summary="一次外部承办 · One handover", view=read_handover,
        answer=HandoverRead, scope="read", problems=_SHOWS,
    ),
    Operation(
        method="PATCH", path=_ONE, name="handover", summary="改到什么时候 · Until when", view=prolong_handover,
        body=HandoverChange, answer=HandoverRead, scope="act", matched=True, problems=PROBLEMS,
    ),
    Operation(
        method="DELETE", path=_ONE, name="handover", summary="撤回链接 · End the link", view=end_handover,
        answer=HandoverRead, scope="act", status=204, matched=True, problems=_BARE,
    ),
    Operation(
        method="POST", path=f"{_ONE}/links", name="links", summary="另出链接 · Another link", view=renew_link,
        answer=LinkMade, scope="act", status=201, matched=True, shown_once=True, problems=_BARE,
    ),
)  # fmt: skip
