"""Telephones of offices: written, changed, taken back; nothing that is no number."""

from __future__ import annotations

from uuid import uuid4

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.people.contacts import Contact, contacts_at, set_contact

pytestmark = pytest.mark.django_db
UNIT = uuid4()


def say(phone: str, hours: str = "") -> bool:
    return set_contact(Contact(UNIT, "worker", phone, hours), by=HOUSE, at=clock.now())


def test_it_is_written_changed_and_taken_back() -> None:
    assert say("0000-620-0012", "工作日")
    assert not say("0000-620-0012", "工作日")
    assert say("0000-620-0013")
    assert [one.phone for one in contacts_at([UNIT]).values()] == ["0000-620-0013"]
    assert say("")
    assert contacts_at([UNIT]) == {}
    assert not say("")


@pytest.mark.parametrize("phone", ["请打老王手机", "<b>1</b>", "1" * 41, "javascript:1"])
def test_what_is_no_number_is_refused(phone: str) -> None:
    with pytest.raises(Refused):
        say(phone)
    assert contacts_at([UNIT]) == {}
