"""The reporter under the mask: who asked to look, who may answer, and what may be read for five minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.matters import access, desks, sentences
from gezhi.matters.queries import MatterPage
from gezhi.people.queries import Person, names_of
from gezhi.ui import words
from gezhi.vault import queries as vault
from gezhi.vault.purposes import PURPOSES, purpose_label


@dataclass(frozen=True)
class Ask:
    """One request to look, as it concerns the reader."""

    said: str
    why: str
    href: str
    may_allow: bool
    may_open: bool


@dataclass(frozen=True)
class Purpose:
    id: str
    name: str


@dataclass(frozen=True)
class Opened:
    name: str
    contact: str
    ends_at: datetime
    left: str


@dataclass(frozen=True)
class Card:
    """What the reporter's card prints."""

    mode: str
    has_name: bool
    has_contact: bool
    nothing: str
    asks: list[Ask] = field(default_factory=list)
    purposes: list[Purpose] = field(default_factory=list)
    ask_href: str = ""
    opened: Opened | None = None


def card(page: MatterPage, person: Person, now: datetime, opened: Opened | None = None) -> Card:
    """The card for one reader: masked, with the requests that wait or run and the purposes one may name."""
    matter = page.matter
    kept, requests = (
        vault.kept_and_asked(matter.reporter, matter.id, at=now) if matter.reporter else (False, ())
    )
    nothing = _("没有留下姓名和电话。")
    if matter.reporter is not None and not kept:
        nothing = _("姓名电话已经删去，这里什么也没有存。")
    if matter.seen_by_staff:
        nothing = _("工作人员自己看到的，没有报告人。")
    elif matter.reporting == "anonymous":
        nothing = _("匿名来的，没有留下任何身份。")
    asks = [_ask(one, page, person, now) for one in requests if one.state in ("waiting", "allowed")]
    mine_open = any(r.asked_by == person.account and r.state in ("waiting", "allowed") for r in requests)
    may_ask = access.may_ask_who_reported(person, matter) and not mine_open
    return Card(
        mode=sentences.reporting(matter.reporting),
        has_name=kept,
        has_contact=kept,
        nothing=nothing,
        asks=asks,
        purposes=[Purpose(code, str(name)) for code, name in PURPOSES.items()] if may_ask else [],
        ask_href=reverse("desk:ask_reporter", args=[matter.number]),
        opened=opened,
    )


def _ask(one: vault.Request, page: MatterPage, person: Person, now: datetime) -> Ask:
    """Who asks is named to whoever may answer; to anybody else a request is told without a name."""
    mine = one.asked_by == person.account
    answers = not mine and access.may_answer_for_reporter(person, page.matter)
    said, why = _("有人请求查看报告人"), _("用途：{purpose}").format(purpose=purpose_label(one.purpose))
    if mine:
        left = words.length(one.ends_at - now) if one.ends_at else ""
        allowed = one.state == "allowed"
        said = _("已同意，还能看 {left}").format(left=left) if allowed else _("在等另一个人同意")
    elif answers:
        asker = _who(one.asked_by, one.asked_post, page)
        told = _("已同意 {who} 查看报告人") if one.state == "allowed" else _("{who} 请求查看报告人")
        said = told.format(who=asker)
    if mine or answers:
        why += _answered(one, page, now)
    return Ask(
        said=said,
        why=why,
        href=_href(page.matter.number, one.id),
        may_allow=one.state == "waiting" and answers,
        may_open=one.state == "allowed" and mine,
    )


def _answered(one: vault.Request, page: MatterPage, now: datetime) -> str:
    """Who agreed, when, and until when it may be read; while nobody has, when it was asked."""
    if one.allowed_at is None or one.ends_at is None or one.answered_by is None:
        return _(" · {when} 请求").format(when=words.moment(one.asked_at, now))
    said = _(" · {who} {when} 同意，看到 {until} 为止")
    return said.format(
        who=_who(one.answered_by, one.answered_post, page),
        when=words.moment(one.allowed_at, now),
        until=words.moment(one.ends_at, now),
    )


def _who(account: UUID, desk: str, page: MatterPage) -> str:
    """Name and post of one of the two people."""
    name = names_of([account]).get(account, "")
    post = desks.desk_words(desk, page.scene)
    return _("{name}（{post}）").format(name=name, post=post) if name else post


def _href(number: str, opening: UUID) -> str:
    return reverse("desk:reporter", args=[number, opening])
