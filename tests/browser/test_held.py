"""What a hand chose holds, what was confirmed has a page to come back to, and nothing is cramped on a telephone in English."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser


def test_what_was_chosen_among_the_offers_stays_chosen_whatever_the_words_offer_next(
    sit: Sit, liuxi: Site
) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    page.fill("[name=text]", "楼道里堆着纸箱和旧家具，消防通道过不去")
    first = page.locator(".offers input[name=item]").first
    expect(first).to_be_visible()
    chosen = first.get_attribute("value")
    first.check()
    for words in ("楼道里堆着纸箱，旁边有人开荒种菜", "路灯不亮，看不见路", "好好好好"):
        with page.expect_response("**/suggest*") as came:
            page.fill("[name=text]", words)
        came.value.finished()
        page.mouse.move(5, 5)
        page.evaluate("() => new Promise(done => setTimeout(done))")  # what came is laid by now
        expect(page.locator(f".offers input[name=item][value={chosen}]")).to_be_checked()
        assert page.evaluate("new FormData(document.querySelector('[data-offers]')).get('item')") == chosen


def test_back_from_what_was_handed_over_leads_to_the_form(sit: Sit, liuxi: Site) -> None:
    page = sit("system_admin")
    page.goto(f"{liuxi.address}/setup/staff?q=property")
    page.locator("main a[href*='/setup/staff/']").filter(has_text="皮例原").first.click()
    page.get_by_role("link", name="离岗交接").click()
    page.wait_for_url("**/leaving")
    form = page.url
    page.get_by_role("button", name="看一遍再确认").click()
    page.get_by_role("button", name="确认交接").click()
    page.wait_for_url(re.compile(r"/leaving/[0-9a-f-]{36}$"))
    done = page.url
    page.reload()
    expect(page.locator("main")).to_contain_text("办好的")
    page.go_back()
    assert page.url == form
    expect(page.locator("main")).to_contain_text("办过的交接")
    page.go_forward()
    assert page.url == done
    expect(page.locator("main")).to_contain_text("办好的")


def test_back_from_a_paper_that_was_issued_leads_to_its_form(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/matters")
    page.locator("td.what a.t1").first.click()
    page.get_by_role("link", name="出文书").click()
    page.get_by_role("link", name="案卷").click()
    form = page.url
    page.get_by_role("button", name="先看全文").click()
    page.get_by_role("button", name="出具，编号").click()
    page.wait_for_url(re.compile(r"/papers$"))
    page.go_back()
    assert page.url == form
    expect(page.get_by_role("button", name="先看全文")).to_be_visible()


def test_days_of_a_team_and_long_buttons_fit_a_telephone_in_english(sit: Sit, liuxi: Site) -> None:
    page = sit("cadre")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{liuxi.address}/desk/teams")
    days = page.locator(".prow.days input").all()
    assert [one.bounding_box()["width"] > 300 for one in days] == [True, True]  # type: ignore[index]  # they are shown
    aligned = page.locator("a.btn, button.btn").evaluate_all(
        "all => all.map(one => getComputedStyle(one).textAlign)"
    )
    assert set(aligned) == {"center"}
