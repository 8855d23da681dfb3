"""Appointing people to posts, and ending their terms, as the governance model allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.people.models import Account, Term
from gezhi.people.queries import DEPARTMENT
from gezhi.places.models import Unit
from gezhi.rules.model import Model, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Who holds which post at which unit (its identity), from a day until a day (exclusive, or open).

    `post` is a word of the model, or "department" with the department's word.
    """

    account: UUID
    post: str
    unit: UUID
    from_on: date
    department: str = ""
    to_on: date | None = None


@transaction.atomic
def appoint(wanted: Appointment, model: Model, *, by: Actor, at: datetime) -> UUID:
    """Begin a term, if, and only if, the model knows the post, it sits at that unit's level, it is not full
    there, the person may hold it beside what they hold (`also`), and holds what it demands (`must_be`).
    """
    instance.bump()  # also the lock: staffing changes one at a time
    if not Account.objects.filter(id=wanted.account, is_active=True).exists():
        raise NotFound(_("没有这个账号。"))
    if wanted.to_on is not None and wanted.to_on <= wanted.from_on:
        raise Refused(_("任期的结束日要在开始日之后。"), code="term_ends_first", field="to_on")
    held = list(_running(wanted.from_on, wanted.to_on).filter(account=wanted.account))
    _fits_the_unit(wanted, model)
    _fits_the_person(wanted, held, model)
    term = Term(id=new_id(), account_id=wanted.account, post=wanted.post, department=wanted.department)
    term.unit, term.from_on, term.to_on = wanted.unit, wanted.from_on, wanted.to_on
    Term.objects.bulk_create([term])
    record(
        "term.began",
        term.id,
        by=by,
        at=at,
        account=wanted.account,
        post=wanted.post,
        department=wanted.department,
        unit=wanted.unit,
        from_on=wanted.from_on.isoformat(),
        to_on=wanted.to_on.isoformat() if wanted.to_on else "",
    )
    return term.id


@transaction.atomic
def end_term(term: UUID, on: date, model: Model, *, by: Actor, at: datetime) -> None:
    """End a term on a day (its first day without), unless the post may never be vacant and would be, or the
    person holds another post that demands this one.
    """
    instance.bump()
    row = Term.objects.filter(id=term).filter(Q(to_on=None) | Q(to_on__gt=on)).first()
    if row is None:
        raise NotFound(_("没有这个任期，或它已经结束。"))
    if on <= row.from_on:
        raise Refused(_("任期的结束日要在开始日之后。"), code="term_ends_first", field="to_on")
    post = model.posts.get(row.post)
    if post is not None and post.never_vacant:
        rest = _running(on, None).filter(unit=row.unit, post=row.post).exclude(id=term).count()
        if rest < max(post.min, 1):
            sentence = _("「{post}」在此处不得空缺。请先任命接任的人，再免去此任。").format(post=post.name)
            raise Refused(sentence, code="post_never_vacant")
    _nothing_leans_on(row, on, model)
    Term.objects.filter(id=term).update(to_on=on)
    record("term.ended", term, by=by, at=at, account=row.account_id, to_on=on.isoformat())


def _running(from_on: date, to_on: date | None) -> QuerySet[Term]:
    """Terms that share a day with the period."""
    shared = Q(to_on=None) | Q(to_on__gt=from_on)
    return Term.objects.filter(shared if to_on is None else shared & Q(from_on__lt=to_on))


def _fits_the_unit(wanted: Appointment, model: Model) -> None:
    unit = (
        Unit.objects.filter(identity=wanted.unit, valid_from__lte=wanted.from_on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=wanted.from_on))
        .first()
    )
    if unit is None:
        raise NotFound(_("这一天没有这个单位。"))
    if wanted.post == DEPARTMENT:
        if wanted.department not in model.departments:
            raise Refused(_("治理模型里没有这个部门。"), code="department_unknown", field="department")
        return
    post = model.posts.get(wanted.post)
    if post is None or wanted.department:
        raise Refused(_("治理模型里没有这个岗位。"), code="post_unknown", field="post")
    if unit.level not in post.levels:
        sentence = _("「{post}」不设在{unit}这一层级。").format(post=post.name, unit=unit.name)
        raise Refused(sentence, code="post_not_at_level", field="unit")
    holders = _running(wanted.from_on, wanted.to_on).filter(unit=wanted.unit, post=wanted.post)
    if post.most and holders.values("account").distinct().count() >= post.most:
        sentence = _("{unit}的「{post}」最多{most}人，已满。请先免去一人。")
        raise Refused(
            sentence.format(unit=unit.name, post=post.name, most=post.most), code="post_full", field="post"
        )


def _fits_the_person(wanted: Appointment, held: list[Term], model: Model) -> None:
    for term in held:
        if (term.post, term.department, term.unit) == (wanted.post, wanted.department, wanted.unit):
            raise Refused(_("此人在这段时间已经任此职。"), code="post_held", field="post")
        if not _may_hold_both(term.post, wanted.post, model):
            sentence = _("同一个人不得兼任「{one}」和「{other}」。")
            raise Refused(
                sentence.format(one=_label(term.post, model), other=_label(wanted.post, model)),
                code="posts_apart",
                field="post",
            )
    post = model.posts.get(wanted.post)
    if post is not None and post.must_be and not {t.post for t in held} & set(post.must_be):
        needed = _("、").join(_label(p, model) for p in post.must_be)
        sentence = _("任「{post}」的人须同时是「{needed}」。请先任命后者。")
        raise Refused(sentence.format(post=post.name, needed=needed), code="post_must_be", field="post")


def _nothing_leans_on(row: Term, on: date, model: Model) -> None:
    """Refuse when another post of the same person demands this one and nothing else they hold satisfies it."""
    left = list(_running(on, None).filter(account=row.account_id).exclude(id=row.id))
    words = {term.post for term in left}
    for word in words:
        post = model.posts.get(word)
        if post is not None and row.post in post.must_be and not words & set(post.must_be):
            sentence = _("此人还任「{other}」，任它须同时是「{this}」。请先免去「{other}」。")
            raise Refused(
                sentence.format(other=post.name, this=_label(row.post, model)), code="post_leaned_on"
            )


def _may_hold_both(one: str, other: str, model: Model) -> bool:
    """Whether a person may hold the two: the same post elsewhere, a pair in `also` or `must_be`, or a post
    whose holders belong to a department beside a department's seat.
    """
    if one == other:
        return True
    first, second = model.posts.get(one), model.posts.get(other)
    return _admits(first, other) or _admits(second, one)


def _admits(post: Post | None, other: str) -> bool:
    if post is None:
        return False
    return other in post.also or other in post.must_be or (other == DEPARTMENT and post.of_department)


def _label(word: str, model: Model) -> str:
    post = model.posts.get(word)
    return post.name if post else _("部门")
