"""What comes in while a button is held moves nothing: a press ends on what it began on, and is one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser
FROM_THE_TOP = "one => one.getBoundingClientRect().top + scrollY"
WORDS = "楼道里堆着旧木板，消防通道过不去"


def middle(one: Locator) -> tuple[float, float]:
    one.scroll_into_view_if_needed()
    box = one.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pressed_while(page: Page, field: str, target: Locator, asks: str) -> None:
    """Words are written, the button goes down on what stands below, the answer comes that would move it, and only then it is let go."""
    held: list[Route] = []

    def hold(asked: Route) -> None:
        held.append(asked)

    page.route(asks, hold)
    with page.expect_request(asks):
        page.fill(field, WORDS)
    page.dispatch_event(
        field, "change"
    )  # asked the same again, while the answer is on its way: it is waited for
    before = middle(target)
    page.mouse.move(*before)
    page.mouse.down()
    with page.expect_response(asks) as came:
        held[0].continue_()
    came.value.finished()
    assert len(held) == 1
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert middle(target) == before
    page.mouse.up()


def test_a_choice_below_what_is_suggested(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    way = page.locator("label:has(input[name=reporting][value=anonymous])")
    pressed_while(page, "[name=text]", way, "**/suggest*")
    expect(way.locator("input")).to_be_checked()
    expect(page.locator(".offers input[name=item]").first).to_be_visible()  # it came, afterwards


def test_the_last_button_below_what_was_asked_about_the_place(sit: Sit, liuxi: Site) -> None:
    """What is answered leaves its room empty: the button under the pointer does not rise."""
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    page.fill("[name=text]", WORDS)
    expect(page.locator("[data-part=places] p")).to_be_visible()
    page.click("summary:has-text('不在图上点')")
    button = page.locator(".dock .pri")
    before = button.evaluate(FROM_THE_TOP)
    page.locator("[name=unit]").press_sequentially("桥东01网格")
    page.locator("[name=unit]").press("Tab")
    expect(page.locator("[data-part=places] p")).to_have_count(0)
    assert button.evaluate(FROM_THE_TOP) == before


def test_a_choice_of_a_resident(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    page.goto(f"{liuxi.address}/report")
    nowhere = page.locator("label:has(#id_nowhere)")
    pressed_while(page, "#id_text", nowhere, "**/look*")
    expect(page.locator("#id_nowhere")).to_be_checked()
    expect(page.locator("label.chip").first).to_be_visible()


def test_words_that_got_no_answer_are_asked_about_again(sit: Sit, liuxi: Site) -> None:
    page = sit("", width=390)
    page.goto(f"{liuxi.address}/report")
    tries: list[str] = []

    def fail_once(asked: Route) -> None:
        tries.append(asked.request.url)
        if len(tries) == 1:
            asked.fulfill(status=429)
        else:
            asked.continue_()

    page.route("**/look*", fail_once)
    with page.expect_response("**/look*"):
        page.fill("#id_text", WORDS)
    with page.expect_response("**/look*") as again:
        page.dispatch_event("#id_text", "change")
    assert again.value.ok
    expect(page.locator("[data-part=items] .chip").first).to_be_visible()
