"""The day in cells, drawn by a browser: whatever number is late or falls due in an hour, it stays in its card."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.timezone import get_default_timezone
from playwright.sync_api import Page

from gezhi.desk import rows
from gezhi.matters.lists import Glance

pytestmark = pytest.mark.browser
SHEETS = Path(rows.__file__).parents[1] / "ui" / "static" / "ui"
NOW = datetime(2026, 11, 20, 16, 20, tzinfo=get_default_timezone())
OUT = """() => {
    const card = document.querySelector(".day").getBoundingClientRect()
    return [...document.querySelectorAll(".day i, .day .more, .day .lab")]
        .filter(one => { const b = one.getBoundingClientRect(); return b.right > card.right || b.left < card.left })
        .length + Math.max(0, document.documentElement.scrollWidth - innerWidth)
}"""
RUN_TOGETHER = """() => {
    const words = [...document.querySelectorAll(".hours .lab")].map(one => {
        const range = document.createRange()
        range.selectNodeContents(one.firstChild)
        return range.getBoundingClientRect()
    })
    return words.filter((one, n) => n && words[n - 1].right > one.left).length
}"""
SHADE = """() => {
    const row = document.querySelector(".tabs")
    return row.scrollWidth > row.clientWidth
        && getComputedStyle(row).backgroundAttachment.split(", ").includes("local")
}"""


def drawn(page: Page, *dues: tuple[int, timedelta]) -> None:
    """A page with nothing but the card, as many due at each distance from now, and a row of chips."""
    some = [Glance("accepted", NOW, NOW + away) for many, away in dues for _n in range(many)]
    day = render_to_string("ui/day.html", {"day": rows.day_of(some, NOW, more=True)})
    chips = "".join(f'<a href="#">处置办结待核 {n}</a>' for n in range(8))
    css = "".join((SHEETS / name).read_text() for name in ("tokens.css", "gezhi.css"))
    page.set_content(
        f'<meta name="viewport" content="width=device-width"><style>{css}</style>'
        f'<div class="main">{day}<nav class="tabs">{chips}</nav></div>'
    )


@pytest.mark.parametrize("width", [1440, 1024, 800, 390, 320])
def test_many_late_and_many_in_an_hour_stay_in_the_card(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    drawn(page, (545, -timedelta(days=3)), (88, timedelta(minutes=70)), (60, timedelta(days=2)))
    assert page.locator(".day .bin .late").count() == rows.MOST_CELLS
    assert page.locator(".hours i").count() == rows.MOST_CELLS_OF_AN_HOUR
    for text in ("", "large", "larger"):
        page.evaluate("size => document.documentElement.setAttribute('data-text', size)", text)
        assert page.evaluate(OUT) == 0, text
        assert page.evaluate(RUN_TOGETHER) == 0, text


def test_a_row_of_chips_that_goes_on_beyond_the_edge_is_shaded_there(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    drawn(page, (1, timedelta(hours=1)))
    assert page.evaluate(SHADE)
