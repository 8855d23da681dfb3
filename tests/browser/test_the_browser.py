"""The browser itself is fit for the other tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_chinese_is_drawn_with_letters_and_not_with_boxes(page: Page) -> None:
    page.set_content("<canvas id=c width=80 height=40></canvas>")
    drawn = page.evaluate(
        """() => ["格", "治", "\\uE123"].map(letter => {
            const c = document.getElementById("c").getContext("2d")
            c.clearRect(0, 0, 80, 40); c.font = "32px sans-serif"; c.fillText(letter, 2, 32)
            return c.canvas.toDataURL()
        })"""
    )
    assert len(set(drawn)) == 3


def test_maps_can_be_drawn_without_a_graphics_card(page: Page) -> None:
    page.set_content("<canvas id=c></canvas>")
    assert page.evaluate("() => document.getElementById('c').getContext('webgl2') !== null")
