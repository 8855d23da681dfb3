"""What the house asks of people is counted in sums, beside the model's budget, and tells of nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.tests.liuxi import COUNTY, World
from gezhi.notify import queries as notify
from gezhi.notify.models import Message
from gezhi.people.queries import roster
from gezhi.places import queries as places
from gezhi.reporting import burden
from gezhi.reporting.asking import LONGEST, MOST_FIELDS, column_of, handed_in, monday_of
from gezhi.reporting.models import Asked
from gezhi.rules.load import named

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("seconds", "column"),
    [(0, "s10"), (10, "s10"), (11, "s20"), (30, "s30"), (600, "s600"), (601, "longer"), (LONGEST, "longer"),
     (LONGEST + 1, ""), (-1, "")],
)  # fmt: skip
def test_a_form_is_counted_by_the_first_step_that_it_kept(seconds: int, column: str) -> None:
    assert column_of(seconds) == column


def test_forms_of_a_week_are_one_row_of_sums() -> None:
    for seconds in (5, 8, 25, LONGEST + 9):
        handed_in("form", day=WEDNESDAY, unit="0001", fields=3, seconds=seconds)
    handed_in("form", day=WEDNESDAY + timedelta(days=7), unit="0001", fields=3, seconds=5)
    row = Asked.objects.get(week=monday_of(WEDNESDAY))
    assert (row.times, row.fields, row.s10, row.s30, row.longer) == (4, 12, 2, 1, 0)
    assert Asked.objects.count() == 2


def test_nobody_raises_a_mean_by_one_form() -> None:
    handed_in("form", day=WEDNESDAY, unit="0001", fields=10**8, seconds=5)
    assert Asked.objects.get().fields == MOST_FIELDS


def test_a_row_holds_no_person_no_matter_and_no_moment() -> None:
    names = {field.name for field in Asked._meta.fields}
    assert not {
        name for name in names if any(word in name for word in ("account", "person", "matter", "_at", "term"))
    }


def test_a_span_counts_the_working_days_that_have_come() -> None:
    assert burden.span_of(WEDNESDAY, {}).first == monday_of(WEDNESDAY)  # nothing was counted before
    handed_in("form", day=WEDNESDAY - timedelta(days=9), unit="0001", fields=1, seconds=1)
    span = burden.span_of(WEDNESDAY, {date(2026, 11, 17): ("rest", "official")}, weeks=2)
    assert (span.first, span.last, span.workdays) == (date(2026, 11, 9), WEDNESDAY, 7)


def test_a_unit_of_few_people_is_told_only_within_the_one_above(world: World) -> None:
    today = timezone.localdate(clock.now())
    people = roster(today)
    units = places.tree(today)
    assert units.root is not None
    seated = [person.terms[0].path for person in people.people.values() if person.terms]
    few = min(
        (unit.path for unit in units.by_path.values()),
        key=lambda path: sum(p.startswith(path) for p in seated),
    )
    for _ in range(40):
        handed_in("form", day=today, unit=few, fields=2, seconds=20)
    span = burden.span_of(today, {})
    found = burden.burden_of(units.root.path, [few], span, people)
    assert (found.whole.forms, found.whole.fields) == (40, 80)
    assert found.whole.people == len(seated) >= burden.LEAST
    assert found.whole.forms_a_day == pytest.approx(40 / (len(seated) * span.workdays))
    (alone,) = found.below
    assert alone.people < burden.LEAST
    assert (alone.forms_a_day, alone.fields_a_day) == (None, None)


def test_residents_reports_are_timed_apart_and_are_no_form_of_a_worker(world: World) -> None:
    today = timezone.localdate(clock.now())
    for seconds in (9, 18, 28, 70):
        handed_in("resident", day=today, unit="", fields=4, seconds=seconds)
    handed_in("report", day=today, unit=COUNTY, fields=9, seconds=50)
    found = burden.burden_of(COUNTY, [], burden.span_of(today, {}), roster(today))
    assert found.spent["resident"].number == 4
    assert found.spent["resident"].half_within == 20
    assert found.spent["resident"].within(30) == 3
    assert found.spent["report"].half_within == 60
    assert found.whole.forms == 1


def test_half_of_nothing_is_no_time_and_longer_than_counted_is_none() -> None:
    assert burden.Spent().half_within is None
    assert burden.Spent((0,) * 10 + (3,)).half_within is None
    assert burden.Spent((1,) + (0,) * 9 + (1,)).half_within == 10


def test_contacts_are_counted_by_number_and_those_over_the_budget() -> None:
    now = clock.now()
    one = Message(
        matter=new_id(), telling="step", door="sms", text="到了", state="sent", made_at=now, sent_at=now
    )
    for n, (to, more) in enumerate(
        [("reporter:a", {}), ("reporter:a", {}), ("reporter:a", {"door": "by_hand"}), ("reporter:b", {}),
         ("lead@0001", {}), ("reporter:c", {"state": "waiting", "sent_at": None}),
         ("reporter:a", {"sent_at": now - timedelta(days=8)})]
    ):  # fmt: skip
        row = Message(
            **{f.name: getattr(one, f.name) for f in Message._meta.fields}
            | {"id": new_id(), "key": f"{n}"}
            | more
        )
        row.to = to
        row.save(force_insert=True)
    week = notify.contacts(now - timedelta(days=7), now + timedelta(seconds=1), most=2)
    assert (week.messages, week.numbers, week.over) == (4, 2, 1)
    assert notify.contacts(now - timedelta(days=7), now + timedelta(seconds=1), most=0).over == 0


def test_the_shipped_models_set_a_budget_and_it_is_no_conduct() -> None:
    model = named("nanling")
    assert model.burden is not None
    assert model.burden.seconds == 30
    assert replace(model, burden=None).conduct == model.conduct
