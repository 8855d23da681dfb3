"""附议: who is told of reports nearby, of what, and of what never."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import clock
from gezhi.matters import duplicates, editions, following, nearby
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import FRIDAY, INSIDE, World
from gezhi.matters.tests.test_path import step

pytestmark = pytest.mark.django_db
LAMP, NOISE = "N12", "N10"
TEXT = "东门口第三根路灯杆不亮，照着我家 302 的窗。"


def handed(world: World, item: str = LAMP, east: float = 0.0, **more: Any) -> Matter:
    report = Report(
        text=TEXT,
        item=item,
        lon=INSIDE[0] + east,
        lat=INSIDE[1],
        address="柳溪路 1 号",
        **more,
    )
    return Matter.objects.get(id=open_matter(report, by=world.clerk()).id)


def near(item: str = LAMP) -> list[nearby.Near]:
    return nearby.nearby(item, *INSIDE, editions.today()).near


def claimed(token: str, item: str) -> object:
    return nearby.said(token, item, *INSIDE, editions.today())


def test_whoever_reports_a_lamp_is_told_of_the_one_reported_near_it(world: World) -> None:
    matter = handed(world, east=0.0005)  # some 48 metres
    (one,) = near()
    assert (one.metres, one.on, one.phase) == (50, FRIDAY.date(), matter.phase)
    assert one.due_at is None, "it is not promised yet when it is done"
    assert claimed(one.token, LAMP) == matter.id


def test_nothing_of_anybodys_words_place_or_number_is_told(world: World) -> None:
    matter = handed(world)
    (one,) = near()
    told = f"{one}"
    assert not [word for word in (TEXT[:4], "302", "柳溪路", matter.number, matter.id.hex) if word in told]


def test_of_an_item_that_points_at_somebody_nothing_is_told(world: World) -> None:
    handed(world, item=NOISE)
    assert near(NOISE) == []
    assert near("") == near("no such") == []


def test_a_matter_that_is_kept_from_somebody_is_told_to_nobody(world: World) -> None:
    matter = handed(world, about=("unit:0001000100010001",))
    assert Matter.objects.get(id=matter.id).walled
    assert near() == []


def test_what_ended_lies_far_or_is_long_ago_is_not_told(world: World) -> None:
    matter = handed(world)
    (one,) = near()
    handed(world, east=0.004)  # in the same grid, some 380 metres away
    assert len(near()) == 1
    Matter.objects.filter(id=matter.id).update(ended_at=clock.now())
    assert near() == []
    assert claimed(one.token, LAMP) is None


def test_the_nearest_first_and_one_statement_however_many_there_are(world: World) -> None:
    for n in range(6):
        handed(world, east=0.0002 * n)
    near()
    with CaptureQueriesContext(connection) as asked:
        found = near()
    assert [one.metres for one in found] == [50, 50, 50, 100, 100, 100]
    assert len([one for one in asked if "matters_matter" in one["sql"]]) == 1
    assert len([one for one in asked if "promises_promise" in one["sql"]]) == 1
    Matter.objects.update(ended_at=clock.now())
    with CaptureQueriesContext(connection) as asked:
        assert near() == []
    assert not [one for one in asked if "promises_promise" in one["sql"]]


def test_of_very_many_the_newest_are_looked_at_and_that_there_are_more_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(4):
        handed(world)
    assert nearby.nearby(LAMP, *INSIDE, editions.today()).whole
    monkeypatch.setattr(nearby, "LOOKED_AT", 3)
    found = nearby.nearby(LAMP, *INSIDE, editions.today())
    assert (len(found.near), found.whole) == (3, False)


def test_the_day_is_that_of_the_reporters_own_page(world: World) -> None:
    matter = handed(world)
    step(world, matter.number, "he", "accept")
    (one,) = near()
    own = following.following(matter.id, clock.now())
    assert own is not None
    assert own.promise is not None
    assert (own.promise.rule, own.promise.due_at) == ("finish", one.due_at)
    assert Matter.objects.get().next_promise == "sign", "which desks owe one another, is due before"
    step(world, matter.number, "zhu", "sign")
    step(world, matter.number, "zhu", "ask_dept", "几栋？")
    assert near()[0].due_at is None, "its clock stands still"


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "{}"])
def test_a_token_nobody_gave_names_nothing(world: World, token: str) -> None:
    handed(world)
    assert claimed(token, LAMP) is None


def test_a_token_says_the_same_item_only(world: World) -> None:
    handed(world)
    (one,) = near()
    assert claimed(one.token, "N08") is None


def test_whoever_accepts_it_sees_what_its_reporter_said_first(world: World) -> None:
    first = handed(world, east=0.0006)
    (one,) = near()
    closer = handed(world)
    own = handed(world, same=claimed(one.token, LAMP))
    person = world.person("he")
    shown = duplicates.candidates(own, person, first.id)
    assert [c.number for c in shown] == [first.number, closer.number]
    assert shown[0].reason == "报告的人看了附近的，说就是这一件"
