"""Who looks at a page: the person behind a request of a browser."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock, instance

from . import sign_in
from .queries import Person, person


def visitor(request: HttpRequest) -> Person | None:
    """The signed-in person with today's seats, read once a request; none when nobody is signed in."""
    kept: tuple[Person | None] | None = getattr(request, "_visitor", None)
    if kept is None:
        account = sign_in.account_of(request.session)
        kept = (_today(account) if account else None,)
        request._visitor = kept  # type: ignore[attr-defined]  # a request carries what it was asked once
    return kept[0]


def _today(account: UUID) -> Person | None:
    pulse = instance.pulse()
    return person(account, timezone.localdate(clock.ahead(pulse.clock_ahead)), revision=pulse.revision)


def person_of(request: HttpRequest) -> Person:
    """The signed-in person; for views that only signed-in people reach."""
    found = visitor(request)
    if found is None:
        raise Refused(_("请先登录。"), code="sign_in_first")
    return found


def forget(request: HttpRequest) -> None:
    """Read the person again: the session was given to somebody else within this request."""
    request._visitor = None  # type: ignore[attr-defined]  # see above
