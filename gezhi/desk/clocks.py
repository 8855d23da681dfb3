"""The clocks of a matter in words: due moments, papers, stretches in which they stood still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.matters import sentences, spoken
from gezhi.matters.clocks import PromiseView
from gezhi.matters.extending import Extending
from gezhi.matters.queries import MatterPage
from gezhi.promises import standing
from gezhi.ui import words


@dataclass(frozen=True)
class Clock:
    """One promise with the words beside its ruler."""

    name: str
    say: str
    why_href: str
    made_at: datetime
    warn_at: datetime | None
    due_at: datetime
    met_at: datetime | None
    limit: str
    rule: str = ""
    stands_since: datetime | None = None
    extended: str = ""
    asked: str = ""
    extend_href: str = ""
    extend_say: str = ""


def in_order(promises: Iterable[PromiseView]) -> list[PromiseView]:
    """Open ones by due moment, then settled ones, latest first; void ones are not shown."""
    shown = [p for p in promises if p.void_at is None]
    return [
        *sorted((p for p in shown if p.open), key=lambda p: p.due_at),
        *sorted((p for p in shown if not p.open), key=lambda p: p.made_at, reverse=True),
    ]


def limit(promise: PromiseView) -> str:
    """What was promised, as it was promised: 3工作日, not the days on the wall that they came to. Empty where the
    source brought its own due moment."""
    return "" if promise.imported else spoken.written(promise.due.length)


def clock_of(promise: PromiseView, page: MatterPage, now: datetime) -> Clock:
    """One promise in words: when it is due, on which paper it rests, how long it stood."""
    due = _stood(promise, now) or _("{when} 到期").format(when=words.due(promise.due_at, now))
    paper = sentences.basis(promise.basis)
    basis = _("依据：{basis}").format(basis=paper) if paper else ""
    settled = _("{when} 了结").format(when=words.moment(promise.met_at, now)) if promise.met_at else due
    return Clock(
        name=promise.name,
        say=" · ".join(word for word in (settled, basis) if word),
        why_href=reverse("desk:why_due", args=[page.matter.number, promise.id]),
        made_at=promise.made_at,
        warn_at=promise.warn_at,
        due_at=promise.due_at,
        met_at=promise.met_at,
        limit=limit(promise),
        rule=promise.rule,
        stands_since=promise.stands_since,
        **_longer(promise, page, now),
    )


def _longer(promise: PromiseView, page: MatterPage, now: datetime) -> dict[str, str]:
    """What of its length was changed and by whose word, what waits for a word, and what the reader can do about it."""
    found = page.extending.get(promise.id)
    if found is None:
        return {}
    said = {"extended": extended_words(promise, found, now)}
    if found.wish is not None:
        told = _("{desk}申请延 {more}，等 {who} 批")
        said["asked"] = told.format(desk=found.wish.asked_from, more=found.wish.more, who=found.wish.desk)
    does = (
        _("去批延期") if found.may_decide else
        _("撤回延期申请") if found.may_withdraw and found.wish is not None else
        _("延期") if found.may_grant else
        _("申请延期") if found.may_ask else ""
    )  # fmt: skip
    if does and promise.open:
        said["extend_href"] = reverse("desk:extend", args=[page.matter.number, promise.id])
        said["extend_say"] = does
    return said


def extended_words(promise: PromiseView, found: Extending, now: datetime) -> str:
    """延期至 11-27 24:00，批准：望湖街道; how often in all where it was more than once. Empty where it never was."""
    if not found.granted:
        return ""
    last = found.granted[-1]
    due, times = words.due(promise.due_at, now), len(found.granted)
    if times > 1:
        more = _("、").join(one.more for one in found.granted)
        told = _("延期 {n} 次（{more}），至 {due}，最近批准：{desk}")
        return told.format(n=times, more=more, due=due, desk=last.desk)
    return _("延期 {more}，至 {due}，批准：{desk}").format(more=last.more, due=due, desk=last.desk)


def _stood(promise: PromiseView, now: datetime) -> str:
    """Since when a clock stands still; where it goes on after it stood, for how long in all, and when it is due."""
    if promise.stands_since is not None:
        return _("{when} 起停表，恢复后接着算").format(when=words.moment(promise.stands_since, now))
    whole = standing.stood_for(promise.due, None, now=now)
    if not whole:
        return ""
    said = _("{when} 到期，停过 {span}")
    return said.format(when=words.due(promise.due_at, now), span=words.length(whole))
