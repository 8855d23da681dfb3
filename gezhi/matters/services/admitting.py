"""An item is applied for, sent, sent back, admitted or refused: by a department, and by somebody who stands apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import admission, admission_access, editions, events
from gezhi.matters.drafts import local_day
from gezhi.matters.models import Application
from gezhi.matters.services import admitting_checks as checks
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.rules.model import Admission, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An application as it is written. `handler` is a who-word, lengths as the model writes them."""

    admission: str
    leaves: bool = False
    department: str = ""
    code: str = ""
    name: str = ""
    english: str = ""
    category: str = ""
    handler: str = ""
    grade: str = ""
    length: str = ""
    evidence: str = ""
    in_grid: bool = True
    task: str = ""
    law: str = ""
    money: str = ""
    training: str = ""
    load: int | None = None
    per_grid: Decimal | None = None


def begin_application(
    wanted: Wanted, *, id: UUID, by: Actor, at: datetime, whole: bool = False
) -> Application:
    """Begin an application, as complete as it is yet, or `whole`, where it is sent at once. The same `id` of the same
    person is one, however often it comes."""
    model, person = _day(by, at)
    account = _applicant(model, person, wanted.admission, by)
    said = _said(wanted, model, by, whole=whole)
    row = Application(
        id=id, state="begun", desk=by.post, begun_by=account, begun_at=at, edited_by=account, edited_at=at, **said
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(events.ADMISSION_BEGUN, id, by=by, at=at, admission=row.admission, leaves=row.leaves)
    except IntegrityError:
        before = Application.objects.filter(id=id, begun_by=account).first()
        if before is None:
            raise moved(id, ()) from None
        return before
    return Application.objects.get(id=id)


def change_application(
    seen: Application, wanted: Wanted, *, by: Actor, at: datetime, whole: bool = False
) -> Application:
    """Write an application anew while it is being drafted, or after it was sent back."""
    model, person = _day(by, at)
    account = _own(model, person, seen, by)
    said = _said(wanted, model, by, whole=whole)
    if all(getattr(seen, name) == value for name, value in said.items()):
        return seen
    with transaction.atomic():
        _revise(seen, ("begun", "returned"), said | {"edited_by": account, "edited_at": at})
        record(events.ADMISSION_SAVED, seen.id, by=by, at=at)
    return _again(seen)


def send_application(seen: Application, answer: str = "", *, by: Actor, at: datetime) -> Application:
    """Send an application to the review, for the first time or again.

    What was sent back is changed first, or comes with an `answer`. Raises `Incomplete` with everything that lacks.
    """
    model, person = _day(by, at)
    account = _own(model, person, seen, by)
    _said(written(seen), model, by, whole=True)
    checks.not_twice(seen, model)
    again = seen.state == "returned"
    words = checks.answered(answer, admission.last_return(seen) if again else None)
    with transaction.atomic():
        _revise(
            seen, ("begun", "returned"), {"state": "sent", "sent_by": account, "sent_at": at, "edited_at": at}
        )
        entry = record(events.ADMISSION_SENT, seen.id, by=by, at=at, again=again)
        if words:
            _keep_words(seen, entry, words)
    return _again(seen)


def withdraw_application(seen: Application, *, by: Actor, at: datetime) -> Application:
    """Take an application back, until it is decided."""
    model, person = _day(by, at)
    _own(model, person, seen, by)
    with transaction.atomic():
        _revise(seen, admission.AT_WORK, {"state": "withdrawn", "edited_at": at})
        record(events.ADMISSION_WITHDRAWN, seen.id, by=by, at=at)
    return _again(seen)


def return_application(seen: Application, reason: str, *, by: Actor, at: datetime) -> Application:
    """Send an application back with the reason, to be mended and sent again."""
    model, person = _day(by, at)
    _reviewer(model, person, seen, by)
    words = checks.plain(reason, "reason", _("请写明要补充什么，申请的部门要看。"))
    with transaction.atomic():
        _revise(seen, ("sent",), {"state": "returned", "edited_at": at})
        entry = record(events.ADMISSION_RETURNED, seen.id, by=by, at=at)
        _keep_words(seen, entry, words)
    return _again(seen)


def decide_application(
    seen: Application, opinions: Mapping[str, tuple[bool, str]], *, admit: bool, by: Actor, at: datetime
) -> Application:
    """Admit or refuse, with a reason on each head that is looked at.

    Admitted is what stands on every head; refused what does not stand on one at least. Raises `Refused` for whoever
    wrote it or sits at the desk that applies, and for the second of two who decide at once.
    """
    model, person = _day(by, at)
    account = _reviewer(model, person, seen, by)
    asked = admission.heads_of(model.admissions[seen.admission], leaves=seen.leaves)
    heads = checks.heads(opinions, asked, admit=admit, leaves=seen.leaves)
    said = {
        "state": "admitted" if admit else "refused",
        "opinions": msgspec.json.encode(heads).decode(),
        "decided_by": account,
        "decided_at": at,
        "edited_at": at,
    }
    with transaction.atomic():
        _revise(seen, ("sent",), said)
        fell = [head for head, (stands, _words) in heads.items() if not stands]
        what = events.ADMISSION_ADMITTED if admit else events.ADMISSION_REFUSED
        record(what, seen.id, by=by, at=at, fell=fell)
    return _again(seen)


def faults_of(wanted: Wanted, *, by: Actor, at: datetime, whole: bool) -> checks.Faults:
    """What could not stand in an application, or lacks where it must be whole; nothing is stored."""
    try:
        _said(wanted, _day(by, at)[0], by, whole=whole)
    except checks.Incomplete as no:
        return no.faults
    return ()


def written(row: Application) -> Wanted:
    """An application as it is written."""
    return Wanted(**{name: getattr(row, name) for name in Wanted.__dataclass_fields__})


def _said(wanted: Wanted, model: Model, by: Actor, *, whole: bool) -> dict[str, Any]:
    """The columns of an application. Raises `Incomplete` for words that cannot stand, or lack where it must be whole."""
    filled = checks.filled(asdict(wanted), model, by.post)
    checks.check(filled, model, whole=whole)
    return filled


def _day(by: Actor, at: datetime) -> tuple[Model, Person]:
    """The model of the day and the person who acts. Raises `Refused` for anybody who is no person with a seat."""
    on = local_day(at)
    person = people.person(by.account, on) if by.account else None
    if person is None or person.seat_at(by.post) is None:
        raise Refused(_("准入由人来申请和审核，要有今天的岗位。"), code="not_yours")
    return editions.current(on), person


def _admission(model: Model, id: str) -> Admission:
    found = model.admissions.get(id)
    if found is None:
        raise Refused(_("现在的治理模型没有这套准入。"), code="no_admission")
    return found


def _applicant(model: Model, person: Person, id: str, by: Actor) -> UUID:
    seats = admission_access.applying_seats(person, model, _admission(model, id))
    if all(seat.desk != by.post for seat in seats):
        raise Refused(_("我的岗位不能申请准入；承办部门的人可以。"), code="not_yours")
    return person.account


def _own(model: Model, person: Person, seen: Application, by: Actor) -> UUID:
    """The account that goes on with an application, from the desk that applies."""
    _admission(model, seen.admission)
    if by.post != seen.desk or admission_access.own_seat(person, model, seen) is None:
        raise Refused(_("这份申请是另一个部门的，只有那里的人能改、能送、能撤回。"), code="not_yours")
    return person.account


def _reviewer(model: Model, person: Person, seen: Application, by: Actor) -> UUID:
    """The account that reviews, which stands apart from who applies."""
    seats = admission_access.reviewing_seats(person, model, _admission(model, seen.admission))
    if all(seat.desk != by.post for seat in seats):
        raise Refused(_("我的岗位不审核准入。"), code="not_yours")
    if admission_access.stands_too_near(person, seen):
        told = _("这份申请是您自己或您所在的部门提的，要由另一个人审核。")
        raise Refused(told, code="same_side")
    return person.account


def _revise(seen: Application, states: tuple[str, ...], said: dict[str, Any]) -> None:
    """Change the application if, and only if, nobody did since it was read. The loser is told; nothing is overwritten."""
    rows = Application.objects.filter(id=seen.id, revision=seen.revision, state__in=states)
    if not rows.update(revision=F("revision") + 1, **said):
        raise moved(seen.id, states)


def moved(id: UUID, states: tuple[str, ...]) -> Refused:
    """What is said to whoever comes second: how the application stands now."""
    row = Application.objects.filter(id=id).first()
    if row is None or row.state in states:
        told = _("这份申请在您看的时候变了。您这一次的没有保存，请看过现在的再办。")
    else:
        told = _("这份申请现在是“{state}”，不能再办这一步。").format(
            state=admission.state_words(row.state, leaves=row.leaves)
        )
    return Refused(told, code="moved_meanwhile")


def _keep_words(seen: Application, entry: UUID, words: str) -> None:
    """Keep the words of one step beside the row, by its entry. The row is locked: it was just changed."""
    kept = msgspec.json.decode(seen.words or "{}", type=dict[str, str]) | {entry.hex: words}
    Application.objects.filter(id=seen.id).update(words=msgspec.json.encode(kept).decode())


def _again(seen: Application) -> Application:
    return Application.objects.get(id=seen.id)
