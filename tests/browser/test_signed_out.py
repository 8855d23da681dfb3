"""Signed out while writing: one signs in on the page that comes and finds the form as it was typed, by day and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import PASSWORD, Sit, Site

pytestmark = pytest.mark.browser
SESSION = re.compile("gezhi_session_.*")


def come_in_again(page: Page) -> None:
    """Through the door that the form was answered with; in a demo by pressing whose seat it is."""
    expect(page.locator("main")).to_contain_text("登录断了，刚才按的没有办")
    page.click("button[name=as][value=centre]")
    expect(page.locator("#sign_in")).to_have_value("centre")
    page.fill("#password", PASSWORD)
    page.click("#door button.pri")


def test_a_report_comes_back_whole_and_is_registered_once(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", width=390, maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    page.fill("textarea[name=text]", "断了登录的一件：楼道堆着纸箱")
    page.locator("input[name=item]").nth(3).check()
    page.fill("input[name=name]", "样本居民")
    page.fill("input[name=contact]", "13800138000")
    page.check("input[name=nowhere]")
    chosen = page.locator("input[name=item]:checked").get_attribute("value")
    page.context.clear_cookies(name=SESSION)
    page.click(".dock .pri")
    come_in_again(page)
    page.wait_for_url("**/desk/new?carried=*")
    expect(page.locator("textarea[name=text]")).to_have_value("断了登录的一件：楼道堆着纸箱")
    expect(page.locator("input[name=name]")).to_have_value("样本居民")
    expect(page.locator("input[name=contact]")).to_have_value("13800138000")
    assert page.locator("input[name=item]:checked").get_attribute("value") == chosen
    assert page.locator("input[name=nowhere]").is_checked()
    stored = page.evaluate("JSON.stringify(Object.assign({}, sessionStorage, localStorage))")
    assert "样本居民" not in stored
    assert "13800138000" not in stored
    page.click(".dock .pri")
    page.wait_for_url("**/taken*")


def test_the_words_of_a_step_are_laid_into_its_form(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk?step=reported")
    matter = page.locator("a.t1").first.get_attribute("href") or ""
    page.goto(f"{liuxi.address}{matter}/step/refuse")
    words = page.locator("form[data-keep] textarea").first
    name = words.get_attribute("name")
    words.fill("不归这里管：那一段路是省道。")
    page.context.clear_cookies(name=SESSION)
    page.locator("form[data-keep] .btn.pri").first.click()
    come_in_again(page)
    page.wait_for_url("**/step/refuse?carried=*")
    expect(page.locator(f"form[data-keep] [name={name}]")).to_have_value("不归这里管：那一段路是省道。")
    expect(page.locator("[data-carries]:visible")).to_have_count(0)
    expect(page.locator("[data-carried]")).to_contain_text("都放回下面了")
