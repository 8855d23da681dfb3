"""What goes wrong on the way of a report, and that it is always said: also what stands in fields that nobody sees."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from gezhi.jobs.loops import clock_beats
from gezhi.ledger import clock
from gezhi.matters.models import Matter, Photo, SentSheet, Text
from gezhi.matters.tests.liuxi import INSIDE, World
from gezhi.matters.tests.test_path import step
from gezhi.portal.forms import ReportForm, new_key
from gezhi.portal.tests.test_relaying import reported
from gezhi.portal.tests.test_report import TEXT, receipt, sheet
from tests.test_access_matrix import dot

BAD = {
    "lon": ("x", "nan", "999", "1e400"),
    "lat": ("x", "inf", "-91", ""),
    "unit": ("nowhere", "zz" * 90, "\x07"),
    "client_key": ("", "k" * 300, "\x07", " "),
}


def said(answer: HttpResponse) -> str:
    return answer.content.decode()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page as a browser would send them again."""
    found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in found if name in BAD}


def test_every_hidden_field_that_is_wrong_is_said_and_let_go(world: World) -> None:
    names = [field.name for field in ReportForm().hidden_fields()]
    assert sorted(names) == sorted(BAD)  # a new one says here how it can be wrong
    for name in names:
        for bad in BAD[name]:
            client, asked = (
                Client(),
                sheet(client_key=new_key(), **{name: bad} if name != "client_key" else {}),
            )
            if name == "unit":
                asked |= {"lon": "", "lat": ""}
            answer = client.post("/report", asked | {name: bad})
            assert answer.status_code == 422, (name, bad)
            above = said(answer).split("data-answer", 1)[1].split("data-photos", 1)[0]
            assert re.search(r"<p>.*[\u4e00-\u9fff]{4}.*</p>", above), (name, bad)
            assert name == "client_key" or 'href="#id_address"' in above
            kept = hidden(said(answer))
            assert kept[name] != bad or not bad, (name, bad)
            mended = asked | kept | {"address": "望湖路 38 号"}
            assert client.post("/report", mended).status_code == 302, (name, bad)
    assert Matter.objects.count() == sum(map(len, BAD.values()))


@pytest.mark.parametrize(
    "link", ["lon=x&lat=2", "lon=112.5", "lon=500&lat=2", "lon=nan&lat=nan", "unit=nowhere", "at=NOSUCH00"]
)
def test_a_link_to_no_place_says_that_nothing_was_filled_in(world: World, link: str) -> None:
    page = said(Client().get(f"/report?{link}"))
    assert "地点没有填上" in page
    assert set(hidden(page).values()) == {"", hidden(page)["client_key"]}


def test_a_link_to_a_place_fills_it_in_and_says_where_it_lies(world: World) -> None:
    page = said(Client().get(f"/report?lon={INSIDE[0]}&lat={INSIDE[1]}"))
    assert hidden(page)["lon"] == f"{INSIDE[0]:.6f}"
    assert "落在" in page
    outside = said(Client().get("/report?lon=1&lat=2"))
    assert "不在柳溪" in outside
    row = said(Client().post("/report", sheet()))
    path = Matter.objects.get().path
    page = said(Client().get(f"/report?unit={path}"))
    assert hidden(page)["unit"] == path
    assert re.search(r'id="id_address"[^>]*value="[^"]+"|value="[^"]+"[^>]*id="id_address"', page), row


def test_other_words_after_a_lost_answer_open_the_first_and_offer_another(world: World) -> None:
    client, key = Client(), new_key()
    number, _code = receipt(client.get(client.post("/report", sheet(client_key=key))["Location"]))
    lost = Client()
    answer = lost.post("/report", sheet(client_key=key, text="楼道里的旧沙发，还有一张床垫。"))
    page = said(answer)
    assert answer.status_code == 409
    assert f"已经收到了，编号 {number}" in page
    assert "还没有报告" not in page  # it was
    assert "还有一张床垫" in page
    there = re.search(r'href="(/follow/[^"]+)"', page)
    assert there is not None
    opened = lost.get(there[1])
    assert (opened.status_code, receipt(opened)[0]) == (200, number)
    fresh = hidden(page)["client_key"]
    assert fresh not in {"", key}
    again = lost.post("/report", sheet(client_key=fresh, text="楼道里的旧沙发，还有一张床垫。"))
    assert again.status_code == 302
    assert Matter.objects.count() == 2


def a_picture(colour: tuple[int, int, int]) -> SimpleUploadedFile:
    said = BytesIO()
    Image.new("RGB", (8, 8), colour).save(said, "PNG")
    return SimpleUploadedFile("one.png", said.getvalue(), "image/png")


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "望湖街道 3 号"},
        {"lon": f"{INSIDE[0] + 0.0001}"},
        {"contact": "13800000001"},
        {"name": "样本居民乙"},
        {"reporting": "named"},
        {"photos": (0, 0, 255)},
        {"photos": None},
    ],
    ids=str,
)
def test_what_was_corrected_after_a_lost_answer_is_said_not_to_be_taken(
    world: World, changed: dict[str, Any]
) -> None:
    key, red = new_key(), (255, 0, 0)
    first = {"client_key": key, "name": "样本居民", "contact": "13800000000", "address": "望湖街道 2 号"}
    came = Client().post("/report", sheet(**first, photos=a_picture(red)))
    assert came.status_code == 302
    same = Client().post("/report", sheet(**first, photos=a_picture(red)))
    assert same.status_code == 302, "the very same sheet is one report, and opens it"
    colour = changed.get("photos", red)
    more = first | {name: word for name, word in changed.items() if name != "photos"}
    lost = Client()
    answer = lost.post("/report", sheet(**more) | ({"photos": a_picture(colour)} if colour else {}))
    page = said(answer)
    assert answer.status_code == 409
    assert f"已经收到了，编号 {Matter.objects.get().number}" in page
    assert "没有换上去" in page
    assert "把现在写的另交一份" not in page
    assert hidden(page)["client_key"] == key, "pressing once more makes no second report"
    assert (Matter.objects.count(), Photo.objects.count()) == (1, 1)
    there = re.search(r'href="(/follow/[^"]+)"', page)
    assert there is not None
    assert lost.get(there[1]).status_code == 200


def test_what_a_sheet_said_is_kept_a_day_and_tells_nobody_what(world: World) -> None:
    key = new_key()
    first = sheet(client_key=key, contact="13800000000")
    Client().post("/report", first)
    kept = SentSheet.objects.get()
    assert key not in kept.digest
    assert "13800000000" not in kept.digest
    with clock.fixed(clock.now() + timedelta(days=1, minutes=1)):
        beat = next(one for one in clock_beats() if one.name == "forget_sheets")
        beat.act(clock.now())
        assert not SentSheet.objects.exists()
        assert Client().post("/report", first | {"address": "望湖街道 2 号"}).status_code == 302


def test_a_key_that_somebody_thought_of_lets_nobody_in(world: World) -> None:
    Client().post("/report", sheet())  # "one-sheet"
    client = Client()
    answer = client.post("/report", sheet(text="楼道里的旧沙发，还有一张床垫。"))
    assert answer.status_code == 409
    assert 'href="/follow"' in said(answer).split("data-answer")[1].split("data-photos")[0]
    assert client.get(f"/follow/{Matter.objects.get().id}").status_code == 401


@pytest.mark.parametrize("bad", ["abc", "12", "1" * 30, "138-abc", "@wechat", "---------"])
def test_what_is_no_telephone_is_said(world: World, bad: str) -> None:
    answer = Client().post("/report", sheet(name="样本居民", contact=bad))
    assert answer.status_code == 422
    assert "不像电话号码" in said(answer)
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    "good", ["", "0000-620-0012", "+86 138 0000 0000", "（０５７１）６２０００", "620012 转 8"]
)
def test_what_is_a_telephone_is_taken(world: World, good: str) -> None:
    assert Client().post("/report", sheet(name="样本居民", contact=good)).status_code == 302


def test_what_is_not_kept_need_not_be_right(world: World) -> None:
    answer = Client().post("/report", sheet(reporting="anonymous", name="样本居民", contact="abc"))
    assert answer.status_code == 302
    assert Matter.objects.get().reporter is None


def test_half_a_sign_is_left_out(world: World) -> None:
    body = "text=%ED%A0%BD楼道里堆着旧沙发。&item=N01&nowhere=on&reporting=confidential&client_key=k"
    answer = Client().post("/report", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert Text.objects.get(kind="report").body == "楼道里堆着旧沙发。"


def test_a_refusal_calls_things_as_the_buttons_do(world: World) -> None:
    page = said(Client().post("/report", sheet(reporting="named")))
    assert "实名上报要写姓名和联系电话；不愿写可以改选保密或匿名" in page
    assert re.findall(r'name="reporting" value="\w+"[^>]*><span>(.*?)</span>', page) == [
        "保密",
        "匿名",
        "实名",
    ]
    assert "具名" not in page


def test_a_length_is_said_as_people_say_it(world: World) -> None:
    page = said(Client().post("/report/look", {"text": TEXT, "item": "N01"}))
    assert "受理后 3 个工作日内办完" in page


def test_all_that_is_missing_is_asked_at_once(world: World) -> None:
    page = said(Client().post("/report", sheet(text="", item="", lon="x", client_key=new_key())))
    assert "请写明发生了什么" in page
    assert "请从列表里选最接近的一项" in page
    assert "没有看懂地点" in page


def test_a_broken_picture_is_said_and_the_words_stay(world: World) -> None:
    broken = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png")
    answer = Client().post("/report", sheet(photos=broken))
    assert answer.status_code == 422
    assert "第 1 张照片打不开" in said(answer)
    assert TEXT in said(answer)
    assert not Matter.objects.exists()


GONE = "照片没有留住，请再选一次"


def test_photos_that_came_along_are_asked_for_again_where_the_page_did_not_keep_them(world: World) -> None:
    for kept, told in (({}, True), ({"X-Kept": "1"}, False)):
        photo = SimpleUploadedFile("a.jpg", dot(), "image/jpeg")
        answer = Client().post("/report", sheet(item="", photos=photo), headers=kept)
        assert "第 1 张" not in said(answer)
        assert (answer.status_code, GONE in said(answer)) == (422, told)
    assert GONE not in said(Client().post("/report", sheet(item="")))


def test_a_broken_picture_is_said_beside_what_else_is_missing(world: World) -> None:
    broken = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png")
    page = said(Client().post("/report", sheet(item="", photos=broken)))
    assert "第 1 张照片打不开" in page
    assert "请选一类" in page


@pytest.mark.parametrize("name", ["following_words", "following_say"])
def test_photos_of_what_is_added_later_are_asked_for_again_too(world: World, name: str) -> None:
    browser, matter = reported(world)
    step(world, matter.number, "he", "accept")
    step(world, matter.number, "lin", "ask_grid", "几楼？")
    for kept, told in (({}, True), ({"X-Kept": "1"}, False)):
        photo = SimpleUploadedFile("a.jpg", dot(), "image/jpeg")
        empty = {
            "id": uuid4(),
            "words": "",
            "what": "answer",
            "seen": Matter.objects.get().moved,
            "photos": photo,
        }
        answer = browser.post(reverse(name, args=[matter.id]), empty, headers=kept)
        assert (answer.status_code, GONE in said(answer)) == (422, told)


def test_where_the_address_is_written_the_words_need_not_say_it(world: World) -> None:
    unclear = "话里没有说清在哪里"
    vague = sheet(text="这里有一堆没人要的东西。", item="", lon="", lat="", address="")
    assert unclear in said(Client().post("/report", vague))
    assert unclear not in said(Client().post("/report", vague | {"address": "望湖路"}))


def test_each_way_to_leave_a_name_is_named_in_its_own_hint(world: World) -> None:
    page = said(Client().get("/report"))
    for way, word in (("confidential", "保密"), ("anonymous", "匿名"), ("named", "实名")):
        assert f'data-way="{way}"><b>{word}：</b>' in page
