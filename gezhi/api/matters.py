"""Matters for programs: open, list, read, step."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.matters import queries
from gezhi.matters.lists import Key, Line, key_from
from gezhi.matters.queries import MatterPage
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import KeyReused, open_matter
from gezhi.matters.services.reports import Report
from gezhi.vault.traces import trace_in

from .edge import IDEMPOTENCY, Call, Operation, Reply
from .shapes import (
    Event,
    MatterLine,
    MatterList,
    MatterOpened,
    MatterQuery,
    MatterRead,
    MoveRead,
    MoveRefused,
    NewMatter,
    NewStep,
    PromiseRead,
    StepTaken,
)


def open_one(call: Call, sent: NewMatter) -> MatterOpened | Reply:
    """Open a matter; 201, or 200 with the earlier one when the key was used before."""
    report = Report(
        text=sent.text,
        item=sent.item,
        channel=sent.channel,
        reporting=sent.reporting,
        lon=sent.lon,
        lat=sent.lat,
        datum=sent.datum,
        address=sent.address,
        unit=sent.unit,
        name=sent.name,
        contact=sent.contact,
        client_key=_one_key(call.key, sent.client_key),
        late_reason=sent.late_reason,
    )
    at = _in_utc(sent.at) if sent.at else None
    try:
        opened = open_matter(report, by=call.caller.actor, at=at, pulse=call.caller.pulse)
    except Refused as refusal:
        raise _key_by_its_name(refusal, call.key) from None
    made = MatterOpened(opened.number, opened.id, opened.step, opened.desk, opened.due_at, opened.again)
    return Reply(made, 200) if opened.again else made


def list_open(call: Call, asked: MatterQuery) -> MatterList:
    """Open matters, the most pressing first."""
    person, after = call.caller.person, _key(asked.after)
    if asked.waiting == "mine":
        lines = queries.inbox(person, most=asked.limit, after=after, step=asked.step)
    else:
        lines = queries.open_in(person, asked.unit, most=asked.limit, after=after, step=asked.step)
    more = len(lines) == asked.limit
    return MatterList([_line(line) for line in lines], _cursor(lines[-1]) if more else "")


def read_one(call: Call, *, number: str) -> MatterRead:
    """One matter, with what may be done next and why the rest may not."""
    page = queries.page(call.caller.person, number)
    if page is None:
        raise NotFound(_("没有这一件，或者不在可看的范围内。请核对编号。"))
    return _read(page)


def step_one(call: Call, sent: NewStep, *, number: str) -> StepTaken:
    """Take a step."""
    without_identity(sent.note, public=sent.public_number)
    at = _in_utc(sent.at) if sent.at else None
    given = StepGiven(note=sent.note, department=sent.department, seen=sent.seen)
    done = take_step(number, sent.move, by=call.caller.person, at=at, given=given)
    return StepTaken(done.number, done.step, done.desk, done.moved)


def without_identity(note: str, *, public: bool) -> None:
    """Refuse a note with something like an identity number, or a telephone number that is not said to be public."""
    trace = trace_in(note)
    if trace == "identity":
        sentence = _("说明里像有身份证号。证件号一律不写在这里，请删去再发。")
        raise Refused(sentence, code="identity_in_text", field="note")
    if trace and not public:
        sentence = _(
            "说明里像有电话号码。身份不写在这里；确实要公开的号码，请带上 public_number: true 再发。"
        )
        raise Refused(sentence, code="identity_in_text", field="note")


def _one_key(header: str, body: str) -> str:
    if header and body and header != body:
        sentence = _("请求头的 Idempotency-Key 和正文的 client_key 不同。请只写一个。")
        raise Refused(sentence, code="two_keys", field="client_key")
    return header or body


def _key_by_its_name(refusal: Refused, header: str) -> Refused:
    """A refusal that speaks of the key names it as this program sent it: in the header, or in the body."""
    if isinstance(refusal, KeyReused):
        where = _("请求头 Idempotency-Key") if header else _("正文里的 client_key")
        told = _(
            "{where} 的这个值已经用来登记了另一件（{number}），内容不同，这一份没有收下。请换一个值再发。"
        ).format(where=where, number=refusal.number)
        return Refused(told, code=refusal.code, field=IDEMPOTENCY if header else refusal.field)
    if refusal.field == "client_key" and header:
        return Refused(refusal.reason, code=refusal.code, field=IDEMPOTENCY)
    return refusal


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC; the first and the last year, which may not fit into UTC, are told like any other."""
    if moment.year < 2:
        raise Refused(_("发生时间早于 1990 年。请核对年份。"), code="at_too_early", field="at")
    if moment.year > 9998:
        raise Refused(_("发生时间在将来。请核对日期和钟点。"), code="at_in_future", field="at")
    return moment.astimezone(UTC)


def _cursor(line: Line) -> str:
    said = f"{line.next_due_at.isoformat()} {line.id.hex}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _key(cursor: str) -> Key | None:
    """Where the page before ended. Raises `Refused` for a cursor that is none of ours."""
    if not cursor:
        return None
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        due_at, _space, id = said.partition(" ")
        return key_from(due_at, id)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        sentence = _("after 要照抄上一页给的 next。")
        raise Refused(sentence, code="wrong_cursor", field="after") from None


def _line(line: Line) -> MatterLine:
    return MatterLine(
        number=line.number,
        id=line.id,
        headline=line.headline,
        item=line.item,
        category=line.category,
        grade=line.grade,
        step=line.step,
        phase=line.phase,
        path=line.path,
        desk=line.desk,
        department=line.department,
        due_at=queries.due_or_none(line),
        at=line.at,
        recorded_at=line.recorded_at,
        origin=line.origin,
        place_flag=line.place_flag,
    )


def _read(page: MatterPage) -> MatterRead:
    matter = page.matter
    return MatterRead(
        **{name: getattr(matter, name) for name in _PLAIN},
        text=page.text,
        text_erased=page.text_erased,
        item_name=page.item_name,
        grade_name=page.grade_name,
        step_name=page.step_name,
        place=list(page.place_names),
        desk_name=page.desk_words,
        promises=[
            PromiseRead(
                p.name, p.made_at, p.due_at, p.met_at, p.missed_at, p.void_at, p.lapsed_at, p.stands_since
            )
            for p in page.promises
        ],
        moves=[MoveRead(m.id, m.name, list(m.needs)) for m in page.next_moves],
        not_now=[MoveRefused(m.id, m.name, m.code, m.reason) for m in page.not_now],
        story=[Event(h.entry, h.verb, h.post, h.at, h.recorded_at, h.note) for h in page.story],
    )


_PLAIN = (
    "number id item category grade step phase closing channel origin reporting path place_flag lon lat datum"
    " address desk department at recorded_at ended_at moved"
).split()

OPERATIONS = (
    Operation(
        method="POST",
        path="matters",
        name="matters",
        summary="上报一件 · Report a matter",
        view=open_one,
        body=NewMatter,
        answer=MatterOpened,
        status=201,
        problems=(400, 401, 409, 411, 413, 415, 422, 429, 503, 507),
    ),
    Operation(
        method="GET",
        path="matters",
        name="matters",
        summary="未结的事项，按期限 · Open matters by due moment",
        view=list_open,
        query=MatterQuery,
        answer=MatterList,
        problems=(401, 422, 429, 503),
    ),
    Operation(
        method="GET",
        path="matters/<str:number>",
        name="matter",
        summary="一件的全部 · One matter",
        view=read_one,
        answer=MatterRead,
        problems=(401, 404, 429, 503),
    ),
    Operation(
        method="POST",
        path="matters/<str:number>/steps",
        name="steps",
        summary="走一步 · Take a step",
        view=step_one,
        body=NewStep,
        answer=StepTaken,
        status=201,
        problems=(400, 401, 404, 409, 411, 413, 415, 422, 429, 503, 507),
    ),
)
