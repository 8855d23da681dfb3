"""The residents' pages beside the straight way: plate, place, receipt and every kind of refusal, open to every eye and hand, in
both tongues, by day and by night, in large letters, at 320 px and at 200 % of a telephone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import forked
from tests.instances import Instance

from .conftest import ROOT, Sit, Site, until
from .test_four_people import photo
from .test_pages import faults, faults_of_words, overflows
from .test_portal import LOST, TEXT, receipt

pytestmark = pytest.mark.browser
Way = Callable[[Page, Site], None]
Look = Callable[[Page, str], list[str]]


@cache
def a_plate(home: Path) -> str:
    """The code of the first plate of the district."""
    listed = forked.command(["plates", "list"], env=Instance(home).environment, cwd=ROOT)
    assert listed.returncode == 0, listed.stderr
    return listed.stdout.splitlines()[1].split(",")[0]


def plate(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/a/{a_plate(site.home)}")
    assert page.locator(".chain li").count() > 1


def no_plate(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/a/00000000")
    assert page.locator("h1").count()


def here(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/here")
    page.wait_for_selector("form[data-place]")


def here_inside(page: Page, site: Site) -> None:
    found = page.request.get(f"{site.address}/report/addresses?q=柳荫路").json()[0]
    page.goto(f"{site.address}/here?lon={found['lon']}&lat={found['lat']}")
    assert page.locator(".chain li").count() > 1


def here_outside(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/here?lon=1&lat=2")
    page.wait_for_selector("[role=alert]")


def around(page: Page, site: Site) -> None:
    here_inside(page, site)
    page.click("a[href^='/around/']")
    page.wait_for_selector("[data-follow]:not([hidden])")


def followed(page: Page, site: Site) -> None:
    around(page, site)
    page.click("[data-follow]")
    page.goto(site.address)
    page.wait_for_selector("[data-places] [data-news]:not(:empty)")


def none_followed(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector("[data-none]:not([hidden])")


def no_place(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/around/0009")
    assert page.locator("h1").count()


def astray(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/report?lon=x&lat=y")
    page.wait_for_selector("[data-answer] .note")


def all_wrong(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/report")
    page.fill("#id_text", TEXT)
    page.wait_for_selector("[data-part=items] .chip")
    page.fill("#id_contact", "abc")
    page.evaluate("document.getElementById('id_lon').value = 'x'")
    page.click(".dock button")
    page.wait_for_selector(".say")
    page.wait_for_selector("[data-answer] .note")


def chosen(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/report")
    page.fill("#id_text", TEXT)
    page.locator("[data-part=items] .chip").first.click()
    page.check("#id_nowhere")


def lost_answer(page: Page, site: Site) -> None:
    chosen(page, site)
    page.evaluate(LOST)
    page.fill("#id_text", f"{TEXT}!")
    page.click(".dock button")
    page.wait_for_selector(".note.good")


def received(page: Page, site: Site) -> None:
    chosen(page, site)
    page.click(".dock button")
    receipt(page)
    page.click(".receipt summary")


def wrong_code(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/follow")
    page.fill("#id_number", "1118-0417")
    page.fill("#id_code", "00000000")
    page.click("form[data-code] button.pri")
    page.wait_for_selector(".note[role=alert]")


def nothing_typed(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/follow")
    page.click("form[data-code] button.pri")
    page.wait_for_selector(".say")


def covering(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/report")
    page.set_input_files("#id_photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.click(".thumbs .hide")
    until(lambda: page.evaluate("(document.querySelector('dialog img') || {}).naturalWidth > 0"))
    page.click("dialog [data-add]")


WAYS: tuple[Way, ...] = (
    *(plate, no_plate, here, here_inside, here_outside, astray, all_wrong),
    *(around, followed, none_followed, no_place),
    *(lost_answer, received, wrong_code, nothing_typed, covering),
)


@pytest.mark.parametrize(
    ("language", "look"), [("zh-hans", faults), ("en", faults_of_words)], ids=["zh-hans", "en"]
)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_is_open_to_everybody(sit: Sit, liuxi: Site, language: str, look: Look, way: Way) -> None:
    resident = sit("", width=390)
    resident.context.add_cookies([{"name": "gezhi_language", "value": language, "url": liuxi.address}])
    resident.on("dialog", lambda one: one.accept())
    way(resident, liuxi)
    resident.wait_for_load_state()
    found = overflows(resident, way.__name__)
    resident.set_viewport_size({"width": 195, "height": 422})  # a telephone at 200 %
    if over := resident.evaluate("document.documentElement.scrollWidth - innerWidth"):
        found.append(f"at 200 %: {over} px too wide")
    found += look(resident, way.__name__)
    assert not found, "\n".join(found)
