"""What every request passes: headers, size, who may come, and the one answer to what goes wrong."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gezhi.config import scopes
from gezhi.config.logs import Quiet
from gezhi.config.scopes import Scope
from gezhi.ledger import instance
from gezhi.ledger.actor import HOUSE
from gezhi.people import queries, services
from gezhi.people.tests.browsing import signed_in
from gezhi.people.tests.liuxi import GRID, NOON, account, open_ground, seat

from . import gate_urls

pytestmark = pytest.mark.django_db
OPEN = Scope("open", "for this test")


@pytest.fixture(autouse=True)
def addresses(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.gate_urls"  # type: ignore[attr-defined]
    for name in (*gate_urls.VIEWS, "form"):
        monkeypatch.setitem(scopes.SCOPES, name, OPEN)
        monkeypatch.setitem(scopes.SCOPES, f"api-{name}", Scope("token", "for this test"))
    monkeypatch.setitem(scopes.SCOPES, "seated", Scope("seated", "for this test"))
    monkeypatch.setitem(scopes.SCOPES, "try", Scope("open", "for this test", invented=True))
    queries.forget()
    instance.forget()


def test_every_answer_says_what_the_browser_may_do(client: Client) -> None:
    for address in ("/plain", "/nowhere", "/locked", "/sign-in"):
        headers = client.get(address).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=(self)" in headers["Permissions-Policy"]
    for address in ("/plain", "/nowhere", "/api/v1/plain", "/api/v1/nowhere"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_browsers_are_held_to_tls_where_the_house_has_it(client: Client, settings: object) -> None:
    assert "Strict-Transport-Security" not in client.get("/plain", secure=True)
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]
    assert "max-age=31536000" in client.get("/plain", secure=True)["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/plain")


def test_an_address_nobody_opened_asks_for_sign_in(client: Client) -> None:
    answer = client.get("/strict?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fstrict%3Fpage%3D2")
    assert client.post("/strict")["Location"] == "/sign-in"
    assert client.get("/strict", headers={"HX-Request": "true"})["HX-Redirect"] == "/sign-in"


def test_a_signed_in_person_is_known_to_the_page_and_needs_a_seat_where_it_says_so() -> None:
    ground = open_ground()
    jia = account("jia", "贾一")
    browser = signed_in(jia)
    assert browser.get("/strict").content.decode() == "贾一"
    assert browser.get("/seated").status_code == 403
    seat(jia, "grid_worker", ground[GRID])
    assert browser.get("/seated").content.decode() == "贾一"


@pytest.mark.parametrize(
    ("kind", "status"), [("demo", 200), ("simulation", 200), ("live", 404), ("replay", 404)]
)
def test_what_is_for_trying_out_does_not_exist_elsewhere(client: Client, kind: str, status: int) -> None:
    open_ground(kind)
    assert client.get("/try").status_code == status


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("refuse", 422, "second_person"),
        ("hide", 404, "not_found"),
        ("locked", 503, "not_saved"),
        ("full", 507, "disk_full"),
        ("nowhere", 404, "not_found"),
    ],
)
def test_a_refusal_is_a_page_for_people_and_problem_json_for_programs(
    client: Client, address: str, status: int, code: str
) -> None:
    page = client.get(f"/{address}")
    assert page.status_code == status
    assert page["Content-Type"].startswith("text/html")
    answer = client.get(f"/api/v1/{address}")
    status = 409 if status == 422 else status  # what was sent fits; the house does not allow it
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert (body["code"], body["status"]) == (code, status)
    assert body["detail"] in page.content.decode()


def test_an_address_typed_with_a_slash_too_many_leads_to_the_page(client: Client) -> None:
    assert client.get("/plain/?page=2")["Location"] == "/plain?page=2"
    assert client.get("/strict//")["Location"] == "/strict"  # which asks for sign-in
    elsewhere = client.get("/plain", PATH_INFO="//plain/")  # would lead away to a host called plain
    refused = [elsewhere, client.get("/nowhere/"), client.get("/api/v1/refuse/"), client.post("/plain/")]
    assert [answer.status_code for answer in refused] == [404] * 4


def test_an_address_that_is_only_pressed_says_so_to_whoever_opens_it(client: Client) -> None:
    page = client.get("/press", headers={"Accept-Language": "zh-CN"})
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "什么也没有做，请回到那一页再看" in page.content.decode()
    assert client.post("/press").content.decode() == "nobody"


def test_a_machine_at_fault_says_that_nothing_was_saved(client: Client) -> None:
    for address in ("/locked", "/full"):
        assert (
            "没有保存任何内容" in client.get(address, headers={"Accept-Language": "zh-CN"}).content.decode()
        )


def test_a_fault_of_the_house_shows_no_words_and_logs_none(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    for address in ("/broken", "/api/v1/broken"):
        answer = client.get(address)
        assert answer.status_code == 500
        assert "王小明" not in answer.content.decode()
    form = Quiet("{message}", style="{")
    lines = [form.format(record) for record in caplog.records if record.levelno >= logging.ERROR]
    assert lines
    assert "王小明" not in "".join(lines)
    assert "ValueError" in lines[-1]


def test_what_is_too_big_is_refused_before_it_is_read(client: Client) -> None:
    body = b"x" * 10_000_000
    answer = client.post("/api/v1/read", body, content_type="application/json")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "too_big")
    page = client.post("/form", "a=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413


def test_a_program_passes_without_session_language_or_messages(client: Client) -> None:
    answer = client.get("/api/v1/plain")
    assert answer.cookies == {}
    assert "Vary" not in answer.headers
    assert answer.content == b"nobody"


def test_a_page_is_in_the_language_kept_else_of_the_account_else_of_the_browser() -> None:
    open_ground()
    english = signed_in(services.make_account("amy", "Amy", language="en", by=HOUSE, at=NOON))
    said = {"headers": {"Accept-Language": "zh-CN"}}
    assert english.get("/strict", **said)["Content-Language"] == "en"
    english.cookies["gezhi_language"] = "zh-hans"
    assert english.get("/strict")["Content-Language"] == "zh-hans"
    assert Client().get("/plain", **said)["Content-Language"] == "zh-hans"


def test_knowing_who_looks_costs_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ground = open_ground()
    jia = account("jia", "贾一")
    seat(jia, "grid_worker", ground[GRID])
    browser = signed_in(jia)
    browser.get("/seated")
    with django_assert_num_queries(2):
        browser.get("/seated")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN", "zh-hans"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh-hans"),
        ("", "zh-hans"),
    ],
)
def test_a_page_speaks_the_first_language_its_reader_knows_else_the_homes(
    client: Client, db: None, asked: str, language: str
) -> None:
    assert client.get("/sign-in", headers={"accept-language": asked})["Content-Language"] == language
