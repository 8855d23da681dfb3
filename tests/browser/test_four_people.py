"""One matter from report to 销号 by five chairs and four pairs of eyes, as anybody would press it."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from .conftest import Sit, Site, until

pytestmark = pytest.mark.browser
GRID = "桥东01网格"
WORDS = "楼道里堆着旧沙发🔥，𠮷祥院三单元门都打不开"
MET = "沙发已请住户搬走，楼道能走了。"
CALLED = "没留电话，楼道已复看，住户都说可以。"
ANSWER = "楼道已经清空，以后有堆物请随时说。"


def photo() -> bytes:
    picture = Image.new("RGB", (900, 600), "#8d9a8f")
    ImageDraw.Draw(picture).rectangle((200, 300, 700, 520), fill="#7a4a2b")
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=b"")
    return out.getvalue()


def on_the_map(page: Page, name: str) -> None:
    """Bring a unit into the middle of the map and click there."""
    page.wait_for_selector("[data-map][data-ready]")
    page.evaluate(
        """async name => {
            const box = document.querySelector("[data-map]"), map = box.gezhiMap
            const all = await (await fetch(box.dataset.borders)).json()
            const unit = all.features.map(f => f.properties).find(p => p.name === name)
            const idle = new Promise(done => map.once("idle", done))
            map.jumpTo({ center: [unit.lon, unit.lat], zoom: 15 })
            await idle
        }""",
        name,
    )
    box = page.locator("[data-map] canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".mapsay")).to_contain_text(name)


def report(page: Page, site: Site) -> str:
    """The clerk writes it down; the address of the matter comes back."""
    page.goto(f"{site.address}/desk")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new")
    page.fill("textarea[name=text]", WORDS)
    page.fill("[data-sieve]", "杂物")
    page.press("[data-sieve]", "Enter")
    page.set_input_files("input[type=file]", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(page.locator("[data-thumbs] canvas")).to_have_count(1)
    page.check("input[name=reporting][value=anonymous]")
    on_the_map(page, GRID)
    page.click(".dock .pri")
    page.wait_for_url("**/taken*")
    ticket = page.inner_text(".ticket")
    assert GRID in ticket
    assert "交给 网格管理中心" in ticket
    page.click("text=看这一件")
    page.wait_for_load_state()
    return page.url


ANSWERS = ('class="path"', 'class="strip"', "<tbody>")


def says_why(page: Page, matter: str) -> None:
    """Every 为什么 of the page is answered."""
    page.goto(matter)
    asked = page.locator("main a[href*='/why/']").evaluate_all("links => links.map(a => a.href)")
    assert len(asked) >= 3
    for href in dict.fromkeys(asked):
        answer = page.request.get(href)
        assert answer.status == 200
        assert any(mark in answer.text() for mark in ANSWERS), href


def take(page: Page, matter: str, note: str, *, picture: bool = False) -> None:
    """The likely step: by its key, with a note if it has a form. Why is asked first."""
    says_why(page, matter)
    page.keyboard.press("a")
    if note:
        page.wait_for_url("**/step/**")
        page.fill("textarea[name=note]", note)
        if picture:
            page.set_input_files(
                "input[type=file]", {"name": "q.jpg", "mimeType": "image/jpeg", "buffer": photo()}
            )
        page.click(".dock .pri")
    expect(page.locator(".note.good")).to_contain_text("已办")


def close(page: Page, matter: str) -> None:
    """While the reporter is waited for, what a call-back brought is written down as the rating, and that closes."""
    says_why(page, matter)
    page.goto(matter)
    expect(page.locator("#next")).to_contain_text("等报告人评价")
    page.click("#next .pri")
    page.wait_for_url("**/rating")
    page.check("input[name=rating][value=content]")
    page.check("input[name=how][value=phone]")
    page.fill("textarea[name=words]", CALLED)
    page.click(".dock .pri")
    page.wait_for_url(lambda url: "/rating" not in url)


def counted(page: Page, site: Site) -> list[int]:
    """(solved, accepted) of the whole district, as the page prints the fraction."""
    page.goto(f"{site.address}/desk/figures")
    parts = page.locator(".fig .frac").first.locator("span").all_inner_texts()
    return [int(part.replace(",", "")) for part in parts]


def test_four_people_carry_a_matter_to_its_end(sit: Sit, liuxi: Site) -> None:
    centre = sit("centre")
    before = counted(centre, liuxi)
    matter = report(centre, liuxi)
    take(centre, matter, "")
    take(sit("grid_worker", width=390), matter, MET, picture=True)
    take(sit("grid_head"), matter, "现场看过，楼道空了。")
    take(sit("cadre"), matter, ANSWER)
    close(centre, matter)

    expect(centre.locator(".seal")).to_be_visible()
    assert counted(centre, liuxi) == [before[0] + 1, before[1] + 1]
    story = _story_with_pictures(centre, matter)
    for said in (MET, ANSWER, CALLED):
        assert said in story
    told(centre, liuxi, matter)


def _story_with_pictures(page: Page, matter: str) -> str:
    """The story once the worker has drawn both pictures anew."""
    until(lambda: page.request.get(matter).text().count('data-photo="') == 2)
    page.goto(matter)
    expect(page.locator(".card.o1 .ph img")).to_have_count(1)
    expect(page.locator(".chain .ph img")).to_have_count(1)
    assert page.locator(".chain .ph img").evaluate("i => i.decode().then(() => i.naturalWidth)") > 100
    return page.inner_text(".chain")


def told(page: Page, site: Site, matter: str) -> None:
    """The drawer shows what the reporter was told."""
    until(lambda: ANSWER.rstrip("。") in page.request.get(f"{site.address}/desk/told").text())
    page.goto(f"{site.address}/desk/told")
    assert ANSWER.rstrip("。") in page.inner_text("main")
    number = re.search(r"\d{4}-\d{4}", page.inner_text("main"))
    assert number is not None


def find(page: Page, site: Site, words: str) -> list[Any]:
    page.goto(f"{site.address}/desk")
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/m**")
    return page.locator("a.t1").all_inner_texts()


def test_the_hands_never_leave_the_keyboard(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new")
    _tab_to(page, "text")
    words = f"楼道堆着纸箱{uuid4().hex[:6]}"
    page.keyboard.type(words)
    for _time in range(20):  # past what the words suggest, to what sieves the list
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-sieve]')"):
            break
    page.keyboard.type("杂物")
    page.keyboard.press("Enter")
    _tab_to(page, "", tag="SUMMARY", text="不在图上点")
    page.keyboard.press("Enter")
    _tab_to(page, "unit")
    page.keyboard.type(GRID)
    _tab_to(page, "", tag="BUTTON", text="登记")
    page.keyboard.press("Enter")
    page.wait_for_url("**/taken*")
    number = page.inner_text(".no1")

    assert find(page, liuxi, words) == [words]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/accept")
    expect(page.locator("textarea[name=note]")).to_be_focused()
    _tab_to(page, "", tag="BUTTON", text="受理")
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("已办：受理")
    page.goto(f"{liuxi.address}/desk")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == first
    page.keyboard.press("o")
    page.wait_for_url("**/desk/m/**")
    opened = page.url
    assert "/step/" not in opened
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != opened)
    page.keyboard.press("k")
    page.wait_for_url(lambda url: url == opened)
    assert find(page, liuxi, number) == []  # a whole number goes straight to its page
    assert number in page.inner_text(".crumb")


def _tab_to(page: Page, name: str, *, tag: str = "", text: str = "") -> None:
    """Press Tab until the field or button has the focus, and the focus can be seen."""
    for _time in range(90):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const a = document.activeElement; return [a.name || '', a.tagName, a.textContent.trim()] }"
        )
        if (here[0] == name and not tag) or (tag and here[1] == tag and here[2].startswith(text)):
            return
    raise AssertionError(f"Tab never comes to {name or text}")
