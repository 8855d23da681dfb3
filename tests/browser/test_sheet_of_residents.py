"""The sheet of samples of the residents' pages: what a script draws is there in each of its states, and nothing is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser


def test_each_state_that_a_script_makes_is_shown_and_nothing_is_sent(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=320)
    sent: list[str] = []
    page.goto(f"{liuxi.address}/ui/portal")
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    expect(page.locator("[data-thumbs] figure .hide:visible")).to_have_count(2)
    expect(page.locator("[data-thumbs] figure.failed")).to_have_count(1)
    assert [
        page.locator(f'[data-as="{state}"] form:visible').count() for state in ("off", "on", "denied", "ios")
    ] == [
        1,
        2,
        1,
        1,
    ]
    assert seen(page, '[data-as="denied"] [data-says]')
    assert not seen(page, '[data-as="off"] [data-says]')
    assert seen(page, '[data-as="ios"] [data-ios]')
    assert not seen(page, '[data-as="ios"] button')
    assert page.locator('[data-as="places"] li:visible').count() == 3
    assert seen(page, '[data-as="none"] [data-none]')
    page.click("#progress .rate .btn >> nth=0")
    page.click("#door .btn.pri")
    assert page.url.endswith("/ui/portal")
    assert sent == []


def seen(page: Page, where: str) -> bool:
    return page.locator(where).is_visible()


def test_of_two_fields_that_stand_together_the_wrong_one_is_marked(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    page.goto(f"{liuxi.address}/report")
    page.fill("textarea[name=text]", "路灯不亮")
    page.fill("input[name=contact]", "12")
    page.click(".dock .pri")
    expect(page.locator("input[name=contact][aria-invalid=true]")).to_have_count(1)
    edges = [
        page.locator(f"input[name={name}]").evaluate("one => getComputedStyle(one).borderTopWidth")
        for name in ("name", "contact")
    ]
    assert edges == ["1px", "2px"]
    page.fill("input[name=contact]", "1234567")
    expect(page.locator("[data-field=name] [aria-invalid]")).to_have_count(0)
