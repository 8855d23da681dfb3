"""Sessions of signed-in browsers: kept under a digest of their key, ended by idleness, age or their owner.

Their times are the machine's, not the instance's: moving a demo's clock signs nobody out.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, router, transaction
from django.utils import timezone

from .models import Session

IDLE = timedelta(hours=8)
AT_MOST = timedelta(days=7)
LOOK_AGAIN = timedelta(minutes=5)  # how seldom "last seen" is written

ACCOUNT, DEVICE, BEGAN = "account", "device", "began"


def row_key(cookie_key: str) -> str:
    """What a session is kept under: the first 40 hex characters of its key's SHA-256."""
    return hashlib.sha256(cookie_key.encode()).hexdigest()[:40]


class SessionStore(SessionBase):
    """Django's contract of a session, over `people.Session`.

    A session is good if, and only if, it was used within 8 hours and began within 7 days.
    """

    def load(self) -> dict[str, Any]:
        """The session's data; an unknown, ended or expired one is empty and gets a new key."""
        now = timezone.now()
        row = Session.objects.filter(session_key=self._row(), expire_date__gt=now).first()
        if row is None:
            self._session_key = None
            return {}
        found = self.decode(row.session_data)
        if found and row.seen_at is not None and now - row.seen_at > LOOK_AGAIN:
            Session.objects.filter(session_key=row.session_key).update(
                seen_at=now, expire_date=_ends(now, row.began_at or now)
            )
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=row_key(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = secrets.token_hex(20)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the session. An ended one is not brought back: `UpdateError`."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # unknown to the stubs
        columns = self._columns(data)
        if not must_create:
            if not Session.objects.filter(session_key=self._row()).update(**columns):
                raise UpdateError
            return None
        try:
            with transaction.atomic(using=router.db_for_write(Session)):
                Session.objects.create(session_key=self._row(), **columns)
        except IntegrityError as taken:
            raise CreateError from taken
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=row_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expire_date__lt=timezone.now()).delete()

    def _row(self) -> str:
        return row_key(self.session_key) if self.session_key else ""

    def _columns(self, data: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        began = datetime.fromisoformat(data[BEGAN]) if BEGAN in data else now
        return {
            "session_data": self.encode(data),
            "expire_date": _ends(now, began),
            "account": UUID(data[ACCOUNT]) if ACCOUNT in data else None,
            "device": data.get(DEVICE, ""),
            "began_at": began,
            "seen_at": now,
        }


def _ends(seen: datetime, began: datetime) -> datetime:
    return min(seen + IDLE, began + AT_MOST)
