"""A promise is made longer before it is over: asked for by whoever has the matter, granted by somebody else.

Shape: ask the rules → lock the row → conditional update of the request → the promise → record → return.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.digests import stamp
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import access, events, extending, scenes, sentences, spoken
from gezhi.matters.models import Request
from gezhi.matters.scenes import Scene
from gezhi.matters.services import moving, promising, reports
from gezhi.people.queries import Person, Seat
from gezhi.promises import queries as promises
from gezhi.promises import standing
from gezhi.promises.models import Promise
from gezhi.promises.standing import Extended
from gezhi.rules import length as lengths
from gezhi.rules.flows import Extend


def ask(number: str, promise: UUID, amount: int, reason: str, *, by: Person, seen: int | None = None) -> UUID:
    """Ask for `amount` more of the rule's unit. Returns the id of the request, which waits for another desk's word.
    `seen` are the moves of the matter as it was read.

    Raises `NotFound` for what is hidden or not there, `Refused` in words when the promise cannot be lengthened now, the
    person does not have the matter, or a request waits already (`asked_already`).
    """
    scene, rule, at = _scene(number, promise, by, seen)
    seat = extending.asking_seat(scene, by)
    if seat is None:
        raise Refused(_("这一件不在我手里，由现在办它的人来申请延期。"), code="no_duty")
    note, more = _said(reason), _length(rule, amount)
    desk = extending.desk_to_ask(scene, rule, seat)
    if not desk:
        raise Refused(_("现在没有别人能批准延期。请到期之前办完，或找上一级。"), code="nobody_there")
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        row = _open(scene, promise, rule, at=at)
        word = moving.write_texts(scene.matter.id, note=note)
        id = new_id()
        Request.objects.create(
            id=id,
            matter=scene.matter.id,
            promise=promise,
            more=more,
            reason=UUID(word[0].split(":", 1)[0]),
            asked_from=seat.desk,
            asked_by=by.account,
            asked_at=at,
            desk=desk,
        )
        _record(events.EXTENSION_ASKED, scene, row, (by, seat), at=at, texts=word, more=more, desk=desk)
    return id


def grant(
    number: str,
    promise: UUID,
    note: str,
    *,
    by: Person,
    amount: int | None = None,
    seen: int | None = None,
) -> Extended:
    """Lengthen the promise: by what was asked for, or, where nothing was, by `amount`. The note is the granter's own.

    Raises as `ask` does; with code `decided` when somebody decided meanwhile. Of two who grant at once one does.
    """
    scene, rule, at = _scene(number, promise, by, seen)
    seat = _granting(scene, rule, by)
    note = _said(note)
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        row = _open(scene, promise, rule, at=at, waiting=True)
        request = Request.objects.filter(promise=promise, state="open").first()
        if request is None and amount is None:
            raise _decided(scene, row)
        more = request.more if request is not None else _length(rule, amount or 0)
        word = moving.write_texts(scene.matter.id, note=note)
        if request is None:
            _granted_unasked(scene, row, more, (by, seat), word, at=at)
        else:
            _decide(scene, row, request, "granted", by, seat, at=at)
        extended = _lengthen(scene, row, more, at=at)
        _record(
            events.EXTENSION_GRANTED, scene, row, (by, seat), at=at, texts=word, more=more,
            before=stamp(extended.was), due=stamp(extended.due_at), told=rule.told,
        )  # fmt: skip
    return extended


def decline(number: str, promise: UUID, note: str, *, by: Person, seen: int | None = None) -> None:
    """Refuse what was asked for; the promise stays as it is, and may be asked for again. Raises as `grant` does."""
    scene, rule, at = _scene(number, promise, by, seen)
    seat, note = _granting(scene, rule, by), _said(note)
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        row, request = _waiting(scene, promise)
        _decide(scene, row, request, "declined", by, seat, at=at)
        word = moving.write_texts(scene.matter.id, note=note)
        _record(events.EXTENSION_DECLINED, scene, row, (by, seat), at=at, texts=word, more=request.more)


def withdraw(number: str, promise: UUID, *, by: Person, seen: int | None = None) -> None:
    """Take back what was asked for from one's own desk. Raises as `grant` does."""
    scene, _rule, at = _scene(number, promise, by, seen)
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        row, request = _waiting(scene, promise)
        seat = by.seat_at(request.asked_from)
        if seat is None:
            raise Refused(_("这不是我们申请的，不能由我们撤回。"), code="no_duty")
        if not Request.objects.filter(id=request.id, state="open").update(state="withdrawn", decided_at=at):
            raise _decided(scene, row)
        _record(events.EXTENSION_WITHDRAWN, scene, row, (by, seat), at=at, more=request.more)


def _scene(number: str, promise: UUID, by: Person, seen: int | None) -> tuple[Scene, Extend, datetime]:
    """The matter as it was seen, the rule by which this promise of it may be lengthened, and now."""
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    moving.unmoved(matter, seen)
    at = clock.now()
    scene = scenes.scene_of(matter, at)
    name = Promise.objects.filter(id=promise, about=matter.id).values_list("name", flat=True).first()
    rule = scene.flow.promise[name].extend if name and name in scene.flow.promise else None
    if rule is None:
        raise Refused(_("这个期限不能延长：治理模型没有写可以延期。"), code="no_extension")
    return scene, rule, at


def _said(note: str) -> str:
    if not note.strip():
        raise Refused(
            _("请写明为什么要延期、或者为什么不延，报告人可能要看。"), code="needs_note", field="note"
        )
    return reports.check_note(note)


def _length(rule: Extend, amount: int) -> str:
    most = lengths.parse(rule.most).amount
    unit = extending.unit_of(rule)
    if not 1 <= amount <= most:
        told = _("一次最多延 {most}。请写 1 到 {n} 之间的数。")
        raise Refused(told.format(most=spoken.written(rule.most), n=most), code="too_long", field="amount")
    return f"{amount}{unit}"


def _open(scene: Scene, promise: UUID, rule: Extend, *, at: datetime, waiting: bool = False) -> Promise:
    """The promise, if it can be lengthened now. The matter's row is locked."""
    row = Promise.objects.get(id=promise)
    rows = Request.objects.filter(promise=promise, state="granted").order_by("decided_at")
    closed = extending.why_closed(row, rule, extending.granted_of(scene, rows), at=at)
    if closed:
        raise Refused(closed, code="no_extension")
    if not waiting and Request.objects.filter(promise=promise, state="open").exists():
        raise Refused(_("已经申请过，正等批。要改就先撤回。"), code="asked_already")
    return row


def _granting(scene: Scene, rule: Extend, by: Person) -> Seat:
    seat, reason = extending.granting_seat(scene, rule, by)
    if seat is None and reason is not None:
        raise Refused(sentences.why_not(reason, scene), code=reason.code)
    assert seat is not None  # noqa: S101  one of the two is there
    return seat


def _waiting(scene: Scene, promise: UUID) -> tuple[Promise, Request]:
    row = Promise.objects.get(id=promise)
    request = Request.objects.filter(matter=scene.matter.id, promise=promise, state="open").first()
    if request is None:
        raise _decided(scene, row)
    return row, request


def _decided(scene: Scene, row: Promise) -> Refused:
    """What whoever comes second to a request is told: who decided it, and how."""
    return Refused(extending.decided(scene, row), code="decided")


def _decide(
    scene: Scene, row: Promise, request: Request, state: str, by: Person, seat: Seat, *, at: datetime
) -> None:
    """Decide an open request, once. Whoever asked does not decide."""
    if request.asked_by == by.account:
        raise Refused(_("自己申请的，要由别人来批。"), code="apart")
    still = Request.objects.filter(id=request.id, state="open")
    if not still.update(state=state, desk=seat.desk, decided_at=at):
        raise _decided(scene, row)


def _granted_unasked(
    scene: Scene, row: Promise, more: str, who: tuple[Person, Seat], word: list[str], *, at: datetime
) -> None:
    by, seat = who
    Request.objects.create(
        id=new_id(),
        matter=scene.matter.id,
        promise=row.id,
        more=more,
        state="granted",
        reason=UUID(word[0].split(":", 1)[0]),
        asked_from=seat.desk,
        asked_by=by.account,
        asked_at=at,
        desk=seat.desk,
        decided_at=at,
    )


def _lengthen(scene: Scene, row: Promise, more: str, *, at: datetime) -> Extended:
    days = promises.calendar(scene.revision)
    warn = scene.flow.promise[row.name].warn_percent
    extended = standing.extend(row.id, more, days, scene.model.service_hours, warn, at=at)
    if extended is None:
        raise Refused(_("这个期限刚刚变了。请刷新后再看。"), code="moved_meanwhile")
    promising.due_next(scene.matter.id, scene.flow)
    return extended


def _record(
    what: str, scene: Scene, row: Promise, who: tuple[Person, Seat], *, at: datetime, **facts: object
) -> None:
    by, seat = who
    length = lengths.parse(str(facts.pop("more")))
    facts |= {"amount": length.amount, "unit": length.unit}
    record(what, scene.matter.id, by=by.acting(seat), at=at, flow=row.flow, promise=row.name, **facts)  # type: ignore[arg-type]  # facts of this file: codes and moments
