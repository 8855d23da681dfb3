"""How residents reach the posts of a unit. Telephones of offices, for everybody to read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.people.models import PublicContact
from gezhi.unseen import straight
from gezhi.words.signs import is_office_number

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone of a post at a unit and its hours, as words."""

    unit: UUID
    post: str
    phone: str
    hours: str


def contacts_at(units: Collection[UUID]) -> dict[tuple[UUID, str], Contact]:
    """The public contacts of these units, by unit and post. One statement."""
    rows = PublicContact.objects.filter(unit__in=list(units)).values_list("unit", "post", "phone", "hours")
    return {(row[0], row[1]): Contact(*row) for row in rows}


def set_contact(one: Contact, *, by: Actor, at: datetime) -> bool:
    """Say how a post at a unit is reached; an empty telephone takes it back. Returns whether anything changed.

    Raises `Refused`, naming the field, for what is no telephone number of an office."""
    phone, hours = straight(one.phone).strip(), straight(one.hours).strip()
    if len(phone) > LONGEST or not is_office_number(phone):
        raise Refused(
            _("电话写成 0000-620-0012 这样，只用数字、横线、括号，分机写 ext. 8。"),
            code="phone_wrong",
            field="phone",
        )
    if len(hours) > 60:
        raise Refused(_("服务时间最多 60 字。"), code="too_long", field="hours")
    with transaction.atomic():
        rows = PublicContact.objects.filter(unit=one.unit, post=one.post)
        old = rows.values_list("phone", "hours").first()
        if (old or ("", "")) == (phone, hours):
            return False
        if phone:
            PublicContact.objects.update_or_create(
                unit=one.unit, post=one.post, defaults={"phone": phone, "hours": hours, "changed_at": at}
            )
        else:
            rows.delete()
        record("contact.set", one.unit, by=by, at=at, post=one.post, given=bool(phone))
    return True
