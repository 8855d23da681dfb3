"""Addresses that events are pushed to: set up for one's own seat, changed, paused, ended; their keys lie in the vault."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.notify import outside
from gezhi.notify.models import Hook, Push
from gezhi.unseen import straight
from gezhi.vault.services import sealing

SEALED_AS = "hook"
PREFIX = "gzs_"
MOST = 20  # addresses of one seat
_ROOMS = ("matter.", "promise.", "extension.", "photo.")
_WITHIN = frozenset({events.WALLED, events.UNWALLED})
"""Who is kept away from a matter stays within the house."""
KINDS = tuple(
    sorted(
        value
        for name, value in vars(events).items()
        if name.isupper() and str(value).startswith(_ROOMS) and value not in _WITHIN
    )
)
"""What can be pushed: every event of the ledger that is about one matter, but those of the wall."""
PING = "ping"


def kind_name(kind: str) -> str:
    """What people call an event."""
    names = {
        events.OPENED: _("登记"),
        events.STEPPED: _("走了一步"),
        events.RATED: _("记下评价"),
        events.REOPENED: _("重新打开"),
        events.PROPOSED: _("提出，等第二人确认"),
        events.PROPOSAL_DECLINED: _("第二人不同意"),
        events.PROPOSAL_WITHDRAWN: _("提出的人撤回"),
        events.JOINED: _("另一件并了进来"),
        events.UNMERGED: _("撤回并案"),
        events.LEFT: _("并进来的一件分了出去"),
        events.RECLASSED: _("改类"),
        events.PARTED: _("拆分"),
        events.PLACED: _("核对地点"),
        events.CARRIED: _("随地界调整转移"),
        events.RAISED: _("提级"),
        events.BESIDE: _("旁的办法"),
        events.HELPED: _("照清单请来一起办"),
        events.TEAM_NAMED: _("请人进团队"),
        events.TEAM_LEFT: _("退出团队"),
        events.TEAM_ENDED: _("请出团队"),
        events.PROMISE_WARNED: _("期限将到"),
        events.PROMISE_MISSED: _("超过期限"),
        events.PROMISE_LAPSED: _("没有等到答复"),
        events.PROMISE_RECOUNTED: _("期限重算"),
        events.EXTENSION_ASKED: _("申请延期"),
        events.EXTENSION_GRANTED: _("批准延期"),
        events.EXTENSION_DECLINED: _("不批延期"),
        events.EXTENSION_WITHDRAWN: _("撤回延期申请"),
        events.PHOTO_READY: _("照片可看"),
        events.PHOTO_REFUSED: _("照片没有收下"),
        events.PHOTO_COVERED: _("照片遮盖"),
        events.PHOTO_UNCOVERED: _("撤销遮盖"),
        PING: _("试推"),
    }
    return names.get(kind, kind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants of an address."""

    name: str
    url: str
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class HookView:
    """An address as its owner sees it; never a key."""

    id: UUID
    term: UUID
    name: str
    url: str
    kinds: tuple[str, ...]
    state: str
    why: str
    two_keys: bool
    failures: int
    made_at: datetime
    try_at: datetime | None

    @property
    def why_words(self) -> str:
        """Why it is not pushed to now."""
        words = {
            "by_hand": _("人工暂停"),
            "failing": _("三天没有推到，已暂停"),
            "gone": _("对方答复 410（不再接收），已停用"),
            "no_seat": _("设它的岗位已经到期，已暂停"),
        }
        return words.get(self.why, "")


def of_terms(terms: Sequence[UUID], *, after: UUID | None = None, most: int = 200) -> list[HookView]:
    """The addresses of these seats, newest first."""
    rows = _shown(terms).order_by("-id")
    return [view_of(row) for row in (rows.filter(id__lt=after) if after else rows)[:most]]


def stopped(terms: Sequence[UUID]) -> list[HookView]:
    """The addresses of these seats that stopped by themselves and wait for somebody to look, newest first."""
    if not terms:
        return []
    rows = Hook.objects.filter(term__in=list(terms), why__in=("failing", "gone", "no_seat"))
    return [view_of(row) for row in rows.exclude(state="on").order_by("-id")[:20]]


def one_of(terms: Sequence[UUID], id: UUID) -> HookView:
    """One of them. Raises `NotFound` for another's and for none alike."""
    return view_of(_held(terms, id))


def view_of(row: Hook) -> HookView:
    kinds = tuple(row.kinds.split())
    said = (row.id, row.term, row.name, row.url, kinds, row.state, row.why, row.before is not None)
    return HookView(*said, row.failures, row.made_at, row.try_at)


@transaction.atomic
def make(wanted: Wanted, term: UUID, *, by: Actor, at: datetime, id: UUID | None = None) -> tuple[UUID, str]:
    """Set up an address for a seat. Returns its id, and the key to verify by, which nobody can read again.

    Raises `Refused`, naming the field. `id` is the address's own, if the caller chose one: the same form sent twice makes
    one, and the second is `Refused` (`hook_again`).
    """
    name, kinds = _checked(wanted)
    if Hook.objects.filter(term=term).exclude(state="ended").count() >= MOST:
        raise Refused(_("一个岗位最多设 {n} 个推送地址。").format(n=MOST), code="too_many_hooks")
    if id is not None and Hook.objects.filter(id=id).exists():
        raise Refused(
            _("这个地址已经设好，签名密钥只显示过那一次。没有抄下来，就换一把。"), code="hook_again"
        )
    _not_twice(name, term)
    key = PREFIX + secrets.token_urlsafe(32)
    token = sealing.seal_key(SEALED_AS, key, at=at)
    row = Hook(id=id or new_id(), term=term, name=name, url=wanted.url, kinds=kinds, secret=token)
    row.made_at = row.changed_at = at
    row.save(force_insert=True)
    record("hook.made", row.id, by=by, at=at, term=term, kinds=kinds.split())
    return row.id, key


@transaction.atomic
def change(terms: Sequence[UUID], id: UUID, wanted: Wanted, *, by: Actor, at: datetime) -> None:
    """Change name, URL or events of an address that was not ended."""
    row = _held(terms, id, alive=True)
    row.name, row.kinds = _checked(wanted)
    _not_twice(row.name, row.term, besides=row.id)
    row.url, row.changed_at = wanted.url, at
    row.save(update_fields=["name", "kinds", "url", "changed_at"])
    record("hook.changed", id, by=by, at=at, kinds=row.kinds.split())


@transaction.atomic
def pause(terms: Sequence[UUID], id: UUID, *, by: Actor, at: datetime) -> None:
    """Push nothing until `resume`; what happens meanwhile is kept for it."""
    row = _held(terms, id, alive=True)
    Hook.objects.filter(id=row.id).update(state="paused", why="by_hand", changed_at=at)
    record("hook.paused", id, by=by, at=at, why="by_hand")


@transaction.atomic
def resume(terms: Sequence[UUID], id: UUID, *, by: Actor, at: datetime) -> None:
    """Push again, what waited first. Its three days begin anew."""
    row = _held(terms, id, alive=True)
    Hook.objects.filter(id=row.id).update(state="on", why="", failures=0, try_at=None, changed_at=at)
    Push.objects.filter(hook=row.id, state="waiting").update(since=at, try_at=at)
    record("hook.resumed", id, by=by, at=at)


@transaction.atomic
def end(terms: Sequence[UUID], id: UUID, *, by: Actor, at: datetime) -> None:
    """End an address for good: its keys are destroyed, what waited is not pushed any more, and it is shown no more."""
    row = _held(terms, id)
    close(row, "", at=at)
    record("hook.ended", id, by=by, at=at)


@transaction.atomic
def end_of(terms: Sequence[UUID], *, by: Actor, at: datetime) -> tuple[str, ...]:
    """End every address of seats whose holder leaves. Returns their names."""
    rows = list(_alive(terms))
    for row in rows:
        close(row, "", at=at)
        record("hook.ended", row.id, by=by, at=at)
    return tuple(row.name for row in rows)


def names_of(terms: Sequence[UUID]) -> tuple[str, ...]:
    """Names of the addresses of these seats that were not ended."""
    return tuple(row.name for row in _alive(terms))


def _alive(terms: Sequence[UUID]) -> QuerySet[Hook]:
    return Hook.objects.filter(term__in=list(terms)).exclude(state="ended").order_by("name", "id")


def close(row: Hook, why: str, *, at: datetime) -> None:
    """What ending means, whoever ends it. Must run inside a transaction."""
    for token in (row.secret, row.before):
        if token is not None:
            sealing.destroy_key(SEALED_AS, token)
    Hook.objects.filter(id=row.id).update(state="ended", why=why, before=None, changed_at=at)
    Push.objects.filter(hook=row.id, state="waiting").update(state="dead", try_at=None, done_at=at)


@transaction.atomic
def new_key(terms: Sequence[UUID], id: UUID, *, by: Actor, at: datetime) -> str:
    """A new key; the one before goes on signing too until `end_before`. Returns the new one, shown once."""
    row = _held(terms, id, alive=True)
    if row.before is not None:
        raise Refused(_("已经有两把签名密钥。请先停用旧的那把，再换新的。"), code="two_keys_already")
    key = PREFIX + secrets.token_urlsafe(32)
    Hook.objects.filter(id=row.id).update(before=row.secret, secret=sealing.seal_key(SEALED_AS, key, at=at))
    record("hook.key_added", id, by=by, at=at)
    return key


@transaction.atomic
def end_before(terms: Sequence[UUID], id: UUID, *, by: Actor, at: datetime) -> None:
    """Sign with the newest key alone."""
    row = _held(terms, id, alive=True)
    if row.before is None:
        raise Refused(_("没有旧的签名密钥，现在只用一把。"), code="one_key")
    sealing.destroy_key(SEALED_AS, row.before)
    Hook.objects.filter(id=row.id).update(before=None)
    record("hook.key_ended", id, by=by, at=at)


def _shown(terms: Sequence[UUID]) -> QuerySet[Hook]:
    """Of these seats, but those that somebody ended; what the other side ended is shown with the reason."""
    return Hook.objects.filter(term__in=list(terms)).exclude(state="ended", why="")


def _held(terms: Sequence[UUID], id: UUID, *, alive: bool = False) -> Hook:
    row = _shown(terms).filter(id=id).first()
    if row is None:
        raise NotFound(_("没有这个推送地址。"))
    if alive and row.state == "ended":
        raise Refused(_("这个推送地址已经停用。请另设一个。"), code="hook_ended")
    return row


def _checked(wanted: Wanted) -> tuple[str, str]:
    name = straight(wanted.name).strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise Refused(_("请起个名，1到60个字，写明推给哪个程序。"), code="hook_name", field="name")
    if len(wanted.url) > 400:
        raise Refused(_("网址最多 400 个字符。"), code="too_long", field="url")
    outside.check(wanted.url)
    kinds = [one for one in KINDS if one in wanted.kinds]
    if not kinds or len(kinds) != len(set(wanted.kinds)):
        raise Refused(_("请从列表里选要推的事件，至少一种。"), code="hook_kinds", field="kinds")
    return name, " ".join(kinds)


def _not_twice(name: str, term: UUID, *, besides: UUID | None = None) -> None:
    """Two addresses of one seat are told apart by their names."""
    others = Hook.objects.filter(term=term, name=name).exclude(state="ended")
    if (others.exclude(id=besides) if besides else others).exists():
        told = _("这个岗位已经有叫「{name}」的推送地址。请另起一个名，两个分得开。")
        raise Refused(told.format(name=name), code="hook_name_taken", field="name")
