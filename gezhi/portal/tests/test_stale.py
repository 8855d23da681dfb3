"""A form whose word against forgery was lost, or whose half day was over: nothing is done, and what was typed comes back."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.matters.models import Matter
from gezhi.matters.services import reporters_own
from gezhi.matters.tests.liuxi import World

from .test_relaying import reported
from .test_report import TEXT, sheet

TOLD = "这一次没有交"
WORDS = "床垫 <旧> 的，还有一张。"


def text(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def forgetful(known: Client | None = None) -> Client:
    """A browser that shows no word that fits."""
    browser = Client(enforce_csrf_checks=True)
    for name, morsel in (known.cookies if known else {}).items():
        if "csrf" not in name:
            browser.cookies[name] = morsel.value
    return browser


def send(browser: Client, address: str, said: dict[str, Any], **more: str) -> HttpResponse:
    return browser.post(address, said, headers=more)  # type: ignore[arg-type, return-value]  # of the test client


def word(page: HttpResponse) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("word_sent", ["", "x" * 64])
def test_the_language_is_changed_though_the_word_is_lost_or_old(world: World, word_sent: str) -> None:
    browser = forgetful()
    browser.get("/follow")
    said = {"language": "en", "next": "/follow?page=2"} | (
        {"csrfmiddlewaretoken": word_sent} if word_sent else {}
    )
    page = send(browser, "/language", said)
    assert (page.status_code, page["Location"]) == (302, "/follow?page=2")
    assert browser.get("/follow")["Content-Language"] == "en"


def test_no_other_site_changes_the_language_nor_leads_on_to_another(world: World) -> None:
    browser = forgetful()
    said = {"language": "en", "next": "/follow"}
    assert send(browser, "/language", said, Origin="https://elsewhere.example").status_code == 403
    assert browser.get("/follow")["Content-Language"] == "zh-hans"
    for away in ("https://elsewhere.example/", "//elsewhere.example/"):
        assert send(browser, "/language", said | {"next": away})["Location"] == "/"


def test_a_sheet_without_its_word_comes_back_as_it_was_and_is_handed_in_by_one_more_press(
    world: World,
) -> None:
    browser = forgetful()
    said = sheet(name="样本居民", contact="13900000000", address="望湖路 38 号")
    page = send(browser, "/report", said)
    assert (page.status_code, page["Cache-Control"]) == (403, "no-store")
    assert not Matter.objects.exists()
    for there in (TOLD, TEXT, "样本居民", "13900000000", "望湖路 38 号", 'value="one-sheet"'):
        assert there in text(page), there
    assert "照片没有留住" not in text(page)
    assert send(browser, "/report", said | {"csrfmiddlewaretoken": word(page)}).status_code == 302
    assert Matter.objects.get().channel == "resident"


def test_a_word_that_another_sign_in_made_old_is_told_alike(world: World) -> None:
    browser = forgetful()
    old = word(browser.get("/report"))  # type: ignore[arg-type]  # of the test client
    browser.cookies.clear()
    browser.get("/report")
    page = send(browser, "/report", sheet(csrfmiddlewaretoken=old))
    assert page.status_code == 403
    assert TOLD in text(page)
    assert not Matter.objects.exists()


def test_pictures_that_are_gone_are_named_where_the_page_did_not_keep_them(world: World) -> None:
    for kept, named in (({}, True), ({"X-Kept": "1"}, False)):
        photo = SimpleUploadedFile("a.jpg", b"x", "image/jpeg")
        page = send(forgetful(), "/report", sheet(photos=photo), **kept)
        assert ("照片没有留住" in text(page)) is named


def test_another_site_gets_no_page_of_ours(world: World) -> None:
    page = send(forgetful(), "/report", sheet(), Origin="https://elsewhere.example")
    assert page.status_code == 403
    assert TOLD not in text(page)
    assert TEXT not in text(page)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("following_words", {"id": uuid4(), "call": "on"}),
        ("following_rights", {"id": uuid4(), "kind": "correct"}),
        ("following_say", {"what": "trouble", "seen": "1"}),
    ],
)
def test_words_about_a_matter_come_back(world: World, name: str, more: dict[str, Any]) -> None:
    known, matter = reported(world)
    address = reverse(name, args=[matter.id])
    page = send(forgetful(known), address, {"words": WORDS} | more)
    assert page.status_code == 403
    assert TOLD in text(page)
    assert text(page).count(WORDS) == 1
    assert Matter.objects.count() == 1
    gone = send(forgetful(), address, {"words": WORDS} | more)
    assert gone.status_code == 401 or "编号和查询码" in text(gone)
    assert text(gone).count(WORDS) == 1


def test_number_and_code_stay_in_the_door(world: World) -> None:
    page = send(forgetful(), "/follow", {"number": "1118-0417", "code": "ABCD-EFGH"})
    assert page.status_code == 403
    assert 'value="1118-0417"' in text(page)
    assert 'value="ABCD-EFGH"' in text(page)


def test_a_button_of_a_script_is_told_in_words(world: World) -> None:
    _known, matter = reported(world)
    for address in (reverse("following_push", args=[matter.id]), reverse("around_push", args=["0001"])):
        told = send(forgetful(), address, {"act": "stop"})
        assert (told.status_code, told["Content-Type"]) == (403, "application/json")
        assert "请刷新这一页" in told.json()["said"]  # type: ignore[attr-defined]  # of the test client


def test_too_many_words_of_trouble_stay_in_their_own_form(world: World) -> None:
    browser, matter = reported(world)
    address = reverse("following_say", args=[matter.id])
    long = "难" * (reporters_own.TROUBLE + 1)
    page = send(browser, address, {"what": "trouble", "seen": "1", "words": long})
    body = text(page)
    assert page.status_code == 422
    assert f"最多 {reporters_own.TROUBLE} 字" in body
    assert body.count(long) == 1
    form = body[body.index('id="id_trouble"') :]
    assert form.index(long) < form.index("</textarea>")
    assert "maxlength" not in form[: form.index(">")], "a browser would cut the rest without a word"
    assert re.search(r'<details class="more" open><summary>有人因此为难我', body)
    assert Matter.objects.count() == 1
    reporters_own.trouble(matter.id, "难" * reporters_own.TROUBLE, address="", at=clock.now())
    assert Matter.objects.count() == 2
