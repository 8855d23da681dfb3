"""A browser that is signed in, for tests of pages."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.test import Client

from gezhi.people import sign_in
from gezhi.people.sessions import SessionStore


def signed_in(account: UUID, **said: object) -> Client:
    """A client whose browser is signed in as the account."""
    client = Client(**said)  # type: ignore[arg-type]  # passed on as it came
    session = SessionStore()
    sign_in.begin(session, account, "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36")
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
