"""The page of one matter and the form before it, as they are drawn: on a phone, in large text, with a stale tab."""

from __future__ import annotations

import io
import sqlite3
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
NARROW = "() => document.documentElement.scrollWidth <= innerWidth"


def first_of_mine(page: Page, site: Site) -> str:
    """The first matter that waits for whoever sits here, opened."""
    page.goto(f"{site.address}/desk")
    page.click("a.t1 >> nth=0")
    page.wait_for_url("**/desk/m/**")
    return page.url


def test_on_a_phone_the_step_that_waits_for_me_is_seen_without_scrolling(sit: Sit, liuxi: Site) -> None:
    page = sit("grid_worker", width=390)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
    first_of_mine(page, liuxi)
    button = page.locator("#next .pri").first.bounding_box()
    bar = page.locator(".tabbar").bounding_box()
    assert button is not None
    assert bar is not None
    assert button["y"] + button["height"] <= bar["y"]
    expect(page.locator(".stepfold summary")).to_contain_text("步")
    expect(page.locator("ol.steps")).to_be_hidden()
    page.click(".stepfold summary")
    expect(page.locator(".stepfold li.fut b").first).to_be_visible()


def test_in_large_text_nothing_hangs_over_the_edge(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", width=390)
    page.add_init_script("localStorage.setItem('gz-text', 'larger')")
    page.goto(f"{liuxi.address}/desk/matters")
    for href in page.locator("a.t1").evaluate_all("links => links.slice(0, 3).map(a => a.href)"):
        page.goto(href)
        assert page.evaluate("document.documentElement.dataset.text") == "larger"
        for size in ("larger", "large"):
            page.evaluate("size => document.documentElement.setAttribute('data-text', size)", size)
            assert page.evaluate(NARROW), (href, size)
            page.click(".stepfold summary")  # opened in the one, closed in the other
            assert page.evaluate(NARROW), (href, size)


def test_in_english_the_steps_that_may_be_taken_stay_in_their_card(sit: Sit, liuxi: Site) -> None:
    page = sit("centre")
    page.context.add_cookies([{"name": "gezhi_language", "value": "en", "url": liuxi.address}])
    with sqlite3.connect(liuxi.home / "gezhi.sqlite3") as rows:
        (number,) = rows.execute(
            "SELECT number FROM matters_matter WHERE step = 'gridwork' AND item = 'N13'"
        ).fetchone()
    page.goto(f"{liuxi.address}/desk/m/{quote(number)}")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(NARROW), width
        cards = page.locator("#next").bounding_box()
        assert cards is not None
        for box in page.locator("#next .go .btn").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().right)"
        ):
            assert box <= cards["x"] + cards["width"], width


STAMP = """() => {
  const seal = document.querySelector(".seal"), line = seal.querySelector("small").getBoundingClientRect()
  const name = seal.querySelector("b").getBoundingClientRect(), said = seal.nextElementSibling.getBoundingClientRect()
  return { line: line.width, name: name.width, said: said.width }
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_line_of_a_stamp_is_as_long_as_its_words_and_what_stands_beside_it_can_be_read(
    sit: Sit, liuxi: Site, language: str
) -> None:
    page = sit("centre", width=390, maps=False)
    page.context.add_cookies([{"name": "gezhi_language", "value": language, "url": liuxi.address}])
    with sqlite3.connect(liuxi.home / "gezhi.sqlite3") as rows:
        (number,) = rows.execute("SELECT number FROM matters_matter WHERE step = 'unverified'").fetchone()
    page.goto(f"{liuxi.address}/desk/m/{quote(number)}")
    found = page.evaluate(STAMP)
    assert found["line"] >= found["name"]
    assert found["said"] >= 120


OWN_BORDER = """async () => {
  const box = document.querySelector("[data-map]"), sight = box.gezhiMap.getBounds()
  const all = await (await fetch(box.dataset.borders)).json()
  const own = all.features.find(one => one.properties.path === box.dataset.here)
  const points = own.geometry.coordinates.flat(own.geometry.type === "Polygon" ? 1 : 2)
  return points.length > 3 && points.every(one => sight.contains(one)) && sight.contains([+box.dataset.lon, +box.dataset.lat])
}"""


def test_the_map_of_a_matter_shows_the_border_that_its_legend_names(sit: Sit, liuxi: Site) -> None:
    page = sit("grid_worker")
    page.goto(f"{liuxi.address}/desk/matters")
    for href in page.locator("a.t1").evaluate_all("links => links.map(a => a.href)"):
        page.goto(href)
        if page.locator("[data-map][data-lon]:not([data-lon=''])").count():  # others have been told no point
            break
    page.wait_for_selector("[data-map][data-ready]")
    assert page.evaluate(OWN_BORDER)
    expect(page.locator("[data-border-key]")).to_be_visible()
    page.route(
        "**/desk/borders*", lambda route: route.fulfill(json={"type": "FeatureCollection", "features": []})
    )
    page.reload()
    page.wait_for_selector("[data-map][data-ready]")
    expect(page.locator("[data-border-key]")).to_be_hidden()


def test_on_a_phone_no_link_is_torn_and_no_choice_is_cut(sit: Sit, liuxi: Site) -> None:
    page = sit("grid_worker", width=390, maps=False)
    first_of_mine(page, liuxi)
    torn = "all => all.filter(one => one.getClientRects().length > 1).length"
    assert page.locator(".clocks small a").count() > 0
    assert page.locator(".clocks small a").evaluate_all(torn) == 0
    page.goto(f"{liuxi.address}/desk/figures")
    wide = "all => all.map(one => one.getBoundingClientRect().width > 300)"
    assert page.locator("select[name=basis], select[name=ground]").evaluate_all(wide) == [True, True]


def test_no_sign_of_a_cut_stands_beside_a_state(sit: Sit, liuxi: Site) -> None:
    page = sit("centre")
    page.goto(f"{liuxi.address}/desk/matters")
    cut = "cells => cells.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent.trim())"
    assert page.locator("td.step-col").evaluate_all(cut) == []


def test_the_list_of_addresses_leaves_the_keys_of_the_map_free_and_a_place_answers_the_question(
    sit: Sit, liuxi: Site
) -> None:
    page = sit("centre")
    page.goto(f"{liuxi.address}/desk/new")
    page.wait_for_selector("[data-map][data-ready]")
    page.click(".dock .pri")
    asked = page.locator("[data-field=nowhere]")
    expect(asked).to_contain_text("还没写在哪里")
    page.type("[name=address]", "望湖路 1")
    expect(page.locator("[data-hits] li").first).to_be_visible()
    expect(asked).not_to_contain_text("还没写在哪里")
    hits, keys = page.locator("[data-hits]").bounding_box(), page.locator(".keys1").bounding_box()
    assert hits is not None
    assert keys is not None
    assert hits["y"] + hits["height"] <= keys["y"]


def test_a_missing_place_is_asked_for_at_the_address_and_answered_by_the_tick(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    expect(page.locator("[name=lon]")).to_be_hidden()
    page.fill("[name=text]", "路边的窨井盖翘起来了。")
    page.check("#items input >> nth=0")
    page.check("[name=reporting][value=anonymous]")
    page.click(".dock .pri")
    expect(page.locator("[data-field=address]")).to_contain_text("请写明在哪里")
    expect(page.locator("[name=address]")).to_be_focused()
    page.check("[name=nowhere]")
    expect(page.locator("[data-field=address]")).not_to_contain_text("请写明在哪里")
    expect(page.locator(".f.wrong")).to_have_count(0)
    page.click("text=不在图上点")
    page.fill("[name=lon]", "东")
    page.click("text=不在图上点")
    page.click(".dock .pri")
    expect(page.locator("[name=lon]")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1440])
def test_what_a_part_lacks_is_said_at_its_field_and_the_field_has_the_focus(
    sit: Sit, liuxi: Site, width: int
) -> None:
    page = sit("centre", width=width, maps=False)
    with sqlite3.connect(liuxi.home / "gezhi.sqlite3") as rows:
        (number,) = rows.execute("SELECT number FROM matters_matter WHERE step = 'gridwork'").fetchone()
    page.goto(f"{liuxi.address}/desk/m/{quote(number)}/parts")
    page.click(".dock .pri")
    expect(page.locator("[data-field=text-1]")).to_contain_text("请写至少一件")
    expect(page.locator("[name=text-1]")).to_be_focused()
    page.click("details.more:has([name=text-4]) summary")
    page.fill("[name=text-4]", "楼道灯也不亮。")
    page.click("details.more:has([name=text-4]) summary")
    page.click(".dock .pri")
    expect(page.locator("[data-field=item-4]")).to_contain_text("也要选是哪一类")
    expect(page.locator("[name=item-4]")).to_be_focused()
    expect(page.locator(".f.wrong")).to_have_count(1)


def test_items_that_share_two_characters_with_what_is_written_come_first_and_go_back(
    sit: Sit, liuxi: Site
) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    names = page.locator("#items .pick > span")
    order = names.all_inner_texts()
    page.fill("[name=text]", "楼道里堆了纸箱")
    alike = [name for name in order if any(two in name for two in ("楼道", "道里", "里堆", "纸箱"))]
    assert 0 < len(alike) < len(order)
    expect(page.locator("#items section:not([hidden]) .pick > span").first).to_have_text(alike[0])
    assert names.all_inner_texts()[: len(alike)] == alike
    page.press("[name=text]", "Tab")
    expect(page.locator("[data-alike-say]")).to_contain_text(f"{len(alike)} 项")
    page.fill("[name=text]", "")
    expect(page.locator("#items [data-alike]")).to_be_hidden()
    assert names.all_inner_texts() == order


def test_once_an_earlier_moment_is_given_the_reason_is_said_to_be_asked_for(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    page.click("details.more:has([name=at]) summary")
    reason = page.locator("[data-field=late_reason] label small")
    expect(reason).to_have_text("填了上面的时间，这里就要写")
    page.fill("[name=at]", "2026-01-05T10:00")
    expect(reason).to_have_text("必填")
    page.fill("[name=at]", "")
    expect(reason).to_have_text("填了上面的时间，这里就要写")


def test_my_second_tab_shows_how_it_stands_and_keeps_my_words(sit: Sit, liuxi: Site) -> None:
    """By a press in the second tab, as the page does it with its own script: no dead form stays behind."""
    one, other = sit("grid_worker", maps=False), sit("grid_worker", maps=False)
    matter = first_of_mine(one, liuxi)
    other.goto(matter)
    step = one.locator("#next .go a").first
    words = step.inner_text().partition("\n")[0].replace(" A", "")
    for page in (one, other):
        page.click("#next .go a >> nth=0")
        page.wait_for_url("**/step/**")
        page.fill("textarea[name=note]", "到场看过，已经清走。")
        page.set_input_files(
            "input[type=file]", {"name": "q.png", "mimeType": "image/png", "buffer": picture()}
        )
    one.click(".dock .pri")
    expect(one.locator(".note.good")).to_contain_text("已办")
    other.click(".dock .pri")
    expect(other.locator("main [role=alert]")).to_contain_text(f"您刚才在另一页已办过：{words}")
    expect(other.locator("form[data-keep]")).to_have_count(0)
    expect(other.locator("main textarea[readonly]")).to_have_value("到场看过，已经清走。")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#8d9a8f").save(out, "PNG")
    return out.getvalue()


def test_the_tick_for_a_public_number_comes_under_its_field_and_stays(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", width=390, maps=False)
    page.goto(f"{liuxi.address}/desk?step=reported")
    matter = page.locator("a.t1").first.get_attribute("href")
    page.goto(f"{liuxi.address}{matter}/step/refuse")
    assert page.locator("[name=public_number]").count() == 0
    page.fill("[name=note]", "已回访 13900005678，满意。")
    page.click(".dock .pri")
    expect(page.locator("[data-field=note] .say")).to_contain_text("里面像有电话或证件号")
    tick = page.locator("[name=public_number]")
    tick.check()
    page.locator("[name=note]").press("End")
    page.keyboard.type("公开。")
    expect(tick).to_be_checked()
    assert page.evaluate(NARROW)
