"""Signing in: by password, with a lock-out; the first time by a one-time code; and stepping into somebody's shoes
in an instance that is not live.

Every failure gets the same sentence after the same work, so that nobody learns which accounts exist.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.unseen import keepable
from gezhi.vault import limits

from . import services
from .models import Account, Invitation
from .services.accounts import plain_sign_in
from .services.invitations import digest_of
from .sessions import ACCOUNT, BEGAN, DEVICE, row_key

FAILURES = 5
LOCK = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
SIGNED_IN = "account.signed_in"
PASSWORD_CHANGES = ("account.password_set", "account.password_ended")
MOST_LOOKED_AT = (
    20  # entries: whoever changed a password more often than that meanwhile is told of the last ones
)
SHOES = "shoes"  # the account in whose shoes a demo's visitor stands


def authenticate(sign_in: str, password: str, *, address: str, at: datetime) -> UUID:
    """Let somebody in by name and password, and record it. Raises `Refused` as `prove` does."""
    account = prove(sign_in, password, address=address, at=at)
    came_in(account, at=at)
    return account


def came_in(account: UUID, *, at: datetime) -> None:
    """Record that somebody was let in as an account: what was done to its password before is known to them."""
    with transaction.atomic():
        record(SIGNED_IN, account, by=_self(account), at=at)


def prove(sign_in: str, password: str, *, address: str, at: datetime) -> UUID:
    """The account behind a name and a password. Raises `Refused`, in the same words for every reason.

    1. Count the knock: 300 from one address and 20 at one name within 15 minutes, of which right ones are taken back. 2. Check the password, of
    a nameless account when there is none. 3. Five failures lock for 15 minutes, each further one for twice
    as long, a day at most; while locked nothing is right and nothing counts.
    """
    name = plain_sign_in(sign_in)[:80]
    limits.knock("sign_in_address", address, at=at, most=300, seconds=900)
    limits.knock("sign_in_name", name, at=at, most=20, seconds=900)
    row = _named(name)
    if row is None:
        make_password(password[:256])  # the same work as a wrong one
        raise _wrong()
    right = check_password(password[:256], row.password)
    if row.locked_until is not None and row.locked_until > at:
        raise _wrong()
    if not right:
        _count_failure(row, at=at)
        raise _wrong()
    if row.failures:
        Account.objects.filter(id=row.id).update(failures=0, locked_until=None)
    limits.take_back("sign_in_name", name, at=at, seconds=900)
    return row.id


def first_time(sign_in: str, code: str, password: str, *, address: str, at: datetime) -> UUID:
    """Set the first password with a one-time code, and let its owner in. Returns the account.

    Counts and locks as `prove` does, and tells unknown, wrong, expired, used and locked in the same words after
    the same work. Where no code stands there is none to be guessed, and nothing is counted: whoever reads the slip
    again that they used, or another's hand, locks nobody out. A weak password is told to whoever has the right code,
    which stays good until it is used.
    """
    name = plain_sign_in(sign_in)[:80]
    limits.knock("sign_in_address", address, at=at, most=300, seconds=900)
    limits.knock("sign_in_name", name, at=at, most=20, seconds=900)
    make_password(password[:256])  # the same work for everybody, and slow for whoever tries many
    row = _named(name)
    asked = Invitation.objects.filter(account__sign_in=name).first() if keepable(name) else None
    right = asked is not None and hmac.compare_digest(asked.code, digest_of(asked.account_id, code))
    if row is None or (row.locked_until is not None and row.locked_until > at):
        raise _wrong_code()
    if not right:
        if asked is not None:
            _count_failure(row, at=at)
        raise _wrong_code()
    if asked is None or asked.expires_at <= at:
        raise _wrong_code()
    hashed = services.hashed_password(password, row)
    with transaction.atomic():
        if not Invitation.objects.filter(account=row, code=asked.code).delete()[0]:
            raise _wrong_code()
        Account.objects.filter(id=row.id).update(password=hashed, failures=0, locked_until=None)
        record("account.invitation_used", row.id, by=_self(row.id), at=at)
        record(SIGNED_IN, row.id, by=_self(row.id), at=at)
    return row.id


class Changed(NamedTuple):
    """That somebody else set or ended a password: who (none: the operator of the instance) and when."""

    what: str
    by: UUID | None
    at: datetime


def password_changes(account: UUID) -> tuple[Changed, ...]:
    """What others did to the password of whoever has just signed in, since the sign-in before; oldest first."""
    found = ledger.latest(account, (SIGNED_IN, *PASSWORD_CHANGES), MOST_LOOKED_AT)
    since = [n for n, one in enumerate(found) if one.what == SIGNED_IN]
    found = found[: since[1]] if len(since) > 1 else found
    others = [one for one in found if one.what in PASSWORD_CHANGES and one.by != account]
    return tuple(Changed(one.what, one.by, one.at) for one in reversed(others))


def begin(session: SessionBase, account: UUID, user_agent: str) -> None:
    """Make this browser's session the account's, under a new key. Nothing of the visitor before stays."""
    session.flush()
    session[ACCOUNT] = account.hex
    session[DEVICE] = device_words(user_agent)
    session[BEGAN] = timezone.now().isoformat()


def end(session: SessionBase) -> None:
    """Sign this browser out."""
    session.flush()


def change_password(
    account: UUID, old: str, new: str, *, session: SessionBase, address: str, at: datetime
) -> None:
    """Set one's own password, knowing the old one. Every other browser is signed out, this one gets a new key."""
    sign_in = Account.objects.filter(id=account).values_list("sign_in", flat=True).first() or ""
    prove(sign_in, old, address=address, at=at)
    session.cycle_key()
    keep = row_key(session.session_key or "")
    services.set_password(account, new, by=_self(account), at=at, keep=keep)


def step_into(session: SessionBase, account: UUID) -> None:
    """See the house as somebody else does. Raises `Refused` in a live instance."""
    if instance.kind() not in ("demo", "simulation"):
        raise Refused(_("正式实例不能换成别人的身份。"), code="only_in_demo")
    if not Account.objects.filter(id=account, is_active=True).exists():
        raise NotFound(_("没有这个账号。"))
    session[SHOES] = account.hex


def account_of(session: SessionBase) -> UUID | None:
    """Who looks through this browser: the one whose shoes a demo's visitor took, else the one signed in."""
    signed_in = session.get(ACCOUNT)
    shoes = session.get(SHOES)
    if shoes and signed_in and instance.kind() in ("demo", "simulation"):
        return UUID(shoes)
    return UUID(signed_in) if signed_in else None


_BROWSERS = (
    (re.compile(r"MicroMessenger"), "WeChat"),
    (re.compile(r"Edg"), "Edge"),
    (re.compile(r"Firefox|FxiOS"), "Firefox"),
    (re.compile(r"Chrom|CriOS"), "Chrome"),
    (re.compile(r"Safari"), "Safari"),
)
_SYSTEMS = (
    (re.compile(r"HarmonyOS|OpenHarmony"), "HarmonyOS"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"iPhone|iPad"), "iOS"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X"), "macOS"),
    (re.compile(r"Linux"), "Linux"),
)


def device_words(user_agent: str) -> str:
    """Browser and system, as "Chrome · Windows"; nothing that tells one device from the next."""
    browser = next((word for mark, word in _BROWSERS if mark.search(user_agent)), "")
    system = next((word for mark, word in _SYSTEMS if mark.search(user_agent)), "")
    return " · ".join(word for word in (browser, system) if word)


def _named(name: str) -> Account | None:
    """Who may sign in by this name, in its plain form; none for what nobody can be called."""
    return Account.objects.filter(sign_in=name, is_active=True).first() if keepable(name) else None


def _self(account: UUID) -> Actor:
    return Actor(account, "self")


@transaction.atomic
def _count_failure(row: Account, *, at: datetime) -> None:
    Account.objects.filter(id=row.id).update(failures=F("failures") + 1)
    failures = Account.objects.values_list("failures", flat=True).get(id=row.id)
    if failures < FAILURES:
        return
    doubled = LOCK * 2 ** min(failures - FAILURES, 7)
    Account.objects.filter(id=row.id).update(locked_until=at + min(doubled, LONGEST))
    record("account.locked", row.id, by=Actor(None, "house"), at=at, failures=failures)


def _wrong_code() -> Refused:
    return Refused(
        _(
            "登录名或一次性代码不对，或者代码已用过、已过期，或者账号暂时锁定。定过密码的，不用单子，直接登录。没定过的，照单子再抄一遍；连错5次锁定15分钟。还不行，请给您登录单的人再打印一张。"
        ),
        code="invitation_wrong",
    )


def _wrong() -> Refused:
    return Refused(
        _(
            "登录名或密码不对，或者账号暂时锁定。连错5次锁定15分钟，再错时间加倍。忘记密码请找本单位管理员重设。"
        ),
        code="sign_in_wrong",
    )
