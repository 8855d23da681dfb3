"""A receipt on paper: with its proof, and without what can only be pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from .conftest import Site
from .test_portal import phone
from .test_portal_returns import followed

pytestmark = pytest.mark.browser
AT_PRINT = """() => addEventListener("beforeprint", () => {
    window.gzFolded = document.querySelectorAll(".receipt details:not([open])").length
})"""


def test_what_is_folded_is_printed_and_folded_again(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(followed(page, liuxi))
        expect(page.locator(".receipt details[open]")).to_have_count(0)
        page.evaluate(AT_PRINT)
        assert page.pdf()
        assert page.evaluate("window.gzFolded") == 0
        expect(page.locator("main details[open]")).to_have_count(0)


def test_what_can_only_be_pressed_is_not_on_paper(chromium: Browser, liuxi: Site) -> None:
    with phone(chromium) as page:
        page.goto(followed(page, liuxi))
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        expect(page.locator(".receipt .square:visible")).to_have_count(2)
        pressed = page.locator("button, .btn, input:not([type=hidden]), textarea").filter(visible=True)
        assert pressed.all_inner_texts() == []
        expect(page.locator("summary", has_text="有人因此为难我")).to_be_hidden()


@pytest.mark.parametrize("by", ["the reader", "the machine"])
def test_paper_is_white_by_night_too(chromium: Browser, liuxi: Site, by: str) -> None:
    ground = "getComputedStyle(document.documentElement).getPropertyValue('--surface').trim()"
    with phone(chromium) as page:
        page.goto(f"{liuxi.address}/follow")
        day = page.evaluate(ground)
        if by == "the reader":
            page.evaluate("document.documentElement.setAttribute('data-theme', 'dark')")
        else:
            page.emulate_media(color_scheme="dark")
        assert page.evaluate(ground) != day
        page.emulate_media(media="print")
        assert page.evaluate(ground) == day
