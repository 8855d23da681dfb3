"""Standing in: somebody does a colleague's work for some days, named as what they are, by the rules of a holder."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Entry
from gezhi.ledger.services import record
from gezhi.people import queries, services, tokens
from gezhi.people.models import Term
from gezhi.people.services import StandIn

from .liuxi import DISTRICT, GRID, MODEL, NOON, OTHER_GRID, STREET, TODAY, account, open_ground, seat
from .test_terms import end, put, refused, sitting

pytestmark = pytest.mark.django_db
MONDAY, NEXT = date(2026, 11, 23), date(2026, 11, 30)
DESK = f"grid_worker@{GRID}"


@pytest.fixture
def ground() -> dict[str, UUID]:
    queries.forget()
    return open_ground()


@pytest.fixture
def jia_term(ground: dict[str, UUID]) -> UUID:
    """贾一, worker of the first grid; 易二 works in the second."""
    seat(account("yi", "易二"), "grid_worker", ground[OTHER_GRID])
    return seat(account("jia", "贾一"), "grid_worker", ground[GRID])


def stand(
    who: str, term: UUID | None = None, from_on: date = MONDAY, to_on: date = NEXT, **seat: object
) -> UUID:
    wanted = StandIn(account=_id(who), from_on=from_on, to_on=to_on, term=term, **seat)  # type: ignore[arg-type]
    return services.stand_in(wanted, MODEL, by=HOUSE, at=NOON)


def _id(who: str) -> UUID:
    found = queries.account_named(who)
    assert found is not None
    return found


def test_for_these_days_the_stand_in_sits_there_and_then_the_holder_again(jia_term: UUID) -> None:
    stand("yi", jia_term)
    before = queries.roster(MONDAY - timedelta(days=1))
    during, after = queries.roster(MONDAY), queries.roster(NEXT)
    assert [h.name for h in before.at_desk(DESK)] == ["贾一"]
    assert [h.name for h in during.at_desk(DESK)] == ["易二"]
    assert [h.name for h in after.at_desk(DESK)] == ["贾一"]
    standing = during.stand_in_of(jia_term)
    assert standing is not None
    assert standing.name == "易二"
    assert after.stand_in_of(jia_term) is None
    assert during.stood_in_from(DESK) == (f"grid_worker@{OTHER_GRID}",)
    assert before.stood_in_from(DESK) == after.stood_in_from(DESK) == ()


def test_whoever_stands_in_acts_there_and_each_entry_says_whence_they_came(jia_term: UUID) -> None:
    stand("yi", jia_term)
    yi = queries.person(_id("yi"), MONDAY)
    assert yi is not None
    assert yi.desks == (f"grid_worker@{OTHER_GRID}", DESK)
    there = yi.seat_at(DESK)
    assert there is not None
    actor = yi.acting(there)
    assert (actor.post, actor.own) == (DESK, f"grid_worker@{OTHER_GRID}")
    assert yi.acting(yi.terms[0]).own == ""
    with transaction.atomic():
        record("matter.stepped", jia_term, by=actor, at=NOON)
    entry = Entry.objects.get(what="matter.stepped")
    assert entry.post == DESK
    assert f'"own":"grid_worker@{OTHER_GRID}"' in entry.facts


def test_a_desk_with_a_holder_and_a_stand_in_is_not_stood_in(ground: dict[str, UUID], jia_term: UUID) -> None:
    stand("yi", jia_term)
    seat(account("bing", "丙三"), "grid_worker", ground[GRID])
    roster = queries.roster(MONDAY)
    assert {h.name for h in roster.at_desk(DESK)} == {"易二", "丙三"}
    assert roster.stood_in_from(DESK) == ()


def test_a_vacant_post_can_be_stood_in_and_stays_vacant(ground: dict[str, UUID], jia_term: UUID) -> None:
    refused("standing_not_vacant", lambda: stand("yi", post="grid_worker", unit=ground[GRID]))
    end(jia_term, MONDAY)
    stand("yi", post="grid_worker", unit=ground[GRID])
    assert sitting("grid_worker", GRID, MONDAY) == ["易二"]
    assert sitting("grid_worker", GRID, NEXT) == []


@pytest.mark.parametrize(
    ("post", "code"), [("centre", "posts_apart"), ("grid_head", "post_must_be"), ("mayor", "post_unknown")]
)
def test_a_stand_in_is_held_to_the_rules_of_a_holder(
    ground: dict[str, UUID], jia_term: UUID, post: str, code: str
) -> None:
    unit = ground[DISTRICT if post == "centre" else GRID]
    refused(code, lambda: stand("jia", post=post, unit=unit))


def test_while_somebody_stands_in_they_get_no_post_that_excludes_it(
    ground: dict[str, UUID], jia_term: UUID
) -> None:
    bing = account("bing", "丙三")
    seat(bing, "cadre", ground[STREET])
    seat(bing, "grid_head", ground[OTHER_GRID])
    refused("posts_apart", lambda: stand("bing", jia_term))  # a cadre is no worker, whatever else they are
    stand("yi", jia_term)
    refused("posts_apart", lambda: put(_id("yi"), "centre", ground[DISTRICT], MONDAY))


@pytest.mark.parametrize(
    ("from_on", "to_on", "code"),
    [
        (TODAY - timedelta(days=1), NEXT, "standing_past"),
        (MONDAY, MONDAY, "term_ends_first"),
        (MONDAY, date(2027, 2, 1), "standing_beyond_term"),
    ],
)
def test_the_days_are_to_come_and_within_the_term(
    jia_term: UUID, from_on: date, to_on: date, code: str
) -> None:
    end(jia_term, date(2027, 1, 1))
    refused(code, lambda: stand("yi", jia_term, from_on, to_on))


def test_one_at_a_time_never_oneself_and_never_without_a_post(
    ground: dict[str, UUID], jia_term: UUID
) -> None:
    refused("standing_for_self", lambda: stand("jia", jia_term))
    account("ding", "丁四")
    refused("standing_without_post", lambda: stand("ding", jia_term))
    stand("yi", jia_term)
    seat(account("bing", "丙三"), "grid_worker", ground[OTHER_GRID])
    refused("standing_taken", lambda: stand("bing", jia_term, NEXT - timedelta(days=1), date(2026, 12, 4)))
    stand("bing", jia_term, NEXT, date(2026, 12, 4))
    with pytest.raises(NotFound):
        stand("yi", ground[GRID])


def test_the_holder_comes_back_early_and_the_rest_is_moved_but_never_open(jia_term: UUID) -> None:
    standing = stand("yi", jia_term)
    end(standing, NEXT + timedelta(days=3))
    refused("standing_needs_end", lambda: end(standing, None))
    end(standing, MONDAY + timedelta(days=1))
    assert sitting("grid_worker", GRID, MONDAY) == ["易二"]
    assert sitting("grid_worker", GRID, MONDAY + timedelta(days=1)) == ["贾一"]


def test_the_post_of_ones_own_is_not_taken_away_while_one_stands_in(
    ground: dict[str, UUID], jia_term: UUID
) -> None:
    own = Term.objects.get(account=_id("yi")).id
    standing = stand("yi", jia_term)
    refused("post_leaned_on", lambda: end(own, NEXT - timedelta(days=1)))
    end(own, NEXT)
    end(standing, MONDAY + timedelta(days=1))
    end(own, MONDAY + timedelta(days=1))


def test_a_stand_in_is_undone_until_it_begins_and_before_the_term_it_is_for(ground: dict[str, UUID]) -> None:
    seat(account("yi", "易二"), "grid_worker", ground[OTHER_GRID])
    later = put(account("jia", "贾一"), "grid_worker", ground[GRID], MONDAY)
    standing = stand("yi", later)
    refused("term_in_use", lambda: services.undo_term(later, MODEL, by=HOUSE, at=NOON))
    services.undo_term(standing, MODEL, by=HOUSE, at=NOON)
    services.undo_term(later, MODEL, by=HOUSE, at=NOON)
    assert Term.objects.count() == 1


def test_whoever_stands_in_fills_no_post_that_may_not_be_vacant(ground: dict[str, UUID]) -> None:
    """Two of three hold the centre; a third stands in for one of them; neither may go."""
    terms = [seat(account(name, name), "centre", ground[DISTRICT]) for name in ("jia", "yi")]
    seat(account("bing", "丙三"), "leader", ground[DISTRICT])
    refused("posts_apart", lambda: stand("bing", terms[0]))
    ding = account("ding", "丁四")
    third = seat(ding, "centre", ground[DISTRICT])
    refused("post_held", lambda: stand("ding", terms[0]))  # who holds it cannot stand in beside it
    end(third, TODAY + timedelta(days=30))
    refused("post_never_vacant", lambda: end(terms[0], TODAY + timedelta(days=60)))


def test_a_stand_in_takes_no_place_in_a_post_for_one(ground: dict[str, UUID]) -> None:
    jia, yi = account("jia", "贾一"), account("yi", "易二")
    for one in (jia, yi):
        seat(one, "cadre", ground[STREET])
    head = seat(jia, "grid_head", ground[GRID])
    stand("yi", head)
    assert sitting("grid_head", GRID, MONDAY) == ["易二"]
    end(head, NEXT)
    put(account("bing", "丙三"), "cadre", ground[STREET], MONDAY)
    put(_id("bing"), "grid_head", ground[GRID], NEXT)


def test_no_program_gets_a_key_for_standing_in(jia_term: UUID) -> None:
    standing = stand("yi", jia_term)
    refused("token_standing", lambda: tokens.issue("对接程序", standing, by=HOUSE, at=NOON))


def test_the_database_keeps_a_stand_in_without_end_out(jia_term: UUID) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(id=jia_term).update(standing=True)


def test_the_ledger_names_nobody(jia_term: UUID) -> None:
    stand("yi", jia_term)
    entry = Entry.objects.get(what="term.stood_in")
    assert jia_term.hex in entry.facts.replace("-", "")
    assert not {"易", "贾", "yi", "jia"} & set(entry.facts.split('"'))
    with pytest.raises(Refused):
        stand("yi", jia_term)
