"""A short season, built as the demo builds its long one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db.models import Sum
from django.test import Client
from django.utils import timezone, translation

from gezhi.demo import build, people, season
from gezhi.documents.models import Paper, Phrase
from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.models import Entry, Instance, Unheard
from gezhi.ledger.verify import verify
from gezhi.matters import editions, queries
from gezhi.matters.models import (
    DutyNote,
    Helper,
    Matter,
    Member,
    Photo,
    Relayed,
    RightAsked,
    StandingTeam,
    Statement,
    Text,
)
from gezhi.matters.relays import CALL_BACK
from gezhi.notify import browsers, delivering, doorkeeping, services
from gezhi.notify.models import Broadcast, ChatGroup, Message
from gezhi.notify.queries import HAND
from gezhi.people import queries as staff
from gezhi.people.models import Account
from gezhi.places import queries as places
from gezhi.places.models import Building, Unit
from gezhi.reporting.models import Asked

DAYS = 3


def forget() -> None:
    for room in (instance, editions, staff, places):
        room.forget()


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo with three days, once for all these tests; everything is taken out again."""
    from django.db import transaction

    with django_db_blocker.unblock():
        forget()
        with transaction.atomic():
            Instance.objects.update_or_create(id=1, defaults={"kind": "demo"})
            build.fill(DAYS)
            yield
            transaction.set_rollback(True)
        build.base_file().unlink(missing_ok=True)
        forget()


@pytest.mark.slow
def test_a_standing_team_was_called_to_a_matter_of_the_first_grid(demo: None) -> None:
    row = StandingTeam.objects.get()
    members = Member.objects.filter(team=row.id, ended_at=None)
    assert members.count() >= 2
    matter = Matter.objects.get(id=members[0].matter)
    on = timezone.localdate(clock.now())
    lead = next(one for one in staff.roster(on).people.values() if matter.desk in one.desks)
    page = queries.page(lead, matter.number)
    assert page is not None
    assert page.team.may_name
    assert any("member" in one.facts and "（" in one.by_name for one in page.story)


@pytest.mark.slow
def test_offices_keep_answers_a_paper_was_issued_and_the_ground_helps_the_line(demo: None) -> None:
    assert {one.use for one in Phrase.objects.filter(live=True)} == {
        "answer",
        "ask",
        "decline",
        "extend",
        "merge",
        "note",
        "void",
    }
    assert Phrase.objects.filter(keeper__startswith="department:").exists()
    paper = Paper.objects.get()
    assert Matter.objects.filter(id=paper.matter, ended_at=None).exists()
    assert paper.state == "ready"
    assert Helper.objects.filter(department="@cadre").exclude(desk="").exists()


@pytest.mark.slow
def test_the_duty_log_counts_the_day_before_from_midnight_to_midnight(demo: None) -> None:
    notes = list(DutyNote.objects.order_by("at"))
    assert notes
    for note in notes:
        day = timezone.localdate(note.at) - timedelta(days=1)
        of_that_day = [m for m in Matter.objects.all() if timezone.localdate(m.at) == day]
        assert Text.objects.get(id=note.text).body.startswith(f"昨天登记 {len(of_that_day)} 件，")


@pytest.mark.slow
def test_the_demo_stands_with_its_ground_its_people_and_its_matters(demo: None) -> None:
    assert Unit.objects.count() == 243
    assert Building.objects.count() > 2000
    assert Account.objects.count() > 300
    assert Matter.objects.count() >= 3 * DAYS + 10
    assert build.base_file().exists()
    assert build.finished()


@pytest.mark.slow
def test_a_matter_lies_open_at_each_step_that_staff_can_reach(demo: None) -> None:
    lying = set(Matter.objects.filter(ended_at=None).values_list("step", flat=True))

    assert lying >= {"reported", "gridwork", "assigned", "objected", "working", "done", "checked", "answered"}


@pytest.mark.slow
def test_each_post_that_acts_has_something_waiting(demo: None) -> None:
    today = timezone.localdate(clock.now())
    for sign_in in ("centre", "cadre", "grid_worker", "housing"):
        account = staff.account_named(sign_in)
        assert account is not None
        person = staff.person(account, today)
        assert person is not None
        assert queries.open_in(person), sign_in


@pytest.mark.slow
def test_what_the_house_asked_of_its_people_is_there_to_be_seen(demo: None) -> None:
    told = dict(Asked.objects.values_list("task").annotate(n=Sum("times")))
    assert told.keys() == {"resident", "report", "form"}
    assert told["form"] > told["report"] > told["resident"] > 0


@pytest.mark.slow
def test_everybody_signs_in_with_the_printed_password(demo: None) -> None:
    said = build.sign_ins()

    assert {"centre", "town_desk", "cadre", "grid_head", "grid_worker", "housing"} <= {
        one.sign_in for one in said
    }
    for one in said[:2]:
        assert check_password(people.PASSWORD, Account.objects.get(sign_in=one.sign_in).password)
    assert people.PASSWORD in build.greeting()
    with translation.override("en"):
        assert re.search(r"Example data.*\n.*Grid management centre +柳溪县", build.greeting())
    kept = json.loads(settings.HOME.sign_ins.read_text(encoding="utf-8"))
    assert [one["sign_in"] for one in kept["seats"]] == [one.sign_in for one in said]


@pytest.mark.slow
def test_the_ledger_proves_the_season_and_holds_no_word_of_it(demo: None) -> None:
    assert verify(queries.read_texts).whole
    assert not Unheard.objects.exists()
    assert not Photo.objects.filter(state="waiting").exists()
    words = [*Account.objects.values_list("name", flat=True), *Text.objects.values_list("body", flat=True)]
    facts = "\n".join(Entry.objects.values_list("facts", flat=True))
    assert not [word for word in words if word in facts]


@pytest.mark.slow
def test_nothing_was_recorded_out_of_order(demo: None) -> None:
    moments = list(Entry.objects.order_by("id").values_list("recorded_at", flat=True))

    assert moments == sorted(moments)
    assert moments[-1] <= clock.wall()
    assert moments[-1] - moments[0] > timedelta(days=DAYS - 1)


@pytest.mark.slow
def test_whoever_walks_the_demo_finds_the_button_of_the_morning_and_nothing_leaves(demo: None) -> None:
    """The door needs no account of anybody; what it would send lies in the drawer."""
    assert browsers.public_key()
    assert [(door.channel, door.state) for door in doorkeeping.every()] == [("web_push", "on")]
    assert delivering.outgoing() == set()
    grid = next(unit for unit in places.tree(clock.today()).by_path.values() if unit.leaf)
    assert f'data-push="{browsers.public_key()}"' in Client().get(f"/around/{grid.path}").content.decode()


@pytest.mark.slow
def test_filling_again_changes_nothing(demo: None) -> None:
    before = Entry.objects.count()

    build.fill(DAYS)

    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_only_a_demo_is_filled() -> None:
    forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})

    with pytest.raises(Refused) as refusal:
        build.fill(1)

    assert refusal.value.code == "not_a_demo"
    forget()


def test_days_end_at_midnight_and_the_last_one_when_the_season_does() -> None:
    began = timezone.make_aware(timezone.datetime(2026, 9, 1, 18))
    ends = timezone.make_aware(timezone.datetime(2026, 9, 3, 9))

    found = season.days(began, ends)

    assert [str(day) for day, _until in found] == ["2026-09-01", "2026-09-02", "2026-09-03"]
    assert [timezone.localtime(until).hour for _day, until in found] == [0, 0, 9]


def test_the_pages_of_groups_statements_and_rights_have_something_to_show(demo: None) -> None:
    assert ChatGroup.objects.filter(state="on").count() > 200
    assert Broadcast.objects.get().state == "planned"
    assert Statement.objects.get().answered_at is None
    assert RightAsked.objects.get().state == "open"


def test_a_reporter_of_the_demo_waits_to_be_called(demo: None) -> None:
    while services.hear(at=clock.now()):
        pass
    (card,) = Message.objects.filter(door=HAND, state="waiting", telling=CALL_BACK)
    assert Relayed.objects.get(call=True).matter == card.matter
