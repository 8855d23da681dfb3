"""Inviting people: an account without a password, and a slip of paper with a one-time code for its owner."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import is_password_usable, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.people.models import Account, Invitation, Session

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
GROUPS, OF = 4, 4  # 79 bits
GOOD_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for one person; `code` cannot be read again."""

    name: str
    sign_in: str
    code: str
    expires_at: datetime


@transaction.atomic
def invite(account: UUID, *, by: Actor, at: datetime, good_for: timedelta = GOOD_FOR) -> Slip:
    """Give an account that has no password yet a one-time code. The code before it, if any, is worthless from now on.

    Raises `Refused` for an account that has a password: whoever holds a slip could take it over.
    """
    row = Account.objects.select_for_update().filter(id=account, is_active=True).first()
    if row is None:
        raise NotFound(_("没有这个账号。"))
    if is_password_usable(row.password):
        sentence = _("此账号已经有密码，不用登录单。忘了密码，请重设。")
        raise Refused(sentence, code="invitation_not_needed")
    code = "-".join("".join(secrets.choice(LETTERS) for _n in range(OF)) for _g in range(GROUPS))
    Invitation.objects.filter(account=account).delete()
    expires_at = at + good_for
    new = Invitation(account=row, code=digest_of(account, code), made_at=at, expires_at=expires_at)
    Invitation.objects.bulk_create([new])
    record("account.invited", account, by=by, at=at, expires=expires_at.isoformat())
    return Slip(row.name, row.sign_in, code, expires_at)


@transaction.atomic
def invite_again(account: UUID, *, by: Actor, at: datetime) -> Slip:
    """Give somebody who forgot their password a one-time code: the password, any lock and every sign-in end with it.

    Whoever uses the code chooses a new one, so nobody learns another's. Raises `Refused` for one's own account.
    """
    if account == by.account:
        raise Refused(
            _("自己的密码请在“换密码”里改。给自己发登录单，等于把自己关在门外。"), code="invitation_own"
        )
    Account.objects.filter(id=account, is_active=True).update(
        password=make_password(None), failures=0, locked_until=None
    )
    Session.objects.filter(account=account).delete()
    record("account.password_ended", account, by=by, at=at)
    return invite(account, by=by, at=at)


@transaction.atomic
def withdraw(account: UUID, *, by: Actor, at: datetime) -> bool:
    """Make a slip that was given out and not used worthless. Says whether there was one."""
    gone, _rows = Invitation.objects.filter(account=account).delete()
    if gone:
        record("account.invitation_ended", account, by=by, at=at)
    return bool(gone)


def digest_of(account: UUID, code: str) -> str:
    """What a code is kept as: SHA-256 of account and code. 79 random bits need no slow hash, and 300 slips no minutes."""
    return hashlib.sha256(f"{account.hex}{plain_code(code)}".encode()).hexdigest()


def plain_code(typed: str) -> str:
    """A code as it is kept: full-width made plain, small letters, without dashes and spaces."""
    plain = unicodedata.normalize("NFKC", typed[:80]).casefold()
    return "".join(sign for sign in plain if sign.isalnum())
