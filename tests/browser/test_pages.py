"""Every page a clerk comes to stands: whole, in both widths, light and dark, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from .conftest import Site, sign_in

pytestmark = pytest.mark.browser
PAGES = (
    "/desk",
    "/desk/matters",
    "/desk/new",
    "/desk/figures",
    "/desk/ledger",
    "/desk/told",
    "/sessions",
    "/complain",
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def too_wide(page: Page) -> int:
    return int(
        page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_each_page_fits_its_width_and_says_it_is_a_sample(page: Page, liuxi: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, liuxi, "centre")
    for address in PAGES:
        answer = page.goto(liuxi.address + address)
        assert answer is not None
        assert answer.status == 200, address
        assert "示例" in page.inner_text("body"), address
        assert too_wide(page) <= 0, address


def test_a_clerk_takes_a_report_in_and_reads_where_it_went(page: Page, liuxi: Site) -> None:
    sign_in(page, liuxi, "centre")
    page.goto(f"{liuxi.address}/desk/new")
    page.fill("textarea[name=text]", "路口的灯不亮了，晚上很黑。")
    page.check("input[name=item] >> nth=0", force=True)
    page.check("input[name=reporting][value=anonymous]", force=True)
    page.select_option("select[name=unit]", index=1)
    page.click("form .dock button")
    page.wait_for_url("**/taken")
    page.goto(page.url.removesuffix("/taken"))
    assert "路口的灯不亮了" in page.inner_text("main")
