"""The button "tell me on this device": for whoever number and code let in, of that matter alone, until it is pressed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import GRID, OTHER, TOWN, World
from gezhi.notify import browsers, doorkeeping
from gezhi.notify.doorkeeping import Said
from gezhi.notify.models import Browser
from gezhi.notify.tests.push_service import PushService, serving
from gezhi.portal.views import pushing

from .test_relaying import reported
from .test_rights import NAME, PHONE

NAMED = "手机提醒"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with serving() as found:
        monkeypatch.setattr(settings, "HOME", replace(settings.HOME, push_services=(found.origin,)))
        yield found


@pytest.fixture
def mine(world: World, service: PushService) -> tuple[Client, Matter]:
    contact = Said(contact="mailto:wangge@example.gov.cn")
    doorkeeping.add("webpush", NAMED, contact, "", by=HOUSE, at=clock.now())
    return reported(world, name=NAME, contact=PHONE)


def press(browser: Client, matter: Matter, act: str, service: PushService, **more: str) -> HttpResponse:
    phone = service.phone()
    said = {"act": act, "endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth} | more
    return browser.post(reverse("following_push", args=[matter.id]), said)  # type: ignore[return-value]  # of the test client


def test_it_is_started_asked_and_stopped(mine: tuple[Client, Matter], service: PushService) -> None:
    browser, matter = mine
    assert press(browser, matter, "ask", service).json() == {"on": False, "last": False, "said": ""}  # type: ignore[attr-defined]
    assert press(browser, matter, "start", service).json()["on"]  # type: ignore[attr-defined]
    assert press(browser, matter, "ask", service).json()["on"]  # type: ignore[attr-defined]
    row = Browser.objects.get()
    assert (row.about_kind, row.about, row.language) == ("matter", matter.id, "zh-hans")
    copy = browser.get(reverse("following_copy", args=[matter.id, "json"])).json()
    assert copy["browsers"] == 1
    assert (
        "1 台设备要了提醒"
        in browser.get(reverse("following_copy", args=[matter.id, "html"])).content.decode()
    )
    stopped = press(browser, matter, "stop", service).json()  # type: ignore[attr-defined]
    assert (stopped["on"], stopped["last"]) == (False, True)
    assert not Browser.objects.exists()


def test_only_whoever_was_let_in_presses_it(mine: tuple[Client, Matter], service: PushService) -> None:
    _browser, matter = mine
    answer = press(Client(), matter, "start", service)
    assert answer.status_code == 401
    assert answer["Cache-Control"] == "no-store"
    assert not Browser.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "https://evil.example/x"},
        {"p256dh": "x"},
        {"auth": ""},
        {"act": "other"},
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    mine: tuple[Client, Matter], service: PushService, wrong: dict[str, str]
) -> None:
    browser, matter = mine
    answer = press(browser, matter, **({"act": "start", "service": service} | wrong))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["said"]  # type: ignore[attr-defined]
    assert not Browser.objects.exists()


def test_the_page_offers_it_only_while_there_is_such_a_door(
    mine: tuple[Client, Matter], service: PushService
) -> None:
    browser, matter = mine
    there = reverse("following", args=[matter.id])
    page = browser.get(there).content.decode()
    assert f'data-push="{browsers.public_key()}"' in page
    assert "push.js" in page
    doorkeeping.pause(NAMED, by=HOUSE, at=clock.now())
    page = browser.get(there).content.decode()
    assert "data-push" not in page
    assert "push.js" not in page
    assert "push.js" not in browser.get("/report").content.decode()


def test_pressing_without_end_is_stopped(
    mine: tuple[Client, Matter], service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, matter = mine
    monkeypatch.setattr(pushing, "MOST", 2)
    assert [press(browser, matter, "ask", service).status_code for _n in range(3)] == [200, 200, 429]


def test_the_worker_and_the_manifest_hold_no_record(world: World) -> None:
    worker = Client().get("/push.js")
    assert worker["Content-Type"].startswith("text/javascript")
    said = worker.content.decode()
    assert "fetch" not in said, "it sees no request"
    assert "caches" not in said, "it keeps nothing"
    manifest = Client().get("/push.webmanifest").json()
    assert manifest["start_url"] == "/follow"
    assert manifest["display"] == "standalone"
    assert manifest["name"]


def at_place(browser: Client, act: str, service: PushService, place: str = GRID, **more: str) -> HttpResponse:
    phone = service.phone()
    said = {"act": act, "endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth} | more
    return browser.post(reverse("around_push", args=[place]), said)  # type: ignore[return-value]  # of the test client


def test_anybody_asks_to_be_told_of_a_place_and_stops_it(
    world: World, mine: tuple[Client, Matter], service: PushService
) -> None:
    browser = Client()
    page = browser.get(f"/around/{GRID}").content.decode()
    assert f'action="/around/{GRID}/push" data-push="{browsers.public_key()}"' in page
    assert at_place(browser, "start", service).json()["on"]  # type: ignore[attr-defined]
    row = Browser.objects.get()
    assert (row.about_kind, row.about) == ("unit", world.units["grid"])
    assert at_place(browser, "ask", service).json()["on"]  # type: ignore[attr-defined]
    assert not at_place(browser, "ask", service, OTHER).json()["on"]  # type: ignore[attr-defined]
    assert at_place(browser, "stop", service).json()["last"]  # type: ignore[attr-defined]
    assert not Browser.objects.exists()


def test_no_place_and_no_door_tell_nobody(mine: tuple[Client, Matter], service: PushService) -> None:
    for place in (TOWN, "0009"):
        answer = at_place(Client(), "start", service, place)
        assert answer.status_code == 404
        assert "重新划过" in answer.json()["said"]  # type: ignore[attr-defined]
    assert at_place(Client(), "start", service, auth="").status_code == 422
    doorkeeping.pause(NAMED, by=HOUSE, at=clock.now())
    assert "data-push" not in Client().get(f"/around/{GRID}").content.decode()
    assert at_place(Client(), "start", service).status_code == 422
    assert not Browser.objects.exists()


def test_presses_at_a_place_are_counted(
    mine: tuple[Client, Matter], service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "MOST", 2)
    assert [at_place(Client(), "ask", service).status_code for _n in range(3)] == [200, 200, 429]
