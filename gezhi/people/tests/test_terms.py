"""Terms that begin later, end by their date, are moved and taken back; and posts that may never be vacant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.models import Entry
from gezhi.ledger.services import record
from gezhi.people import queries, services, tokens
from gezhi.people.models import Term
from gezhi.people.services import Appointment
from gezhi.rules.model import Model, Post

from .liuxi import BEGAN, DISTRICT, GRID, MODEL, NOON, OTHER_GRID, STREET, TODAY, account, open_ground, seat

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2027, 1, 1)
SPRING = date(2027, 3, 1)


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


def put(
    who: UUID, post: str, unit: UUID, from_on: date, to_on: date | None = None, *, department: str = ""
) -> UUID:
    wanted = Appointment(
        account=who,
        post=post,
        unit=unit,
        from_on=from_on,
        to_on=to_on,
        department=department,
        note="示例：早就在任",
    )
    return services.appoint(wanted, MODEL, by=HOUSE, at=NOON)


def end(term: UUID, on: date | None, *, at: datetime = NOON) -> None:
    services.change_end(term, on, MODEL, by=HOUSE, at=at)


def sitting(post: str, path: str, on: date) -> list[str]:
    return [holder.name for holder in queries.roster(on).holders(post, path)]


def refused(code: str, act: object) -> Refused:
    with pytest.raises(Refused) as refusal:
        act()  # type: ignore[operator]
    assert refusal.value.code == code
    return refusal.value


def test_a_planned_term_begins_and_ends_by_its_dates_alone(ground: dict[str, UUID]) -> None:
    put(account("jia", "贾一"), "grid_worker", ground[GRID], NEW_YEAR, SPRING)
    assert sitting("grid_worker", GRID, NEW_YEAR - timedelta(days=1)) == []
    assert sitting("grid_worker", GRID, NEW_YEAR) == ["贾一"]
    assert sitting("grid_worker", GRID, SPRING - timedelta(days=1)) == ["贾一"]
    assert sitting("grid_worker", GRID, SPRING) == []


def test_one_holder_follows_another_in_a_post_for_one(ground: dict[str, UUID]) -> None:
    jia, yi = account("jia", "贾一"), account("yi", "易二")
    for one in (jia, yi):
        seat(one, "cadre", ground[STREET])
    put(jia, "grid_head", ground[GRID], BEGAN, NEW_YEAR)
    refusal = refused("post_full", lambda: put(yi, "grid_head", ground[GRID], TODAY, SPRING))
    assert "2026-11-20" in refusal.reason
    put(yi, "grid_head", ground[GRID], NEW_YEAR)
    assert sitting("grid_head", GRID, TODAY) == ["贾一"]
    assert sitting("grid_head", GRID, NEW_YEAR) == ["易二"]
    term = Term.objects.get(account=jia, post="grid_head").id
    refused("post_full", lambda: end(term, None))
    refused("post_full", lambda: end(term, SPRING))


def test_two_who_never_meet_leave_room_for_a_third(ground: dict[str, UUID]) -> None:
    people = [account(name, name) for name in ("jia", "yi", "bing")]
    for one in people:
        seat(one, "cadre", ground[STREET])
    put(people[0], "grid_head", ground[GRID], BEGAN, date(2026, 6, 1))
    put(people[1], "grid_head", ground[GRID], NEW_YEAR)
    put(people[2], "grid_head", ground[GRID], date(2026, 6, 1), NEW_YEAR)
    assert sitting("grid_head", GRID, TODAY) == ["bing"]


def test_an_end_is_moved_both_ways_until_it_has_come(ground: dict[str, UUID]) -> None:
    term = put(account("jia", "贾一"), "grid_worker", ground[GRID], BEGAN, NEW_YEAR)
    end(term, SPRING)
    assert sitting("grid_worker", GRID, NEW_YEAR) == ["贾一"]
    end(term, None)
    assert Term.objects.get(id=term).to_on is None
    end(term, TODAY + timedelta(days=1))
    refused("term_end_same", lambda: end(term, TODAY + timedelta(days=1)))
    with pytest.raises(NotFound):
        end(term, None, at=NOON + timedelta(days=1))
    whats = list(Entry.objects.filter(about=term).order_by("id").values_list("what", flat=True))
    assert whats == ["term.began", "term.extended", "term.extended", "term.ended"]


def test_a_day_that_has_passed_is_not_taken_away(ground: dict[str, UUID]) -> None:
    term = seat(account("jia", "贾一"), "grid_worker", ground[GRID])
    refusal = refused("term_ends_past", lambda: end(term, TODAY - timedelta(days=1)))
    assert "2026-11-19" in refusal.reason
    end(term, TODAY)
    assert sitting("grid_worker", GRID, TODAY) == []


def test_what_has_not_begun_is_undone_and_leaves_only_its_entry(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    term = put(jia, "grid_worker", ground[GRID], NEW_YEAR)
    secret = tokens.issue("对接程序", term, by=HOUSE, at=NOON)
    services.undo_term(term, MODEL, by=HOUSE, at=NOON)
    assert not Term.objects.exists()
    assert tokens.lookup(secret) is None
    assert [e.what for e in Entry.objects.filter(about=term)] == ["term.began", "term.undone"]
    put(jia, "grid_worker", ground[OTHER_GRID], NEW_YEAR)


def test_what_was_in_force_is_not_undone(ground: dict[str, UUID]) -> None:
    later = put(account("yi", "易二"), "grid_worker", ground[GRID], NEW_YEAR)
    next_day = NOON + (NEW_YEAR - TODAY) + timedelta(days=1)
    refused("term_has_begun", lambda: services.undo_term(later, MODEL, by=HOUSE, at=next_day))


def test_what_began_today_is_undone_today_until_something_was_done_from_it(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    wrong = put(jia, "grid_worker", ground[GRID], TODAY)
    services.undo_term(wrong, MODEL, by=HOUSE, at=NOON)
    assert sitting("grid_worker", GRID, TODAY) == []
    assert [e.what for e in Entry.objects.filter(about=wrong)] == ["term.began", "term.undone"]
    used = put(jia, "grid_worker", ground[GRID], TODAY)
    record("matter.noted", used, by=Actor(jia, f"cadre@{GRID}"), at=NOON)
    record("matter.noted", used, by=Actor(jia, f"grid_worker@{GRID}"), at=NOON)
    refused("term_was_used", lambda: services.undo_term(used, MODEL, by=HOUSE, at=NOON))
    assert len(sitting("grid_worker", GRID, TODAY)) == 1


def test_a_post_that_is_never_vacant_has_no_day_without_enough(ground: dict[str, UUID]) -> None:
    """A successor who begins a month later does not close the gap."""
    jia, yi, bing = (account(name, name) for name in ("jia", "yi", "bing"))
    first = seat(jia, "centre", ground[DISTRICT])
    seat(yi, "centre", ground[DISTRICT])
    put(bing, "centre", ground[DISTRICT], SPRING)
    refusal = refused("post_never_vacant", lambda: end(first, NEW_YEAR))
    assert "2027-01-01" in refusal.reason
    end(first, SPRING)
    planned = Term.objects.get(account=bing).id
    refused("post_never_vacant", lambda: services.undo_term(planned, MODEL, by=HOUSE, at=NOON))
    refused("post_never_vacant", lambda: end(planned, SPRING + timedelta(days=20)))
    for day in (TODAY, NEW_YEAR, SPRING, SPRING + timedelta(days=400)):
        assert len(sitting("centre", DISTRICT, day)) >= 2


def test_an_end_of_ones_own_choice_needs_a_successor_where_nobody_may_be_missing(
    ground: dict[str, UUID],
) -> None:
    jia, yi = account("jia", "贾一"), account("yi", "易二")
    refused("post_never_vacant", lambda: put(jia, "centre", ground[DISTRICT], BEGAN, NEW_YEAR))
    for one in (jia, yi):
        seat(one, "centre", ground[DISTRICT])
    put(account("bing", "丙三"), "centre", ground[DISTRICT], BEGAN, NEW_YEAR)
    put(account("wu", "戊五"), "centre", ground[DISTRICT], date(2026, 2, 1), date(2026, 3, 1))


def test_what_a_post_demands_is_held_on_each_of_its_days(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    cadre = put(jia, "cadre", ground[STREET], BEGAN, NEW_YEAR)
    refusal = refused("post_must_be", lambda: put(jia, "grid_head", ground[GRID], TODAY, SPRING))
    assert "2027-01-01" in refusal.reason
    head = put(jia, "grid_head", ground[GRID], TODAY, NEW_YEAR)
    refused("post_must_be", lambda: end(head, SPRING))
    refused("post_leaned_on", lambda: end(cadre, TODAY + timedelta(days=3)))
    end(cadre, SPRING)
    end(head, SPRING)
    refused("post_leaned_on", lambda: end(cadre, NEW_YEAR))


def test_nobody_sits_in_two_departments(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    put(jia, "department", ground[DISTRICT], BEGAN, department="housing")
    model = cast(Model, SimpleNamespace(**vars(MODEL)))
    model.departments = dict(MODEL.departments) | {"water": MODEL.departments["housing"]}  # type: ignore[misc]
    wanted = Appointment(
        account=jia,
        post="department",
        unit=ground[DISTRICT],
        from_on=BEGAN,
        note="示例：早就在任",
        department="water",
    )
    refused("posts_apart", lambda: services.appoint(wanted, model, by=HOUSE, at=NOON))
    refused(
        "post_held", lambda: put(jia, "department", ground[STREET], BEGAN, department="housing")
    )  # one desk


def test_a_term_is_as_long_as_the_model_allows(ground: dict[str, UUID]) -> None:
    model = cast(Model, SimpleNamespace(**vars(MODEL)))
    guide = Post(id="guide", name="指导员", levels=("grid",), term="12月", sees="figures")
    model.posts = dict(MODEL.posts) | {"guide": guide}  # type: ignore[misc]
    jia = account("jia", "贾一")

    def appoint(to_on: date | None) -> UUID:
        wanted = Appointment(
            account=jia, post="guide", unit=ground[GRID], from_on=BEGAN, note="示例：早就在任", to_on=to_on
        )
        return services.appoint(wanted, model, by=HOUSE, at=NOON)

    assert "2026-12-31" in refused("term_too_long", lambda: appoint(SPRING)).reason
    term = appoint(None)
    assert Term.objects.get(id=term).to_on == NEW_YEAR
    services.change_end(term, date(2026, 12, 1), model, by=HOUSE, at=NOON)
    refused("term_too_long", lambda: services.change_end(term, None, model, by=HOUSE, at=NOON))


def test_an_account_with_a_post_to_come_is_not_closed(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    term = put(jia, "grid_worker", ground[GRID], BEGAN, NEW_YEAR)
    refused("account_holds_post", lambda: services.close_account(jia, by=HOUSE, at=NOON))
    end(term, TODAY)
    later = put(jia, "grid_worker", ground[GRID], NEW_YEAR, SPRING)
    refused("account_holds_post", lambda: services.close_account(jia, by=HOUSE, at=NOON))
    services.undo_term(later, MODEL, by=HOUSE, at=NOON)
    services.close_account(jia, by=HOUSE, at=NOON)


def test_the_ledger_names_nobody(ground: dict[str, UUID]) -> None:
    jia = account("jia", "贾一")
    services.undo_term(put(jia, "grid_worker", ground[GRID], NEW_YEAR), MODEL, by=HOUSE, at=NOON)
    end(put(jia, "grid_worker", ground[GRID], BEGAN), SPRING)
    told = "".join(f"{e.what}{e.facts}" for e in Entry.objects.all())
    assert "贾" not in told
    assert "jia" not in told
