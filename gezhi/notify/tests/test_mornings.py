"""What is told of a place in the morning: one line of the day before, once, in words of counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.jobs import loops
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests.ground_plans import first_of_december, merged, taken
from gezhi.matters.tests.liuxi import COMMUNITY, FRIDAY, GRID, OTHER, World
from gezhi.notify import browsers, delivering, doorkeeping, mornings
from gezhi.notify.models import Browser, Door, Message
from gezhi.notify.mornings import Mornings
from gezhi.notify.tests.push_service import PushService
from gezhi.notify.tests.test_browsers import door as door
from gezhi.notify.tests.test_browsers import live as live
from gezhi.notify.tests.test_browsers import service as service
from gezhi.reporting.tests.rows import DAY, matter, put

MORNING = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # Saturday, 8:00 in Shanghai
LAMP, WASTE, NOISE = "N12", "N07", "N10"


@pytest.fixture
def asked(world: World, service: PushService, door: Door) -> Iterator[World]:
    """Two telephones that are told of the first grid, one of them in English."""
    for name, tongue in (("a", "zh-hans"), ("b", "en")):
        browsers.subscribe("unit", world.units["grid"], service.phone(name), language=tongue, at=FRIDAY)
    with clock.fixed(MORNING):
        yield world


def of_friday(item: str, closing: str = "", **more: Any) -> None:
    """A matter that was accepted on Friday, or accepted before and done on Friday."""
    at = FRIDAY - (5 * DAY if closing else timedelta())
    columns = {"accepted_at": at, "accepted_recorded_at": at, "item": item}
    ended = FRIDAY if closing else None
    put(matter(closing, **columns | {"ended_at": ended, "ended_recorded_at": ended} | more))


def texts() -> list[str]:
    return list(Message.objects.order_by("id").values_list("text", flat=True))


def test_the_day_before_is_one_line_in_ones_own_language(asked: World) -> None:
    of_friday(LAMP)
    of_friday(WASTE, "solved")
    assert Mornings().tell(MORNING) == 1
    assert texts() == [
        "昨天桥东 01 格：生活垃圾未清运 办好 1 件；路灯不亮 受理 1 件",
        "Yesterday in 桥东 01 格: Household waste not collected: 1 done; Street lamp out: 1 accepted",
    ]
    said = Message.objects.values_list("words", flat=True)
    assert all(f'"url":"/around/{GRID}"' in one for one in said)


def test_it_is_told_once_though_the_house_began_anew(asked: World) -> None:
    of_friday(LAMP)
    morning = Mornings()
    assert [morning.tell(MORNING + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    Mornings().tell(MORNING + timedelta(hours=1))
    assert len(texts()) == 2
    assert morning.tell(MORNING + DAY) == 1, "the next day it is looked at again"
    assert len(texts()) == 2, "and nothing is told of a day on which nothing happened"


@pytest.mark.parametrize(("hours", "told"), [(-1 / 60, 0), (0, 2), (3.9, 2), (4, 0), (12, 0)])
def test_it_is_told_in_the_morning_and_not_later(asked: World, hours: float, told: int) -> None:
    of_friday(LAMP)
    Mornings().tell(MORNING + timedelta(hours=hours))
    assert len(texts()) == told


def test_of_what_may_not_be_told_nothing_is(asked: World) -> None:
    of_friday(NOISE)
    of_friday(LAMP, walled=True)
    of_friday(LAMP, path=OTHER)
    of_friday(LAMP, accepted_at=FRIDAY - DAY, accepted_recorded_at=FRIDAY - DAY)
    put(matter(item=LAMP, phase="reported", accepted_at=None, accepted_recorded_at=None))
    Mornings().tell(MORNING)
    assert texts() == []


def test_of_very_much_the_first_are_named(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mornings, "KINDS", 1)
    of_friday(LAMP)
    of_friday(LAMP)
    of_friday(WASTE)
    Mornings().tell(MORNING)
    assert texts()[0] == "昨天桥东 01 格：生活垃圾未清运 受理 1 件；还有别的"


def test_a_community_is_told_of_its_grids(asked: World, service: PushService) -> None:
    browsers.subscribe("unit", asked.units["community"], service.phone("c"), language="zh-hans", at=FRIDAY)
    of_friday(LAMP, path=OTHER)
    Mornings().tell(MORNING)
    assert texts() == ["昨天桥东社区：路灯不亮 受理 1 件"]
    assert f"/around/{COMMUNITY}" in Message.objects.get().words


def test_places_are_told_some_at_a_time(
    asked: World, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mornings, "BATCH", 1)
    browsers.subscribe("unit", asked.units["other"], service.phone("c"), language="zh-hans", at=FRIDAY)
    of_friday(LAMP)
    of_friday(LAMP, path=OTHER)
    morning = Mornings()
    assert [morning.tell(MORNING) for _n in range(3)] == [1, 1, 0]
    assert len(texts()) == 3


def test_a_place_that_was_drawn_anew_is_told_no_more(asked: World) -> None:
    with clock.fixed(FRIDAY):
        taken(asked, merged(asked))
        first_of_december()
        Mornings().tell(clock.now())
    assert texts() == []
    assert Browser.objects.count() == 0


def test_nothing_is_asked_outside_the_morning_nor_after_it_is_done(asked: World) -> None:
    morning = Mornings()
    morning.tell(MORNING)
    with CaptureQueriesContext(connection) as asking:
        morning.tell(MORNING)
        Mornings().tell(MORNING - timedelta(hours=1))
    assert len(asking) == 0


def test_the_sender_does_it() -> None:
    assert "tell_mornings" in [beat.name for beat in loops.sender_beats()]


def test_what_was_of_use_that_day_is_not_told_the_next(asked: World, service: PushService) -> None:
    of_friday(LAMP)
    Mornings().tell(MORNING)
    doorkeeping.pause("手机提醒", by=HOUSE, at=MORNING)
    assert delivering.deliver(at=MORNING + timedelta(hours=1)) == 0
    doorkeeping.start("手机提醒", by=HOUSE, at=MORNING + DAY)
    assert delivering.deliver(at=MORNING + DAY) == 0
    assert service.taken == []
    assert set(Message.objects.values_list("state", "why")) == {("gone", "stale")}
    assert not delivering.is_due(at=MORNING + DAY)


def test_a_phone_that_is_off_gets_it_until_midnight_and_not_in_the_morning_after(
    asked: World, service: PushService
) -> None:
    of_friday(LAMP)
    Mornings().tell(MORNING)
    assert delivering.deliver(at=MORNING + timedelta(hours=1)) == 2
    assert {one["headers"]["ttl"] for one in service.taken} == {str(15 * 3600)}
