"""A place that is followed: kept by the browser alone, new things counted on the first page, stopped by one press."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page

from .conftest import Sit, Site

pytestmark = pytest.mark.browser
KEPT = "JSON.parse(localStorage.getItem('gz-places'))"


def open_place(page: Page, site: Site) -> str:
    """The page of the community that the demo's first grid lies in; returns its key."""
    found = page.request.get(f"{site.address}/report/addresses?q=柳荫路").json()[0]
    page.goto(f"{site.address}/here?lon={found['lon']}&lat={found['lat']}")
    page.click("a[href^='/around/']")
    page.wait_for_url("**/around/*")  # with its script: a press before it is there is a press on nothing
    return page.url.rsplit("/", 1)[1]


def test_it_is_kept_here_counted_and_dropped_by_the_keyboard_alone(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    key = open_place(page, liuxi)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(f"{asked.method} {asked.url} {asked.post_data or ''}"))
    page.focus("[data-follow]")
    page.keyboard.press("Enter")
    assert page.get_attribute("[data-follow]", "aria-pressed") == "true"
    assert page.locator("[data-follow] [data-on]").is_visible()
    assert _told(sent) == [], "nobody is told"
    (kept,) = page.evaluate(KEPT)
    assert kept["path"] == key
    _long_ago(page)
    page.goto(liuxi.address)
    page.wait_for_selector("[data-news]:not(:empty)")
    told = page.inner_text("[data-news]")
    asked = [one for one in sent if "/around/" in one]
    assert asked == [f"GET {liuxi.address}/around/{key}/feed.xml "]
    feed = page.request.get(f"{liuxi.address}/around/{key}/feed.xml").text()
    entries = feed.count("<entry>")
    assert told == (f"{entries} 条新的" if entries else "没有新的")
    page.click("[data-places] li a")  # looked at: nothing is new any more
    page.wait_for_url("**/around/*")
    page.goto(liuxi.address)
    page.wait_for_selector("[data-news]:not(:empty)")
    assert page.inner_text("[data-news]") == "没有新的"
    page.focus("[data-places] li button")
    page.keyboard.press("Enter")
    assert page.locator("[data-none]").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/here"
    assert page.evaluate(KEPT) == []


def test_a_second_press_forgets_and_the_next_visit_knows(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    open_place(page, liuxi)
    page.click("[data-follow]")
    page.reload()
    assert page.get_attribute("[data-follow]", "aria-pressed") == "true"
    page.click("[data-follow]")
    assert page.get_attribute("[data-follow]", "aria-pressed") == "false"
    assert page.evaluate(KEPT) == []


def test_what_somebody_wrote_into_the_store_breaks_nothing(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    page.goto(liuxi.address)
    bad = [
        {"path": "../x", "name": "<b>x</b>", "seen": 1},
        None,
        {"path": "0009", "name": "<b>gone</b>", "seen": ""},
    ]
    for said in ("{", '"x"', json.dumps(bad)):
        page.evaluate("said => localStorage.setItem('gz-places', said)", said)
        page.reload()
        page.wait_for_selector("[data-places]:not([hidden])")
    page.wait_for_selector("[data-news]:not(:empty)")
    assert page.inner_text("[data-places] li a") == "<b>gone</b>"
    assert "重新划过" in page.inner_text("[data-news]")


@pytest.mark.parametrize("status", [0, 429, 503])
def test_where_it_cannot_be_known_what_is_new_that_is_said(
    chromium: Browser, liuxi: Site, status: int
) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(f"{fault}"))
    open_place(page, liuxi)
    page.click("[data-follow]")
    page.route("**/feed.xml", lambda asked: asked.fulfill(status=status) if status else asked.abort())
    page.goto(liuxi.address)
    page.wait_for_selector("[data-news]:not(:empty)")
    assert page.inner_text("[data-news]") == "现在看不到有没有新的"
    assert faults == []
    context.close()


def test_without_scripts_the_page_and_its_feed_are_there(chromium: Browser, liuxi: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    key = open_place(page, liuxi)
    assert page.locator("[data-follow]").is_hidden()
    assert page.locator(f"main a[href='/around/{key}/feed.xml']").is_visible()
    page.goto(liuxi.address)
    assert page.locator("[data-places]").is_hidden()
    context.close()


def test_reporting_loads_nothing_of_it(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    page.goto(f"{liuxi.address}/report")
    assert not re.search("places.js|gz-places", page.content())


def _told(sent: list[str]) -> list[str]:
    """What was asked of the site but for its own signs and styles, that a browser fetches when it likes."""
    return [one for one in sent if not re.search(r"^GET [^?]*/static/[^?]* $", one)]


def _long_ago(page: Page) -> None:
    page.evaluate(
        f"localStorage.setItem('gz-places', JSON.stringify({KEPT}.map(one => ({{...one, seen: '2000-01-01'}}))))"
    )
