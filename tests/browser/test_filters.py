"""Kept filters by keyboard: sifted, kept by a name, and one key away from then on; on a phone nothing hangs over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser


def test_a_filter_is_kept_and_taken_up_again_by_keyboard_alone(sit: Sit, liuxi: Site) -> None:
    page = sit("town_desk")
    page.goto(f"{liuxi.address}/desk/matters?state=all&item=*环境污染类")
    page.focus(".keepit summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("环境类")
    page.keyboard.press("Enter")
    expect(page.locator(".notes")).to_contain_text("已存为常用筛选「环境类」")
    page.goto(f"{liuxi.address}/desk/matters")
    chip = page.locator(".kept a[data-key='1']")
    expect(chip).to_contain_text("环境类")
    count = chip.locator("b").inner_text()
    page.keyboard.press("1")
    page.wait_for_url(re.compile("state=all"))
    expect(page.locator(".kept a[aria-current]")).to_contain_text("环境类")
    expect(page.locator(".h1 p")).to_contain_text(count)
    expect(page.locator(".keepit")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_digit_typed_into_the_box_is_a_digit(sit: Sit, liuxi: Site) -> None:
    page = sit("town_desk")
    page.goto(f"{liuxi.address}/desk/matters")
    page.focus(".sieve [data-box]")
    page.keyboard.type("1")
    assert page.url.endswith("/desk/matters")
    assert page.input_value(".sieve [data-box]") == "1"


def test_the_list_for_paper_is_read_whole_on_a_phone(sit: Sit, liuxi: Site) -> None:
    page = sit("centre")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{liuxi.address}/desk/matters/print?state=all")
    cells = page.locator(".sheet1 td")
    assert cells.count() >= 7
    assert max(cells.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")) <= 390
    assert page.evaluate(
        "() => { const m = document.querySelector('.main'); return m.scrollWidth <= m.clientWidth; }"
    )
    assert (
        page.locator(".sheet1 td").first.evaluate("one => getComputedStyle(one, '::before').content")
        == '"编号"'
    )
