"""A link to one thing on a telephone: read at 390 px, answered with and without JavaScript, ended at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import Sit, Site
from .test_photos import taken

pytestmark = pytest.mark.browser
ASKED = "请把井盖换好，换完拍一张。"


@pytest.fixture
def phones(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """Two telephones, the second without JavaScript."""
    made = [
        chromium.new_context(
            locale="zh-CN", viewport={"width": 390, "height": 844}, java_script_enabled=scripts
        )
        for scripts in (True, False)
    ]
    yield made
    for one in made:
        one.close()


def matters_on(desk: Page, site: Site, page: str) -> list[str]:
    """The addresses of the matters on a page, each once."""
    desk.goto(site.address + page)
    hrefs = desk.eval_on_selector_all('a[href*="/desk/m/"]', "all => all.map(one => one.pathname)")
    return list(dict.fromkeys(re.sub(r"(/desk/m/[^/]+).*", r"\1", href) for href in hrefs))


def opens(desk: Page, site: Site, address: str, field: str) -> bool:
    """Whether a page of a matter opens with its form, and neither leads back nor says why not."""
    desk.goto(site.address + address)
    return desk.locator(f"main form [name={field}]").count() > 0


def handed_over(desk: Page, site: Site) -> tuple[str, str]:
    """The address of a matter that housing handles, and the code of a link to it."""
    found = [one for page in ("/desk", "/desk/matters") for one in matters_on(desk, site, page)]
    matter = next((one for one in found if opens(desk, site, f"{one}/outside", "company")), "")
    if not matter:  # what housing had in hand went on with the tests before: it signs for another one
        matter = next(one for one in found if opens(desk, site, f"{one}/step/sign", "note"))
        desk.click("main form button.pri.big")
        desk.wait_for_url(lambda url: "/step/" not in url)
        assert opens(desk, site, f"{matter}/outside", "company")
    desk.fill("[name=company]", "柳溪样本物业公司")
    desk.fill("[name=asked]", ASKED)
    desk.click("main form button.pri.big")
    code = desk.locator("code.code")
    expect(code).to_be_visible()
    return f"{site.address}{matter}", code.inner_text()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_contractor_answers_on_a_telephone(liuxi: Site, sit: Sit, phones: list[BrowserContext]) -> None:
    desk = sit("housing", maps=False)
    matter, code = handed_over(desk, liuxi)
    phone = phones[0].new_page()
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{liuxi.address}/outside#{code}")
    expect(phone.locator("h1")).to_have_text(ASKED)
    phone.wait_for_load_state()
    assert code not in phone.url
    assert [url for url in asked if code in url] == []
    assert fits(phone)
    heights = phone.eval_on_selector_all(
        ".says4 button", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 48
    phone.click("button[value=cannot]")
    expect(phone.locator("[data-field=note] .say")).to_contain_text("为什么")
    phone.fill("[name=note]", "换好了，踩上去不响。")
    phone.set_input_files("input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": taken()})
    expect(phone.locator("[data-thumbs] figure")).to_have_count(1)
    phone.click("button[value=done]")
    expect(phone.locator(".note.good")).to_contain_text("报告完成")
    expect(phone.locator(".lastdone")).to_contain_text("踩上去不响")
    desk.goto(matter)
    expect(desk.locator(".handovers")).to_contain_text("报告完成")
    expect(desk.locator(".chain")).to_contain_text("踩上去不响")
    desk.click(".handovers a")
    desk.click("summary:has-text('不用对方办了')")
    desk.click("button[value=withdraw]")
    expect(desk.locator(".note.good")).to_contain_text("已撤回")
    phone.reload()
    expect(phone.locator("[role=alert]")).to_contain_text("已经结束，或者代码不对")
    expect(phone.locator("body")).not_to_contain_text(ASKED)


def test_without_javascript_the_code_is_typed(liuxi: Site, sit: Sit, phones: list[BrowserContext]) -> None:
    _matter, code = handed_over(sit("housing", maps=False), liuxi)
    phone = phones[1].new_page()
    phone.goto(f"{liuxi.address}/outside#{code}")
    phone.fill("[name=code]", code.upper().replace("-", " "))
    phone.click("main form button.pri")
    expect(phone.locator("h1")).to_have_text(ASKED)
    phone.fill("[name=note]", "到了，在换。")
    phone.click("button[value=working]")
    expect(phone.locator(".note.good")).to_contain_text("正在做")
