"""People ask about their own data, from their own page or at a counter; whoever answers for it does it or refuses with a reason.

Everything is an entry under the id of the request; the matter's own story does not tell that its reporter asked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import editions, events, following, rights
from gezhi.matters.models import Matter, RightAsked, Text
from gezhi.matters.own_story import OWN
from gezhi.matters.services import handling, moving, reports
from gezhi.people.queries import Person, Seat
from gezhi.promises import counted
from gezhi.promises import queries as promises
from gezhi.promises.counted import Terms
from gezhi.vault import limits
from gezhi.vault.services import erase
from gezhi.vault.traces import trace_in
from gezhi.words import signs

WORDS = 1000
MOST_OPEN = 3
MOST_A_DAY = 6
DAY = 86_400
BITS = 40
OWN_KINDS = ("access", "correct", "delete", "explain")
"""What a reporter asks for on their own page; a copy is there at once."""


@dataclass(frozen=True, slots=True)
class RightWanted:
    """What is asked: a kind, in which words. `id` comes with the form, so that the same form sent twice asks once."""

    id: UUID
    kind: str
    words: str


def ask_own(matter: UUID, wanted: RightWanted, *, at: datetime) -> None:
    """A reporter asks about their own report. Raises `Refused` with the field, `TooOften` for more than six a day."""
    if wanted.kind not in OWN_KINDS:
        raise Refused(_("请选要办哪一样。"), code="kind", field="kind")
    words = _checked(wanted.words, must=True)
    if RightAsked.objects.filter(id=wanted.id).exists():
        return
    if RightAsked.objects.filter(matter=matter, state="open").count() >= MOST_OPEN:
        raise Refused(_("您已有 {n} 项请求在办，办完再提。").format(n=MOST_OPEN), code="too_many")
    limits.knock("right", matter.hex, at=at, most=MOST_A_DAY, seconds=DAY)
    _write_once(wanted, words, matter, "code", by=OWN, at=at)


def note_copy(matter: UUID, *, at: datetime) -> None:
    """Keep that a reporter took a copy of what is stored, once a day; raise `TooOften` for a flood of copies."""
    limits.knock("right_copy", matter.hex, at=at, most=30, seconds=DAY)
    since = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if RightAsked.objects.filter(matter=matter, kind="copy", known="code", made_at__gte=since).exists():
        return
    with transaction.atomic():
        row = _write(RightWanted(new_id(), "copy", ""), "", matter, "code", by=OWN, at=at)
        _end(row, "done", by=OWN, at=at)


def record_at_counter(
    wanted: RightWanted, known: str, receipt: tuple[str, str], *, by: Person, at: datetime
) -> UUID:
    """Write down what somebody asks at a counter or by letter. `receipt` is number and code, or twice nothing.

    Raises `Refused`, naming the field, for whoever does not answer for personal information, and for what cannot be.
    """
    seat = _seat(by)
    if wanted.kind not in rights.KINDS:
        raise Refused(_("请选要办哪一样。"), code="kind", field="kind")
    if known not in rights.KNOWN:
        raise Refused(_("请选怎样核对是本人。"), code="known", field="known")
    words, matter = _checked(wanted.words, must=True), _behind(receipt, known, at)
    if not RightAsked.objects.filter(id=wanted.id).exists():
        _write_once(wanted, words, matter, known, by=by.acting(seat), at=at)
    return wanted.id


def _behind(receipt: tuple[str, str], known: str, at: datetime) -> UUID | None:
    """The matter that a receipt opens; none where none was shown. A number without its code says nothing: who asks is not
    known by it, and nobody tries numbers here."""
    number, code = (one.strip() for one in receipt)
    if not number and not code and known != "code":
        return None
    found = following.followed(number, code, at) if number and code else None
    if found is None:
        told = _("编号和查询码对不上。两样都照回执写；没有回执就都不写，另选怎样核对。")
        raise Refused(told, code="wrong_code", field="number")
    return found


def _write_once(
    wanted: RightWanted, words: str, matter: UUID | None, known: str, *, by: Actor, at: datetime
) -> None:
    """Write it down; nothing where the same form, sent twice at once, did so meanwhile."""
    try:
        with transaction.atomic():
            _write(wanted, words, matter, known, by=by, at=at)
    except IntegrityError:
        if not RightAsked.objects.filter(id=wanted.id).exists():
            raise


def _write(
    wanted: RightWanted, words: str, matter: UUID | None, known: str, *, by: Actor, at: datetime
) -> RightAsked:
    model = editions.today()
    terms = Terms(
        rights.LENGTH, 0, promises.calendar(instance.revision()), model.service_hours, model.timezone
    )
    drawn = signs.written(secrets.randbits(BITS), 8)
    with transaction.atomic():
        texts = moving.write_texts(wanted.id, right=words)
        row = RightAsked(
            id=wanted.id,
            number=f"{drawn[:4]}-{drawn[4:]}",
            kind=wanted.kind,
            known=known,
            matter=matter,
            words=UUID(texts[0].split(":", 1)[0]) if texts else None,
            made_at=at,
            due_at=counted.counted(at, terms).due_at,
        )
        row.save(force_insert=True)
        record(events.RIGHT_ASKED, row.id, by=by, at=at, kind=row.kind, known=known, texts=texts)
    return row


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is destroyed with the answer to a request for deletion: name and telephone, the words of the report."""

    identity: bool = False
    words: bool = False


def fulfil(right: UUID, reply: str, deleted: Deleted = Deleted(), *, by: Person, at: datetime) -> None:
    """Say what was done. Of a deletion the machine destroys what is ticked, at once and for good; the words of a report only once
    its matter has ended. Raises `Refused` with the field."""
    seat, said = _seat(by), _checked(reply, must=True, field="reply")
    with transaction.atomic():
        row = _held(right)
        if row.kind == "delete" and row.matter:
            _destroy(row.matter, deleted, by=by, seat=seat, at=at)
        _end(row, "done", by=by.acting(seat), at=at, said=said)


def refuse(right: UUID, reason: str, reply: str, *, by: Person, at: datetime) -> None:
    """Refuse, with a reason of the list and words that its owner reads (个人信息保护法 50)."""
    if reason not in rights.REASONS:
        raise Refused(_("请选不办的原因，本人要看。"), code="reason", field="reason")
    seat, said = _seat(by), _checked(reply, must=True, field="reply")
    with transaction.atomic():
        _end(_held(right), "refused", by=by.acting(seat), at=at, said=said, reason=reason)


def _destroy(matter: UUID, deleted: Deleted, *, by: Person, seat: Seat, at: datetime) -> None:
    row = Matter.objects.get(id=matter)
    if deleted.identity and row.reporter is not None:
        erase(row.reporter, "asked_by_person", by=by.acting(seat), at=at)
    if deleted.words:
        if row.ended_at is None:
            told = _("这一件还没有了结，报告的原话还要用。先删姓名电话，了结以后再删原话。")
            raise Refused(told, code="at_work", field="words")
        for text in Text.objects.filter(matter=matter, kind="report").values_list("id", flat=True):
            handling.erase_text(text, "request", by=by, seat=seat, at=at)


def _held(right: UUID) -> RightAsked:
    row = RightAsked.objects.select_for_update().filter(id=right).first()
    if row is None:
        raise NotFound(_("没有这项请求。"))
    if row.state != "open":
        raise Refused(_("这一项刚刚已经答复了。请刷新。"), code="moved_meanwhile")
    return row


def _end(row: RightAsked, state: str, *, by: Actor, at: datetime, said: str = "", reason: str = "") -> None:
    texts = moving.write_texts(row.id, right_reply=said)
    row.state, row.reason, row.ended_at = state, reason, at
    row.reply = UUID(texts[0].split(":", 1)[0]) if texts else None
    row.save(update_fields=["state", "reason", "reply", "ended_at"])
    what = events.RIGHT_DONE if state == "done" else events.RIGHT_REFUSED
    record(what, row.id, by=by, at=at, kind=row.kind, reason=reason, texts=texts)


def _seat(by: Person) -> Seat:
    seat = rights.seat_for(by, editions.today())
    if seat is None:
        raise Refused(_("权利请求由个人信息保护负责人办。"), code="not_yours")
    return seat


def _checked(words: str, *, must: bool, field: str = "words") -> str:
    said = reports.check_note(words).strip()
    if must and len(said) < 2:
        raise Refused(_("请写几个字，说清楚。"), code="needs_note", field=field)
    if len(said) > WORDS:
        raise Refused(_("最多 {most} 字，请写短些。").format(most=WORDS), code="too_long", field=field)
    if trace_in(said):
        raise Refused(_("里面像有电话或证件号。号码不写在这里，请删去再交。"), code="traces", field=field)
    return said
