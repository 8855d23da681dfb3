"""A resident with a phone: reports in four taps, by keyboard alone, without scripts; every page open to every eye and hand."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import Sit, Site, until
from .test_four_people import photo
from .test_pages import faults, faults_of_words, overflows
from .test_photos import LISTEN

pytestmark = pytest.mark.browser
HERE = {"latitude": 0.0, "longitude": 0.0}
TEXT = "楼道里堆着没人要的旧沙发，走不过去。"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# Handed in once before it is pressed, as by a press whose answer was lost on the way.
LOST = """fetch('', {method: 'POST', body: new FormData(document.querySelector('form[data-keep]'))})
    .then(answer => answer.text())"""


@contextmanager
def phone(chromium: Browser, **more: Any) -> Iterator[Page]:
    """A phone of nobody in particular; what its console complains of fails the test."""
    context = chromium.new_context(**({"locale": "zh-CN", **PHONE} | more))
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(f"{page.url} {error}"))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert errors == []


def somewhere(page: Page, site: Site) -> dict[str, float]:
    """The point of a building of the district."""
    found = page.request.get(f"{site.address}/report/addresses?q=柳荫路").json()[0]
    return {"latitude": found["lat"], "longitude": found["lon"]}


def receipt(page: Page) -> tuple[str, str]:
    page.wait_for_url("**/follow/**")
    said = page.locator(".receipt dd").all_inner_texts()
    return said[0], said[1]


def test_four_taps_and_a_sentence_hand_it_in(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium, geolocation=HERE, permissions=["geolocation"]) as page:
        page.goto(liuxi.address)
        page.context.set_geolocation(somewhere(page, liuxi))  # type: ignore[arg-type]
        page.tap("text=报告一个问题")
        page.fill("#id_text", TEXT)
        page.tap("label.chip:has-text('楼道杂物堆放')")
        page.tap("[data-mine]")
        page.wait_for_selector("[data-placed]:has-text('落在')")
        assert "前受理，受理后" in page.inner_text("[data-promise]")
        page.tap(".dock button")
        number, code = receipt(page)
    with phone(chromium) as page:  # somebody else's phone, by the link of the receipt
        page.goto(f"{liuxi.address}/follow#n={number}&c={code}")
        page.wait_for_url("**/follow/*-*")
        assert "已收到，正在核对" in page.inner_text("main")
        assert "#" not in page.url


def test_by_keyboard_alone(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium, viewport={"width": 1280, "height": 800}, is_mobile=False, has_touch=False) as page:
        page.goto(liuxi.address)
        reach(page, "报告一个问题")
        page.keyboard.press("Enter")
        page.wait_for_url("**/report")
        reach(page, "什么事")
        page.keyboard.type(TEXT)
        page.wait_for_selector("label.chip:has-text('楼道杂物堆放')")
        reach(page, "楼道杂物堆放")
        page.keyboard.press("Space")
        reach(page, "在哪里")
        page.keyboard.type("柳荫路")
        page.wait_for_selector("[data-hits] button")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-placed]:has-text('落在')")
        reach(page, "提交")
        page.keyboard.press("Enter")
        assert receipt(page)[1]


def reach(page: Page, name: str) -> None:
    """Press Tab until what has this name is in focus, as whoever listens hears it."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if name in (page.evaluate(NAMED) or ""):
            return
    pytest.fail(f"{name} is not reached by the keyboard")


NAMED = """() => {
    const one = document.activeElement
    const label = one.labels && one.labels.length ? one.labels[0].innerText : ""
    return label || one.getAttribute("aria-label") || one.innerText
}"""


def test_without_scripts_it_asks_and_takes_the_answer(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium, java_script_enabled=False) as page:
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", TEXT)
        page.set_input_files("#id_photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
        page.click(".dock button")
        expect(page.locator("main")).to_contain_text("请选一类")
        assert page.input_value("#id_text") == TEXT
        page.check("input[name=item][value=unsure]")
        page.check("#id_nowhere")
        page.click(".dock button")
        assert receipt(page)[1]


def test_what_a_listener_hears(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        said = page.locator("main").aria_snapshot()
        for name in (
            'heading "报告一个问题"',
            'textbox "什么事"',
            'textbox "在哪里"',
            'group "怎样留名"',
            'radio "保密" [checked]',
            'button "提交"',
        ):
            assert name in said, (name, said)


def test_each_page_is_open_to_everybody(sit: Sit, liuxi: Site) -> None:
    page, found = sit("", width=390), list[str]()
    page.goto(f"{liuxi.address}/report")
    page.fill("#id_text", TEXT)
    page.click("label.chip:has-text('楼道杂物堆放')")
    page.check("#id_nowhere")
    page.click(".dock button")
    receipt(page)
    mine = page.url.removeprefix(liuxi.address)
    for language, look in (("zh-hans", faults), ("en", faults_of_words)):
        page.context.add_cookies([{"name": "gezhi_language", "value": language, "url": liuxi.address}])
        for address in ("/", "/report", "/follow", mine, "/protect", "/open"):
            page.goto(liuxi.address + address)
            found += [f"{language} {said}" for said in overflows(page, address) + look(page, address)]
    assert not found, "\n".join(found)


def test_a_map_comes_only_for_whoever_asks(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto(f"{liuxi.address}/report", wait_until="networkidle")
        assert not [one for one in asked if "maplibre" in one or "map." in one]
        page.tap("[data-open-map]")
        page.wait_for_selector(".mapbox[data-ready]")
        page.locator(".mapbox canvas").first.tap(position={"x": 120, "y": 120})
        page.wait_for_selector("[data-placed]:has-text('落在')")
        assert page.input_value("#id_lon")


def test_what_was_asked_is_taken_back_where_it_is_answered(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", TEXT)
        page.wait_for_selector("label.chip:has-text('楼道杂物堆放')")
        page.tap(".dock button")
        page.wait_for_selector(".say:has-text('请选一类')")
        page.tap("label.chip:has-text('楼道杂物堆放')")
        expect(page.locator("main")).not_to_contain_text("请选一类")


def test_a_complaint_about_the_kind_goes_when_a_kind_can_be_pressed(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", "那个东西不好")
        page.check("#id_nowhere")
        page.tap(".dock button")
        said = page.locator("[data-field=item] [data-say]")
        expect(said).to_contain_text("请从列表里选最接近的一项")
        page.fill("#id_text", TEXT)
        expect(page.locator("[data-part=items] .chip").first).to_be_visible()
        expect(said).to_have_text("")
        expect(page.locator("[data-field=item].wrong")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_who_answers_here_is_found_by_an_address_that_was_typed(
    chromium: Browser, liuxi: Site, scripts: bool
) -> None:
    with phone(chromium, java_script_enabled=scripts) as page:
        page.goto(f"{liuxi.address}/here")
        page.fill("#id_address", "没有这条路")
        page.press("#id_address", "Enter")
        expect(page.locator(".say")).to_contain_text("没有找到这个地址")
        page.fill("#id_address", "柳荫路")
        page.tap("main form button:not([type=button])")
        page.locator("main a[href^='/here?lon=']").first.tap()
        expect(page.locator("main")).to_contain_text("这里归谁管")


def test_the_warning_stays_when_the_same_place_is_taken_again(chromium: Browser, liuxi: Site) -> None:
    with phone(
        chromium, geolocation={"latitude": 2.0, "longitude": 1.0}, permissions=["geolocation"]
    ) as page:
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", TEXT)
        for _time in range(2):
            with page.expect_response("**/report/look"):
                page.tap("[data-mine]")
            expect(page.locator("[data-placed]")).to_contain_text("不在柳溪")


def test_other_words_after_a_lost_answer(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", TEXT)
        page.tap("label.chip:has-text('楼道杂物堆放')")
        page.check("#id_nowhere")
        page.evaluate(LOST)
        page.fill("#id_text", f"{TEXT}还有一张床垫。")
        page.tap(".dock button")
        page.wait_for_selector(".note.good:has-text('已经收到了')")
        assert "还没有报告" not in page.inner_text("main")
        page.on("dialog", lambda one: one.accept())
        there = page.get_attribute(".note.good a", "href") or ""
        page.tap("text=把现在写的另交一份")
        new = receipt(page)
        page.goto(f"{liuxi.address}{there}")
        assert receipt(page) != new


def test_a_place_that_cannot_be_read_is_said_and_can_be_given_anew(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", TEXT)
        page.tap("label.chip:has-text('楼道杂物堆放')")
        page.evaluate("document.getElementById('id_lon').value = 'x'")
        page.tap(".dock button")
        page.wait_for_selector("[data-answer] .note:has-text('没有看懂地点')")
        assert page.input_value("#id_lon") == ""
        page.check("#id_nowhere")
        page.tap(".dock button")
        assert receipt(page)


def chosen(page: Page, site: Site) -> None:
    """A report with a photo of nothing but white, nearly ready to be sent."""
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "white").save(out, "JPEG")
    page.goto(f"{site.address}/report")
    page.fill("#id_text", f"{TEXT}{uuid4().hex[:6]}")
    page.locator("label.chip:has-text('楼道杂物堆放')").tap()
    page.check("#id_nowhere")
    page.set_input_files("#id_photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})


def sent(page: Page) -> Image.Image:
    """Hand the report in; the one picture that went over the line."""
    heard: list[bytes] = []
    page.expose_function("gzSent", lambda body: heard.append(base64.b64decode(body)))
    page.evaluate(LISTEN)
    page.tap(".dock button")
    receipt(page)
    return Image.open(io.BytesIO(heard[0])).convert("L")


def shades(picture: Image.Image, *parts: tuple[float, float]) -> list[str]:
    """What stands at these parts of width and height."""
    found = [picture.getpixel((int(picture.width * x), int(picture.height * y))) for x, y in parts]
    return ["black" if int(one) < 20 else "white" if int(one) > 235 else "grey" for one in found]  # type: ignore[arg-type]


def test_what_is_covered_by_hand_never_leaves_the_phone(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        chosen(page, liuxi)
        assert not [one for one in asked if "hide." in one]
        held: list[Route] = []

        def later(route: Route) -> None:
            held.append(route)

        page.route("**/hide*.css", later)
        with page.expect_request("**/hide*.css"):
            page.tap(".thumbs .hide")
        page.evaluate(
            "import(document.querySelector('[data-photos]').dataset.hideModule)"
        )  # it is there by now
        assert page.locator("dialog.hiding").count() == 0  # undrawn it would slip away under the hand
        held[0].continue_()
        layer = page.locator("dialog.hiding [data-boxes]")
        box = layer.bounding_box()
        assert box is not None
        until(lambda: page.evaluate("document.querySelector('dialog.hiding img').naturalWidth > 0"))
        box = layer.bounding_box() or box
        for left, top, right, low in ((0.1, 0.1, 0.3, 0.4), (0.6, 0.6, 0.8, 0.9)):
            page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
            page.mouse.down()
            page.mouse.move(box["x"] + right * box["width"], box["y"] + low * box["height"], steps=4)
            page.mouse.up()
        assert "遮了 2 块" in page.inner_text("dialog.hiding [data-said]")
        page.click("dialog.hiding [data-undo]")
        assert "遮了 1 块" in page.inner_text("dialog.hiding [data-said]")
        page.tap("dialog.hiding [data-done]")
        page.wait_for_selector("[data-told]:has-text('遮了 1 块')", state="attached")
        found = sent(page)
        assert shades(found, (0.2, 0.25), (0.12, 0.38)) == ["black", "black"]
        assert shades(found, (0.7, 0.75), (0.05, 0.05)) == [
            "white",
            "white",
        ]  # the second block was taken back


def test_covering_by_keyboard_and_thinking_better_of_it(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        chosen(page, liuxi)
        expect(page.locator(".thumbs .hide")).to_be_visible()  # there once the picture is open
        page.focus(".thumbs .hide")
        page.keyboard.press("Enter")
        page.focus("dialog.hiding [data-add]")
        page.keyboard.press("Enter")  # 400 to 600 of a thousand, both ways
        for key in ("ArrowLeft",) * 20 + ("Shift+ArrowDown",) * 10:
            page.keyboard.press(key)
        page.focus("dialog.hiding [data-done]")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-told]:has-text('遮了 1 块')", state="attached")
        assert page.evaluate("document.activeElement.className") == "hide"
        page.keyboard.press("Enter")
        page.focus("dialog.hiding [data-boxes] button")
        page.keyboard.press("Delete")
        page.keyboard.press("Escape")  # cancelled: what was covered stays
        found = sent(page)
        assert shades(found, (0.3, 0.5), (0.3, 0.68)) == ["black", "black"]
        assert shades(found, (0.5, 0.5)) == ["white"]


def test_a_picture_that_was_cut_off_is_refused_and_offers_nothing_to_cover(
    chromium: Browser, liuxi: Site
) -> None:
    whole = {kind: io.BytesIO() for kind in ("JPEG", "PNG")}
    for kind, out in whole.items():
        Image.effect_noise((600, 400), 60).save(out, kind)
    jpeg, png = (out.getvalue() for out in whole.values())
    headed = jpeg[:2] + b"\xff\xe1\x00\x06\xff\xd9\xff\xd9" + jpeg[2:]  # as with a picture in its head
    files = {
        "a.jpg": jpeg[:3000],
        "b.jpg": headed[:3000],
        "c.png": png[:3000],
        "d.jpg": headed + b"written behind it by a telephone",
        "e.png": png,
    }
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        page.set_input_files(
            "#id_photos",
            [{"name": name, "mimeType": "image/jpeg", "buffer": body} for name, body in files.items()],
        )
        expect(page.locator("[data-thumbs] figure")).to_have_count(5)
        expect(page.locator("[data-thumbs] progress:visible")).to_have_count(0)
        told = page.locator("[data-thumbs] figcaption").all_inner_texts()
        assert ["打不开" in one for one in told] == [True, True, True, False, False]
        hide = page.locator("[data-thumbs] .hide")
        assert [hide.nth(n).is_visible() for n in range(5)] == [False, False, False, True, True]


def test_what_is_said_of_photos_is_true_with_and_without_scripts(chromium: Browser, liuxi: Site) -> None:
    for scripts in (True, False):
        with phone(chromium, java_script_enabled=scripts) as page:
            page.goto(f"{liuxi.address}/report")
            page.wait_for_load_state("load")
            said = page.inner_text(".photofield .hint")
            assert ("交出去以前就去掉了" in said, "收到时重新画过" in said) == (scripts, not scripts)
            assert ("遮一下" in said) == scripts


UNDER = """() => {
    const at = document.activeElement, foot = document.querySelector(".dock")
    const one = at.getBoundingClientRect(), dock = foot.getBoundingClientRect()
    return at !== document.body && !foot.contains(at) && one.bottom > dock.top + 1 && one.top < dock.bottom
}"""


def test_the_foot_of_the_page_covers_nothing_that_is_focused(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/report")
        page.focus("#id_text")
        covered = []
        for _n in range(25):
            page.keyboard.press("Tab")
            if page.evaluate(UNDER):
                covered.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
        assert covered == []
        page.evaluate("scrollTo(0, 0)")
        page.tap("[data-open-map]")
        page.wait_for_selector(".mapbox[data-ready]")
        box = page.locator(".mapbox").bounding_box()
        dock = page.locator(".dock").bounding_box()
        assert box
        assert dock
        assert box["y"] + box["height"] <= dock["y"] + 1


def test_a_lost_cookie_loses_no_word_and_no_picture(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        chosen(page, liuxi)
        page.context.clear_cookies()
        page.tap(".dock button")
        page.wait_for_selector("[data-answer] .note:has-text('这一次没有交')")
        assert page.input_value("#id_text").startswith(TEXT)
        assert page.locator("[data-thumbs] figure").count() == 1
        page.tap(".dock button")
        assert receipt(page)


def test_a_refusal_that_has_no_form_leaves_the_sheet_as_it_is(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        chosen(page, liuxi)
        there = page.request.get(f"{liuxi.address}/nowhere")
        page.route("**/report", lambda route: route.fulfill(response=there))
        page.tap(".dock button")
        page.wait_for_selector("[data-answer] .note:has-text('没有找到')")
        assert page.input_value("#id_text").startswith(TEXT)


def test_looking_at_what_arrived_keeps_what_was_written_since(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.on("dialog", lambda one: pytest.fail(f"asked: {one.type}"))
        page.goto(f"{liuxi.address}/report")
        page.fill("#id_text", TEXT)
        page.tap("label.chip:has-text('楼道杂物堆放')")
        page.check("#id_nowhere")
        page.evaluate(LOST)
        page.fill("#id_text", f"{TEXT}还有一张床垫。")
        page.tap(".dock button")
        page.tap("text=看收到的那一件")
        first = receipt(page)
        page.go_back()
        page.wait_for_url("**/report")
        assert page.input_value("#id_text") == f"{TEXT}还有一张床垫。"
        assert page.is_checked("#id_nowhere")
        page.tap(".dock button")
        assert receipt(page) != first
        page.goto(f"{liuxi.address}/report")
        assert page.input_value("#id_text") == ""


def test_a_receipt_that_never_came_leaves_the_sheet_and_its_key(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        chosen(page, liuxi)
        said = page.input_value("#id_text")
        key = page.input_value("[name=client_key]")
        page.route("**/follow/**", lambda route: route.abort())
        with page.expect_event("requestfailed", lambda one: "/follow/" in one.url):
            page.tap(".dock button")
        page.unroute("**/follow/**")
        page.goto(f"{liuxi.address}/report")
        assert (page.input_value("#id_text"), page.input_value("[name=client_key]")) == (said, key)


def test_the_page_of_words_begins_below_its_heading(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        chosen(page, liuxi)
        page.tap(".dock button")
        receipt(page)
        page.goto(f"{page.url.split('?')[0]}/words")
        heading, field = (
            page.locator(".hero").bounding_box(),
            page.locator("form.ask label").first.bounding_box(),
        )
        assert heading
        assert field
        assert field["y"] - heading["y"] - heading["height"] < 12
