"""What the reporter will read follows what is chosen and written, and is not shown where it cannot be known."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser


def transfer_of_somebodys(page: Page, liuxi: Site) -> str:
    """The page of a matter that somebody reported, with the form of its transfer open."""
    page.goto(f"{liuxi.address}/desk/matters?step=gridwork")
    links = page.locator("main a[href*='/desk/m/']").evaluate_all("all => all.map(a => a.href)")
    for href in dict.fromkeys(re.sub(r"(/desk/m/[^/?#]+).*", r"\1", one) for one in links):
        page.goto(f"{href}/step/send_out")
        if page.locator("[data-foretelling]").count():
            return str(href)
    pytest.fail("nobody reported anything that is in work in the demo")


def test_the_words_told_follow_the_reason_and_the_note(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    transfer_of_somebodys(page, liuxi)
    told = page.locator("[data-foretelling]")
    expect(told).to_contain_text("转到：（所选的一项），（所写的说明）")
    page.locator("[name=note]").fill("请到法院。")
    page.locator("[name=reason][value=court]").check(force=True)
    expect(told).to_contain_text("转到：法院，请到法院")
    expect(told.locator("[data-count]")).to_contain_text("字，按短信算 1 条")
    page.locator("[name=reason][value=hotline]").check(force=True)
    expect(told).to_contain_text("转到：12345，请到法院")
    page.route(re.compile("send_out[?]"), lambda asked: asked.fulfill(body="<p>", content_type="text/html"))
    page.locator("[name=reason][value=police]").check(force=True)
    expect(told).to_be_hidden()


def test_a_merger_says_how_many_reported_once_it_is_said_into_what(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", width=390, maps=False)
    href = transfer_of_somebodys(page, liuxi)
    page.goto(f"{liuxi.address}/desk/matters?step=gridwork")
    links = page.locator("main a[href*='/desk/m/']").evaluate_all("all => all.map(a => decodeURI(a.href))")
    numbers = dict.fromkeys(re.sub(r".*/desk/m/([^/?#]+).*", r"\1", one) for one in links)
    page.goto(f"{href}/step/merge")
    own = page.locator("p.crumb a").last.inner_text()
    told = page.locator("[data-foretelling]")
    expect(told).to_contain_text("共 （几） 人反映")
    page.locator("[name=into]").fill(next(one for one in numbers if one != own))
    expect(told).to_contain_text(re.compile(r"共 \d+ 人反映"))
    page.locator("[name=into]").fill("没有这一件")
    expect(told).to_contain_text("共 （几） 人反映")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
