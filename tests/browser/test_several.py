"""Several at once by keyboard: rows walked and ticked, one key takes the step on all of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser


def test_rows_are_ticked_and_taken_together_by_keyboard_alone(sit: Sit, liuxi: Site) -> None:
    page = sit("centre")
    page.goto(f"{liuxi.address}/desk")
    tabs = page.locator(".tabs a").evaluate_all("all => all.slice(1).map(a => a.href)")
    for href in tabs:
        page.goto(href)
        if page.locator(".actbar").count() and page.locator("input[name=number]").count() > 1:
            break
    else:
        pytest.fail("no step of the demo's inbox can be taken on several")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-picked] b")).to_have_text("2")
    page.keyboard.press("c")
    if page.locator("#act_note:focus").count():  # the step wants a sentence first
        page.keyboard.type("都看过了。")
        page.keyboard.press("Enter")
    expect(page.locator(".main")).to_contain_text(re.compile("办成 2 件|没有办成"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
