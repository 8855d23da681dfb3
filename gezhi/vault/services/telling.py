"""Telling a reporter what became of their own report: the machine reads the contact alone, and every reading is recorded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import NotFound
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import record
from gezhi.vault import events
from gezhi.vault.models import Secret

from .openings import _opened


def contact_to_tell(secret: UUID, matter: UUID, message: UUID, *, at: datetime) -> str:
    """The contact for one message about one matter. No person sees it, so no second person is asked; what it was for is
    not chosen. It must live no longer than the handing over, and be kept, logged and raised nowhere.

    Raises `NotFound` where it was erased, `Refused` where it cannot be opened. Must run inside a transaction.
    """
    row = Secret.objects.filter(id=secret, kind="reporter").first()
    if row is None:
        raise NotFound(_("没有这份身份信息，或已经删除。"))
    contact = _opened(row).contact
    record(events.OPENED_TO_TELL, matter, by=HOUSE, at=at, message=message)
    return contact
