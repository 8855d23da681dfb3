"""A resident is told that somebody reported it already, and may say that it is the same."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.matters import editions, events, nearby
from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import FRIDAY, INSIDE, World
from gezhi.matters.tests.test_path import step
from gezhi.places.services import BuildingRow, put_buildings
from gezhi.portal import others

pytestmark = pytest.mark.django_db
NO_POINT = {"lon": "", "lat": ""}
STREET = "望湖路"
HERE = {"lon": f"{INSIDE[0]}", "lat": f"{INSIDE[1]}"}


def hand_in(key: str, **more: Any) -> Matter:
    said = {
        "text": "东门口路灯不亮好几天了。",
        "item": "N12",
        **HERE,
        "reporting": "anonymous",
        "client_key": key,
    } | more
    assert Client().post("/report", said).status_code == 302
    return Matter.objects.latest("id")


def offered(**more: str) -> list[str]:
    page = (
        Client()
        .post("/report/look", {"text": "东门口路灯不亮", "item": "N12", **HERE} | more)
        .content.decode()
    )
    return re.findall(r'name="same" value="(\w+)"', page)


def looked(**more: str) -> str:
    return (
        Client()
        .post("/report/look", {"text": "东门口路灯不亮", "item": "N12", **HERE} | more)
        .content.decode()
    )


def built(*numbers: int) -> None:
    rows = [BuildingRow(f"{STREET} {n} 号", INSIDE[0] + n / 1e7, INSIDE[1], source="样本") for n in numbers]
    put_buildings(rows, on=clock.today(), by=HOUSE, at=clock.now())


def test_it_is_told_after_the_kind_and_the_place_are_known(world: World) -> None:
    hand_in("a")
    assert len(offered()) == 1
    assert offered(item="") == offered(lon="", lat="") == offered(lon="x") == offered(lon="nan") == []
    assert offered(item="N10") == []


def test_who_says_it_is_the_same_has_a_number_of_their_own(world: World) -> None:
    first = hand_in("a")
    second = hand_in("b", same=offered()[0])
    assert second.number != first.number
    assert ledger.facts_of(second.id, events.OPENED)[0]["same"] == first.id.hex
    assert "same" not in ledger.facts_of(first.id, events.OPENED)[0]


def test_what_was_made_up_or_ended_meanwhile_is_left_out_and_the_report_is_taken(world: World) -> None:
    first, (token,) = hand_in("a"), offered()
    made_up = hand_in("b", same="0" * 32)
    Matter.objects.update(ended_at=first.at)
    late = hand_in("c", same=token)
    for one in (made_up, late):
        assert "same" not in ledger.facts_of(one.id, events.OPENED)[0]


def test_the_form_that_comes_back_keeps_what_was_chosen(world: World) -> None:
    hand_in("a")
    (token,) = offered()
    page = (
        Client()
        .post("/report", {"text": "", "item": "N12", **HERE, "client_key": "k", "same": token})
        .content.decode()
    )
    assert f'value="{token}" checked' in page


def test_whoever_types_an_address_is_told_as_whoever_stands_there(world: World) -> None:
    built(38, 52)
    first, typed = hand_in("a"), NO_POINT | {"address": f"{STREET} 38 号"}
    (token,) = offered(**typed)
    assert offered(**NO_POINT | {"address": STREET}) == [], "two buildings are no place"
    assert offered(**NO_POINT | {"address": "没有这条路 3 号"}) == []
    assert offered(**NO_POINT | {"address": f"{STREET} 38 号\x00"}) == offered(**typed | {"lon": "x"}) == []
    again = Client().post("/report", {"text": "", "item": "N12", **typed, "client_key": "k", "same": token})
    assert f'value="{token}" checked' in again.content.decode()
    second = hand_in("b", **typed, same=token)
    assert ledger.facts_of(second.id, events.OPENED)[0]["same"] == first.id.hex
    astray = hand_in("c", **NO_POINT, address=STREET, same=token)
    assert "same" not in ledger.facts_of(astray.id, events.OPENED)[0]


def test_an_english_line_begins_as_a_sentence_does(world: World) -> None:
    hand_in("a")
    said = Client(headers={"accept-language": "en"}).post(
        "/report/look", {"text": "东门口路灯不亮", "item": "N12", **HERE}
    )
    (line,) = re.findall(r'name="same" value="\w+"[^>]*><span><b>([^<]+)</b>', said.content.decode())
    assert line[0].isupper(), line


def test_a_promise_until_midnight_is_one_of_the_day_that_ends(world: World) -> None:
    """Three working days from Friday are over with Wednesday the 25th, at 24:00."""
    step(world, hand_in("a").number, "he", "accept")
    assert "正在办，答应 11月25日 前办好" in looked()


def test_the_middle_of_a_unit_is_nobodys_place(world: World) -> None:
    hand_in("a")
    assert offered(**NO_POINT, unit=world.units["grid"].hex) == []


def test_several_of_one_day_are_told_apart_or_are_one_line(world: World) -> None:
    morning = FRIDAY - timedelta(hours=8)  # half past nine in Shanghai
    for key, at in (("a", morning), ("b", FRIDAY), ("c", FRIDAY)):
        one = hand_in(key)
        Matter.objects.filter(id=one.id).update(at=at)
    assert len(offered()) == 2
    page = looked()
    assert [page.count(said) for said in ("今天上午报的", "今天下午报的", "有 2 件，等着受理")] == [1, 1, 1]
    Matter.objects.update(at=FRIDAY + timedelta(hours=2))
    tokens = [one.token for one in nearby.nearby("N12", *INSIDE, editions.today()).near]
    assert offered() == tokens[:1], "the nearest stands for them"
    assert offered(same=tokens[1]) == tokens[1:2], "or the one that was chosen"
    assert "今天晚上报的" in looked()
    assert "有 3 件" in looked()
    Matter.objects.update(at=FRIDAY - timedelta(days=1))
    assert "今天" not in looked()


def test_of_many_it_is_said_how_many_there_are_at_least(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        hand_in(f"{n}")
    assert "有 5 件，等着受理" in looked(), "not only as many as lines are shown"
    monkeypatch.setattr(nearby, "LOOKED_AT", 4)
    assert "有 4 件以上，等着受理" in looked(), "there may be older ones"
    monkeypatch.setattr(nearby, "LOOKED_AT", 100)
    monkeypatch.setattr(others, "COUNTED", 5)
    assert "有 5 件以上，等着受理" in looked()


def test_three_lines_are_told_and_the_one_that_was_chosen(world: World) -> None:
    for day in range(5):
        one = hand_in(f"{day}")
        Matter.objects.filter(id=one.id).update(at=FRIDAY - timedelta(days=day))
    shown = offered()
    farther = [
        one.token for one in nearby.nearby("N12", *INSIDE, editions.today()).near if one.token not in shown
    ]
    assert len(shown) == 3
    assert offered(same=farther[0]) == [*shown, farther[0]]
