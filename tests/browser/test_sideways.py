"""No page of the desk goes sideways: with a resident's longest word on it, in both languages, at every width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from .conftest import Sit, Site
from .test_longer_words import in_english
from .test_pages import wide

pytestmark = pytest.mark.browser
WIDTHS = (1440, 1280, 1024, 390, 320)
WORD = "a" * 3999
PAGES = (
    "/desk",
    "/desk/matters?state=all",
    "/desk/matters?q=aaaaaa",
    "/desk/find?q=aaaaaa",
    "/desk/centre",
    "/desk/centre?kind=nowhere",
    "/desk/broadcasts",
    "/desk/figures",
    "/desk/figures/burden",
    "/desk/new",
    "/",
)
OF_A_MATTER = ("", "/taken", "/papers", "/step/refuse")
STICKS_OUT = """() => [...document.querySelectorAll("main .btn")].filter(one => {
    const cell = one.closest("td, .card, .note")
    return cell && one.checkVisibility() && one.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1
}).map(one => one.textContent.trim())"""


def write_down(page: Page, site: Site) -> str:
    """A report that is one long word, without a place. Returns where its matter stands."""
    page.goto(f"{site.address}/desk/new")
    page.fill("textarea[name=text]", WORD)
    page.locator("input[name=item]").first.check()
    page.check("input[name=reporting][value=anonymous]")
    page.check("input[name=nowhere]")
    page.click(".dock .pri")
    page.wait_for_url("**/taken*")
    return page.url.split("?")[0].removesuffix("/taken").removeprefix(site.address)


def faults(page: Page, address: str) -> list[str]:
    """How much the open page is wider than its window, and which buttons stick out of their cells."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if over := wide(page):
            found.append(f"{address} at {width}: {over} px too wide")
        found += [f"{address} at {width}: {name} sticks out" for name in page.evaluate(STICKS_OUT)]
    return found


def test_a_long_word_and_english_make_no_page_scroll_sideways(sit: Sit, liuxi: Site) -> None:
    page, found = sit("centre", maps=False), []
    matter = write_down(page, liuxi)
    pages = (*PAGES, *(matter + tail for tail in OF_A_MATTER))
    for language in ("zh", "en"):
        if language == "en":
            in_english(page, liuxi)
        for address in pages:
            page.goto(liuxi.address + address)
            found += [f"{language} {said}" for said in faults(page, address)]
    assert not found, "\n".join(found)
