"""A resident's form that comes back: what was typed and chosen is there, and so is the page, with scripts and without."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Site
from .test_four_people import photo
from .test_photos import named
from .test_portal import TEXT, phone, receipt

pytestmark = pytest.mark.browser


def test_without_scripts_a_photo_that_is_gone_is_asked_for_again(chromium: Browser, liuxi: Site) -> None:
    gone = "照片没有留住"
    for scripts in (False, True):
        with phone(chromium, java_script_enabled=scripts) as page:
            page.goto(f"{liuxi.address}/report")
            page.fill("#id_text", TEXT)
            page.set_input_files("#id_photos", named("a.jpg", photo()))
            page.click(".dock button")
            expect(page.locator("[data-field=item]")).to_contain_text("请选一类")
            expect(page.locator("[data-field=photos]")).to_contain_text("" if scripts else gone)
            assert (gone in page.inner_text("main")) is not scripts


def followed(page: Page, site: Site) -> str:
    """A report was handed in; the address of its progress."""
    page.goto(f"{site.address}/report")
    page.fill("#id_text", f"{TEXT}{uuid4().hex[:6]}")
    page.tap("label.chip:has-text('楼道杂物堆放')")
    page.check("#id_nowhere")
    page.tap(".dock button")
    receipt(page)
    return page.url.split("?")[0]


def test_a_photo_for_whoever_handles_it_arrives_and_stays_when_words_are_missing(
    chromium: Browser, liuxi: Site
) -> None:
    with phone(chromium) as page:
        there = followed(page, liuxi)
        page.goto(f"{there}/words")
        page.set_input_files("#id_photos", named("a.jpg", photo()))
        page.tap("text=交给办的人")
        page.wait_for_selector("[data-field=words] .say:has-text('请写几个字')")
        assert page.locator("[data-thumbs] figure").count() == 1
        page.fill("#id_words", "二楼也堆了。")
        page.tap("text=交给办的人")
        page.wait_for_url("**/words?said=1**")
        expect(page.locator(".looks")).to_contain_text("1 张照片")


def test_back_to_a_page_that_said_what_was_missing_finds_it(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        there = followed(page, liuxi)
        page.goto(there)
        page.tap("summary:has-text('有人因此为难我')")
        page.tap("text=报告有人为难我")
        page.wait_for_selector("#id_trouble_say")
        page.goto(f"{there}/rights")
        page.go_back()
        page.wait_for_url(there)
        expect(page.locator("h1")).to_be_visible()
        page.goto(f"{there}/rights")
        page.tap("text=交请求")
        page.wait_for_selector(".wrong")
        page.goto(there)
        page.go_back()
        page.wait_for_url(f"{there}/rights")
        expect(page.locator("h1")).to_have_text("我的信息")
