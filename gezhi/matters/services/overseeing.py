"""A centre acts on many at once, each by itself, and writes down what the next shift must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.matters.models import DutyNote
from gezhi.matters.services import moving, reports
from gezhi.matters.services.besides import AsideGiven, take_aside
from gezhi.people.queries import Person, Seat

MOST = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one of many: empty `refused` where it was done, else why not. Of a step, where the matter stands then;
    `proposed`: it waits for a second person."""

    number: str
    refused: str = ""
    step: str = ""
    proposed: bool = False


def urge(numbers: Sequence[str], aside: str, note: str, *, by: Person) -> list[Outcome]:
    """Do one act beside the flow on each of these, in their order, at most `MOST`. One that is refused stops no other."""
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST:
        told = _("一次最多 {n} 件，请分几次。")
        raise Refused(told.format(n=MOST), code="too_many")
    return [_one(number, aside, note, by) for number in wanted]


def _one(number: str, aside: str, note: str, by: Person) -> Outcome:
    try:
        take_aside(number, aside, by=by, given=AsideGiven(note))
    except (NotFound, Refused) as refusal:
        return Outcome(number, refusal.reason)
    return Outcome(number)


def note_duty(words: str, *, hands_over: bool, by: Person, seat: Seat, at: datetime) -> UUID:
    """Write one note of the duty log of a seat's unit. Raises `Refused` for no words, or too many."""
    said = reports.check_note(words).strip()
    if not said:
        raise Refused(_("请写发生了什么、下一班要接着做什么。"), code="needs_note", field="words")
    id = new_id()
    with transaction.atomic():
        texts = moving.write_texts(id, note=said)
        text = UUID(texts[0].split(":", 1)[0])
        DutyNote.objects.create(
            id=id, path=seat.path, desk=seat.desk, by=by.account, at=at, text=text, hands_over=hands_over
        )
        record(
            events.DUTY_NOTED,
            id,
            by=by.acting(seat),
            at=at,
            texts=texts,
            hands_over=hands_over,
            unit=seat.unit,
        )
    return id
