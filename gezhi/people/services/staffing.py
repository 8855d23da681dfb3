"""Appointing people to posts, ending and moving the end of their terms, as the governance model allows.

A term begins and ends by its dates: nothing runs at midnight. What has not begun yet can be undone, and on its first
day what nothing was done from; what was in force is never rewritten, because somebody had these rights on these days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.people import tokens
from gezhi.people.certificates import Shown
from gezhi.people.models import Account, Term, Token
from gezhi.people.services import certifying, fitting
from gezhi.people.spans import before
from gezhi.rules.model import Model
from gezhi.unseen import straight

LEAST_NOTE, MOST_NOTE = 2, 120
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Who holds which post at which unit (its identity), from a day until a day (exclusive, or open).

    `post` is a word of the model, or "department" with the department's word. Where the model limits the term
    (`term = "12月"`) and no end is given, it ends by the model. `certificates` are those that were shown to whoever
    appoints; `note` says why it is registered after its first day.
    """

    account: UUID
    post: str
    unit: UUID
    from_on: date
    department: str = ""
    to_on: date | None = None
    certificates: tuple[Shown, ...] = ()
    note: str = ""


@transaction.atomic
def appoint(wanted: Appointment, model: Model, *, by: Actor, at: datetime) -> UUID:
    """Begin a term, today or on a day to come, if, and only if, on each of its days

    the model knows the post, it sits at that unit's level, it is not full there, the person may hold it beside
    what they hold (`also`), and holds what it demands (`must_be`, certificates); a first day that has passed says why;
    and it ends no later than the model allows,
    nor, for a post that may never be vacant, on a day of one's own choice from which too few would be left.
    Returns the term's id.
    """
    instance.bump()  # also the lock: staffing changes one at a time
    term = _planned(wanted, model)
    window = (term.from_on, term.to_on)
    fitting.fits_the_unit(term, model)
    fitting.has_room(term, window, model)
    fitting.fits_the_person(term, window, model)
    certifying.has_certificates(term, wanted.certificates, model)
    _says_why(term, at)
    if wanted.to_on is not None and wanted.to_on > day_of(at):
        fitting.stays_filled(term, (wanted.to_on, None), model)
    Term.objects.bulk_create([term])
    record("term.began", term.id, by=by, at=at, **said_of(term))
    certifying.store(certifying.rows_of(term, wanted.certificates, by, day_of(at)), by=by, at=at)
    return term.id


@transaction.atomic
def end_term(term: UUID, on: date, model: Model, *, by: Actor, at: datetime) -> None:
    """End a term on a day (its first day without), unless the post may never be vacant and would be, or the
    person holds another post that demands this one. Whoever stands in comes back early in the same way.
    """
    change_end(term, on, model, by=by, at=at)


@transaction.atomic
def change_end(term: UUID, on: date | None, model: Model, *, by: Actor, at: datetime) -> None:
    """Let a term end on another day, or on none. The days that go are checked as for an end, those that come as
    for an appointment. A day that has passed cannot be taken away again.
    """
    instance.bump()
    row = _not_over(term, at)
    _may_end_on(row, on, at, model)
    was = row.to_on
    if on is not None and before(on, was):
        _may_go(row, (on, was), model)
    elif was is not None and (on is None or on > was):
        fitting.has_room(row, (was, on), model)
        fitting.fits_the_person(row, (was, on), model)
        if row.standing:
            fitting.may_stand_in(row, (was, on))
    else:
        raise Refused(_("任期本来就到这一天，没有改动。"), code="term_end_same", field="to_on")
    Term.objects.filter(id=term).update(to_on=on)
    what = "term.ended" if on is not None and before(on, was) else "term.extended"
    record(what, term, by=by, at=at, account=row.account_id, to_on=_day(on), was=_day(was))


@transaction.atomic
def undo_term(term: UUID, model: Model, *, by: Actor, at: datetime) -> None:
    """Take an entry back before it took effect, or on its first day as long as nothing was done from it: it leaves no
    term, only what the ledger says of it.

    Keys of programs that were made for it go with it; whoever would stand in for it, and its shifts, first.
    """
    instance.bump()
    row = _not_over(term, at)
    _may_be_undone(row, at)
    if row.begun_by is not None:
        raise Refused(_("这个任期是地界调整方案转来的。要撤销，请撤回那个方案。"), code="term_of_plan")
    if row.stand_ins.exists():
        raise Refused(_("已经有人要代理这个任期。请先撤销代理。"), code="term_in_use")
    if row.shifts.exists():
        raise Refused(_("这个任期已经排了值班。请先从值班表里拿掉。"), code="term_in_use")
    _may_go(row, (row.from_on, row.to_on), model)
    for key in Token.objects.filter(term=term, ended_at=None).values_list("id", flat=True):
        tokens.end(key, by=by, at=at)
    Token.objects.filter(term=term).delete()
    Term.objects.filter(id=term).delete()
    record("term.undone", term, by=by, at=at, **said_of(row))


def _may_be_undone(row: Term, at: datetime) -> None:
    """It has not begun, or began today and nothing was done from it."""
    if row.from_on < day_of(at):
        sentence = _("这个任期 {day} 已经开始，不能撤销，只能结束。")
        raise Refused(sentence.format(day=row.from_on), code="term_has_begun")
    post = f"department:{row.department}" if row.department else f"{row.post}@"
    made = ledger.happened_to([row.id], ("term.began", "term.stood_in"))
    if row.from_on == day_of(at) and made and ledger.has_acted(row.account_id, post, made[0].id):
        sentence = _("今天已经用这个岗位办过事，记录不改，只能结束。最后一天最早写今天。")
        raise Refused(sentence, code="term_was_used")


def _says_why(term: Term, at: datetime) -> None:
    """A term that begins before it is registered gives rights to a past in which nobody had them: it must say why."""
    if term.from_on < day_of(at) and len(term.note) < LEAST_NOTE:
        told = _("{day} 已经过去。任命从今天或以后开始；确实要补登的，请写明为什么，会留在记录里。")
        raise Refused(told.format(day=term.from_on), code="term_backdated", field="note")


def day_of(at: datetime) -> date:
    """The local day of a moment."""
    return timezone.localdate(at)


def said_of(term: Term) -> dict[str, Fact]:
    """What an entry says of a term: codes, ids and days, no name."""
    return {
        "account": term.account_id,
        "post": term.post,
        "department": term.department,
        "unit": term.unit,
        "from_on": term.from_on.isoformat(),
        "to_on": _day(term.to_on),
    }


def _planned(wanted: Appointment, model: Model) -> Term:
    """The term as it would be written. Raises for a closed account and for an end that cannot be."""
    if not Account.objects.filter(id=wanted.account, is_active=True).exists():
        raise NotFound(_("没有这个账号。"))
    term = Term(id=new_id(), account_id=wanted.account, post=wanted.post, department=wanted.department)
    term.unit, term.from_on, term.to_on = wanted.unit, wanted.from_on, wanted.to_on
    term.note = note_of(wanted)
    limited(term, model)
    return term


def note_of(wanted: Appointment) -> str:
    """The note as it is kept. Raises `Refused` for one that is too long."""
    note = straight(wanted.note).strip()
    if len(note) > MOST_NOTE:
        raise Refused(_("为什么补登，最多写 {n} 个字。").format(n=MOST_NOTE), code="note_long", field="note")
    return note


def limited(term: Term, model: Model) -> None:
    """Let the term end by the model where no end was said. Raises for an end that cannot be."""
    if term.to_on is None:
        term.to_on = fitting.longest(term, model)
    elif term.to_on <= term.from_on:
        raise Refused(_("任期的最后一天不能在第一天以前。"), code="term_ends_first", field="to_on")
    _not_too_long(term, term.to_on, model)


def _not_over(term: UUID, at: datetime) -> Term:
    row = Term.objects.filter(id=term).first()
    if row is None or not before(day_of(at), row.to_on):
        raise NotFound(_("没有这个任期，或它已经结束。"))
    return row


def _may_end_on(row: Term, on: date | None, at: datetime, model: Model) -> None:
    if on is None and row.standing:
        raise Refused(_("代理要写明最后一天。"), code="standing_needs_end", field="to_on")
    if on is not None and on <= row.from_on:
        raise Refused(_("任期的最后一天不能在第一天以前。"), code="term_ends_first", field="to_on")
    if on is not None and on < day_of(at):
        sentence = _("{day} 以后的日子已经过去，此人那时有这个岗位的权限，记录不改。最后一天最早写 {last}。")
        said = sentence.format(day=on - DAY, last=day_of(at) - DAY)
        raise Refused(said, code="term_ends_past", field="to_on")
    _not_too_long(row, on, model)


def _not_too_long(term: Term, on: date | None, model: Model) -> None:
    latest = fitting.longest(term, model)
    if latest is not None and (on is None or on > latest):
        sentence = _("「{post}」一任的最后一天最晚是 {day}。续任请另行任命。")
        said = sentence.format(post=fitting.label(term, model), day=latest - DAY)
        raise Refused(said, code="term_too_long", field="to_on")


def _may_go(row: Term, window: fitting.Window, model: Model) -> None:
    """These days of a term may be taken away."""
    fitting.stays_filled(row, window, model)
    fitting.stays_administered(row, window, model)
    if not row.standing:
        fitting.nothing_leans_on(row, window, model)


def _day(on: date | None) -> str:
    return on.isoformat() if on is not None else ""
