"""Every way in which a matter can end, pressed in the browser: it says so with its stamp, and counts only as what it is."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from .conftest import Sit, Site

pytestmark = pytest.mark.browser
GRID = "桥东01网格"
HEAP = "楼道堆着旧木板"


def handed_in(page: Page, site: Site, words: str = HEAP, item: str = "杂物", kind: str = "anonymous") -> str:
    """Registered without the map; the address of the matter."""
    page.goto(f"{site.address}/desk/new")
    page.fill("textarea[name=text]", f"{words}{uuid4().hex[:8]}")
    page.fill("[data-sieve]", item)
    page.press("[data-sieve]", "Enter")
    page.check(f"input[name=reporting][value={kind}]")
    page.click("summary:has-text('不在图上点')")
    page.fill("input[name=unit]", GRID)
    page.click(".dock .pri")
    page.wait_for_url("**/taken*")
    page.click("text=看这一件")
    page.wait_for_url("**/desk/m/**")
    return page.url


def step(page: Page, matter: str, move: str, note: str = "", **said: str) -> None:
    """Take a step that the page offers, by its link and its form."""
    page.goto(matter)
    link = page.locator(f"a[href$='/step/{move}']").first
    page.goto(link.evaluate("a => a.href"))
    for name, value in said.items():
        field = page.locator(f"[name={name}]").first
        if field.get_attribute("type") == "radio":
            page.check(f"input[name={name}][value={value}]")
        else:
            field.fill(value)
    if note:
        page.fill("textarea[name=note]", note)
    page.click("#step .dock .pri")
    page.wait_for_url(lambda url: "/step/" not in url)


def accept(page: Page, matter: str) -> None:
    """The likely step, by its key: it asks for nothing."""
    page.goto(matter)
    page.keyboard.press("a")
    expect(page.locator(".note.good")).to_contain_text("受理")


def ended(page: Page, matter: str, stamp: str) -> None:
    """The stamp is on the page, nothing waits, and no step is offered any more."""
    page.goto(matter)
    expect(page.locator(".seal")).to_contain_text(stamp)
    expect(page.locator("#next a[href*='/step/']")).to_have_count(0)


def test_not_admitted(sit: Sit, liuxi: Site) -> None:
    centre = sit("centre", maps=False)
    matter = handed_in(centre, liuxi)
    step(centre, matter, "refuse", "这件属于法院正在审理的事，请向法院说明。")
    ended(centre, matter, "不予受理")


def test_void(sit: Sit, liuxi: Site) -> None:
    centre = sit("centre", maps=False)
    matter = handed_in(centre, liuxi)
    step(centre, matter, "drop", "现场和照片都没有这件东西，是误报。")
    ended(centre, matter, "无效")


@pytest.mark.parametrize("width", [390, 1440])
def test_transferred_with_the_receipt_of_who_took_it(sit: Sit, liuxi: Site, width: int) -> None:
    centre = sit("centre", width=width, maps=False)
    matter = handed_in(centre, liuxi)
    step(centre, matter, "send_out", "属于公安职责。", reason="police", receipt="110-2026-0412")
    ended(centre, matter, "转出")
    assert "110-2026-0412" in centre.inner_text(".chain")


def test_merged_and_taken_back(sit: Sit, liuxi: Site) -> None:
    centre = sit("centre", maps=False)
    first, second = handed_in(centre, liuxi), handed_in(centre, liuxi)
    centre.goto(first)
    number = centre.inner_text(".crumb b, .crumb").split("/")[-1].strip()
    step(centre, second, "merge", into=number)
    ended(centre, second, "并案")
    centre.goto(second)
    centre.goto(centre.locator("a[href$='/unmerge']").first.evaluate("a => a.href"))
    centre.fill("textarea[name=note]", "不是同一处。")
    centre.click(".dock .pri")
    centre.wait_for_url(lambda url: "/unmerge" not in url)
    expect(centre.locator(".seal")).to_have_count(0)


def test_void_after_checking_needs_a_second_person(sit: Sit, liuxi: Site) -> None:
    centre = sit("centre", maps=False)
    matter = handed_in(centre, liuxi)
    accept(centre, matter)
    step(centre, matter, "drop_late", "两次到场都没有这件东西。")
    centre.goto(matter)
    expect(centre.locator(".seal")).to_have_count(0)
    colleague = sit("centre.q.2", maps=False)
    colleague.goto(matter)
    colleague.click("form[action*='/proposal/'] button[value=yes]")
    expect(colleague.locator("form[action*='/proposal/']")).to_have_count(0)
    ended(colleague, matter, "无效")


def test_solved_and_not_drawn_is_unverified(sit: Sit, liuxi: Site) -> None:
    """Items of low risk are verified by a sample: what is not drawn ends as solved, not verified."""
    centre, worker = sit("centre", maps=False), sit("grid_worker", width=390, maps=False)
    for _time in range(12):
        matter = handed_in(centre, liuxi, "车停在单元门口挡路", "停车占道")
        accept(centre, matter)
        step(worker, matter, "finish_low", "到场请车主挪走了。")
        worker.goto(matter)
        if worker.locator(".seal").count():
            return ended(worker, matter, "已解决")
    raise AssertionError("each of twelve was drawn for the spot check")


def test_a_refused_recusal_says_why_beside_what_was_typed(sit: Sit, liuxi: Site) -> None:
    centre = sit("centre", maps=False)
    matter = handed_in(centre, liuxi)
    centre.goto(f"{matter.split('?')[0]}/recusal")
    form = centre.locator("form[data-keep=other]")
    form.locator("input[name=party]").fill("县住建局")
    form.locator("input[name=why]").nth(1).check()
    form.locator("textarea[name=note]").fill("局里有人和报告人有亲戚关系。")
    form.locator(".dock .pri").click()
    expect(form.locator("[role=alert]").first).to_be_visible()
    expect(form.locator("textarea[name=note]")).to_have_value("局里有人和报告人有亲戚关系。")


def test_going_back_after_handing_in_offers_no_half_of_it_again(sit: Sit, liuxi: Site) -> None:
    """What a browser would put back by position chose another item: nothing is put back at all."""
    centre = sit("centre", maps=False)
    handed_in(centre, liuxi)
    centre.go_back()
    centre.go_back()
    centre.wait_for_url("**/desk/new")
    assert centre.locator("input[name=item]:checked").count() == 0
    assert centre.input_value("textarea[name=text]") == ""
