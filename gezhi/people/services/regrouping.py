"""Terms at units that a plan of the ground ends: they end with the unit, and new ones begin where the plan says.

A term goes to the only heir of its unit; where there are several, or none, the plan must say where, or that the post
is left unstaffed. What was in force stays as it was: the old term ends on the plan's day, and the new one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.digests import Fact
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record_all
from gezhi.people.models import Shift, Term, Token
from gezhi.people.queries import DEPARTMENT
from gezhi.people.services import fitting
from gezhi.people.services.certifying import take_along
from gezhi.people.services.staffing import said_of
from gezhi.rules.model import Model

Heirs = Mapping[UUID, tuple[UUID, ...]]
_BATCH = 500
_Said = list[tuple[str, UUID, dict[str, Fact]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a plan says of the holders of a post at a unit that ends: the unit they go to, or none: left unstaffed.

    `account` narrows it to one person. For a department's seat `post` is "department", with its word beside.
    """

    unit: UUID
    post: str
    department: str = ""
    account: UUID | None = None
    to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Going:
    """One term at a unit that ends, and where it goes on; `to` none: nowhere.

    `lacks` is empty, or why it cannot be written so: unsaid (the plan must say where), later (it begins only after
    the unit has ended), or the reason in words why it does not fit there.
    """

    term: UUID
    account: UUID
    post: str
    department: str
    unit: UUID
    to: UUID | None
    standing: bool
    lacks: str = ""


def goings(heirs: Heirs, wishes: Sequence[Wish], on: date) -> tuple[Going, ...]:
    """Where each term goes that would run on at a unit that ends on the day. Two statements at most a 500 units."""
    found = []
    for term in _running(heirs, on):
        wish = _wished(term, wishes)
        sole = heirs[term.unit]
        to = wish.to if wish else sole[0] if len(sole) == 1 else None
        lacks = "later" if term.from_on >= on else "" if wish or len(sole) == 1 else "unsaid"
        found.append(
            Going(term.id, term.account_id, term.post, term.department, term.unit, to, term.standing, lacks)
        )
    return tuple(found)


@transaction.atomic
def regroup(
    plan: UUID, on: date, going: Sequence[Going], model: Model, *, by: Actor, at: datetime, late: bool = False
) -> tuple[Going, ...]:
    """Write where terms go. Returns what was written. Must follow the writing of the plan's units.

    Raises `Refused` for a term of which the plan says nothing, and for one that does not fit where it goes; `late`,
    when the day has come, such a term ends and the post is vacant: `lacks` says why.
    """
    if not going:
        return ()
    instance.bump()  # also the lock: staffing changes one at a time
    if not late:
        _all_said(going, model)
    rows = {term.id: term for term in Term.objects.filter(id__in=[one.term for one in going])}
    moved = _Moved(plan, on, model, late)
    for one in sorted(
        going, key=lambda one: (one.standing, one.term)
    ):  # holders first: who stands in names them
        if one.term in rows:
            moved.take(one, rows[one.term])
    moved.check()
    record_all(moved.said, by=by, at=at)
    return tuple(moved.written.values())


@transaction.atomic
def ungroup(plan: UUID, *, by: Actor, at: datetime) -> None:
    """Take back what `regroup` wrote for a plan whose day has not come: as if it had never been."""
    begun = Term.objects.filter(begun_by=plan)
    if not begun.exists() and not Term.objects.filter(ended_by=plan).exists():
        return
    instance.bump()
    ids = list(begun.values_list("id", flat=True))
    if Term.objects.filter(stands_for__in=ids).exclude(begun_by=plan).exists():
        raise Refused(_("已经有人要代理方案转来的任期。请先撤销代理。"), code="term_in_use")
    said: _Said = [("term.undone", term.id, {**said_of(term), "plan": plan}) for term in begun]
    Shift.objects.filter(term__in=ids).delete()
    Token.objects.filter(term__in=ids).delete()
    begun.exclude(stands_for=None).delete()
    begun.delete()
    for term in Term.objects.filter(ended_by=plan):
        said.append(
            (
                "term.extended",
                term.id,
                {"account": term.account_id, "plan": plan, "to_on": _day(term.else_to)},
            )
        )
        Term.objects.filter(id=term.id).update(to_on=term.else_to, ended_by=None, else_to=None)
    record_all(said, by=by, at=at)


@dataclass
class _Moved:
    """The writing of one plan's terms, one after the other."""

    plan: UUID
    on: date
    model: Model
    late: bool
    written: dict[UUID, Going] = field(default_factory=dict)  # by the old term
    said: _Said = field(default_factory=list)
    new: dict[UUID, Term] = field(
        default_factory=dict
    )  # by the old term; may be one that the person has already
    begun: list[UUID] = field(default_factory=list)

    def take(self, one: Going, old: Term) -> None:
        """End the old term; begin the new one, if there is a place for it that it fits."""
        rows = Term.objects.filter(id=old.id, from_on__lt=self.on)
        if not rows.update(to_on=self.on, ended_by=self.plan, else_to=old.to_on):
            return
        ended: dict[str, Fact] = {"account": old.account_id, "to_on": _day(self.on), "was": _day(old.to_on)}
        self.said.append(("term.ended", old.id, {**ended, "plan": self.plan}))
        self.written[old.id] = one
        term = self._wanted(one, old)
        if term is not None:
            Term.objects.bulk_create([term])
            take_along(old, term)
            self.new[old.id] = term
            self.begun.append(old.id)
            self._take_shifts_along(old, term)

    def check(self) -> None:
        """Each new term by the rules of an appointment, once all are written: what a post demands may come along."""
        gone: set[UUID] = set()
        for old in self.begun:
            term = self.new[old]
            if term.stands_for_id in gone:
                self.written[old] = replace(self.written[old], to=None, lacks="unsaid")
                continue
            window = (term.from_on, term.to_on)
            try:
                fitting.fits_the_unit(term, self.model)
                fitting.has_room(term, window, self.model)
                fitting.fits_the_person(term, window, self.model)
            except Refused as no:
                if not self.late:
                    raise
                Shift.objects.filter(term=term).delete()
                Term.objects.filter(stands_for=term).delete()
                Term.objects.filter(id=term.id).delete()
                gone.add(term.id)
                self.written[old] = replace(self.written[old], to=None, lacks=no.reason)
            else:
                self.said.append(("term.began", term.id, {**said_of(term), "plan": self.plan, "after": old}))

    def _wanted(self, one: Going, old: Term) -> Term | None:
        """The term as it would be; none where it goes nowhere, or the person sits there already for as long."""
        if one.to is None or (old.stands_for_id is not None and old.stands_for_id not in self.new):
            return None
        term = Term(
            id=new_id(), account_id=old.account_id, post=old.post, department=old.department, unit=one.to
        )
        term.from_on, term.to_on, term.begun_by = self.on, old.to_on, self.plan
        term.standing = old.standing
        seats = Term.objects.filter(_runs_past(self.on), account=old.account_id, post=old.post)
        seats = seats.filter(department=old.department)
        same = seats.exclude(id=old.id) if old.post == DEPARTMENT else seats.filter(unit=one.to)
        if old.stands_for_id is not None:
            term.stands_for = self.new[old.stands_for_id]
            return None if same.exists() else term  # whoever sits there by right need not stand in
        for other in same.filter(standing=old.standing).order_by("from_on"):
            if other.to_on is None or (term.to_on is not None and other.to_on >= term.to_on):
                self.new[old.id] = other
                return None
            term.from_on = max(term.from_on, other.to_on)
        return term

    def _take_shifts_along(self, old: Term, term: Term) -> None:
        """The rota goes along. An old shift needs no end: it counts only while its own term runs."""
        made = []
        for shift in Shift.objects.filter(_runs_past(self.on), term=old):
            new = Shift(id=new_id(), term=term, unit=term.unit, post=shift.post, department=shift.department)
            new.day, new.starts, new.ends = shift.day, shift.starts, shift.ends
            new.from_on, new.to_on = max(shift.from_on, self.on), shift.to_on
            made.append(new)
        Shift.objects.bulk_create(made, batch_size=_BATCH)


def _running(heirs: Heirs, on: date) -> list[Term]:
    """Terms that would run on at these units, in the order in which they were written."""
    units, found = list(heirs), list[Term]()
    for start in range(0, len(units), _BATCH):
        found += Term.objects.filter(_runs_past(on), unit__in=units[start : start + _BATCH])
    return sorted(found, key=lambda term: term.id)


def _runs_past(on: date) -> Q:
    return Q(to_on=None) | Q(to_on__gt=on)


def _wished(term: Term, wishes: Iterable[Wish]) -> Wish | None:
    """What the plan says of a term: of this person first, then of the post."""
    mine = [w for w in wishes if (w.unit, w.post, w.department) == (term.unit, term.post, term.department)]
    own = [w for w in mine if w.account == term.account_id]
    return next(iter([*own, *(w for w in mine if w.account is None)]), None)


def _all_said(going: Sequence[Going], model: Model) -> None:
    for one in going:
        label = fitting.label(Term(post=one.post, department=one.department), model)
        if one.lacks == "unsaid":
            sentence = _(
                "「{post}」所在的单元要撤销，没有唯一的接续单元。请在方案里写明他们归到哪里，或写明空缺。"
            )
            raise Refused(sentence.format(post=label), code="staff_unsaid", field="staff")
        if one.lacks == "later":
            sentence = _("有人在方案生效以后才到要撤销的单元任「{post}」。请先撤销那项任命，再立方案。")
            raise Refused(sentence.format(post=label), code="staff_later", field="staff")


def _day(on: date | None) -> str:
    return on.isoformat() if on is not None else ""
