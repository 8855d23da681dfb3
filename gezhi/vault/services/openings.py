"""Opening a reporter's identity: ask with a purpose, a second person answers, five minutes to read.

Whether an account may ask or answer at all is for the caller's access rules; here it is held that the two
are different accounts, that a purpose is said, that time runs out, and that every act is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.vault import ciphers, events, keys
from gezhi.vault.models import Opening, Secret
from gezhi.vault.purposes import PURPOSES
from gezhi.vault.queries import ASKING_LASTS, state_of

from .sealing import place

READING_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Reporter:
    """A reporter's identity, opened. It is shown and never stored."""

    name: str
    contact: str


@transaction.atomic
def ask_to_open(matter: UUID, secret: UUID, purpose: str, *, by: Actor, at: datetime) -> UUID:
    """Ask to read an identity for one purpose. Returns the opening, which a second person answers."""
    asker = _account(by)
    if purpose not in PURPOSES:
        raise Refused(_("请从列表中选择查看目的。"), code="purpose_unknown", field="purpose")
    if not Secret.objects.filter(id=secret).exclude(sealed=b"").exists():
        raise NotFound(_("没有这份身份信息，或已经删除。"))
    waiting = Opening.objects.filter(
        secret=secret, asked_by=asker, allowed_at=None, refused_at=None, asked_at__gt=at - ASKING_LASTS
    )
    if waiting.exists():
        raise Refused(_("已经申请过，正在等另一人同意。"), code="already_asked")
    opening = Opening(
        id=new_id(),
        secret_id=secret,
        about=matter,
        purpose=purpose,
        asked_by=asker,
        asked_post=by.post,
        asked_at=at,
    )
    Opening.objects.bulk_create([opening])
    record(events.OPENING_ASKED, matter, by=by, at=at, opening=opening.id, purpose=purpose)
    return opening.id


@transaction.atomic
def allow_opening(opening: UUID, *, by: Actor, at: datetime) -> datetime:
    """Let the asker read for five minutes. Returns when that ends."""
    ends_at = at + READING_LASTS
    row = _answer(opening, by, at, allowed_at=at, ends_at=ends_at)
    record(events.OPENING_ALLOWED, row.about, by=by, at=at, opening=row.id, purpose=row.purpose)
    return ends_at


@transaction.atomic
def refuse_opening(opening: UUID, *, by: Actor, at: datetime) -> None:
    """Say no. That is an entry too."""
    row = _answer(opening, by, at, refused_at=at)
    record(events.OPENING_REFUSED, row.about, by=by, at=at, opening=row.id, purpose=row.purpose)


@transaction.atomic
def read_opened(opening: UUID, *, by: Actor, at: datetime) -> Reporter:
    """The identity, for the one who asked and while the five minutes run. Every reading is an entry."""
    row = Opening.objects.select_related("secret").filter(id=opening, asked_by=_account(by)).first()
    if row is None:
        raise NotFound(_("没有这项查看申请。"))
    if state_of(row, at) != "allowed":
        raise Refused(_why_closed(row, at), code="opening_closed")
    reporter = _opened(row.secret)
    Opening.objects.filter(id=opening, read_at=None).update(read_at=at)
    record(events.OPENED, row.about, by=by, at=at, opening=row.id, purpose=row.purpose)
    return reporter


def _answer(opening: UUID, by: Actor, at: datetime, **answer: datetime) -> Opening:
    """Claim a waiting opening for one answer by another account, or say why not."""
    second = _account(by)
    row = Opening.objects.filter(id=opening).first()
    if row is None:
        raise NotFound(_("没有这项查看申请。"))
    if row.asked_by == second:
        raise Refused(_("申请人不能同意自己的申请，请另一人处理。"), code="second_person_needed")
    claimed = Opening.objects.filter(
        id=opening, allowed_at=None, refused_at=None, asked_at__gt=at - ASKING_LASTS
    ).update(answered_by=second, answered_post=by.post, **answer)
    if not claimed:
        raise Refused(_("这项申请已有人处理，或已过一天失效。"), code="opening_answered")
    return row


def _account(by: Actor) -> UUID:
    if by.account is None:
        raise Refused(_("身份信息只能由人查看，请先登录。"), code="needs_a_person")
    return by.account


def _opened(secret: Secret) -> Reporter:
    sealed = bytes(secret.sealed)
    if not sealed:
        raise NotFound(_("没有这份身份信息，或已经删除。"))
    key = keys.ring().keys.get(sealed[0])
    try:
        if key is None:
            raise ciphers.Unreadable(place(secret.id))
        return msgspec.json.decode(ciphers.open_sealed(key, sealed, place(secret.id)), type=Reporter)
    except ciphers.Unreadable as error:
        raise Refused(
            _("这份身份信息打不开：内容被改动过，或密钥不在。请告知管理员核对密钥与备份。"),
            code="vault_unreadable",
        ) from error


def _why_closed(row: Opening, at: datetime) -> str:
    if row.refused_at:
        return _("这项申请没有获得同意。")
    if row.allowed_at:
        return _("查看时间已过（5 分钟）。确有需要，请重新申请。")
    if row.asked_at <= at - ASKING_LASTS:
        return _("一天内没有人处理，申请已失效。请重新申请。")
    return _("正在等另一人同意。")
