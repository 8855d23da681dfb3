"""From an empty folder to the first matter: a clerk, a printed address, one workbook. The time of each page is printed."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from .conftest import READY_WITHIN, free_port, supervised

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "柳溪-绿荫-2026"


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[str]:
    """`gezhi run` on a home that is not there yet; the address that it prints."""
    log = tmp_path / "log"
    words = ["run", "--home", str(tmp_path / "home"), "--port", str(free_port())]
    with supervised(words, log, os.environ | {"PYTHONUNBUFFERED": "1"}) as run:
        yield _address(run, log)


def _address(run: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        said = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"http://\S+/setup\?code=[a-z0-9-]+", said):
            return found[0]
        assert run.poll() is None, said
        time.sleep(0.2)
    raise AssertionError("no address was printed")


class Steps:
    """What each page took, told at the end."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.began = time.monotonic()

    def done(self, what: str) -> None:
        now = time.monotonic()
        self.told.append(f"{what} {now - self.began:.1f} s")
        self.began = now


def test_a_clerk_opens_a_district(
    chromium: Browser, printed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps, house = Steps(), printed.split("/setup")[0]
    clerk = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = clerk.new_page()
    page.goto(printed)
    page.click("button[value=nanling]")
    page.wait_for_url("**/setup/model/names")
    page.click("main form button.pri")  # called as it is there
    page.wait_for_url("**/setup/workbook")
    steps.done("model")
    _fill_in(page, tmp_path)
    steps.done("workbook")
    page.click("main .acts a.pri")  # borders: later
    page.select_option("#me", index=1)  # nobody stands there beforehand
    page.fill("#password", PASSWORD)
    page.click("main form button.pri")
    page.get_by_text("给每个人一张登录单").wait_for()
    page.locator("li", has_text="centre.").first.locator("input").check()
    page.click("main form[method=post] button.pri")
    page.check("[name=anyway]")  # this machine alone opens the address: that is said first
    page.click("main form[method=post] button.pri")
    page.locator(".slips .code").first.wait_for()
    page.wait_for_load_state()
    code, name = page.inner_text(".slips .code"), page.inner_text(".slips dd code >> nth=0")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    steps.done("people")
    number = _first_matter(chromium, house, name, code)
    steps.done("first matter")
    page.goto(f"{house}/setup/finish")
    page.click("main details summary")  # what is still missing is folded while the first matter is not done
    assert "个网格没有边界" in page.inner_text("main")
    clerk.close()
    with capsys.disabled():
        print(f"\n{number}: " + ", ".join(steps.told))


def _fill_in(page: Page, folder: Path) -> None:
    """Download the example, spoil a cell, mend what comes back, confirm."""
    with page.expect_download() as down:
        page.click("a[href$='example.xlsx']")
    file = folder / "柳溪.xlsx"
    down.value.save_as(file)
    book = load_workbook(file)
    book["单元"]["C3"] = "乡镇"
    book.save(file)
    _upload(page, file)
    assert "单元 C3" in page.inner_text(".faults")
    with page.expect_download() as down:
        page.click("a[href$='returned.xlsx']")
    down.value.save_as(file)
    book = load_workbook(file)
    book["单元"]["C3"] = "镇"
    book.save(file)
    _upload(page, file)
    page.click("[name=confirm]")
    page.wait_for_url("**/setup/borders")


def _upload(page: Page, file: Path) -> None:
    page.set_input_files("#workbook", str(file))
    page.click("form:has(#workbook) button")
    page.locator(".faults, .groups").first.wait_for()


def _first_matter(chromium: Browser, house: str, name: str, code: str) -> str:
    """Whoever got the slip signs in with it and registers."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{house}/first-time?as={name}#{code}")  # what the square on the slip says
    assert page.input_value("#sign_in") == name
    assert page.input_value("#code") == code
    assert "#" not in page.url
    assert page.locator("[data-scanned]").is_visible()
    assert not page.locator("p.lead[data-typed]").is_visible()
    page.fill("#password", PASSWORD)
    page.click("[data-show=password]")
    assert page.get_attribute("#password", "type") == "text"
    page.click("main form button.pri")
    page.wait_for_url("**/desk")
    page.goto(f"{house}/desk/new")
    page.fill("[name=text]", "楼道里堆着没人要的旧沙发")
    page.locator("#items [data-alike] .pick").first.click()
    assert page.locator("#items [data-alike] [name=item]").first.is_checked()
    page.click("text=不在图上点")
    page.fill("[name=unit]", str(page.locator("#units option").nth(1).get_attribute("value")))
    page.click("form[data-report] .dock button.pri")
    page.wait_for_url("**/taken")
    found = re.search(r"柳\S*〔\d{4}〕\d{4}-\d{4}号|\S*〔\d{4}〕\d{4}-\d{4}号", page.inner_text("main"))
    context.close()
    assert found
    return found[0]
