"""Rate limits in the database, without keeping an address.

Who knocks is only ever a digest under a salt. A salt serves one half-day (UTC) and is destroyed when the
half-day is over, so within 24 hours nobody can tell any more who knocked, not even by trying all addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.errors import Refused

from .models import Attempt, Salt

HALF_DAY = 12 * 3600
_COUNT = (
    "INSERT INTO vault_attempt (bucket, count, ends_at) VALUES (%s, %s, %s)"
    " ON CONFLICT (bucket) DO UPDATE SET count = vault_attempt.count + excluded.count RETURNING count"
)
_SALT = "INSERT INTO vault_salt (period, salt) VALUES (%s, %s) ON CONFLICT (period) DO NOTHING"


class TooOften(Refused):
    """Asked too often; `seconds` says when to come back."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason, code="rate_limited")
        self.seconds = seconds


def knock(kind: str, who: str, *, at: datetime, most: int, seconds: int) -> None:
    """Count one knock; raise `TooOften` if it is more than `most` in the present window of `seconds`.

    1. The salt of the half-day (made if it is the first knock in it). 2. The window the moment lies in. 3. One
    atomic statement counts. To be called outside a transaction: a refusal must not undo the counting.
    """
    bucket, left = _window(kind, who, at, seconds)
    if _counted(bucket, 1, int(at.timestamp()) + left) > most:
        raise TooOften(come_back(left), left)


def take_back(kind: str, who: str, *, at: datetime, seconds: int) -> None:
    """Count the last knock no longer, where only wrong ones count: it is counted first and taken back when it was right, so
    that of many at the same moment none passes uncounted."""
    bucket, _left = _window(kind, who, at, seconds)
    Attempt.objects.filter(bucket=bucket, count__gt=0).update(count=F("count") - 1)


def lease(kind: str, of: UUID, window: int, *, most: int, seconds: int, many: int) -> int:
    """Take `many` out of the `most` of a window of `seconds` for one of our own (a key: it is no address, and needs
    no salt). Returns how many were granted; 0 when the window is spent. One statement.

    All leases of a window together never grant more than `most`. To be called outside a transaction.
    """
    bucket = hashlib.sha256(f"{kind}\n{of.hex}\n{seconds}\n{window}".encode()).digest()[:16]
    over = _counted(bucket, many, (window + 1) * seconds) - most
    return max(0, many - max(0, over))


def _window(kind: str, who: str, at: datetime, seconds: int) -> tuple[bytes, int]:
    """The bucket of whoever knocks in the window that the moment lies in, and the seconds that are left of it."""
    moment = int(at.timestamp())
    window = moment - moment % seconds
    salt = _salt(moment // HALF_DAY)
    said = f"{kind}\n{who}\n{seconds}\n{window}".encode()
    return hmac.digest(salt, said, "sha256")[:16], window + seconds - moment


def _counted(bucket: bytes, many: int, ends: int) -> int:
    """Add to a window's count, atomically. Returns the new count."""
    ends_at = datetime.fromtimestamp(ends, UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [bucket, many, connection.ops.adapt_datetimefield_value(ends_at)])
        return int(cursor.fetchone()[0])


def come_back(seconds: int) -> str:
    """The sentence that says when to try again."""
    if seconds < 90:
        return ngettext("操作太频繁，请 {n} 秒后再试。", "操作太频繁，请 {n} 秒后再试。", seconds).format(
            n=seconds
        )
    return _("操作太频繁，请 {n} 分钟后再试。").format(n=-(-seconds // 60))


def forget_salts(*, at: datetime) -> int:
    """Destroy the salts of past half-days and the counts of past windows. Returns how many salts went."""
    Attempt.objects.filter(ends_at__lte=at).delete()
    return Salt.objects.filter(period__lt=_period(at)).delete()[0]


def _period(at: datetime) -> int:
    return int(at.timestamp()) // HALF_DAY


def _salt(period: int) -> bytes:
    """The salt of a half-day. The first knock of a new one destroys the salts before it."""
    found = Salt.objects.filter(period=period).values_list("salt", flat=True).first()
    if found is not None:
        return bytes(found)
    with connection.cursor() as cursor:
        cursor.execute(_SALT, [period, os.urandom(32)])
    Salt.objects.filter(period__lt=period).delete()
    return bytes(Salt.objects.values_list("salt", flat=True).get(period=period))
