"""The residents' pages on a wide screen: two columns where there is room, one where there is not, and nothing on top of anything."""

from __future__ import annotations

from typing import TypedDict

import pytest
from playwright.sync_api import Page

from .conftest import Sit, Site
from .test_pages import wide
from .test_portal import TEXT, UNDER, receipt

pytestmark = pytest.mark.browser
PAGES = ("/", "/report", "/follow", "/protect", "/open", "/here", "/complain")
TWO = PAGES[:3]

# The two columns by what stands in them, and which of it lies on something else. The foot of the form sticks where it is
# meant to, so it is looked at by itself.
LAID = """() => {
    const box = one => { const at = one.getBoundingClientRect(); return {left: at.left, top: at.top, right: at.right, bottom: at.bottom} }
    const parts = column => Array.from(column.children).map(one => [one, box(one)])
        .filter(([one, at]) => at.right > at.left && at.bottom > at.top && !one.matches(".dock"))
    const around = boxes => ({left: Math.min(...boxes.map(at => at.left)), top: Math.min(...boxes.map(at => at.top)),
                              right: Math.max(...boxes.map(at => at.right)), bottom: Math.max(...boxes.map(at => at.bottom))})
    const columns = Array.from(document.querySelectorAll(".cols > .col")).map(parts), on = []
    const all = columns.flat()
    all.forEach(([one, at], n) => all.slice(n + 1).forEach(([other, there]) => {
        if (at.left < there.right - 1 && there.left < at.right - 1 && at.top < there.bottom - 1 && there.top < at.bottom - 1)
            on.push(one.className + " and " + other.className)
    }))
    return {columns: columns.map(one => around(one.map(([_, at]) => at))), on}
}"""


class Edges(TypedDict):
    left: float
    top: float
    right: float
    bottom: float


def columns(page: Page) -> tuple[Edges, Edges]:
    """Both columns of the open page, on which nothing lies on anything else and which nothing makes wider than its window."""
    laid = page.evaluate(LAID)
    assert laid["on"] == []
    assert wide(page) == 0
    left, right = laid["columns"]
    return left, right


def side_by_side(page: Page) -> bool:
    left, right = columns(page)
    return left["right"] <= right["left"] and abs(left["top"] - right["top"]) < 40


def one_below_the_other(page: Page) -> bool:
    left, right = columns(page)
    return left["bottom"] <= right["top"] + 1 and left["left"] == right["left"]


def handed_in(page: Page, site: Site) -> None:
    """One matter, whose page of progress is open."""
    page.goto(f"{site.address}/report")
    page.fill("#id_text", TEXT)
    page.click("label.chip:has-text('楼道杂物堆放')")
    page.check("#id_nowhere")
    page.click(".dock button")
    receipt(page)


def test_two_columns_where_there_is_room_and_one_where_there_is_not(sit: Sit, liuxi: Site) -> None:
    page = sit("")
    handed_in(page, liuxi)
    mine = page.url.split("?")[0].removeprefix(liuxi.address)
    found = []
    for address in (*TWO, mine):
        page.goto(liuxi.address + address)
        for width, holds in ((1440, side_by_side), (1024, side_by_side), (1023, one_below_the_other)):
            page.set_viewport_size({"width": width, "height": 900})
            if not holds(page):
                found.append(f"{address} at {width}")
    assert found == []


def test_whoever_reads_large_letters_keeps_one_column(sit: Sit, liuxi: Site) -> None:
    page = sit("")
    for address in TWO:
        page.goto(liuxi.address + address)
        page.evaluate("document.documentElement.dataset.text = 'large'")
        assert one_below_the_other(page), address


def test_the_bar_stands_where_it_stood_on_the_page_before(sit: Sit, liuxi: Site) -> None:
    page = sit("")
    seen = set()
    for address in PAGES:
        page.goto(liuxi.address + address)
        room = page.evaluate("document.documentElement.clientWidth")
        tools, foot = page.locator(".tools").bounding_box(), page.locator(".foot nav").bounding_box()
        assert tools
        assert foot
        middle = room / 2
        seen.add((tools["x"] + tools["width"] - middle, foot["x"] - middle))
    assert len(seen) == 1
    ((right, left),) = seen
    assert right == -left  # the frame stands in the middle


@pytest.mark.parametrize("size", [(1024, 600), (1440, 900)])
def test_the_foot_of_the_form_covers_no_field_that_is_in_focus(
    sit: Sit, liuxi: Site, size: tuple[int, int]
) -> None:
    page = sit("", maps=False)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{liuxi.address}/report")
    page.fill("#id_text", TEXT)
    page.wait_for_selector("label.chip:has-text('楼道杂物堆放')")
    page.click("summary")
    page.focus("[type=file]")
    covered, order = [], []
    while not page.evaluate("document.activeElement.closest('.dock') !== null"):
        if page.evaluate(f"({UNDER})() && beside()".replace("beside()", BESIDE)):
            covered.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
        order.append(
            page.evaluate(
                "document.activeElement.closest('[data-field], .photofield, .f').dataset.field || ''"
            )
        )
        assert len(order) < 80
        page.keyboard.press("Tab")
    assert covered == []
    met = [name for n, name in enumerate(order) if name and name not in order[:n]]
    assert met == ["photos", "text", "item", "address", "name"]


BESIDE = """(() => {
    const one = document.activeElement.getBoundingClientRect(), dock = document.querySelector(".dock").getBoundingClientRect()
    return one.right > dock.left && one.left < dock.right
})()"""


def test_what_others_reported_nearby_is_seen_where_it_comes(sit: Sit, liuxi: Site) -> None:
    page = sit("")
    page.goto(f"{liuxi.address}/report")
    page.evaluate(
        "document.querySelector('[data-near]').innerHTML = '<fieldset class=\"f near\"><legend>·</legend></fieldset>'"
    )
    text, where, near, name, foot = (
        page.locator(one).bounding_box()
        for one in ("[data-field=text]", "[data-field=address]", "[data-near]", "[data-field=name]", ".dock")
    )
    assert text and where and near and name and foot  # noqa: PT018
    assert text["x"] + text["width"] <= near["x"] == where["x"] == name["x"]
    assert where["y"] < near["y"] < name["y"]
    assert near["y"] + near["height"] <= foot["y"]


def test_on_a_small_phone_with_large_letters_no_column_is_out_of_sight(sit: Sit, liuxi: Site) -> None:
    page = sit("")
    page.goto(f"{liuxi.address}/ui/portal")
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate("document.documentElement.dataset.text = 'larger'")
    page.locator(".units tbody tr").first.wait_for()
    beside = "Array.from(document.querySelectorAll('.scrolls'), one => one.scrollWidth - one.clientWidth)"
    assert set(page.evaluate(beside)) == {0}
    named = page.locator(".units td").first.evaluate("one => getComputedStyle(one, '::before').content")
    assert named == '"按期"'
