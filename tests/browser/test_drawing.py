"""Drawing a border: the map says how to begin, and what is drawn along a border that is there leaves no gap."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser

MAP = "document.querySelector('[data-drawing]').gezhiMap"
CENTRE = f"() => {MAP}.getCenter().lng"
AT = """([lon, lat]) => { const box = document.querySelector("[data-drawing]"), at = box.gezhiMap.project([lon, lat])
  const room = box.getBoundingClientRect(); return [room.x + at.x, room.y + at.y] }"""
# A grid, and of a grid beside it the edge that is longest on the screen.
EDGE = """async () => {
  const box = document.querySelector("[data-drawing]"), map = box.gezhiMap
  const all = (await (await fetch(box.dataset.borders)).json()).features
  const grids = all.filter((one) => one.properties.level === "grid" && one.geometry.type === "Polygon")
  const mine = grids[0].properties.path
  const other = grids.find((one) => one.properties.path !== mine && one.properties.path.startsWith(mine.slice(0, -4)))
  const ring = other.geometry.coordinates[0], length = (n) => Math.hypot(ring[n + 1][0] - ring[n][0], ring[n + 1][1] - ring[n][1])
  const longest = ring.slice(0, -1).map((_at, n) => n).sort((a, b) => length(b) - length(a))[0]
  return { mine, from: ring[longest], to: ring[longest + 1] }
}"""


@pytest.fixture
def drawing(sit: Sit, liuxi: Site) -> Page:
    """The page of borders, the map ready and near the edge that is drawn along."""
    page = sit("system_admin")
    page.goto(f"{liuxi.address}/setup/borders")
    page.wait_for_selector("[data-drawing][data-ready][data-snaps]")
    return page


def edge(page: Page) -> dict[str, Any]:
    """The chosen grid's neighbour: two of its corners, with the map so near that they lie far apart."""
    found: dict[str, Any] = page.evaluate(EDGE)
    page.select_option("#unit", found["mine"])
    middle = [sum(pair) / 2 for pair in zip(found["from"], found["to"], strict=True)]
    page.evaluate(
        "(at) => document.querySelector('[data-drawing]').gezhiMap.jumpTo({ center: at, zoom: 16 })", middle
    )
    page.locator("[data-drawing]").scroll_into_view_if_needed()
    return found | {"middle": middle}


def press(page: Page, at: list[float], *, away: int = 0, alt: bool = False) -> None:
    x, y = page.evaluate(AT, at)
    if alt:
        page.keyboard.down("Alt")
    page.mouse.click(x + away, y)
    if alt:
        page.keyboard.up("Alt")


def corners(page: Page) -> list[list[float]]:
    return [[float(one) for one in line.split(",")] for line in page.input_value("#border").splitlines()]


def test_a_point_near_a_border_falls_on_it_unless_that_is_switched_off(drawing: Page) -> None:
    found = edge(drawing)
    near = found["middle"]
    drawing.evaluate(
        "(at) => document.querySelector('[data-drawing]').gezhiMap.jumpTo({ center: at })", found["from"]
    )
    press(drawing, found["from"], away=7)
    assert corners(drawing) == [found["from"]]  # to the last digit
    press(drawing, found["from"], away=7)
    assert len(corners(drawing)) == 1  # one corner is not set twice
    press(drawing, found["from"], away=7, alt=True)
    assert corners(drawing)[1] != found["from"]
    drawing.uncheck("[data-snap]")
    press(drawing, found["from"], away=7)
    assert corners(drawing)[-1] != found["from"]
    drawing.check("[data-snap]")

    drawing.click("[data-clear]")
    drawing.evaluate("(at) => document.querySelector('[data-drawing]').gezhiMap.jumpTo({ center: at })", near)
    press(drawing, near, away=3)
    (on,) = corners(drawing)
    (x, y), (a, b), (c, d) = on, found["from"], found["to"]
    assert abs((x - a) * (d - b) - (y - b) * (c - a)) < 1e-12  # on the edge
    assert on not in (found["from"], found["to"])


def test_an_empty_map_says_how_to_begin_and_the_keyboard_sets_corners(drawing: Page) -> None:
    said = drawing.locator("[data-drawing] .mapsay")
    expect(said).to_have_text("还没有点。点边界上的一个拐点就开始。")
    drawing.uncheck("[data-snap]")
    drawing.locator("[data-drawing] canvas").focus()
    expect(drawing.locator("[data-drawing] .cross")).to_have_css("opacity", "1")
    drawing.keyboard.press("Enter")
    expect(said).to_have_text("已有 1 点，再点 2 点就围得成一块。")
    before = drawing.evaluate(CENTRE)
    drawing.keyboard.press("ArrowRight")
    drawing.wait_for_function(f"(before) => ({CENTRE})() !== before && !{MAP}.isMoving()", arg=before)
    drawing.keyboard.press("Enter")
    expect(said).to_have_text("已有 2 点，再点 1 点就围得成一块。")
    assert len({tuple(at) for at in corners(drawing)}) == 2
    drawing.click("[data-undo]")
    expect(said).to_have_text("已有 1 点，再点 2 点就围得成一块。")
