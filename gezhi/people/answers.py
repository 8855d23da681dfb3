"""What programs were answered to requests with an idempotency key: for a day the same request gets the same answer.

The answer is kept in the transaction of what was done. Two of the same moment: the second waits for the first to end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused

from .models import KeptAnswer

KEPT_FOR = timedelta(days=1)
_CLAIM = (
    "INSERT INTO people_keptanswer (digest, request, status, body, ends_at) VALUES (%s, %s, 0, '', %s)"
    " ON CONFLICT (digest) DO NOTHING"
)


class Answered(NamedTuple):
    """An answer as it went out; `again` is true where it is the one that was kept."""

    status: int
    body: bytes
    again: bool = False


def once(token: UUID, key: str, request: bytes, make: Callable[[], Answered], *, at: datetime) -> Answered:
    """What `make` answers, the first time; the kept answer afterwards. One transaction with whatever `make` does.

    `request` says what was asked (method, address, body). Raises `Refused` with code `key_reused` for another request
    under the same key; a request that was refused keeps nothing, and may be sent again under its key.
    """
    digest = hashlib.sha256(token.bytes + key.encode()).digest()
    asked = hashlib.sha256(request).digest()
    with transaction.atomic():
        if not _claimed(digest, asked, at + KEPT_FOR):
            return _kept(digest, asked)
        made = make()
        KeptAnswer.objects.filter(digest=digest).update(status=made.status, body=made.body.decode())
    return made


def _claimed(digest: bytes, asked: bytes, ends_at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [digest, asked, connection.ops.adapt_datetimefield_value(ends_at)])
        return bool(cursor.rowcount == 1)


def _kept(digest: bytes, asked: bytes) -> Answered:
    row = KeptAnswer.objects.get(digest=digest)
    if bytes(row.request) != asked:
        told = _("请求头 Idempotency-Key 的这个值已经用在另一个请求上，这一个没有办。请换一个值再发。")
        raise Refused(told, code="key_reused", field="Idempotency-Key")
    return Answered(row.status, row.body.encode(), again=True)


def forget_answers(*, at: datetime) -> int:
    """Drop what was kept for its day. Returns how many answers went."""
    return KeptAnswer.objects.filter(ends_at__lte=at).delete()[0]
