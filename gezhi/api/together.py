"""What one matter has to do with others and with a second person: class, place, parts, mergers, proposals."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec import Meta, Struct

from gezhi.errors import NotFound
from gezhi.matters.services import merging, parting, placing, proposing, reclassing, reports
from gezhi.matters.services.parting import MOST, PartGiven
from gezhi.matters.services.placing import Where

from .edge import Call, Operation
from .matters import PROBLEMS, without_identity
from .shapes import SHOWN, Note, Public, Seen, StepTaken, Word, described


class NewItem(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a matter is after all (改类), and why."""

    item: Word
    note: Note
    seen: Seen | None = None
    public_number: Public = False


class NewPlace(Struct, forbid_unknown_fields=True, kw_only=True):
    """Where a matter lies: a point, an address of the register, or the path of a unit; the first given counts."""

    lon: Annotated[float | None, Meta(extra_json_schema={"minimum": -180, "maximum": 180})] = None
    lat: Annotated[float | None, Meta(extra_json_schema={"minimum": -90, "maximum": 90})] = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84"
    address: Annotated[str, Meta(extra_json_schema=described(120))] = ""
    unit: Word = ""
    seen: Seen | None = None


class NewPart(Struct, forbid_unknown_fields=True, kw_only=True):
    """One part: what it is about, in words that name nobody, and which item of the list it is."""

    text: Annotated[str, Meta(pattern=SHOWN, max_length=4000)]
    item: Word


class NewParts(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a matter is split into (拆分): all of them or none. The same `client_key` makes them once."""

    parts: Annotated[list[NewPart], Meta(min_length=1, max_length=MOST)]
    client_key: Annotated[
        str, Meta(min_length=1, max_length=60, extra_json_schema=described(60, r"^[!-~]+$"))
    ]
    seen: Seen | None = None
    public_number: Public = False


class PartsTaken(Struct):
    """The numbers of the parts."""

    number: str
    parts: list[str]


class NewUnmerging(Struct, forbid_unknown_fields=True, kw_only=True):
    """Why a merger was a mistake."""

    note: Note
    seen: Seen | None = None
    public_number: Public = False


class NewWord(Struct, forbid_unknown_fields=True, kw_only=True):
    """The second person's word on a proposal; `decline` takes back one's own."""

    answer: Literal["confirm", "decline"]
    note: Note = ""
    seen: Seen | None = None
    public_number: Public = False


def reclass_one(call: Call, sent: NewItem, *, number: str) -> StepTaken:
    """Say what a matter is after all."""
    without_identity(sent.note, public=sent.public_number)
    seen = call.seen(sent.seen)
    return _stands(reclassing.reclass(number, sent.item, sent.note, by=call.caller.person, seen=seen))


def place_one(call: Call, sent: NewPlace, *, number: str) -> StepTaken:
    """Say where a matter lies."""
    where = Where(sent.lon, sent.lat, sent.datum, sent.address, sent.unit)
    reports.check_place(where)
    done = placing.place(number, where, by=call.caller.person, at=None, seen=call.seen(sent.seen))
    return StepTaken(done.number, done.step, done.desk, done.moved)


def part_one(call: Call, sent: NewParts, *, number: str) -> PartsTaken:
    """Take parts out of a matter."""
    for one in sent.parts:
        without_identity(one.text, public=sent.public_number)
    given = [PartGiven(one.text, one.item) for one in sent.parts]
    by, seen = call.caller.person, call.seen(sent.seen)
    return PartsTaken(number, parting.part(number, given, by=by, key=sent.client_key, seen=seen))


def unmerge_one(call: Call, sent: NewUnmerging, *, number: str) -> StepTaken:
    """Make a merged matter one of its own again."""
    without_identity(sent.note, public=sent.public_number)
    seen = call.seen(sent.seen)
    return _stands(merging.unmerge(number, sent.note, by=call.caller.person, seen=seen))


def answer_one(call: Call, sent: NewWord, *, number: str, proposal: str) -> StepTaken:
    """Confirm what somebody else proposed, or decline it."""
    without_identity(sent.note, public=sent.public_number)
    by, seen, id = call.caller.person, call.seen(sent.seen), id_in(proposal)
    if sent.answer == "confirm":
        return _stands(proposing.confirm(number, id, by=by, seen=seen))
    return _stands(proposing.decline(number, id, sent.note, by=by, seen=seen))


def id_in(word: str) -> UUID:
    """The id in an address. Raises `NotFound` for what is none."""
    try:
        return UUID(word)
    except ValueError:
        raise NotFound(_("没有找到。请核对地址里的编号。")) from None


class _Standing(Protocol):
    number: str
    step: str
    desk: str
    moved: int


def _stands(matter: _Standing) -> StepTaken:
    return StepTaken(matter.number, matter.step, matter.desk, matter.moved)


def _operation(name: str, summary: str, view: object, body: type[Struct], **more: object) -> Operation:
    """Something that is done on a matter."""
    said = {"path": f"matters/<str:number>/{name}", "name": name, "answer": StepTaken} | more
    return Operation(
        method="POST",
        summary=summary,
        view=view,  # type: ignore[arg-type]  # as the operation's own type says
        body=body,
        scope="act",
        status=201,
        matched=True,
        problems=PROBLEMS,
        **said,  # type: ignore[arg-type]
    )


OPERATIONS = (
    _operation(
        "items", "改类 · Say what it is after all", reclass_one, NewItem,
    ),
    _operation(
        "places", "核对地点 · Say where it lies", place_one, NewPlace
    ),
    _operation(
        "parts", "拆分 · Take parts out", part_one, NewParts, answer=PartsTaken,
    ),
    _operation(
        "unmergings", "撤回并案 · Undo a merger", unmerge_one, NewUnmerging
    ),
    _operation(
        "answers", "第二人确认 · A second person's word", answer_one, NewWord,
        path="matters/<str:number>/proposals/<str:proposal>/answers",
    ),
)  # fmt: skip
