"""Entries of many records are, to the byte, those that would have been made one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from gezhi.ledger import digests, many, pouring
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id, new_ids
from gezhi.ledger.models import Entry
from gezhi.ledger.services import Prepared, prepare

NOON = datetime(2026, 11, 20, 4, 0, 0, 120, tzinfo=UTC)
FACTS = {
    "move": "accept",
    "count": 3,
    "is_open": True,
    "none": None,
    "passed": ["a/b", "c"],
    "texts": ["ab:cd"],
}


def test_many_ids_stand_between_those_before_and_after() -> None:
    ids = [new_id(), *map(UUID, new_ids(3000)), new_id(), *map(UUID, new_ids(2)), new_id()]
    assert ids == sorted(ids)
    assert len(set(ids)) == 3005
    assert {(i.version, i.variant) for i in ids} == {(7, ids[0].variant)}
    assert new_ids(0) == []


def test_a_form_that_is_filled_is_the_canonical_body() -> None:
    gaps = ("passed", "texts", "count")
    form = digests.form({key: fact for key, fact in FACTS.items() if key not in gaps}, gaps)
    filled = {"passed": digests.value(FACTS["passed"]), "texts": digests.listed(['"ab:cd"']), "count": "3"}
    assert form % filled == digests.canonical(FACTS)
    assert digests.form({}, ()) == digests.canonical({})
    assert digests.listed([digests.word("a"), digests.word("b/c")]) == '["a","b/c"]'


@pytest.mark.parametrize("said", ["何敏", "call 138", "50%", "%(move)s"])
def test_no_sentence_gets_into_a_form(said: str) -> None:
    with pytest.raises(digests.FactError):
        digests.word(said)
    with pytest.raises(digests.FactError):
        digests.form({"note": said}, ())


@pytest.mark.django_db
@pytest.mark.parametrize("by", [HOUSE, Actor(UUID(int=9), "grid_worker@0001000A", "desk_x")])
def test_an_entry_of_many_is_the_one_that_is_made_alone(by: Actor) -> None:
    about, at, recorded = new_id(), NOON, NOON + timedelta(hours=3)
    body = digests.canonical(FACTS)
    said = many.Said("matter.opened", about.hex, by, pouring.moment(at), body)
    with transaction.atomic():
        pouring.put(many.load([said, said], recorded=pouring.moment(recorded)))
    for row in Entry.objects.all():
        made = Prepared(row.id, *(getattr(row, name) for name in Prepared._fields[1:]))
        alone = prepare(
            made.what, about, by=Actor(by.account, by.post), at=at, recorded_at=recorded, facts=FACTS
        )
        digest = digests.of_entry(row.id, made.what, about, by, (at, recorded), body)
        assert made._replace(digest=bytes(made.digest)) == alone._replace(id=row.id, digest=digest)
    assert Entry.objects.count() == 2
