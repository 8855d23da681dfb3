"""Accounts and terms of a whole district in one write: thousands, all of them or none.

The rules are those of `accounts` and `staffing`; who holds what is asked of memory, so that a list is looked
through before anything is written and every row of it that is wrong is named at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record_all
from gezhi.people.models import Account, Term
from gezhi.people.services import certifying, fitting
from gezhi.people.services.accounts import well_formed
from gezhi.people.services.fitting import Where, Window
from gezhi.people.services.staffing import Appointment, day_of, limited, note_of, said_of
from gezhi.rules.model import Model

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account to make, under an id of the caller's; nobody can sign in as it until a password is set."""

    id: UUID
    sign_in: str
    name: str


class Listed:
    """Who would hold what: stored terms, and those of a list as far as it was looked through.

    `ground` are the units by identity, as they stand on the days of the list.
    """

    def __init__(self, ground: Mapping[UUID, Where], terms: Iterable[Term] = ()) -> None:
        self.ground = ground
        self._by_person: dict[UUID, list[Term]] = defaultdict(list)
        self._in_post: dict[tuple[UUID, str], list[Term]] = defaultdict(list)
        for term in terms:
            self.add(term)

    def add(self, term: Term) -> None:
        self._by_person[term.account_id].append(term)
        if not term.standing:
            self._in_post[term.unit, term.post].append(term)

    def by_person(self, account: UUID, window: Window) -> list[Term]:
        return [one for one in self._by_person[account] if _share_a_day(one, window)]

    def in_post(self, term: Term, window: Window) -> list[Term]:
        return [one for one in self._in_post[term.unit, term.post] if _share_a_day(one, window)]

    def unit(self, term: Term) -> Where:
        found = self.ground.get(term.unit)
        if found is None:
            raise fitting.no_unit()
        return found


@transaction.atomic
def make_accounts(newcomers: Sequence[Newcomer], *, by: Actor, at: datetime) -> None:
    """Make accounts, all of them or none. Raises `Refused` for the first that cannot be."""
    if not newcomers:
        return
    rows = []
    for one in newcomers:
        sign_in, name = well_formed(one.sign_in, one.name)
        rows.append(Account(id=one.id, sign_in=sign_in, name=name, made_at=at, password=make_password(None)))
    try:
        with transaction.atomic():
            Account.objects.bulk_create(rows, batch_size=_BATCH)
    except IntegrityError:
        raise Refused(_("这个登录名已经有人用，请换一个。"), code="sign_in_taken", field="sign_in") from None
    record_all([("account.made", row.id, {}) for row in rows], by=by, at=at)


def unfit(wanted: Sequence[Appointment], model: Model, listed: Listed, *, at: datetime) -> dict[int, Refused]:
    """Why these appointments cannot be made, by their place in the list; empty if, and only if, all can.

    What a post demands may stand anywhere in the list. Those that fit are added to `listed`, in their order.
    """
    refused: dict[int, Refused] = {}
    for index in _demands_first(wanted, model):
        one = wanted[index]
        try:
            term = _planned(one, model)
            window = (term.from_on, term.to_on)
            fitting.fits_the_unit(term, model, listed)
            fitting.has_room(term, window, model, listed)
            fitting.fits_the_person(term, window, model, listed)
            certifying.has_certificates(term, one.certificates, model)
        except Refused as refusal:
            refused[index] = refusal
        else:
            listed.add(term)
    for index, one in enumerate(wanted):
        if index not in refused and one.to_on is not None and one.to_on > day_of(at):
            try:
                fitting.stays_filled(_planned(one, model), (one.to_on, None), model, listed)
            except Refused as refusal:
                refused[index] = refusal
    return refused


@transaction.atomic
def appoint_many(
    wanted: Sequence[Appointment], model: Model, ground: Mapping[UUID, Where], *, by: Actor, at: datetime
) -> None:
    """Begin all these terms, if, and only if, `unfit` finds none that cannot be; else `Refused` for the first."""
    if not wanted:
        return
    instance.bump()  # also the lock: staffing changes one at a time
    accounts = {one.account for one in wanted}
    known = set(Account.objects.filter(is_active=True).values_list("id", flat=True))
    if not accounts <= known:
        raise NotFound(_("没有这个账号。"))
    refused = unfit(wanted, model, Listed(ground, stored()), at=at)
    if refused:
        raise refused[min(refused)]
    terms = [_planned(one, model) for one in wanted]
    Term.objects.bulk_create(terms, batch_size=_BATCH)
    record_all([("term.began", term.id, said_of(term)) for term in terms], by=by, at=at)
    shown = zip(terms, wanted, strict=True)
    seen = [row for term, one in shown for row in certifying.rows_of(term, one.certificates, by, day_of(at))]
    certifying.store(seen, by=by, at=at)


def stored() -> list[Term]:
    """Every term that is on record, in the order in which they were written."""
    return list(Term.objects.order_by("id"))


def _planned(one: Appointment, model: Model) -> Term:
    """The term as it would be written, its end set where the model limits it."""
    term = Term(id=new_id(), account_id=one.account, post=one.post, department=one.department)
    term.unit, term.from_on, term.to_on, term.note = one.unit, one.from_on, one.to_on, note_of(one)
    limited(term, model)
    return term


def _demands_first(wanted: Sequence[Appointment], model: Model) -> list[int]:
    """Places in the list so that a post comes after all those which its holders must hold."""
    rank: dict[str, int] = {}

    def deep(post: str, seen: tuple[str, ...] = ()) -> int:
        if post not in rank:
            demanded = model.posts[post].must_be if post in model.posts and post not in seen else ()
            rank[post] = 1 + max((deep(one, (*seen, post)) for one in demanded), default=-1)
        return rank[post]

    return sorted(range(len(wanted)), key=lambda index: (deep(wanted[index].post), index))


def _share_a_day(term: Term, window: Window) -> bool:
    from_on, to_on = window
    return (term.to_on is None or term.to_on > from_on) and (to_on is None or term.from_on < to_on)
