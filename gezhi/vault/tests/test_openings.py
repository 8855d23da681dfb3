"""A reporter's identity: sealed, opened only by two people for a purpose, and never for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.vault import queries
from gezhi.vault.models import Secret
from gezhi.vault.services import (
    Reporter,
    allow_opening,
    ask_to_open,
    erase,
    prepared_reporter,
    read_opened,
    refuse_opening,
    seal_reporter,
)

from .conftest import LIN, NOON, QIAO

MATTER = new_id()
MINUTE = timedelta(minutes=1)
HE_MIN = Reporter("何敏", "138 0013 8000")


def asked(secret: UUID) -> UUID:
    return ask_to_open(MATTER, secret, "verify_report", by=LIN, at=NOON)


def recorded() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("what", flat=True))


def test_two_people_and_a_purpose_open_an_identity_for_five_minutes(secret: UUID) -> None:
    opening = asked(secret)
    assert allow_opening(opening, by=QIAO, at=NOON + MINUTE) == NOON + 6 * MINUTE
    assert read_opened(opening, by=LIN, at=NOON + 2 * MINUTE) == HE_MIN
    with pytest.raises(Refused, match="5 分钟"):
        read_opened(opening, by=LIN, at=NOON + 6 * MINUTE)
    assert recorded() == ["vault.opening_asked", "vault.opening_allowed", "vault.opened"]


def test_nobody_allows_their_own_request(secret: UUID) -> None:
    opening = asked(secret)
    with pytest.raises(Refused) as refused:
        allow_opening(opening, by=LIN, at=NOON)
    assert refused.value.code == "second_person_needed"
    with pytest.raises(Refused, match="正在等另一人同意"):
        read_opened(opening, by=LIN, at=NOON)


def test_a_refused_request_stays_refused_and_is_recorded(secret: UUID) -> None:
    opening = asked(secret)
    refuse_opening(opening, by=QIAO, at=NOON)
    with pytest.raises(Refused):
        allow_opening(opening, by=QIAO, at=NOON)
    with pytest.raises(Refused, match="没有获得同意"):
        read_opened(opening, by=LIN, at=NOON)
    assert recorded() == ["vault.opening_asked", "vault.opening_refused"]


def test_only_the_one_who_asked_reads_and_others_learn_nothing(secret: UUID) -> None:
    opening = asked(secret)
    allow_opening(opening, by=QIAO, at=NOON)
    for one in (opening, new_id()):
        with pytest.raises(NotFound, match="没有这项查看申请"):
            read_opened(one, by=QIAO, at=NOON)


def test_a_request_nobody_answers_lapses_after_a_day(secret: UUID) -> None:
    opening = asked(secret)
    late = NOON + timedelta(days=1)
    assert queries.openings_waiting(at=late) == ()
    with pytest.raises(Refused, match="已过一天失效"):
        allow_opening(opening, by=QIAO, at=late)
    assert ask_to_open(MATTER, secret, "danger", by=LIN, at=late)


def test_a_purpose_off_the_list_and_a_second_request_are_refused(secret: UUID) -> None:
    with pytest.raises(Refused) as refused:
        ask_to_open(MATTER, secret, "curious", by=LIN, at=NOON)
    assert (refused.value.code, refused.value.field) == ("purpose_unknown", "purpose")
    asked(secret)
    with pytest.raises(Refused, match="正在等另一人同意"):
        asked(secret)


def test_the_house_itself_opens_nothing(secret: UUID) -> None:
    with pytest.raises(Refused, match="请先登录"):
        ask_to_open(MATTER, secret, "danger", by=HOUSE, at=NOON)


def test_a_ciphertext_moved_to_another_row_is_not_read(secret: UUID) -> None:
    other = seal_reporter("丁一", "13900000000", at=NOON)
    Secret.objects.filter(id=secret).update(sealed=bytes(Secret.objects.get(id=other).sealed))
    opening = asked(secret)
    allow_opening(opening, by=QIAO, at=NOON)
    with pytest.raises(Refused) as refused:
        read_opened(opening, by=LIN, at=NOON)
    assert refused.value.code == "vault_unreadable"


def test_the_reporter_is_told_when_which_post_and_what_for_but_no_name(secret: UUID) -> None:
    opening = asked(secret)
    allow_opening(opening, by=QIAO, at=NOON)
    read_opened(opening, by=LIN, at=NOON + MINUTE)
    (look,) = queries.who_looked(secret, at=NOON + timedelta(days=3))
    assert (look.post, look.state, look.read_at) == ("desk_clerk@0001", "read", NOON + MINUTE)
    assert look.purpose == "向报告人核实情况，转话办不到"
    assert queries.who_looked_at_matter(MATTER, at=NOON) == (look,)


def test_an_anonymous_reporter_leaves_no_row() -> None:
    assert seal_reporter(" ", "", at=NOON) is None
    assert not Secret.objects.exists()


def test_the_same_contact_is_found_without_opening(secret: UUID) -> None:
    assert queries.secrets_of("+86 13800138000") == (secret,)
    assert queries.secrets_of("13800138001") == ()
    assert queries.secrets_of("") == ()


def test_the_prepared_row_needs_no_database(secret: UUID, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        row = prepared_reporter("丁一", "13900000000", NOON)
    columns = ", ".join(row._fields)
    with connection.cursor() as cursor:
        adapted = [
            row.id.hex if connection.vendor == "sqlite" else row.id,
            row.kind,
            row.sealed,
            row.blind,
            connection.ops.adapt_datetimefield_value(NOON),
        ]
        cursor.execute(f"INSERT INTO vault_secret ({columns}) VALUES (%s, %s, %s, %s, %s)", adapted)
    assert queries.secrets_of("13900000000") == (row.id,)


def test_an_erased_identity_is_gone_but_who_looked_is_still_told(secret: UUID) -> None:
    opening = asked(secret)
    allow_opening(opening, by=QIAO, at=NOON)
    erase(secret, "asked_by_person", by=QIAO, at=NOON)
    with pytest.raises(NotFound):
        read_opened(opening, by=LIN, at=NOON)
    with pytest.raises(NotFound):
        erase(secret, "asked_by_person", by=QIAO, at=NOON)
    assert queries.secrets_of("13800138000") == ()
    assert len(queries.who_looked(secret, at=NOON)) == 1


def test_no_word_of_the_identity_stands_in_the_ledger(secret: UUID) -> None:
    allow_opening(asked(secret), by=QIAO, at=NOON)
    facts = "".join(Entry.objects.values_list("facts", flat=True))
    assert "何" not in facts
    assert "13800138" not in facts
    assert str(secret) not in facts


def test_one_statement_says_whether_an_identity_is_kept_and_who_asked_to_see_it(
    secret: UUID, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert queries.kept_and_asked(secret, MATTER, at=NOON) == (True, ())
    first = asked(secret)
    allow_opening(first, by=QIAO, at=NOON + MINUTE)
    ask_to_open(new_id(), secret, "verify_report", by=LIN, at=NOON + MINUTE)  # for another matter
    second = ask_to_open(MATTER, secret, "verify_report", by=QIAO, at=NOON + 2 * MINUTE)
    with django_assert_num_queries(1):
        kept, found = queries.kept_and_asked(secret, MATTER, at=NOON + 2 * MINUTE)
    assert kept
    assert [(one.id, one.state) for one in found] == [(second, "waiting"), (first, "allowed")]
    assert found == queries.openings_about(MATTER, at=NOON + 2 * MINUTE)
    erase(secret, "asked_by_person", by=QIAO, at=NOON + 3 * MINUTE)
    assert queries.kept_and_asked(secret, MATTER, at=NOON + 3 * MINUTE) == (False, ())
    assert queries.kept_and_asked(new_id(), MATTER, at=NOON) == (False, ())
