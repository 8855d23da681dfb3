"""A resident is told on their own telephone: button, worker, a real sender, a push service on this machine, a notification."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from gezhi.notify.doors.webpush import Reached
from gezhi.notify.tests.push_service import PushService, serving
from tests import forked
from tests.instances import Instance

from .conftest import ROOT, Site, free_port, supervised, until, wait_for
from .test_pages import faults, overflows

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
BUTTON = "[data-push] button"
SUBSCRIBED = """(phone) => {
    const bytes = word => Uint8Array.from(atob(word.replace(/-/g, "+").replace(/_/g, "/")), one => one.charCodeAt(0))
    let there = null
    PushManager.prototype.getSubscription = async () => there
    PushManager.prototype.subscribe = async options => {
        window.asked = { visible: options.userVisibleOnly, bytes: options.applicationServerKey.length }
        if (phone.fails) throw new DOMException("push service error", "AbortError")
        there = {
            endpoint: phone.endpoint, options: {}, getKey: name => bytes(phone[name]).buffer,
            unsubscribe: async () => { there = null; window.left = true },
        }
        return there
    }
}"""
"""Where a real browser would ask its vendor's service for an address: that one is not reached from a test."""


MOVES = """
    from uuid import uuid4
    from gezhi.errors import Refused
    from gezhi.ledger.clock import now, today
    from gezhi.matters import queries
    from gezhi.matters.services import relaying
    from gezhi.people.queries import roster
    for person in roster(today()).people.values():
        page = queries.page(person, words["number"])
        try:
            if page and not answer:
                relaying.leave(page.scene, relaying.RelayGiven(uuid4(), "明天上午来看。"), by=person, at=now())
                answer = person.name
        except Refused:
            pass
"""
"""Whoever handles the matter leaves its reporter a word."""


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, made: Path, service: PushService) -> Iterator[Site]:
    """柳溪 as if it were a live one, with a door to browsers, under its own supervisor: page, clock and sender."""
    folder = tmp_path_factory.mktemp("live")
    home, log, port = Instance(folder / "home"), folder / "log", free_port()
    shutil.copytree(made, home.home)
    settings = (
        (home.home / "settings.toml").read_text(encoding="utf-8").replace('kind = "demo"', 'kind = "live"')
    )
    settings += f'push_services = ["{service.origin}"]\nquiet = []\n'
    (home.home / "settings.toml").write_text(settings, encoding="utf-8")
    with sqlite3.connect(home.home / "gezhi.sqlite3") as database:
        database.execute("UPDATE ledger_instance SET kind = 'live', clock_ahead = 0")
        database.execute("DELETE FROM notify_message WHERE state = 'waiting'")
        database.execute("DELETE FROM notify_door")  # the demo's own, with a contact that nobody reads
    door = ["doors", "add", "手机提醒", "--kind", "webpush", "--contact", "mailto:a@example.gov.cn"]
    added = forked.command([*door, "--home", str(home.home)], env=home.environment, cwd=ROOT)
    assert added.returncode == 0, added.stderr
    words = ["run", "--home", str(home.home), "--port", str(port)]
    with supervised(words, log, home.environment) as run:
        wait_for(port, run, log)
        yield Site(f"http://127.0.0.1:{port}", home.home, log)


def followed(chromium: Browser, site: Site, phone: Reached, **more: Any) -> tuple[BrowserContext, Page, str]:
    """A telephone whose owner has just reported something. Its number comes third."""
    context = chromium.new_context(locale="zh-CN", reduced_motion="reduce", **PHONE)
    context.grant_permissions(["notifications"], origin=site.address)
    page = context.new_page()
    said = {"endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth} | more
    page.add_init_script(f"({SUBSCRIBED})({json.dumps(said)})")
    page.goto(f"{site.address}/report")
    page.fill("#id_text", "楼道里堆着没人要的旧沙发，走不过去。")
    page.wait_for_selector("label.chip")
    page.check("input[name=item][value=unsure]", force=True)
    page.check("#id_nowhere", force=True)
    page.tap(".dock button")
    page.wait_for_url("**/follow/**")
    return context, page, page.locator(".receipt dd").all_inner_texts()[0]


def test_a_telephone_is_told_and_shows_it(chromium: Browser, live: Site, service: PushService) -> None:
    context, page, number = followed(chromium, live, service.phone("mine"))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    session = context.new_cdp_session(page)
    registered: dict[str, str] = {}
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: registered.update(
            {one["scopeURL"]: one["registrationId"] for one in said["registrations"]}
        ),
    )
    session.send("ServiceWorker.enable")
    assert page.locator("[data-told]").is_hidden()
    page.tap(BUTTON)
    page.wait_for_selector(f"{BUTTON}[data-now=on]")
    assert page.evaluate("window.asked") == {"visible": True, "bytes": 65}
    assert page.locator("[data-told]").is_visible()
    assert "不再提醒" in page.inner_text(BUTTON)
    assert Instance(live.home).run(MOVES, number=number)
    first = until(lambda: service.taken)[-1]["said"]
    assert number in first["body"]
    shown = pushed(page, session, live, registered, first)
    assert shown == [[first["title"], first["body"], first["tag"]]]
    assert clicked(context, page) == f"/follow#n={number}"
    page.goto(f"{live.address}/follow#n={number}")
    assert page.input_value("[name=number]") == number
    assert errors == []
    context.close()


def pushed(page: Page, session: Any, site: Site, registered: dict[str, str], said: dict[str, str]) -> Any:
    """Hand the real worker what the service was handed, and read what it shows."""
    id = until(
        lambda: page.evaluate("true") and registered.get(f"{site.address}/push")
    )  # asked, so that it is heard
    told = {"origin": site.address, "registrationId": id, "data": json.dumps(said)}
    session.send("ServiceWorker.deliverPushMessage", told)
    reading = """async () => (await (await navigator.serviceWorker.getRegistration("/push")).getNotifications())
        .map(one => [one.title, one.body, one.tag])"""
    return until(lambda: page.evaluate(reading))


def clicked(context: BrowserContext, page: Page) -> str:
    """Where the worker leads whoever taps what it showed."""
    worker = until(lambda: page.evaluate("true") and context.service_workers)[-1]
    there: str = worker.evaluate(
        """async () => {
        const found = new Promise(then => { Clients.prototype.openWindow = async url => then(url) })
        const [notification] = await self.registration.getNotifications()
        self.dispatchEvent(new NotificationEvent("notificationclick", { notification }))
        return found
    }"""
    )
    reading = """async () => (await (await navigator.serviceWorker.getRegistration("/push")).getNotifications()).length"""
    until(lambda: page.evaluate(reading) == 0)
    return there


def test_pressed_again_it_is_told_no_more(chromium: Browser, live: Site, service: PushService) -> None:
    context, page, _number = followed(chromium, live, service.phone("again"))
    page.tap(BUTTON)
    page.wait_for_selector(f"{BUTTON}[data-now=on]")
    page.tap(BUTTON)
    page.wait_for_selector(f"{BUTTON}[data-now=off]")
    until(lambda: page.evaluate("window.left"))
    assert page.locator("[data-told]").is_hidden()
    context.close()


def test_where_the_service_is_not_reached_it_says_so(
    chromium: Browser, live: Site, service: PushService
) -> None:
    """As on most telephones in mainland China, for which Google's service is not there."""
    context, page, _number = followed(chromium, live, service.phone("far"), fails=True)
    page.tap(BUTTON)
    page.wait_for_selector("[data-says]:not([hidden])")
    assert "连不上浏览器的推送服务" in page.inner_text("[data-says]")
    assert page.locator("[data-told]").is_hidden()
    assert not overflows(page, page.url)
    assert not faults(page, page.url)
    context.close()


def test_each_who_does_not_answer_is_named_and_nothing_looks_done(
    chromium: Browser, live: Site, service: PushService
) -> None:
    context, page, _number = followed(chromium, live, service.phone("told"))
    says = page.locator("[data-says]")

    def pressed(words: str, *, now: str, **answer: Any) -> None:
        page.unroute_all()
        page.route("**/push", lambda route: route.fulfill(**answer) if answer else route.abort())
        page.tap(BUTTON)
        page.wait_for_selector(f"[data-says]:has-text('{words}')")
        assert page.get_attribute(BUTTON, "data-now") in ((None, "off") if now == "off" else (now,))
        page.wait_for_selector(f"{BUTTON}:not([aria-busy])")

    broken = {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}
    pressed("本站此刻没有回答，没有记下", now="off")
    pressed("本站此刻没有回答，没有记下", now="off", **broken)
    pressed("这一页太旧了", now="off", **broken | {"status": 403})
    page.unroute_all()
    page.tap(BUTTON)
    page.wait_for_selector(f"{BUTTON}[data-now=on]")
    pressed("没有停成", now="on")
    pressed("没有停成", now="on", **broken)
    page.unroute_all()
    context.clear_cookies(name=re.compile("csrf"))
    page.tap(BUTTON)
    page.wait_for_selector("[data-says]:has-text('这一页太旧了')")
    assert says.locator("a").is_hidden()
    page.reload()
    page.wait_for_selector("[data-push]:not([hidden])")
    context.clear_cookies(name=re.compile("following"))
    page.tap(BUTTON)
    page.wait_for_selector("[data-says]:has-text('编号和查询码')")
    assert says.locator("a").get_attribute("href") == "/follow"
    assert says.locator("a").is_visible()
    assert not overflows(page, page.url)
    assert not faults(page, page.url)
    context.close()


def test_a_question_that_was_waved_away_changes_nothing(
    chromium: Browser, live: Site, service: PushService
) -> None:
    context, page, _number = followed(chromium, live, service.phone("waved"))
    page.evaluate("Notification.requestPermission = async () => 'default'")
    page.tap(BUTTON)
    page.wait_for_selector("[data-says].hint:has-text('没有变')")
    assert page.get_attribute(BUTTON, "data-now") in ("off", None)
    context.close()


def test_a_browser_that_cannot_sees_no_button(chromium: Browser, live: Site, service: PushService) -> None:
    context, page, _number = followed(chromium, live, service.phone("old"))
    there = page.url
    for how, script in (("none", "delete window.PushManager"), ("iphone", "delete window.PushManager")):
        agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)" if how == "iphone" else None
        other = chromium.new_context(
            locale="zh-CN",
            storage_state=context.storage_state(),
            **PHONE | ({"user_agent": agent} if agent else {}),
        )
        window = other.new_page()
        window.add_init_script(script)
        window.goto(re.sub(r"\?.*", "", there))
        window.wait_for_load_state("load")
        assert window.locator(BUTTON).is_hidden()
        assert window.locator("[data-ios]").is_visible() is (how == "iphone")
        other.close()
    quiet = chromium.new_context(
        locale="zh-CN", storage_state=context.storage_state(), java_script_enabled=False
    )
    window = quiet.new_page()
    window.goto(there)
    assert window.locator("[data-push]").is_hidden()
    quiet.close()
    context.close()


def test_a_place_is_told_of_on_the_same_telephone(
    chromium: Browser, live: Site, service: PushService
) -> None:
    context = chromium.new_context(locale="zh-CN", reduced_motion="reduce", **PHONE)
    context.grant_permissions(["notifications"], origin=live.address)
    page, phone = context.new_page(), service.phone("place")
    said = {"endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth}
    page.add_init_script(f"({SUBSCRIBED})({json.dumps(said)})")
    page.goto(f"{live.address}/around/0001000100010001")
    page.tap(BUTTON)
    page.wait_for_selector(f"{BUTTON}[data-now=on]")
    assert "每天早上" in page.inner_text("[data-told]")
    assert told_of_units(live) == 1
    assert not overflows(page, page.url)
    assert not faults(page, page.url)
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(BUTTON)
    page.wait_for_selector(f"{BUTTON}[data-now=off]")
    assert told_of_units(live) == 0
    context.close()


def told_of_units(site: Site) -> int:
    with sqlite3.connect(site.home / "gezhi.sqlite3") as database:
        asked = "SELECT count(*) FROM notify_browser WHERE about_kind = 'unit'"
        return int(database.execute(asked).fetchone()[0])
