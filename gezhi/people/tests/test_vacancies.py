"""A post that falls vacant by its date shows, since when, and whoever stands in does not hide it."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from gezhi.people import queries, services, vacancies
from gezhi.people.vacancies import Vacancy
from gezhi.places import queries as places
from gezhi.rules.model import Model, Staffing

from .liuxi import BEGAN, DISTRICT, GRID, MODEL, NOON, OTHER_GRID, STREET, TODAY, account, open_ground, seat
from .test_standing import stand
from .test_terms import HOUSE, end, put

pytestmark = pytest.mark.django_db
END = date(2026, 12, 1)
WORKER = f"grid_worker@{GRID}"


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


def with_staffing(**rules: dict[str, int]) -> Model:
    staffing = {
        name: Staffing(id=name, name=name, level="grid", least=least) for name, least in rules.items()
    }
    return cast(Model, SimpleNamespace(**{**vars(MODEL), "staffing": staffing, "departments": {}}))


def vacant(on: date, model: Model | None = None) -> dict[str, Vacancy]:
    model = model or with_staffing()
    return {v.desk: v for v in vacancies.vacant(model, places.tree(on), queries.roster(on))}


def test_a_term_that_ends_by_its_date_leaves_a_vacancy_from_that_day(ground: dict[str, UUID]) -> None:
    put(account("jia", "贾一"), "grid_worker", ground[GRID], BEGAN, END)
    assert WORKER not in vacant(END - timedelta(days=1))
    found = vacant(END)[WORKER]
    assert (found.since, found.post, found.path, found.stood_in) == (END, "grid_worker", GRID, ())
    assert vacant(END + timedelta(days=90))[WORKER].since == END


def test_a_successor_closes_it_and_one_who_comes_later_does_not_yet(ground: dict[str, UUID]) -> None:
    put(account("jia", "贾一"), "grid_worker", ground[GRID], BEGAN, END)
    put(account("yi", "易二"), "grid_worker", ground[GRID], END + timedelta(days=10))
    assert vacant(END)[WORKER].since == END
    assert WORKER not in vacant(END + timedelta(days=10))


def test_it_is_vacant_only_when_the_last_of_several_has_left(ground: dict[str, UUID]) -> None:
    put(account("jia", "贾一"), "grid_worker", ground[GRID], BEGAN, END)
    put(account("yi", "易二"), "grid_worker", ground[GRID], BEGAN, END + timedelta(days=5))
    assert WORKER not in vacant(END)
    assert vacant(END + timedelta(days=5))[WORKER].since == END + timedelta(days=5)


def test_what_the_model_wants_is_vacant_where_nobody_ever_was(ground: dict[str, UUID]) -> None:
    seat(account("jia", "贾一"), "grid_worker", ground[GRID])
    found = vacant(TODAY, with_staffing(one={"grid_worker": 1, "grid_head": 0}))
    assert set(found) == {f"grid_worker@{OTHER_GRID}", f"centre@{DISTRICT}"}
    assert found[f"grid_worker@{OTHER_GRID}"].since is None


def test_a_department_is_one_desk_and_vacant_when_nobody_sits_in_it(ground: dict[str, UUID]) -> None:
    both = cast(Model, SimpleNamespace(**{**vars(MODEL), "staffing": {}}))
    assert vacant(TODAY, both)["department:housing"].since is None
    put(account("jia", "贾一"), "department", ground[DISTRICT], BEGAN, END, department="housing")
    put(account("yi", "易二"), "department", ground[STREET], BEGAN, TODAY, department="housing")
    assert "department:housing" not in vacant(TODAY, both)
    assert vacant(END, both)["department:housing"].since == END


def test_whoever_stands_in_is_named_and_the_vacancy_stays(ground: dict[str, UUID]) -> None:
    seat(account("yi", "易二"), "grid_worker", ground[OTHER_GRID])
    end(seat(account("jia", "贾一"), "grid_worker", ground[GRID]), END)
    stand("yi", None, END, END + timedelta(days=7), post="grid_worker", unit=ground[GRID])
    found = vacant(END)[WORKER]
    assert (found.since, found.stood_in) == (END, (f"grid_worker@{OTHER_GRID}",))
    person = queries.person(queries.account_named("yi") or UUID(int=0), END)
    assert person is not None
    assert person.vacated == ()  # somebody sits there
    after = queries.person(queries.account_named("yi") or UUID(int=0), END + timedelta(days=7))
    assert after is not None
    assert after.vacated == (WORKER,)


def test_whoever_is_away_still_holds_theirs(ground: dict[str, UUID]) -> None:
    seat(account("yi", "易二"), "grid_worker", ground[OTHER_GRID])
    jia = seat(account("jia", "贾一"), "grid_worker", ground[GRID])
    stand("yi", jia)
    assert WORKER not in vacant(date(2026, 11, 23))


def test_a_post_that_the_model_no_longer_knows_is_no_vacancy(ground: dict[str, UUID]) -> None:
    put(account("jia", "贾一"), "grid_worker", ground[GRID], BEGAN, TODAY)
    posts = {word: post for word, post in MODEL.posts.items() if word != "grid_worker"}
    assert WORKER not in vacant(TODAY, cast(Model, SimpleNamespace(posts=posts, staffing={}, departments={})))


def test_an_entry_taken_back_leaves_no_vacancy(ground: dict[str, UUID]) -> None:
    term = put(account("jia", "贾一"), "grid_worker", ground[GRID], TODAY + timedelta(days=1))
    assert vacant(TODAY).keys() == {f"centre@{DISTRICT}"}
    services.undo_term(term, MODEL, by=HOUSE, at=NOON)
    assert vacant(END).keys() == {f"centre@{DISTRICT}"}


def test_a_roster_is_read_in_two_statements(
    ground: dict[str, UUID], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        queries.roster(TODAY, revision=5)
