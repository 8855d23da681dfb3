"""Pictures on the page: what the camera wrote is offered and never taken, what is sent is small and says nothing."""

from __future__ import annotations

import base64
import io
import re
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from .conftest import Sit, Site, until

pytestmark = pytest.mark.browser
LON, LAT = 118.3712, 30.9235


def taken(
    width: int = 3000,
    height: int = 2000,
    *,
    turned: int = 1,
    place: bool = True,
    kind: str = "JPEG",
    noise: int = 25,
) -> bytes:
    """A photograph as a telephone makes it: large, noisy, with device, moment, place and which way is up.

    Its left half is red and its right half blue as it is stored.
    """
    picture = Image.effect_noise((width // 2, height // 2), noise).resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 8, height), fill="red")
    pen.rectangle((width - width // 8, 0, width, height), fill="blue")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "PhoneMaker", turned
    exif.get_ifd(0x8769)[0x9003] = "2026:10:02 08:15:30"
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: dms(LAT), 3: "E", 4: dms(LON)})
    out = io.BytesIO()
    picture.save(out, kind, exif=exif.tobytes(), quality=92)
    return out.getvalue()


def dms(degrees: float) -> tuple[float, float, float]:
    whole, rest = int(degrees), degrees % 1 * 60
    return (float(whole), float(int(rest)), round(rest % 1 * 60, 2))


def named(name: str, body: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": body}


def form(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/desk/new")
    page.check(
        "input[name=nowhere]"
    )  # before the words: what they suggest comes when it likes, and moves what stands below
    page.fill(
        "textarea[name=text]", f"沟边倒了一堆渣土{uuid4().hex[:6]}"
    )  # the same sheet would be the same matter
    page.locator("#items input").first.check()


LISTEN = """() => {
    const send = XMLHttpRequest.prototype.send
    XMLHttpRequest.prototype.send = async function (data) {
        for (const file of data.getAll("photos")) {
            const bytes = new Uint8Array(await file.arrayBuffer())
            await window.gzSent(btoa(Array.from(bytes, one => String.fromCharCode(one)).join("")))
        }
        send.call(this, data)
    }
}"""


def sent(page: Page) -> list[Image.Image]:
    """Hand in the form; the pictures that go over the line, of which none says anything."""
    heard: list[bytes] = []
    page.expose_function("gzSent", lambda body: heard.append(base64.b64decode(body)))
    page.evaluate(LISTEN)
    page.click(".dock .pri")
    page.wait_for_url("**/taken*")
    assert all(len(body) <= 600_000 and b"PhoneMaker" not in body and b"Exif" not in body for body in heard)
    return [Image.open(io.BytesIO(body)) for body in heard]


def test_where_and_when_a_photo_was_taken_is_offered_and_used_if_it_is_said(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    form(page, liuxi)
    page.set_input_files("input[type=file]", named("one.jpg", taken()))
    offer = page.locator("[data-offer]")
    expect(offer).to_contain_text("30.92350, 118.37120")
    expect(offer).to_contain_text("2026-10-02 08:15")
    for name in ("lon", "lat", "at"):
        assert page.input_value(f"input[name={name}]") == ""  # nothing is taken by itself
    page.click("[data-use=both]")
    assert float(page.input_value("input[name=lon]")) == pytest.approx(LON, abs=1e-4)
    assert float(page.input_value("input[name=lat]")) == pytest.approx(LAT, abs=1e-4)
    assert page.input_value("input[name=at]") == "2026-10-02T08:15"
    expect(offer).to_be_hidden()


def test_refused_it_is_in_nothing_that_is_sent(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    form(page, liuxi)
    page.set_input_files(
        "input[type=file]", [named("one.jpg", taken()), named("two.jpg", taken(900, 2400, turned=6))]
    )
    page.click("[data-use=none]")
    expect(page.locator("[data-offer]")).to_contain_text("第 2 张")
    page.click("[data-use=none]")
    page.set_input_files("input[type=file]", named("three.jpg", taken(3000, 3000, noise=120, place=False)))
    expect(page.locator("[data-thumbs] progress:visible")).to_have_count(0)
    first, second, third = sent(page)
    assert first.size == (2048, 1365)
    assert third.width == third.height < 2048  # nothing else would have made it small enough
    assert second.size == (2048, 768)  # upright: it was turned by a quarter
    top = second.convert("RGB").getpixel((1024, 10))
    assert isinstance(top, tuple)
    assert top[0] > 150 > top[2]  # what was stored left stands on top


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_png_and_a_webp_say_it_too(sit: Sit, liuxi: Site, kind: str) -> None:
    page = sit("centre", maps=False)
    form(page, liuxi)
    file = {"name": "one", "mimeType": f"image/{kind.lower()}", "buffer": taken(400, 300, kind=kind)}
    page.set_input_files("input[type=file]", file)
    expect(page.locator("[data-offer]")).to_contain_text("30.92350, 118.37120")


def test_order_removal_and_what_cannot_be_read(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", width=390, maps=False)
    form(page, liuxi)
    red, plain = taken(400, 300), io.BytesIO()
    Image.new("RGB", (300, 400), "green").save(plain, "JPEG")
    page.set_input_files(
        "input[type=file]",
        [named("a.jpg", red), named("b.jpg", plain.getvalue()), named("c.jpg", b"\xff\xd8\xff nothing")],
    )
    figures = page.locator("[data-thumbs] figure")
    expect(figures).to_have_count(3)
    expect(figures.nth(2)).to_have_class("failed")
    page.click(".dock .pri")
    expect(page.locator("[data-answer]")).to_contain_text("有 1 张照片打不开")
    figures.nth(2).get_by_label("去掉这张").press("Enter")
    figures.nth(1).get_by_label("往前移").press("Enter")
    expect(figures.first).to_contain_text("b.jpg")
    assert [picture.size for picture in sent(page)] == [(300, 400), (400, 300)]


def test_pasted_and_dropped_pictures_are_taken_and_the_tenth_is_told(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    form(page, liuxi)
    page.evaluate(
        """async () => {
            const canvas = document.createElement("canvas")
            const blob = await new Promise(done => canvas.toBlob(done, "image/png"))
            const data = new DataTransfer()
            data.items.add(new File([blob], "shot.png", { type: "image/png" }))
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }))
            document.querySelector("[data-photos]").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }))
        }"""
    )
    expect(page.locator("[data-thumbs] figure")).to_have_count(2)
    page.set_input_files(
        "input[type=file]", [named(f"{n}.jpg", taken(40, 30, place=False)) for n in range(9)]
    )
    expect(page.locator("[data-thumbs] figure")).to_have_count(9)
    expect(page.locator("[data-told]")).to_contain_text("一次最多 9 张")


def test_pictures_are_leafed_through_and_covered_by_keyboard(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    form(page, liuxi)
    page.set_input_files(
        "input[type=file]", [named(f"{n}.jpg", taken(600, 400, place=False)) for n in range(2)]
    )
    sent(page)
    page.goto(re.sub(r"/taken.*", "", page.url))
    until(lambda: page.request.get(page.url).text().count('data-photo="') == 2)
    page.reload()
    page.locator("a[data-photo]").first.press("Enter")
    box = page.locator("[data-lightbox]")
    expect(box.locator("[data-say]")).to_contain_text("第 1 张，共 2 张")
    page.keyboard.press("ArrowRight")
    expect(box.locator("[data-say]")).to_contain_text("第 2 张，共 2 张")
    page.keyboard.press("ArrowRight")
    expect(box.locator("[data-say]")).to_contain_text("第 1 张，共 2 张")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.goto(str(page.locator("a[data-photo]").first.evaluate("a => a.href")))
    page.click("[data-add]")
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert page.input_value("input[name=boxes]") == "[[390,390,210,200]]"
    corner = page.locator("[data-cover] img").bounding_box()
    assert corner is not None
    page.click("[data-draw]")
    page.mouse.move(corner["x"] + 5, corner["y"] + 5)
    page.mouse.down()
    page.mouse.move(corner["x"] + 90, corner["y"] + 60)
    page.mouse.up()
    expect(page.locator("[data-many]")).to_have_text("画了 2 块")
    page.locator("[data-coverform] .pri").click()
    expect(page.locator(".note.good")).to_contain_text("已交去遮盖 2 块")
    until(lambda: "撤销遮盖" in page.request.get(page.url).text())
    page.reload()
    expect(page.get_by_text("撤销遮盖")).to_be_visible()
    expect(page.locator("[data-cover] img")).to_be_visible()
