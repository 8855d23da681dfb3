"""Whoever was signed out while writing is told so, signs in and finds their form as they typed it; nobody else does."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from gezhi.desk import carried
from gezhi.matters.models import Matter
from gezhi.matters.tests import liuxi
from gezhi.people.models import Account

from .conftest import Sit
from .test_desk import opened

pytestmark = pytest.mark.django_db
PASSWORD = "柳溪的旧密码一长串"
WORDS = "3 栋楼道里堆了纸箱，<b>占</b>了半边。"
SHEET = {
    "text": WORDS,
    "item": "N01",
    "reporting": "confidential",
    "name": "样本居民",
    "contact": "13800138000",
    "channel": "phone",
    "lon": "118.205",
    "lat": "30.505",
}


@pytest.fixture
def known(world: liuxi.World) -> liuxi.World:
    Account.objects.update(password=make_password(PASSWORD))
    return world


def drawn_for(page: str) -> str:
    return re.findall(r'name="drawn_for" value="([^"]+)"', page)[0]


def sent_signed_out(sit: Sit, address: str, said: dict[str, str]) -> tuple[Client, Any]:
    """A form that he opened, sent when the browser had lost the sign-in; and what came."""
    form = sit("he").get(address).content.decode()
    browser = Client()
    return browser, browser.post(address, said | {"drawn_for": drawn_for(form)})


def came_in(browser: Client, page: str, name: str) -> Any:
    word = re.findall(r'name="carried" value="([^"]+)"', page)[0]
    return browser.post("/sign-in", {"sign_in": name, "password": PASSWORD, "carried": word})


def test_a_report_is_there_again_as_it_was_typed_and_registered_once(known: liuxi.World, sit: Sit) -> None:
    browser, answer = sent_signed_out(sit, "/desk/new", SHEET)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "登录断了，刚才按的没有办" in page
    assert Matter.objects.count() == 0
    for hidden in (WORDS, "纸箱", "样本居民", "13800138000"):
        assert hidden not in page
    wrong = browser.post(
        "/sign-in",
        {
            "sign_in": "he",
            "password": "不对",
            "carried": re.findall(r'name="carried" value="([^"]+)"', page)[0],
        },
    )
    back = came_in(browser, wrong.content.decode(), "he")["Location"]
    assert back.startswith("/desk/new?carried=")
    form = browser.get(back).content.decode()
    assert html.escape(WORDS) in form
    for name in ("name", "contact", "lon"):
        assert re.search(rf'name="{name}" value="{SHEET[name]}"', form) or f'value="{SHEET[name]}"' in form, (
            name
        )
    assert re.search(r'value="N01"[^>]* checked', form)
    assert "都放回下面了" in form
    assert browser.post(back, SHEET).status_code == 302
    assert browser.post("/desk/new", SHEET).status_code == 302
    assert Matter.objects.count() == 1
    assert "纸箱" not in browser.get(back).content.decode()


def test_nobody_else_gets_what_somebody_wrote(known: liuxi.World, sit: Sit) -> None:
    browser, answer = sent_signed_out(sit, "/desk/new", SHEET)
    came = came_in(browser, answer.content.decode(), "tang")
    assert came["Location"] == "/desk"
    assert "没有带过来" in browser.get("/desk").content.decode()
    assert carried.FIELD not in browser.session
    foreign = Client().post("/desk/new", SHEET | {"drawn_for": "0" * 24}).content.decode()
    assert came_in(Client(), foreign, "he")["Location"] == "/desk"
    assert came_in(Client(), 'name="carried" value="bm90IG91cnM="', "he")["Location"] == "/desk"
    assert Client().post("/desk/new", SHEET)["Location"] == "/sign-in"


def test_the_words_of_a_step_come_back_to_be_copied_or_laid_in(known: liuxi.World, sit: Sit) -> None:
    address = f"{opened(sit('he'))}/step/refuse"
    note = "不归这里管：那一段路是省道。"
    browser, answer = sent_signed_out(sit, address, {"note": note, "moved": "0"})
    back = came_in(browser, answer.content.decode(), "he")["Location"]
    page = browser.get(back).content.decode()
    assert re.search(rf'<textarea[^>]*data-carries="note"[^>]*>{note}<', page)
    assert 'data-carries="moved"' not in page
    assert 'data-carries="note"' not in browser.get(address).content.decode()


def test_in_a_demo_a_seat_is_chosen_without_losing_the_words(known: liuxi.World, sit: Sit) -> None:
    browser, answer = sent_signed_out(sit, "/desk/new", SHEET)
    word = re.findall(r'name="carried" value="([^"]+)"', answer.content.decode())[0]
    page = browser.post("/sign-in", {"as": "he", "carried": word, "password": ""}).content.decode()
    assert 'value="he"' in page
    assert word in page
