"""Every page a clerk comes to: whole at every width, by day and by night, and open to everybody's eyes and hands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from .conftest import Sit, Site, until
from .test_four_people import photo

pytestmark = pytest.mark.browser
PAGES = (
    "/desk",
    "/desk/matters?state=all",
    "/desk/matters?q=没有这样的事",
    "/desk/new",
    "/desk/figures",
    "/desk/ledger",
    "/desk/told",
    "/sessions",
    "/complain",
    "/desk/m/没有这一件",
)
OUTSIDE = ("/sign-in", "/ui/portal", "/ui")
OF_A_MATTER = ("", "/step/refuse", "/why/route", "/why/grade", "/why/place", "/why/seen", "/taken")
WIDE, NARROW = 1440, 390
OVERFLOWS = (WIDE, 1024, 800, NARROW, 320)
SEEN = "() => axe.run({ resultTypes: ['violations'], preload: false })"
PAINTED = (
    "() => axe.run('{where}', {{ resultTypes: ['violations'], preload: false, runOnly: ['color-contrast'] }})"
)
SCROLLED = (
    "() => axe.run({ resultTypes: ['violations'], preload: false, runOnly: ['scrollable-region-focusable'] })"
)
LOOKS = """
    const look = one => {
        const s = getComputedStyle(one)
        return one.checkVisibility()
            && [s.color, s.backgroundColor, s.backgroundImage, s.opacity, s.fontSize, s.fontWeight].join()
    }
    const all = [...document.querySelectorAll("body *")]
    const light = document.documentElement.dataset.theme || "day"
"""
REMEMBER = f"() => {{ {LOOKS}; window['gezhi-' + light] = new Map(all.map(one => [one, look(one)])) }}"
CHANGED = f"""how => {{
    {LOOKS}
    const before = window["gezhi-" + light]
    const found = new Set(all.filter(one => look(one) && look(one) !== before.get(one)))
    const include = [...found].filter(one => !found.has(one.parentElement))
    return include.length ? axe.run({{ include }}, {{ resultTypes: ["violations"], preload: false, ...how }}) : {{ violations: [] }}
}}"""
TWO_OF_A_KIND = """() => {
    const shape = one => `${one.tagName}.${one.className}(${[...one.children].map(shape)})`
    for (const parent of document.querySelectorAll("main *")) {
        const seen = {}
        for (const child of [...parent.children].filter(one => one.children.length > 1)) {
            seen[shape(child)] = (seen[shape(child)] || 0) + 1
            if (seen[shape(child)] > 2) child.remove()
        }
    }
}"""


def addresses(page: Page, site: Site) -> list[str]:
    """The fixed pages, those of one matter that waits to be accepted, and the form that closes an answered one."""
    page.goto(f"{site.address}/desk?step=answered")
    close = f"{page.locator('a.t1').first.get_attribute('href')}/step/close_early"
    page.goto(f"{site.address}/desk?step=reported")
    matter = page.locator("a.t1").first.get_attribute("href") or ""
    page.goto(site.address + matter)
    due = page.locator(".clocks a").first.get_attribute("href") or ""
    return [*PAGES, *(matter + tail for tail in OF_A_MATTER), due, close]


def wide(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def broken(page: Page, how: str, **only: Any) -> list[str]:
    found: dict[str, Any] = page.evaluate(how, only)
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]


def faults(page: Page, address: str) -> list[str]:
    """What an eye, a hand or a reader would stumble over on the open page: wide and by day all of it, by night the
    contrast; narrow, whatever looks otherwise there, by day all of it, by night its contrast.

    Of rows that differ in their words alone, two are looked at; of the frame around all pages, by night the first.
    """
    where = "html" if address in {PAGES[0], *OUTSIDE} else "main"
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.evaluate(TWO_OF_A_KIND)
    page.evaluate(AXE_SCRIPT)
    found = broken(page, SEEN)
    page.evaluate(REMEMBER)
    theme(page, "dark")
    page.evaluate(REMEMBER)
    found += broken(page, PAINTED.format(where=where))
    page.set_viewport_size({"width": NARROW, "height": 900})
    theme(page, "")
    found += broken(page, SCROLLED) + broken(page, CHANGED)
    theme(page, "dark")
    found += broken(page, CHANGED, runOnly=["color-contrast"])
    return [f"{address} {said}" for said in found]


def faults_of_words(page: Page, address: str) -> list[str]:
    """What another tongue can spoil on the open page: names, sizes, what lies on what; narrow, by day. Colours know no tongue:
    how the page looks by night was asked in the first one."""
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.evaluate(TWO_OF_A_KIND)
    page.evaluate(AXE_SCRIPT)
    return [f"{address} {said}" for said in broken(page, SEEN)]


def theme(page: Page, name: str) -> None:
    """By night ("dark"), or as the window is (by day)."""
    page.evaluate(
        "name => document.documentElement[name ? 'setAttribute' : 'removeAttribute']('data-theme', name)",
        name,
    )


def overflows(page: Page, address: str) -> list[str]:
    """Where the open page is wider than its window, also in large letters. Leaves it in usual ones."""
    found = []
    for text in ("larger", ""):
        page.evaluate("size => document.documentElement.setAttribute('data-text', size)", text)
        for width in OVERFLOWS:
            page.set_viewport_size({"width": width, "height": 900})
            if over := wide(page):
                found.append(f"{address} {text} at {width}: {over} px too wide")
    return found


@pytest.mark.parametrize(
    "share", range(5)
)  # so that two workers share them evenly; the sample sheet is one of its own
def test_each_page_is_open_to_everybody_by_day_and_by_night(sit: Sit, liuxi: Site, share: int) -> None:
    inside, outside, found = sit("centre"), sit(""), []
    pages = [(inside, address) for address in addresses(inside, liuxi)]
    *others, sheet = [*pages, *((outside, address) for address in OUTSIDE)]
    for page, address in [sheet] if share == 4 else others[share::4]:
        page.goto(liuxi.address + address)
        assert "示例" in page.inner_text(".sample"), address
        found += overflows(page, address)
        found += faults(page, address)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["grid_worker", "housing", "lead_office", "volunteer"])
def test_each_door_that_a_post_sees_opens(sit: Sit, liuxi: Site, name: str) -> None:
    page = sit(name, width=390, dark=True, maps=False)
    page.goto(f"{liuxi.address}/desk")
    doors = page.locator(".rail a.go").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for address in [*doors, "/desk/new"]:
        answer = page.goto(liuxi.address + address)
        assert answer is not None
        assert answer.status == 200, address
        assert wide(page) <= 0, address


def test_a_refusal_keeps_the_photos_and_every_word(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", width=390, maps=False)
    page.goto(f"{liuxi.address}/desk/new")
    page.fill("textarea[name=text]", "𠮷" * 4001)
    picture = {"mimeType": "image/jpeg", "buffer": photo()}
    page.set_input_files("input[type=file]", [{"name": f"{n}.jpg", **picture} for n in range(9)])
    page.click(".dock .pri")
    page.wait_for_selector(".wrong")
    assert "最多 4000 字" in page.inner_text("form[data-report]") or "请选是哪一类事" in page.inner_text(
        "form[data-report]"
    )
    assert len(page.input_value("textarea[name=text]")) >= 4001
    assert page.locator("[data-thumbs] figure").count() == 9
    assert wide(page) <= 0


def test_a_switch_of_language_takes_along_what_was_typed_but_no_name(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{liuxi.address}/desk/new")
    page.fill("textarea[name=text]", "楼道堆着纸箱")
    page.fill("input[name=address]", "望湖路 38 号")
    for language in ("en", "zh-hans"):
        page.click("summary.who")
        page.click(f"button[name=language][value={language}]")
        page.wait_for_load_state()
        assert page.input_value("textarea[name=text]") == "楼道堆着纸箱"
        assert page.input_value("input[name=address]") == "望湖路 38 号"
    assert asked == []
    page.fill("input[name=name]", "样本居民")
    page.goto(f"{liuxi.address}/desk")
    assert asked == ["beforeunload"]
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('gz-draft')).length") == 0


def test_a_list_comes_as_a_file_without_words_or_names(sit: Sit, liuxi: Site) -> None:
    page = sit("centre", maps=False)
    page.goto(f"{liuxi.address}/desk/matters?state=all")
    headline = page.locator("a.t1").first.inner_text()
    page.click("details.takeout summary")
    page.select_option("select[name=purpose]", index=1)
    page.select_option("select[name=kind]", "csv")
    page.click("button[name=begin]")
    page.wait_for_url("**/desk/exports*")
    until(lambda: "/desk/exports/" in page.request.get(page.url).text())
    page.reload()
    with page.expect_download() as coming:
        page.locator("a[href*='/desk/exports/'], form[action*='/desk/exports/'] button").first.click()
    text = coming.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("编号,")
    assert re.search(r"〔\d{4}〕\d{4}-\d{4}号", text)
    assert headline not in text


def test_the_pages_of_the_model_do_not_load_themselves_again(sit: Sit, liuxi: Site) -> None:
    """Only a trial that still runs is drawn again; the search box above every page has a form that may be sent again."""
    page, again = sit("system_admin"), list[str]()
    page.clock.install()
    page.goto(f"{liuxi.address}/setup/model/names")
    assert page.locator("script[src*='setup/model']").count() == 1
    page.on("request", lambda one: again.append(one.url) if one.is_navigation_request() else None)
    page.clock.fast_forward(60_000)
    page.evaluate(
        "() => fetch('/robots.txt').then(said => said.text())"
    )  # behind whatever was asked for before it
    assert again == []
