"""Standing in (代理): somebody does the work of a post for some days, under their own name.

Whoever stands in is held to every rule of a holder, and is named as what they are: each entry they make says
from which post they came. A stand-in fills no vacancy: a post that may never be vacant still needs its holders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.people.certificates import Shown
from gezhi.people.models import Account, Term
from gezhi.people.services import certifying, fitting
from gezhi.people.services.staffing import day_of, said_of
from gezhi.rules.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Who stands in from a day until a day (exclusive): for the holder of a term who is away, or at a vacant post.

    With `term`, post, unit and department are that term's; without, they name the vacant post.
    """

    account: UUID
    from_on: date
    to_on: date
    term: UUID | None = None
    post: str = ""
    unit: UUID | None = None
    department: str = ""
    certificates: tuple[Shown, ...] = ()


@transaction.atomic
def stand_in(wanted: StandIn, model: Model, *, by: Actor, at: datetime) -> UUID:
    """Let somebody stand in, if, and only if, they could hold the post beside what they hold on each of these
    days, have a post of their own on each, and nobody else stands in. It ends by itself. Returns the term's id.
    """
    instance.bump()
    if not Account.objects.filter(id=wanted.account, is_active=True).exists():
        raise NotFound(_("没有这个账号。"))
    if wanted.from_on < day_of(at):
        raise Refused(_("代理从今天或以后开始，不能倒填。"), code="standing_past", field="from_on")
    if wanted.to_on <= wanted.from_on:
        raise Refused(_("任期的最后一天不能在第一天以前。"), code="term_ends_first", field="to_on")
    term = _of(wanted)
    window = (term.from_on, term.to_on)
    fitting.fits_the_unit(term, model)
    fitting.may_stand_in(term, window)
    fitting.fits_the_person(term, window, model)
    certifying.has_certificates(term, wanted.certificates, model)
    Term.objects.bulk_create([term])
    away = term.stands_for
    record("term.stood_in", term.id, by=by, at=at, stands_for=away.id if away else None, **said_of(term))
    certifying.store(certifying.rows_of(term, wanted.certificates, by, day_of(at)), by=by, at=at)
    return term.id


def _of(wanted: StandIn) -> Term:
    """The term as it would be written. Raises where nobody is away and the post is not vacant."""
    new = Term(id=new_id(), account_id=wanted.account, standing=True)
    new.from_on, new.to_on = wanted.from_on, wanted.to_on
    if wanted.term is not None:
        away = Term.objects.filter(id=wanted.term, standing=False).first()
        if away is None:
            raise NotFound(_("没有这个任期，或它已经结束。"))
        if away.account_id == wanted.account:
            raise Refused(_("自己不能代理自己。"), code="standing_for_self", field="account")
        new.post, new.department, new.unit, new.stands_for = away.post, away.department, away.unit, away
        return new
    if wanted.unit is None:
        raise NotFound(_("这一天没有这个单位。"))
    new.post, new.department, new.unit = wanted.post, wanted.department, wanted.unit
    there = Term.objects.filter(post=new.post, department=new.department, unit=new.unit, standing=False)
    if any(fitting.runs_on(term, wanted.from_on) for term in there):
        raise Refused(
            _("这个岗位那天有人在任。请写明他不在时由谁代理，不必按空缺代理。"), code="standing_not_vacant"
        )
    return new
