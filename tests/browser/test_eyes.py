"""Whoever sets the colours of the whole machine keeps every sign; whoever wants no motion sees none."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from .conftest import Sit, Site
from .test_pages import broken

pytestmark = pytest.mark.browser
SIGNS = """() => {
    const style = (where, of) => getComputedStyle(document.querySelector(where))[of]
    const probe = document.body.appendChild(document.createElement("i"))
    probe.style.color = "CanvasText"
    const ink = getComputedStyle(probe).color
    probe.style.color = "Canvas"
    const paper = getComputedStyle(probe).color
    return {
        ink, paper,
        bare: [...document.querySelectorAll(".st, .glyph, .btn, .note, .card, .seal, .role, dialog")].filter(one => {
            const s = getComputedStyle(one)
            return s.borderTopStyle === "none" || parseFloat(s.borderTopWidth) < 1
        }).map(one => one.className),
        late: style(".st.late", "backgroundColor"), act: style(".st.act", "backgroundColor"),
        frame: style(".rl.run .t:not(.w)", "stroke"), empty: style(".rl.run .t:not(.w)", "fill"),
        used: style(".rl.run .f", "fill"), beyond: style(".rl.late .o", "fill"), spent: style(".rl.late .f", "fill"),
        masked: style(".mk i", "backgroundColor"),
        step: style(".stepper .cur a", "borderTopColor"), other: style(".stepper .fut a", "borderTopColor"),
    }
}"""
ALL_BUT_CONTRAST = """() => axe.run({ resultTypes: ['violations'], preload: false,
    rules: { 'color-contrast': { enabled: false } } })"""  # the machine's colours are its own, and axe reads the page's
MOVING = """() => [...document.querySelectorAll("*")].filter(one => {
    const s = getComputedStyle(one), longest = text => Math.max(...text.split(",").map(parseFloat))
    return longest(s.transitionDuration) > 0 || longest(s.transitionDelay) > 0 || s.animationName !== "none"
        || s.scrollBehavior === "smooth"
}).map(one => one.tagName + "." + one.className).slice(0, 5)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_the_colours_of_the_machine_every_sign_stays(sit: Sit, liuxi: Site, theme: str) -> None:
    page = sit("", dark=theme == "dark")
    page.emulate_media(forced_colors="active")
    page.goto(f"{liuxi.address}/ui")
    seen = page.evaluate(SIGNS)
    ink, paper = seen["ink"], seen["paper"]
    assert ink != paper
    assert seen["bare"] == []
    assert (seen["late"], seen["act"]) == (ink, paper)
    assert (seen["frame"], seen["empty"], seen["used"]) == (ink, paper, ink)
    assert (seen["beyond"], seen["spent"], seen["masked"]) == (ink, paper, ink)
    assert seen["step"] != seen["other"]
    page.evaluate("document.documentElement.setAttribute('data-text', 'larger')")
    page.evaluate(AXE_SCRIPT)
    assert broken(page, ALL_BUT_CONTRAST) == []


def test_the_focus_and_the_chosen_page_keep_a_frame(sit: Sit, liuxi: Site) -> None:
    page = sit("centre")
    page.emulate_media(forced_colors="active")
    page.goto(f"{liuxi.address}/desk")
    assert outline(page, ".rail .go[aria-current]") == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert outline(page, ":focus") == "solid"


def outline(page: Page, where: str) -> str:
    return str(page.evaluate("where => getComputedStyle(document.querySelector(where)).outlineStyle", where))


def test_nothing_moves_for_whoever_wants_no_motion(sit: Sit, liuxi: Site) -> None:
    page = sit("centre")
    for address in ("/ui", "/desk"):
        page.goto(liuxi.address + address)
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(MOVING) == []
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVING) != []  # so that the question is one
