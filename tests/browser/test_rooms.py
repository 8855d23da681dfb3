"""The rooms of the setup: one line that opens, at every width where they do not stand beside the page; there a column."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from .conftest import Sit, Site
from .test_pages import PAINTED, SEEN, broken, theme, wide

pytestmark = pytest.mark.browser
ROOMS = 13
NARROWER = (320, 800, 1024)
LINE, TARGET, WIDEST_TARGET = 56, 44, 60  # pixels; a word of two lines makes its target higher
HEADS = {320: 235, 800: 200, 1024: 200}  # where the title of the page begins, the line of the demo counted in


def open_room(sit: Sit, site: Site, width: int, *, name: str = "rota") -> Page:
    page = sit("system_admin", width=width, maps=False)
    page.goto(f"{site.address}/setup/{name}")
    return page


def top(page: Page, where: str) -> float:
    return float(page.evaluate("where => document.querySelector(where).getBoundingClientRect().top", where))


@pytest.mark.parametrize("width", NARROWER)
def test_the_rooms_are_one_line_that_opens_and_closes(sit: Sit, liuxi: Site, width: int) -> None:
    page = open_room(sit, liuxi, width)
    line, sheet = page.locator(".roommenu summary"), page.locator(".roommenu .sheet")
    expect(line).to_have_text("设置 · 值班表")
    expect(page.locator("nav.rooms")).to_be_hidden()
    expect(sheet).to_be_hidden()
    assert (line.bounding_box() or {})["height"] <= LINE
    assert top(page, "h1") <= HEADS[width]
    line.click()
    expect(sheet.locator("a")).to_have_count(ROOMS)
    expect(sheet).to_be_visible()
    assert wide(page) <= 0
    boxes = [one.bounding_box() or {} for one in sheet.locator("a").all()]
    assert all(TARGET <= box["height"] <= WIDEST_TARGET for box in boxes)
    columns = len({box["x"] for box in boxes})
    assert columns == {320: 2, 800: 4, 1024: 4}[width]
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(line).to_be_focused()
    line.click()
    expect(sheet).to_be_visible()
    page.mouse.click(width - 4, 4)
    expect(sheet).to_be_hidden()


def test_the_keyboard_goes_to_a_room_and_out_of_the_menu(sit: Sit, liuxi: Site) -> None:
    page = open_room(sit, liuxi, 800)
    line, links = page.locator(".roommenu summary"), page.locator(".roommenu .sheet a")
    line.focus()
    page.keyboard.press("Enter")
    expect(links.first).to_be_visible()
    for _room in range(ROOMS):
        page.keyboard.press("Tab")
    expect(links.last).to_be_focused()
    page.keyboard.press("Tab")  # on into the page, which the menu would hide
    expect(links.last).to_be_hidden()
    expect(page.locator("main :focus")).to_be_in_viewport()
    line.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/workbook")
    expect(line).to_have_text("设置 · 工作簿")
    expect(page.locator("h1")).to_have_text("工作簿")


def test_beside_the_page_the_rooms_are_a_column_and_no_menu(sit: Sit, liuxi: Site) -> None:
    page = open_room(sit, liuxi, 1440)
    expect(page.locator(".roommenu")).to_be_hidden()
    expect(page.locator("nav.rooms a")).to_have_count(ROOMS)
    expect(page.locator("nav.rooms a[aria-current]")).to_have_text("值班表")
    boxes = [one.bounding_box() or {} for one in page.locator("nav.rooms a").all()]
    assert len({box["x"] for box in boxes}) == 1
    assert boxes[0]["x"] + boxes[0]["width"] <= (page.locator("main").bounding_box() or {})["x"]


def test_without_scripts_the_line_opens_and_leads_on(sit: Sit, chromium: Browser, liuxi: Site) -> None:
    state = sit("system_admin", maps=False).context.storage_state()
    context = chromium.new_context(
        java_script_enabled=False, locale="zh-CN", storage_state=state, viewport={"width": 390, "height": 600}
    )
    page = context.new_page()
    page.goto(f"{liuxi.address}/setup/rota")
    line, links = page.locator(".roommenu summary"), page.locator(".roommenu .sheet a")
    line.click()
    expect(links.last).to_be_visible()
    line.click()  # the sheet hangs below the line and leaves it free to be pressed again
    expect(links.last).to_be_hidden()
    line.click()
    links.last.click()
    page.wait_for_url("**/setup/finish")
    context.close()


@pytest.mark.parametrize("width", [390, 1024])
def test_the_open_menu_is_open_to_everybody(sit: Sit, liuxi: Site, width: int) -> None:
    page = open_room(sit, liuxi, width)
    page.locator(".roommenu summary").click()
    page.evaluate(AXE_SCRIPT)
    found = broken(page, SEEN)
    theme(page, "dark")
    found += broken(page, PAINTED.format(where="html"))
    theme(page, "")
    page.evaluate("document.documentElement.setAttribute('data-text', 'larger')")
    assert wide(page) <= 0
    page.emulate_media(forced_colors="active")
    here = page.locator(".roommenu a[aria-current]")
    assert here.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    assert not found, "\n".join(found)
