"""Matters for programs: open, list, read, step."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.matters import queries, wall_words
from gezhi.matters.consent import NONE, Consent
from gezhi.matters.lists import Key, Line
from gezhi.matters.services.attaching import Handed
from gezhi.matters.services.handing_in import hand_in
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import KeyReused, open_matter
from gezhi.matters.services.reports import Report, check_note
from gezhi.promises.queries import FAR
from gezhi.vault.traces import trace_in

from .edge import IDEMPOTENCY, Call, Operation, Reply
from .reading import matter_line, matter_read
from .shapes import (
    MatterList,
    MatterOpened,
    MatterQuery,
    MatterRead,
    NewMatter,
    NewStep,
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
        about=_about(call, sent.about) if sent.about else (),
    )
    at = _in_utc(sent.at) if sent.at else None
    by, pulse = call.caller.actor, call.caller.pulse
    try:
        if sent.photos:
            opened = hand_in(report, sent.photos, by=by, at=at)
        else:
            opened = open_matter(report, by=by, at=at, pulse=pulse)
    except Refused as refusal:
        raise _key_by_its_name(refusal, call.key) from None
    made = MatterOpened(opened.number, opened.id, opened.step, opened.desk, opened.due_at, opened.again)
    return Reply(made, 200) if opened.again else made


def _about(call: Call, words: list[str]) -> tuple[str, ...]:
    """Of whom a report complains, if the key may name them as its seat may at the desk."""
    if not wall_words.may_name(call.caller.person, words, at=call.caller.now):
        told = _("没有这个单位、部门或在岗的人。请用 /api/v1/parties 查到的 word。没有收下这一件。")
        raise Refused(told, code="party_unknown", field="about")
    return tuple(dict.fromkeys(words))


def list_open(call: Call, asked: MatterQuery) -> MatterList:
    """Open matters, the most pressing first."""
    person, after = call.caller.person, _key(asked.after)
    if asked.waiting == "mine":
        lines = queries.inbox(person, most=asked.limit, after=after, step=asked.step)
    else:
        lines = queries.open_in(person, asked.unit, most=asked.limit, after=after, step=asked.step)
    more = len(lines) == asked.limit
    return MatterList([matter_line(line) for line in lines], _cursor(lines[-1]) if more else "")


def read_one(call: Call, *, number: str) -> MatterRead:
    """One matter, with what may be done next and why the rest may not."""
    page = queries.page(call.caller.person, number)
    if page is None:
        raise NotFound(_("没有这一件，或者不在可看的范围内。请核对编号。"))
    return matter_read(page)


def step_one(call: Call, sent: NewStep, *, number: str) -> StepTaken:
    """Take a step."""
    without_identity(sent.note, public=sent.public_number)
    check_note(sent.late_reason)
    at = _in_utc(sent.at) if sent.at else None
    given = StepGiven(
        note=sent.note,
        department=sent.department,
        photos=sent.photos,
        seen=call.seen(sent.seen),
        late_reason=sent.late_reason,
        reason=sent.reason,
        receipt=sent.receipt,
        into=sent.into,
        files=[Handed(one.name, one.body) for one in sent.files],
        paper=sent.paper,
        agreed=Consent(sent.consent.who, sent.consent.how, sent.consent.on) if sent.consent else NONE,
    )
    done = take_step(number, sent.move, by=call.caller.person, at=at, given=given)
    return StepTaken(done.number, done.step, done.desk, done.moved, done.proposed)


def without_identity(note: str, *, public: bool, field: str = "note") -> None:
    """Refuse a note that cannot be kept, one with something like an identity number, or a telephone number that is not said to be public."""
    try:
        check_note(note)
    except Refused as refusal:
        raise Refused(refusal.reason, code=refusal.code, field=field) from None
    trace = trace_in(note)
    if trace == "identity":
        sentence = _("说明里像有身份证号。证件号一律不写在这里，请删去再发。")
        raise Refused(sentence, code="identity_in_text", field=field)
    if trace and not public:
        sentence = _(
            "说明里像有电话号码。身份不写在这里；确实要公开的号码，请带上 public_number: true 再发。"
        )
        raise Refused(sentence, code="identity_in_text", field=field)


def _one_key(header: str, body: str) -> str:
    if header and body and header != body:
        sentence = _("请求头的 Idempotency-Key 和正文的 client_key 不同。请只写一个。")
        raise Refused(sentence, code="two_keys", field="client_key")
    if header and not header.isprintable():  # a header may hold what no text of ours does
        return hashlib.sha256(header.encode()).hexdigest()
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


_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOMENT = 15  # hexadecimal digits of microseconds since the first year


def _cursor(line: Line) -> str:
    return f"{(line.next_due_at - _FIRST) // _MICROSECOND:0{_MOMENT}x}{line.id.hex}"


def _key(cursor: str) -> Key | None:
    """Where the page before ended."""
    if not cursor:
        return None
    since = min(int(cursor[:_MOMENT], 16) * _MICROSECOND, FAR - _FIRST)
    return Key(_FIRST + since, UUID(cursor[_MOMENT:]))


PROBLEMS = (400, 401, 403, 404, 409, 411, 412, 413, 415, 422, 429, 503, 507)
"""What may come of anything that is done on a matter."""
OPERATIONS = (
    Operation(
        method="POST",
        path="matters",
        name="matters",
        summary="上报一件 · Report a matter",
        view=open_one,
        body=NewMatter,
        answer=MatterOpened,
        scope="report",
        status=201,
        made="number",
        own_key=True,
        problems=(400, 401, 403, 409, 411, 413, 415, 422, 429, 503, 507),
    ),
    Operation(
        method="GET",
        path="matters",
        name="matters",
        summary="未结的事项，按期限 · Open matters by due moment",
        view=list_open,
        query=MatterQuery,
        answer=MatterList,
        scope="read",
        problems=(401, 403, 422, 429, 503),
    ),
    Operation(
        method="GET",
        path="matters/<str:number>",
        name="matter",
        summary="一件的全部 · One matter",
        view=read_one,
        answer=MatterRead,
        scope="read",
        problems=(401, 403, 404, 429, 503),
    ),
    Operation(
        method="POST",
        path="matters/<str:number>/steps",
        name="steps",
        summary="走一步 · Take a step",
        view=step_one,
        body=NewStep,
        answer=StepTaken,
        scope="act",
        status=201,
        matched=True,
        problems=PROBLEMS,
    ),
)
