"""Whether a term fits: the unit, the other terms of the person, and what the post demands, on each of its days.

Each function raises `Refused` with the sentence for whoever appoints, or says nothing. A person who stands in
is held to the same rules as a holder; but does not fill a post, and does not take a place in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.people import spans
from gezhi.people.models import Term
from gezhi.people.queries import DEPARTMENT
from gezhi.people.spans import Span
from gezhi.places.models import Unit
from gezhi.rules.length import LengthError
from gezhi.rules.model import Department, Model, Post

Window = tuple[date, date | None]


class Where(NamedTuple):
    """What is asked of a unit."""

    level: str
    name: str


class Held(Protocol):
    """Who holds what: as it is stored, or as a whole list would have it once it is written."""

    def by_person(self, account: UUID, window: Window) -> list[Term]:
        """Every term of the person that shares a day with the window."""

    def in_post(self, term: Term, window: Window) -> list[Term]:
        """The holders of the term's post at its unit that share a day with the window; nobody who stands in."""

    def unit(self, term: Term) -> Where:
        """The unit as it stands on the term's first day. Raises `NotFound` where there is none."""


class Stored:
    """What the tables say."""

    def by_person(self, account: UUID, window: Window) -> list[Term]:
        return list(running(window).filter(account_id=account))

    def in_post(self, term: Term, window: Window) -> list[Term]:
        return list(running(window).filter(unit=term.unit, post=term.post, standing=False))

    def unit(self, term: Term) -> Where:
        rows = Unit.objects.filter(identity=term.unit, valid_from__lte=term.from_on)
        found = rows.filter(Q(valid_to=None) | Q(valid_to__gt=term.from_on)).values_list("level", "name")
        for row in found[:1]:
            return Where(*row)
        raise no_unit()


STORED: Held = Stored()


def no_unit() -> NotFound:
    return NotFound(_("这一天没有这个单位。"))


def running(window: Window) -> QuerySet[Term]:
    """Terms that share a day with the window."""
    from_on, to_on = window
    shared = Q(to_on=None) | Q(to_on__gt=from_on)
    return Term.objects.filter(shared if to_on is None else shared & Q(from_on__lt=to_on))


def runs_on(term: Term, day: date) -> bool:
    """Whether the term runs on a day."""
    return Span(term.account_id, term.from_on, term.to_on).covers(day)


def fits_the_unit(term: Term, model: Model, held: Held = STORED) -> None:
    """The model knows the post or department, and the post sits at the level of the unit on the first day."""
    unit = held.unit(term)
    if term.post == DEPARTMENT:
        if term.department not in model.departments:
            raise Refused(_("治理模型里没有这个部门。"), code="department_unknown", field="department")
        return
    post = model.posts.get(term.post)
    if post is None or term.department:
        raise Refused(_("治理模型里没有这个岗位。"), code="post_unknown", field="post")
    if unit.level not in post.levels:
        sentence = _("「{post}」不设在{unit}这一层级。").format(post=called(post), unit=unit.name)
        raise Refused(sentence, code="post_not_at_level", field="unit")


def has_room(term: Term, window: Window, model: Model, held: Held = STORED) -> None:
    """On no day of the window the post would have more holders than it may."""
    post = model.posts.get(term.post)
    if term.standing or post is None or not post.most:
        return
    full = spans.full_from(_spans(_others(term, window, held)), post.most, *window)
    if full is not None:
        sentence = _("{unit}的「{post}」最多{most}人，{day} 起已满。请先免去一人，或换一个开始日。")
        said = sentence.format(unit=held.unit(term).name, post=called(post), most=post.most, day=full)
        raise Refused(said, code="post_full", field="post")


def fits_the_person(term: Term, window: Window, model: Model, held: Held = STORED) -> None:
    """On no day of the window the person would hold it twice, beside what excludes it, or without what it demands."""
    beside = [one for one in held.by_person(term.account_id, window) if one.id != term.id]
    for other in beside:
        if _same_seat(term, other):
            raise Refused(_("此人在这段时间已经任此职。"), code="post_held", field="post")
        if not may_hold_both(term, other, model):
            sentence = _("同一个人不得兼任「{one}」和「{other}」。")
            said = sentence.format(one=label(other, model), other=label(term, model))
            raise Refused(said, code="posts_apart", field="post")
    missing = _without_what_it_demands(term, window, beside, model)
    if missing is not None:
        post = model.posts[term.post]
        needed = _("、").join(_name(word, model) for word in post.must_be)
        sentence = _("任「{post}」的人须同时是「{needed}」，{day} 那天不是。请先任命后者，或改期。")
        said = sentence.format(post=called(post), needed=needed, day=missing)
        raise Refused(said, code="post_must_be", field="post")


def stays_filled(term: Term, window: Window, model: Model, held: Held = STORED) -> None:
    """On no day of the window a post that may never be vacant would have fewer holders than it needs without it."""
    post = model.posts.get(term.post)
    if term.standing or post is None or not post.never_vacant:
        return
    least = least_of(post, held.unit(term).level)
    short = spans.short_from(_spans(_others(term, window, held)), least, *window)
    if short is not None:
        sentence = _("「{post}」在此处不得空缺：{day} 起会少于 {least} 人。请先任命接任的人。")
        said = sentence.format(post=called(post), day=short, least=least)
        raise Refused(said, code="post_never_vacant", field="to_on")


def stays_administered(term: Term, window: Window, model: Model) -> None:
    """On each day of the window somebody else who can sign in holds a post that administers the instance."""
    offices = [post.id for post in model.posts.values() if post.administers == "system"]
    if term.standing or term.post not in offices:
        return
    others = running(window).filter(post__in=offices, standing=False, account__is_active=True)
    able = others.exclude(account__password__startswith=UNUSABLE_PASSWORD_PREFIX).exclude(id=term.id)
    without = spans.short_from(_spans(able), 1, *window)
    if without is not None:
        sentence = _(
            "{day} 起就没有能登录的人管理这个实例了。请先任命接任的「{post}」，请他登录一次，再免去这一位。"
        )
        said = sentence.format(day=without, post=label(term, model))
        raise Refused(said, code="last_administrator", field="to_on")


def may_stand_in(term: Term, window: Window) -> None:
    """On each day of the window whoever stands in has a post of their own, and nobody else stands in there."""
    own = running(window).filter(account=term.account_id, standing=False)
    lacking = spans.short_from(_spans(own), 1, *window)
    if lacking is not None:
        sentence = _("代理的人自己要有职务，{day} 那天没有。请换一个人，或改期。")
        raise Refused(sentence.format(day=lacking), code="standing_without_post", field="account")
    gone = term.stands_for
    if gone is not None and spans.short_from(_spans([gone]), 1, *window) is not None:
        raise Refused(_("代理的日子要在被代理的任期之内。"), code="standing_beyond_term", field="to_on")
    others = running(window).filter(
        post=term.post, department=term.department, unit=term.unit, standing=True, stands_for=gone
    )
    if others.exclude(id=term.id).exists():
        raise Refused(_("这些日子已经有人代理。请先结束前一个代理，或改期。"), code="standing_taken")


def nothing_leans_on(term: Term, window: Window, model: Model) -> None:
    """No other post of the person demands this one on a day of the window on which nothing else satisfies it,
    and they stand in nowhere on a day on which they would have no post of their own.
    """
    rest = list(running(window).filter(account=term.account_id).exclude(id=term.id))
    for other in rest:
        days = _shared(window, other)
        kept = [one for one in rest if one.id != other.id]
        if other.standing and spans.short_from(_spans([one for one in kept if not one.standing]), 1, *days):
            sentence = _("此人还代理「{other}」，代理的人自己要有职务。请先结束代理。")
            raise Refused(sentence.format(other=label(other, model)), code="post_leaned_on")
        post = model.posts.get(other.post)
        if post is None or term.post not in post.must_be:
            continue
        if _without_what_it_demands(other, days, kept, model) is not None:
            sentence = _("此人还任「{other}」，任它须同时是「{this}」。请先免去「{other}」。")
            said = sentence.format(other=called(post), this=label(term, model))
            raise Refused(said, code="post_leaned_on")


def longest(term: Term, model: Model) -> date | None:
    """The day on which the term ends at the latest by the model; none where the model says nothing of it."""
    post = model.posts.get(term.post)
    try:
        return spans.after(term.from_on, post.term) if post is not None and post.term else None
    except LengthError:  # a term in working days or hours says nothing about days
        return None


def may_hold_both(one: Term, other: Term, model: Model) -> bool:
    """Whether a person may hold the two: the same post elsewhere, a pair in `also` or `must_be`, or a post
    whose holders belong to a department beside a department's seat. Nobody sits in two departments.
    """
    if one.post == other.post:
        return one.department == other.department
    return _admits(model.posts.get(one.post), other.post) or _admits(model.posts.get(other.post), one.post)


def least_of(post: Post, level: str) -> int:
    """How many holders the post needs at a unit of this level: what `[staffing]` says, else one."""
    return max(post.least.get(level, post.min), 1)


def label(term: Term, model: Model) -> str:
    """The post, or the department, as the model names it to the reader."""
    office = model.departments.get(term.department)
    return called(office) if office is not None else _name(term.post, model)


def _admits(post: Post | None, other: str) -> bool:
    if post is None:
        return False
    return other in post.also or other in post.must_be or (other == DEPARTMENT and post.of_department)


def _name(word: str, model: Model) -> str:
    post = model.posts.get(word)
    return called(post) if post else _("部门")


def called(thing: Post | Department) -> str:
    """Its name in the reader's language, where the model gives one."""
    return thing.english if thing.english and (get_language() or "").startswith("en") else thing.name


def _same_seat(one: Term, other: Term) -> bool:
    return (one.post, one.department) == (other.post, other.department) and (
        one.unit == other.unit or one.post == DEPARTMENT  # a department is one desk, wherever it sits
    )


def _without_what_it_demands(term: Term, window: Window, held: Iterable[Term], model: Model) -> date | None:
    """The first day of the window on which the person holds none of what the post demands."""
    post = model.posts.get(term.post)
    if post is None or not post.must_be:
        return None
    able = [one for one in held if one.post in post.must_be and not one.standing]
    return spans.short_from(_spans(able), 1, *window)


def _shared(window: Window, term: Term) -> Window:
    ends = [end for end in (window[1], term.to_on) if end is not None]
    return max(window[0], term.from_on), min(ends, default=None)


def _others(term: Term, window: Window, held: Held) -> list[Term]:
    """The other holders of the post at the unit."""
    return [one for one in held.in_post(term, window) if one.id != term.id]


def _spans(terms: Iterable[Term]) -> list[Span]:
    return [Span(term.account_id, term.from_on, term.to_on) for term in terms]
