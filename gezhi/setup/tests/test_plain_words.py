"""Small things a newcomer stumbles over: what a page calls a thing, and whom it names when nobody can go on."""

from __future__ import annotations

import pytest
from django.test import Client

from gezhi.ledger.models import Entry
from gezhi.matters.tests import liuxi
from gezhi.people.models import Account, Term
from gezhi.people.tests.browsing import signed_in

from .conftest import CODE
from .corner import GRID_NAME, TODAY, Corner
from .corner import corner as corner
from .test_opening import administrator
from .test_waiting_draft import DRAFT, post, shown

pytestmark = pytest.mark.django_db


def test_a_code_that_is_void_is_said_to_be(clerk: Client) -> None:
    administrator(clerk)
    late = Client()
    assert "开张码已经作废" in late.get("/setup", {"code": CODE}, follow=True).content.decode()
    assert "开张码" not in late.get("/setup", follow=True).content.decode()


def test_the_language_is_chosen_before_anybody_signs_in(clerk: Client) -> None:
    for path in ("/sign-in", "/first-time"):
        assert 'name="language"' in shown(clerk, path), path
    answer = Client().post("/language", {"language": "en", "next": "/first-time"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/first-time"
    assert 'lang="en"' in answer.content.decode()


def test_whoever_could_publish_and_was_never_here_is_named(corner: Corner) -> None:
    Account.objects.filter(sign_in="bai").update(password="!never")
    post(corner.lu, DRAFT, begin="1")
    page = shown(corner.lu, DRAFT)
    assert "任了的还没有来过：白样本（系统管理员）" in page
    assert 'href="/setup/people">去印登录单' in page
    Account.objects.filter(sign_in="bai").update(is_active=False)
    liuxi.forget()
    assert "再任一个人" in shown(corner.lu, DRAFT)


def test_editions_are_counted_and_the_first_one_was_chosen(corner: Corner) -> None:
    page = shown(corner.lu, "/setup/model")
    assert "<b>第 1 版</b>" in page
    assert "建实例时带的" in page
    assert "不是在这一页改的" not in page
    assert "2026-01-01</td>" not in page


def test_a_promise_with_several_lengths_says_which_is_for_what(corner: Corner) -> None:
    page = shown(corner.lu, "/setup/model")
    assert "30分钟 / 1工作日" not in page
    assert "30分钟；" in page


def test_who_sees_a_door_may_go_through(corner: Corner) -> None:
    assert 'href="/desk/new"' not in shown(corner.lu, "/desk")
    assert 'href="/desk/new"' in shown(signed_in(corner.who("he")), "/desk")


def test_a_wrong_appointment_of_today_is_taken_back_today(corner: Corner) -> None:
    said = {"do": "appoint", "seat": "post:partner", "unit": GRID_NAME, "from_on": TODAY.isoformat()}
    corner.newcomer("mao", "毛样本")
    there = corner.page_of("mao")
    corner.change(there, **said)
    assert "任错了，撤回" in shown(corner.lu, there)
    term = corner.term("mao", "partner")
    corner.change(there, do="undo", term=term.id.hex)
    assert "任错了" not in shown(corner.lu, there)
    assert not Term.objects.filter(id=term.id).exists()
    assert Entry.objects.filter(what="term.undone", about=term.id).exists()
