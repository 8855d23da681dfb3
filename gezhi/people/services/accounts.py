"""Accounts: made, given a password, closed; and the browsers signed in as them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.people.models import Account, Invitation, Session, Term
from gezhi.unseen import straight

_SIGN_IN = re.compile(r"\w[\w.@-]{1,39}\Z")
_PERSONAL = re.compile(r"(86)?1[3-9]\d{9}|\d{15}|\d{17}[\dx]")  # a mobile, an identity number old or new


def plain_sign_in(typed: str) -> str:
    """The one form of a sign-in name: full-width made plain, small letters, no space around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def well_formed(sign_in: str, name: str) -> tuple[str, str]:
    """Both as they are kept. Raises `Refused` beside the one that has not its form."""
    sign_in, name = plain_sign_in(sign_in), straight(name).strip()
    if not _SIGN_IN.match(sign_in):
        raise Refused(
            _("登录名要2到40个字，只用文字、数字和 . _ - @。"), code="sign_in_form", field="sign_in"
        )
    if _PERSONAL.fullmatch(sign_in):
        raise Refused(
            _(
                "登录名不要用手机号、身份证号：它印在单子上，同事都看得见。请另起一个；工作簿里留空，就由平台起。"
            ),
            code="sign_in_personal",
            field="sign_in",
        )
    if not 1 <= len(name) <= 40 or not name.isprintable():
        raise Refused(_("请填写姓名，1到40个字。"), code="name_form", field="name")
    return sign_in, name


@transaction.atomic
def make_account(
    sign_in: str, name: str, password: str = "", *, language: str = "", by: Actor, at: datetime
) -> UUID:
    """Make an account. Without a password nobody can sign in as it until one is set."""
    sign_in, name = well_formed(sign_in, name)
    account = Account(id=new_id(), sign_in=sign_in, name=name, language=language, made_at=at)
    account.password = hashed_password(password, account) if password else make_password(None)
    try:
        with transaction.atomic():
            Account.objects.bulk_create([account])
    except IntegrityError:
        raise Refused(_("这个登录名已经有人用，请换一个。"), code="sign_in_taken", field="sign_in") from None
    record("account.made", account.id, by=by, at=at)
    return account.id


@transaction.atomic
def set_password(account: UUID, password: str, *, by: Actor, at: datetime, keep: str = "") -> None:
    """Give an account a new password, unlock it and end its other sessions (`keep` stays, by its row key)."""
    row = Account.objects.filter(id=account, is_active=True).first()
    if row is None:
        raise NotFound(_("没有这个账号。"))
    hashed = hashed_password(password, row)
    Account.objects.filter(id=account).update(password=hashed, failures=0, locked_until=None)
    Session.objects.filter(account=account).exclude(session_key=keep).delete()
    Invitation.objects.filter(account=account).delete()
    record("account.password_set", account, by=by, at=at)


@transaction.atomic
def lift_lock(account: UUID, *, by: Actor, at: datetime) -> None:
    """Let somebody try again who typed a wrong password too often. Raises `Refused` for an account that is not locked."""
    locked = Account.objects.filter(id=account, is_active=True, locked_until__gt=at)
    if not locked.update(failures=0, locked_until=None):
        raise Refused(_("这个账号没有锁定，不用解除。"), code="account_not_locked")
    record("account.unlocked", account, by=by, at=at)


@transaction.atomic
def close_account(account: UUID, *, by: Actor, at: datetime) -> None:
    """Close an account that holds no post any more, nor will; what it did stays under its name."""
    instance.bump()
    if Term.objects.filter(account=account).filter(Q(to_on=None) | Q(to_on__gt=localdate(at))).exists():
        raise Refused(
            _("此账号还在任职，或已定了要任。请先免去或撤销，再停用账号。"), code="account_holds_post"
        )
    if not Account.objects.filter(id=account, is_active=True).update(is_active=False):
        raise NotFound(_("没有这个账号。"))
    Session.objects.filter(account=account).delete()
    Invitation.objects.filter(account=account).delete()
    record("account.closed", account, by=by, at=at)


@transaction.atomic
def end_session(account: UUID, session: str, *, by: Actor, at: datetime) -> None:
    """Sign one browser of the account out; `session` is the id shown in the list."""
    ended, _rows = Session.objects.filter(account=account, session_key=session).delete()
    if not ended:
        raise NotFound(_("这个登录已经结束。"))
    record("account.session_ended", account, by=by, at=at)


@transaction.atomic
def end_sessions(account: UUID, *, by: Actor, at: datetime, keep: str = "") -> int:
    """Sign every browser of the account out but the one to keep. Returns how many."""
    ended, _rows = Session.objects.filter(account=account).exclude(session_key=keep).delete()
    if ended:
        record("account.sessions_ended", account, by=by, at=at, count=ended)
    return ended


def hashed_password(password: str, account: Account) -> str:
    """The hash to keep. Raises `Refused` with every reason why the password is too weak."""
    try:
        validate_password(password, account)
    except ValidationError as weak:
        said = " ".join(dict.fromkeys(_weakness(one) for one in weak.error_list))
        raise Refused(said, code="password_weak", field="password") from None
    if len(password) > 256:
        raise Refused(_("密码太长，最多256个字。"), code="password_long", field="password")
    return make_password(password)


def _weakness(weak: ValidationError) -> str:
    """One reason in the reader's language: the framework's own words are in a part of it that is not installed."""
    said = {
        "password_too_short": _("密码太短，至少 {n} 个字符。").format(
            n=(weak.params or {}).get("min_length")
        ),
        "password_too_common": _("这个密码太常见，一猜就中。"),
        "password_too_similar": _("密码和登录名或姓名太像。"),
    }
    return said.get(weak.code or "", " ".join(weak.messages))
