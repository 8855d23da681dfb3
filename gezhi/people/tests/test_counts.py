"""Party and staffing figures are counts per unit, with a source and a day; a list of people has no place there."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from gezhi.errors import NotFound
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.people import counts, services
from gezhi.people.models import UnitCount
from gezhi.people.services import CountRow
from gezhi.places import queries as places
from gezhi.rules.model import Model, Overlay

from .liuxi import BEGAN, GRID, MODEL, NOON, OTHER_GRID, TODAY, open_ground
from .test_terms import refused

pytestmark = pytest.mark.django_db
PARTY = Overlay(id="party", name="网格党组织", inside="street", kind="party")
WITH_PARTY = cast(Model, SimpleNamespace(**{**vars(MODEL), "overlays": {"party": PARTY}}))


@pytest.fixture
def ground() -> dict[str, UUID]:
    places.forget()
    return open_ground()


def row(unit: UUID, number: int = 1, **other: Any) -> CountRow:
    said = {"what": "party", "source": "区委组织部", "counted_on": TODAY} | other
    return CountRow(unit=unit, number=number, **said)


def put(*rows: CountRow) -> int:
    return services.put_counts(rows, WITH_PARTY, by=HOUSE, at=NOON)


def test_the_latest_number_by_a_day_holds_and_no_number_is_not_nought(ground: dict[str, UUID]) -> None:
    spring = date(2026, 4, 1)
    put(row(ground[GRID], 1, counted_on=spring), row(ground[GRID], 0))
    assert counts.counts("party", BEGAN) == {}
    assert counts.counts("party", spring)[ground[GRID]].number == 1
    assert counts.counts("party", TODAY) == {ground[GRID]: (0, "区委组织部", TODAY)}
    assert ground[OTHER_GRID] not in counts.counts("party", TODAY)


def test_a_corrected_number_of_the_same_day_stands(ground: dict[str, UUID]) -> None:
    put(row(ground[GRID], 3))
    put(row(ground[GRID], 4, source="街道更正"))
    assert counts.counts("party", TODAY)[ground[GRID]] == (4, "街道更正", TODAY)
    assert UnitCount.objects.count() == 1


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"what": "faces"}, "count_unknown"),
        ({"number": -1}, "count_number"),
        ({"number": 1_000_001}, "count_number"),
        ({"source": "  "}, "count_source"),
        ({"source": "长" * 81}, "count_source"),
        ({"counted_on": TODAY + timedelta(days=1)}, "count_future"),
    ],
)
def test_one_wrong_row_and_nothing_is_written(
    ground: dict[str, UUID], other: dict[str, Any], code: str
) -> None:
    refused(code, lambda: put(row(ground[OTHER_GRID]), row(ground[GRID], **other)))
    assert not UnitCount.objects.exists()
    assert not Entry.objects.filter(what="counts.put").exists()


def test_a_unit_that_did_not_stand_that_day_and_a_row_twice_are_refused(ground: dict[str, UUID]) -> None:
    for wrong in (row(new_id()), row(ground[GRID], counted_on=BEGAN - timedelta(days=1))):
        with pytest.raises(NotFound):
            put(wrong)
    refused("count_twice", lambda: put(row(ground[GRID], 1), row(ground[GRID], 2)))


def test_posts_and_four_other_things_can_be_counted_and_the_ledger_has_the_digest_alone(
    ground: dict[str, UUID], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whats = ("leader", "branches", "groups", "members", "seconded")
    assert put(*(row(ground[GRID], 2, what=what) for what in whats)) == 5
    entry = Entry.objects.get(what="counts.put")
    assert '"rows":5' in entry.facts
    assert "组织部" not in entry.facts
    with django_assert_num_queries(1):
        assert counts.counts("members", TODAY)[ground[GRID]].number == 2


def test_the_table_has_no_place_for_a_person() -> None:
    assert {f.name for f in UnitCount._meta.get_fields()} == {
        *("id", "unit", "what", "number", "source", "counted_on")
    }
