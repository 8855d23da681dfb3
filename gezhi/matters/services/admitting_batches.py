"""What was admitted is gathered into a batch, and the batch is written into a draft of the model."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record, record_all
from gezhi.matters import admission, admission_access, editions, events
from gezhi.matters.drafts import Draft, local_day
from gezhi.matters.models import Application, Batch
from gezhi.matters.services import drafting
from gezhi.people import queries as people
from gezhi.rules.findings import ModelError
from gezhi.rules.model import Admission, Model
from gezhi.rules.naming import PARTED
from gezhi.rules.texts import read

LONGEST = 24


def make_batch(
    admission_id: str, name: str, since: date, chosen: Collection[UUID], *, id: UUID, by: Actor, at: datetime
) -> Batch:
    """Gather admitted applications under a name, from a day on. The same `id` is one batch, however often it comes."""
    model, of = _reviewed(admission_id, by, at)
    name = _named(name, model, of)
    _can_begin(since, at)
    row = Batch(
        id=id, admission=of.id, name=name, since=since, state="open", made_by=_account(by), made_at=at
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(events.BATCH_MADE, id, by=by, at=at, admission=of.id, since=since.isoformat())
            _put_in(row, chosen, by=by, at=at)
    except IntegrityError:
        before = Batch.objects.filter(id=id, made_by=_account(by)).first()
        if before is None:
            raise moved(id) from None
        return before
    return Batch.objects.get(id=id)


def change_batch(
    seen: Batch, name: str, since: date, chosen: Collection[UUID], *, by: Actor, at: datetime
) -> Batch:
    """Another name, another day, other applications, while the batch is open."""
    model, of = _reviewed(seen.admission, by, at)
    name = _named(name, model, of, but=seen.id)
    _can_begin(since, at)
    with transaction.atomic():
        _revise(seen, ("open",), {"name": name, "since": since})
        record(events.BATCH_CHANGED, seen.id, by=by, at=at, since=since.isoformat())
        _put_in(seen, chosen, by=by, at=at)
    return Batch.objects.get(id=seen.id)


def dissolve_batch(seen: Batch, *, by: Actor, at: datetime) -> None:
    """Undo an open batch; its applications are admitted as before."""
    _reviewed(seen.admission, by, at)
    with transaction.atomic():
        _revise(seen, ("open",), {"state": "dissolved"})
        record(events.BATCH_DISSOLVED, seen.id, by=by, at=at)
        _take_out(seen, list(Application.objects.filter(batch=seen.id)), by=by, at=at)


def write_draft(seen: Batch, *, by: Actor, at: datetime) -> Draft:
    """Write the batch into a draft of the model, which whoever administers submits and somebody else publishes.

    Raises `Refused` where nothing is in it, its day has passed, an item that shall leave is gone already, somebody else
    has a draft in work, or an edition waits for its day: nothing of theirs is touched.
    """
    model, _of = _reviewed(seen.admission, by, at)
    rows = admission.in_batch(seen)
    _ready(seen, rows, model, at)
    texts, codes = admission.texts_of_batch(model, seen, rows)
    try:
        read(texts)
    except ModelError as wrong:
        told = _("照这一批写出来的模型读不懂：{why}").format(why=wrong.findings[0].sentence)
        raise Refused(told, code="model_unreadable") from None
    with transaction.atomic():
        _revise(seen, ("open",), {"state": "drafted"})
        draft = _begun(texts, seen.since, by=by, at=at)
        Batch.objects.filter(id=seen.id).update(draft=draft.id)
        for id, code in codes.items():
            Application.objects.filter(id=id).update(code=code)
        record(events.BATCH_DRAFTED, seen.id, by=by, at=at, draft=draft.id)
    return draft


def _begun(texts: Any, since: date, *, by: Actor, at: datetime) -> Draft:
    try:
        return drafting.begin_draft_with(texts, since, by=by, at=at)
    except Refused as refusal:
        told = admission.in_the_way(local_day(at))
        if refusal.code not in ("draft_there", "edition_waits") or not told:
            raise
        raise Refused(told, code=refusal.code) from None


def _ready(seen: Batch, rows: list[Application], model: Model, at: datetime) -> None:
    _not_past(seen.since, at)
    if not rows:
        raise Refused(_("这一批还是空的。请先选申请。"), code="batch_empty", field="chosen")
    if gone := admission.missing_from(model, rows):
        told = _("「{name}」已经不在清单里，不用再出册。请把它移出这一批。")
        raise Refused(told.format(name=gone[0].name), code="item_gone", field="chosen")


def _reviewed(id: str, by: Actor, at: datetime) -> tuple[Model, Admission]:
    """The model and the admission that this person reviews. Raises `Refused` for anybody else."""
    on = local_day(at)
    model, person = editions.current(on), people.person(by.account, on) if by.account else None
    of = model.admissions.get(id)
    seats = admission_access.reviewing_seats(person, model, of) if person and of else ()
    if of is None or all(seat.desk != by.post for seat in seats):
        raise Refused(_("批次由审核准入的人来排。"), code="not_yours")
    return model, of


def _account(by: Actor) -> UUID:
    if by.account is None:
        raise Refused(_("批次由审核准入的人来排。"), code="not_yours")
    return by.account


def _named(name: str, model: Model, of: Admission, but: UUID | None = None) -> str:
    said = name.strip()
    if not 1 <= len(said) <= LONGEST or any(ord(sign) < 32 for sign in said) or PARTED in said:
        told = _("请写批次的名称，如“第三批”，不超过 {n} 个字，不用顿号。").format(n=LONGEST)
        raise Refused(told, code="batch_name", field="name")
    if said in admission.names_taken(model, of, but):
        raise Refused(
            _("已经有“{name}”了，请换一个名称。").format(name=said), code="batch_name", field="name"
        )
    return said


def _not_past(since: date, at: datetime) -> None:
    if since < local_day(at):
        raise Refused(_("批次的日子不能在今天以前。"), code="day_past", field="since")


def _can_begin(since: date, at: datetime) -> None:
    """A batch follows the edition that waits for its day: until then it cannot be written."""
    _not_past(since, at)
    line = editions.waiting(local_day(at))
    if line and since < line.since:
        told = _("已经排定从 {day} 起用新的一版，这一批排在它后面。请写那天或以后的一天。")
        raise Refused(told.format(day=line.since.isoformat()), code="day_past", field="since")


def _put_in(batch: Batch, chosen: Collection[UUID], *, by: Actor, at: datetime) -> None:
    """Exactly these applications are in the batch. Raises `Refused` where one went into another batch meanwhile."""
    here = {one.id: one for one in Application.objects.filter(batch=batch.id)}
    new = [id for id in dict.fromkeys(chosen) if id not in here]
    if not new and not here.keys() & set(chosen):
        raise Refused(_("请至少选一份申请。"), code="batch_empty", field="chosen")
    free = Application.objects.filter(id__in=new, admission=batch.admission, state="admitted", batch=None)
    if free.update(batch=batch.id, revision=F("revision") + 1) != len(new):
        told = _("选的申请里有的已经排进另一批，或者不再等着排批次。请看过现在的再选。")
        raise Refused(told, code="moved_meanwhile", field="chosen")
    record_all(
        [(events.ADMISSION_BATCHED, id, {"batch": batch.id}) for id in new],
        by=by,
        at=at,
    )
    _take_out(batch, [one for id, one in here.items() if id not in set(chosen)], by=by, at=at)


def _take_out(batch: Batch, rows: list[Application], *, by: Actor, at: datetime) -> None:
    mine = Application.objects.filter(id__in=[one.id for one in rows], batch=batch.id)
    mine.update(batch=None, revision=F("revision") + 1)
    record_all([(events.ADMISSION_UNBATCHED, one.id, {"batch": batch.id}) for one in rows], by=by, at=at)


def _revise(seen: Batch, states: tuple[str, ...], said: dict[str, Any]) -> None:
    """Change the batch if, and only if, nobody did since it was read."""
    rows = Batch.objects.filter(id=seen.id, revision=seen.revision, state__in=states)
    if not rows.update(revision=F("revision") + 1, **said):
        raise moved(seen.id)


def moved(id: UUID) -> Refused:
    """What is said to whoever comes second: how the batch stands now."""
    row = Batch.objects.filter(id=id).first()
    told = _("这一批在您看的时候变了，现在是“{state}”。您这一次的没有保存。")
    return Refused(
        told.format(state=admission.batch_words(row.state if row else "dissolved")), code="moved_meanwhile"
    )
