"""Appointing people, ending their terms, and who holds what on which day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.people import queries, services
from gezhi.people.models import Account, Term
from gezhi.people.services import Appointment

from .liuxi import (
    BEGAN,
    DISTRICT,
    GRID,
    MODEL,
    NOON,
    OTHER_GRID,
    STREET,
    TODAY,
    account,
    open_ground,
    seat,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


def test_a_person_has_the_seats_of_the_day_and_their_desks(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    seat(jia, "grid_worker", ground[GRID])
    seat(jia, "grid_worker", ground[OTHER_GRID])
    person = queries.person(jia, TODAY)
    assert person is not None
    assert person.desks == (f"grid_worker@{GRID}", f"grid_worker@{OTHER_GRID}")
    assert person.terms[0].level == "grid"
    assert person.acting(person.terms[0]).post == f"grid_worker@{GRID}"
    before = queries.person(jia, date(2025, 12, 31))
    assert before is not None
    assert before.terms == ()


def test_a_department_is_a_desk_of_its_own(ground: dict[str, UUID]) -> None:
    yi = account("yi", "易二")
    seat(yi, "department", ground[DISTRICT], "housing")
    person = queries.person(yi, TODAY)
    assert person is not None
    assert person.desks == ("department:housing",)
    assert queries.roster(TODAY).department_holders("housing") == ((yi, "易二"),)


def test_the_nearest_holder_is_looked_for_upwards(ground: dict[str, UUID]) -> None:
    seat(account("jia", "贾一"), "cadre", ground[STREET])
    roster = queries.roster(TODAY)
    assert roster.nearest("cadre", GRID) == STREET
    assert roster.nearest("grid_worker", GRID) == ""
    assert roster.holders("cadre", GRID) == ()
    assert [h.name for h in roster.at_desk(f"cadre@{STREET}")] == ["贾一"]


def test_a_known_roster_costs_no_statement(
    ground: dict[str, UUID], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    jia = account("jia", "贾一")
    seat(jia, "grid_worker", ground[GRID])
    queries.roster(TODAY, revision=77)
    with django_assert_num_queries(0):
        assert queries.person(jia, TODAY, revision=77) is not None
    with django_assert_num_queries(1):
        assert queries.names_of([jia, new_id()]) == {jia: "贾一"}


def test_an_appointment_is_seen_at_once(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    assert queries.roster(TODAY).holders("grid_worker", GRID) == ()
    seat(jia, "grid_worker", ground[GRID])
    assert len(queries.roster(TODAY).holders("grid_worker", GRID)) == 1


@pytest.mark.parametrize(
    ("post", "path", "code"),
    [
        ("mayor", DISTRICT, "post_unknown"),
        ("grid_worker", STREET, "post_not_at_level"),
        ("grid_head", GRID, "post_must_be"),
        ("department", DISTRICT, "department_unknown"),
    ],
)
def test_an_appointment_the_model_does_not_know_is_refused(
    ground: dict[str, UUID], post: str, path: str, code: str
) -> None:
    jia = account("jia", "贾一")
    with pytest.raises(Refused) as refusal:
        seat(jia, post, ground[path])
    assert refusal.value.code == code
    assert not Term.objects.exists()
    assert not Entry.objects.filter(what="term.began").exists()


def test_two_posts_need_the_models_leave(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    seat(jia, "cadre", ground[STREET])
    with pytest.raises(Refused, match="不得兼任") as refusal:
        seat(jia, "centre", ground[DISTRICT])
    assert refusal.value.code == "posts_apart"
    seat(jia, "grid_head", ground[GRID])


def test_a_post_has_no_more_holders_than_the_model_says(ground: dict[str, UUID]) -> None:
    for name in ("jia", "yi"):
        seat(account(name, name), "cadre", ground[STREET])
    jia, yi = Account.objects.order_by("sign_in").values_list("id", flat=True)
    seat(jia, "grid_head", ground[GRID])
    with pytest.raises(Refused) as refusal:
        seat(yi, "grid_head", ground[GRID])
    assert refusal.value.code == "post_full"


def test_a_post_that_is_never_vacant_keeps_its_last_holders(ground: dict[str, UUID]) -> None:
    terms = [seat(account(name, name), "centre", ground[DISTRICT]) for name in ("jia", "yi", "bing")]
    services.end_term(terms[0], TODAY, MODEL, by=HOUSE, at=NOON)
    with pytest.raises(Refused, match="不得空缺"):
        services.end_term(terms[1], TODAY, MODEL, by=HOUSE, at=NOON)
    assert len(queries.roster(TODAY).holders("centre", DISTRICT)) == 2


def test_a_post_on_which_another_leans_is_not_taken_away_first(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    cadre = seat(jia, "cadre", ground[STREET])
    head = seat(jia, "grid_head", ground[GRID])
    with pytest.raises(Refused) as refusal:
        services.end_term(cadre, TODAY, MODEL, by=HOUSE, at=NOON)
    assert refusal.value.code == "post_leaned_on"
    services.end_term(head, TODAY, MODEL, by=HOUSE, at=NOON)
    services.end_term(cadre, TODAY, MODEL, by=HOUSE, at=NOON)


def test_a_term_ends_once_and_after_it_began(ground: dict[str, UUID]) -> None:
    term = seat(account("jia", "贾一"), "grid_worker", ground[GRID])
    with pytest.raises(Refused) as refusal:
        services.end_term(term, BEGAN, MODEL, by=HOUSE, at=NOON)
    assert refusal.value.code == "term_ends_first"
    services.end_term(term, TODAY, MODEL, by=HOUSE, at=NOON)
    with pytest.raises(NotFound):
        services.end_term(term, TODAY, MODEL, by=HOUSE, at=NOON)


def test_nobody_is_appointed_twice_to_one_post_or_to_no_unit(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    seat(jia, "grid_worker", ground[GRID])
    with pytest.raises(Refused) as refusal:
        seat(jia, "grid_worker", ground[GRID])
    assert refusal.value.code == "post_held"
    with pytest.raises(NotFound):
        seat(jia, "grid_worker", new_id())
    with pytest.raises(NotFound):
        services.appoint(
            Appointment(
                account=new_id(), post="cadre", unit=ground[STREET], from_on=BEGAN, note="示例：早就在任"
            ),
            MODEL,
            by=HOUSE,
            at=NOON,
        )


def test_a_closed_account_is_in_no_roster_but_keeps_its_name(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    term = seat(jia, "grid_worker", ground[GRID])
    with pytest.raises(Refused):
        services.close_account(jia, by=HOUSE, at=NOON)
    services.end_term(term, TODAY, MODEL, by=HOUSE, at=NOON)
    services.close_account(jia, by=HOUSE, at=NOON)
    assert queries.person(jia, TODAY) is None
    assert queries.names_of([jia]) == {jia: "贾一"}


@pytest.mark.parametrize(
    ("sign_in", "name", "password", "field"),
    [
        ("a", "贾一", "", "sign_in"),
        ("jia yi", "贾一", "", "sign_in"),
        ("jia", "", "", "name"),
        ("jia", "贾\x00一", "", "name"),
        ("jia", "贾一", "password123", "password"),
        ("jia", "贾一", "短", "password"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_its_field(
    sign_in: str, name: str, password: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        services.make_account(sign_in, name, password, by=HOUSE, at=NOON)
    assert refusal.value.field == field
    assert not Account.objects.exists()


def test_a_name_loses_the_signs_that_turn_writing() -> None:
    account("jia", "贾\u202e一\u2069")
    assert Account.objects.get().name == "贾一"


def test_a_sign_in_name_is_one_however_it_is_typed() -> None:
    account("Ｊia.Yi", "贾一")
    with pytest.raises(Refused) as refusal:
        account(" jia.yi ", "贾二")
    assert refusal.value.code == "sign_in_taken"
    account("吉𠮷", "𠮷三")
