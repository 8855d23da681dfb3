"""The pages in a language of longer words, and in large letters: nothing is cut, nothing runs out of its box.

The language is made of the English catalogue where the page stands (pseudo.js): no instance can be set to it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from .conftest import Sit, Site

pytestmark = pytest.mark.browser
PSEUDO = Path(__file__).with_name("pseudo.js").read_text(encoding="utf-8")
NOBODY = ("/sign-in", "/first-time", "/complain", "/ui", "/ui/portal", "/", "/report", "/follow", "/protect")
CENTRE = ("/desk", "/desk/matters?state=all", "/desk/new", "/desk/figures", "/desk/centre", "/desk/told")
KEEPER = (
    "/setup/model",
    "/setup/staff",
    "/setup/borders",
    "/setup/calendar",
    "/setup/imports",
    "/setup/finish",
)
LARGE, LONG = (390, 320), (1440, 390)


def in_english(page: Page, site: Site) -> None:
    page.context.add_cookies([{"name": "gezhi_language", "value": "en", "url": site.address}])


def in_chinese(page: Page) -> None:
    page.context.clear_cookies(name="gezhi_language")


def cut(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    return [f"{width}: {said}" for said in page.evaluate("pseudo.cut()")]


def faults(page: Page, address: str) -> list[str]:
    """What of an English page is cut in the largest letters, and what once its words are longer."""
    page.goto(address)
    page.evaluate(PSEUDO)
    page.evaluate("document.documentElement.setAttribute('data-text', 'larger')")
    found = [f"in large letters at {said}" for width in LARGE for said in cut(page, width)]
    page.evaluate("document.documentElement.removeAttribute('data-text'); pseudo.lengthen()")
    assert "[" in page.inner_text("h1") or "[" in page.inner_text("body"), address
    found += [f"in longer words at {said}" for width in LONG for said in cut(page, width)]
    return [f"{address} {said}" for said in found]


def foreign(page: Page, address: str) -> list[str]:
    """What a Chinese page says in English."""
    page.goto(address)
    page.evaluate(PSEUDO)
    return [f"{address} says {said}" for said in page.evaluate("pseudo.foreign()")]


@pytest.mark.parametrize(("name", "pages"), [("", NOBODY), ("centre", CENTRE), ("system_admin", KEEPER)])
def test_longer_words_and_larger_letters_are_read_whole(
    sit: Sit, liuxi: Site, name: str, pages: tuple[str, ...]
) -> None:
    page, found = sit(name), []
    in_english(page, liuxi)
    if name == "centre":
        page.goto(f"{liuxi.address}/desk")
        matter = page.locator("a.t1").first.get_attribute("href") or ""
        pages = (*pages, matter, f"{matter}/why/route")
    for address in pages:
        found += faults(page, liuxi.address + address)
    in_chinese(page)
    for address in pages[:3]:
        found += foreign(page, liuxi.address + address)
    assert not found, "\n".join(found)


def test_what_is_cut_or_runs_out_is_found(sit: Sit, liuxi: Site) -> None:
    page = sit("")
    in_english(page, liuxi)
    page.goto(f"{liuxi.address}/sign-in")
    page.evaluate(PSEUDO)
    assert page.evaluate("pseudo.cut()") == []
    page.evaluate("""() => {
        const lead = document.querySelector(".lead"), button = document.querySelector("main form button.pri");
        lead.className = "short"; button.firstChild.data = "Sign in and go to your own desk at once";
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".short { overflow: hidden; white-space: nowrap; } .btn.pri { width: 90px; }");
        document.adoptedStyleSheets = [sheet];
    }""")
    found = "\n".join(page.evaluate("pseudo.cut()"))
    assert "p.short is cut" in found
    assert "button.btn.pri.big lets out" in found
    assert page.evaluate("pseudo.foreign()")
