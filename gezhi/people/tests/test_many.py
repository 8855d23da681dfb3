"""A whole list of people at once: looked through by the rules of one, written whole or not at all."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.people import queries, services
from gezhi.people.models import Account, Term
from gezhi.people.services import Appointment, Listed, Newcomer
from gezhi.people.services.fitting import Where
from gezhi.people.services.many import stored, unfit
from gezhi.places.models import Unit

from .liuxi import BEGAN, DISTRICT, GRID, MODEL, NOON, OTHER_GRID, STREET, TODAY, account, open_ground, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


def known() -> dict[UUID, Where]:
    return {one.identity: Where(one.level, one.name) for one in Unit.objects.all()}


def newcomers(*names: str) -> list[Newcomer]:
    return [Newcomer(new_id(), name, f"林{n}") for n, name in enumerate(names)]


def test_what_a_post_demands_may_stand_anywhere_in_the_list(ground: dict[str, UUID]) -> None:
    people = newcomers("jia")
    services.make_accounts(people, by=HOUSE, at=NOON)
    wanted = [
        Appointment(account=people[0].id, post="grid_head", unit=ground[GRID], from_on=BEGAN),
        Appointment(account=people[0].id, post="cadre", unit=ground[STREET], from_on=BEGAN),
    ]
    services.appoint_many(wanted, MODEL, known(), by=HOUSE, at=NOON)
    person = queries.person(people[0].id, TODAY)
    assert person is not None
    assert sorted(seat.post for seat in person.terms) == ["cadre", "grid_head"]
    assert sorted(Entry.objects.values_list("what", flat=True)) == [
        "account.made",
        "term.began",
        "term.began",
    ]


def test_each_row_that_does_not_fit_is_named_and_nothing_is_written(ground: dict[str, UUID]) -> None:
    people = newcomers("jia", "yi", "bing", "ding")
    services.make_accounts(people, by=HOUSE, at=NOON)
    jia, yi, bing, ding = (one.id for one in people)
    gone = UUID(int=9)
    wanted = [
        Appointment(account=jia, post="cadre", unit=ground[STREET], from_on=BEGAN),
        Appointment(account=jia, post="grid_head", unit=ground[GRID], from_on=BEGAN),
        Appointment(account=yi, post="cadre", unit=ground[STREET], from_on=BEGAN),
        Appointment(account=yi, post="grid_head", unit=ground[GRID], from_on=BEGAN),  # one head a grid
        Appointment(account=yi, post="leader", unit=ground[DISTRICT], from_on=BEGAN),  # not beside a cadre
        Appointment(account=bing, post="grid_head", unit=ground[OTHER_GRID], from_on=BEGAN),  # no cadre
        Appointment(account=bing, post="cadre", unit=ground[GRID], from_on=BEGAN),  # not in a grid
        Appointment(account=bing, post="mayor", unit=ground[GRID], from_on=BEGAN),
        Appointment(account=bing, post="cadre", unit=gone, from_on=BEGAN),
        Appointment(
            account=ding, post="centre", unit=ground[DISTRICT], from_on=BEGAN, to_on=date(2027, 1, 1)
        ),
    ]
    refused = unfit(wanted, MODEL, Listed(known()), at=NOON)
    assert {index: one.code for index, one in refused.items()} == {
        3: "post_full",
        4: "posts_apart",
        5: "post_must_be",
        6: "post_not_at_level",
        7: "post_unknown",
        8: "not_found",
        9: "post_never_vacant",
    }
    with pytest.raises(Refused, match="网格长"):
        services.appoint_many(wanted, MODEL, known(), by=HOUSE, at=NOON)
    assert not Term.objects.exists()


def test_whoever_holds_a_post_already_counts(ground: dict[str, UUID]) -> None:
    old = account("old", "林老")
    seat(old, "cadre", ground[STREET])
    seat(old, "grid_head", ground[GRID])
    young = newcomers("young")
    services.make_accounts(young, by=HOUSE, at=NOON)
    wanted = [
        Appointment(account=young[0].id, post="cadre", unit=ground[STREET], from_on=TODAY),
        Appointment(account=young[0].id, post="grid_head", unit=ground[GRID], from_on=TODAY),
    ]
    refused = unfit(wanted, MODEL, Listed(known(), stored()), at=NOON)
    assert {index: one.code for index, one in refused.items()} == {1: "post_full"}


def test_a_sign_in_name_that_is_taken_leaves_no_other_account(ground: dict[str, UUID]) -> None:
    account("jia", "贾一")
    with pytest.raises(Refused, match="已经有人用"):
        services.make_accounts(newcomers("neu", "JIA"), by=HOUSE, at=NOON)
    assert list(Account.objects.values_list("sign_in", flat=True)) == ["jia"]


def test_a_thousand_are_written_in_a_few_statements(
    ground: dict[str, UUID], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = newcomers(*(f"w{n}" for n in range(1000)))
    wanted = [
        Appointment(account=one.id, post="grid_worker", unit=ground[GRID], from_on=BEGAN) for one in people
    ]
    with django_assert_max_num_queries(80):
        services.make_accounts(people, by=HOUSE, at=NOON)
        services.appoint_many(wanted, MODEL, known(), by=HOUSE, at=NOON)
    assert Term.objects.count() == 1000
