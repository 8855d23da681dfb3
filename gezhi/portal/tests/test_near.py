"""A resident is told that somebody reported it already, and may say that it is the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from gezhi.ledger import queries as ledger
from gezhi.matters import events
from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import INSIDE, World

pytestmark = pytest.mark.django_db
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
