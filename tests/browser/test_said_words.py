"""What somebody wrote, drawn by a browser: it breaks where it must, and keeps the lines it was written in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from gezhi.ui import fields

pytestmark = pytest.mark.browser
SHEETS = Path(fields.__file__).parent / "static" / "ui"


def test_a_word_of_three_hundred_letters_stays_in_its_card_and_lines_stay_lines(page: Page) -> None:
    css = "".join((SHEETS / name).read_text() for name in ("tokens.css", "gezhi.css"))
    page.set_content(
        f'<meta name="viewport" content="width=device-width"><style>{css}</style><div class="main"><section class="card">'
        f'<div class="in"><p class="why">{"W" * 300}</p><p class="why">一\n二\n三</p></div></section></div>'
    )
    wide = "[...document.querySelectorAll('.why')].some(one => one.scrollWidth > one.clientWidth)"
    line = "parseFloat(getComputedStyle(document.querySelectorAll('.why')[1]).lineHeight)"
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(f"!{wide} && document.documentElement.scrollWidth <= innerWidth"), width
        assert page.locator(".why").nth(1).evaluate("one => one.clientHeight") >= 2.5 * page.evaluate(line)
