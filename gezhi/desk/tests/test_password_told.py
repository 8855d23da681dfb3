"""Whoever comes in is told once that somebody else changed or ended their password; never of what they did themselves."""

from __future__ import annotations

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.matters.tests import liuxi
from gezhi.people import services

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = "柳溪的旧密码一长串儿", "三只麻雀站在旧井盖上", "荷塘边上的七把竹椅子"
SAID = "重设了您的密码。不是您让改的，请马上换一个，并向他核对。"


@pytest.fixture
def lin(world: liuxi.World) -> str:
    """lin, who has come in once with a password of their own."""
    account = world.accounts["lin"]
    services.set_password(account, FIRST, by=Actor(account, "self"), at=clock.now())
    assert SAID not in entered(FIRST)
    return "lin"


def entered(password: str) -> str:
    """The first page after signing in."""
    answer = Client().post("/sign-in", {"sign_in": "lin", "password": password}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain
    return answer.content.decode()


def test_a_password_that_an_administrator_set_is_told_once_with_who_and_when(
    world: liuxi.World, lin: str
) -> None:
    services.set_password(world.accounts["lin"], SECOND, by=world.clerk("he"), at=clock.now())

    page = entered(SECOND)
    assert f"2026-11-20 17:30，何样本{SAID}" in page
    assert SAID not in entered(SECOND)


def test_the_operator_of_the_machine_is_named_as_such(world: liuxi.World, lin: str) -> None:
    services.set_password(world.accounts["lin"], SECOND, by=Actor(None, "operator"), at=clock.now())

    assert f"维护这台机器的人{SAID}" in entered(SECOND)


def test_a_password_that_was_ended_is_told_at_the_first_time_with_the_new_slip(
    world: liuxi.World, lin: str
) -> None:
    slip = services.invite_again(world.accounts["lin"], by=world.clerk("he"), at=clock.now())
    sent = {"sign_in": "lin", "code": slip.code, "password": THIRD}

    page = Client().post("/first-time", sent, follow=True).content.decode()
    assert "何样本作废了您原来的密码，另打了登录单。不是您让办的，请向他核对。" in page
    assert "作废了您原来的密码" not in entered(THIRD)


def test_ones_own_change_and_the_first_slip_are_not_told(world: liuxi.World, lin: str) -> None:
    account = world.accounts["lin"]
    services.set_password(account, SECOND, by=Actor(account, "self"), at=clock.now())
    assert "您的密码" not in entered(SECOND)

    new = services.make_account("xin", "辛样本", by=world.clerk("he"), at=clock.now())
    slip = services.invite(new, by=world.clerk("he"), at=clock.now())
    sent = {"sign_in": "xin", "code": slip.code, "password": THIRD}
    page = Client().post("/first-time", sent, follow=True).content.decode()
    assert "密码，" not in page
    assert "作废了" not in page
