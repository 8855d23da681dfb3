"""A reporter rings and asks how it goes: the matters that were reported from this number, within one's own scope.

The number is compared by its blind index and goes nowhere else: into no address, no log, no entry.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.services import record
from gezhi.matters import access, editions, events
from gezhi.matters.lists import COLUMNS, Line
from gezhi.matters.models import Sought, Unsought
from gezhi.matters.sought import FRESH
from gezhi.people.queries import Person
from gezhi.vault import limits, traces
from gezhi.vault import queries as vault
from gezhi.vault.purposes import PURPOSES

MOST = 200  # matters of one number that are shown
TIMES, SECONDS = 20, 3600


def look_up(contact: str, purpose: str, *, by: Person, at: datetime) -> list[Line]:
    """The matters reported from this number that are open to the person, newest first. Recorded, without the number.

    Raises `Refused` if the person has no seat that accepts or supervises, without a purpose, for what is no whole
    number; `TooOften` beyond `TIMES` in `SECONDS`. To be called outside a transaction: see `limits.knock`.
    """
    model = editions.today()
    seats = access.seats_for_keys(by, model)
    if not seats:
        told = _("按电话查找，要有受理或督办的岗位。没有查找。")
        raise Refused(told, code="not_yours", field="purpose")
    if purpose not in PURPOSES:
        raise Refused(_("没有查找：请先选查来做什么用。"), code="purpose_unknown", field="purpose")
    if not traces.is_contact(contact):
        told = _("没有查找：请写完整的电话号码，只写号码。")
        raise Refused(told, code="not_a_number", field="contact")
    limits.knock("look_up", by.account.hex, at=at, most=TIMES, seconds=SECONDS)
    with transaction.atomic():
        lines = reported_from(contact, by)
        acting = by.acting(seats[0])
        record(events.LOOKED_UP, by.account, by=acting, at=at, purpose=purpose, count=len(lines))
    return lines


def reported_from(contact: str, person: Person) -> list[Line]:
    """Matters whose reporter has this contact: of the index those with their token, of what is marked any. Who is in a
    team learns nothing of a reporter by that, not even that a number fits."""
    tokens = vault.secrets_of(contact)
    marked = Unsought.objects.order_by("-id").values_list("matter", flat=True)[:FRESH]
    ids = {*Sought.objects.filter(reporter__in=tokens).values_list("matter", flat=True), *marked}
    rows = access.matters_of_seats(person, editions.today()).filter(id__in=ids, reporter__in=tokens)
    return [Line(*row) for row in rows.order_by("-id").values_list(*COLUMNS)[:MOST]]
