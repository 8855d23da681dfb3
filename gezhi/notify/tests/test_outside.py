"""Where a push may go: to the open internet and to what the home names, at the moment it goes, and to the address that
was looked at."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest
from django.conf import settings

from gezhi.errors import Refused
from gezhi.ledger.models import Instance
from gezhi.matters.tests.liuxi import World
from gezhi.notify import outside

from .receiver import receiving

BARRED = (
    "127.0.0.1 127.9.9.9 10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1"
    " 255.255.255.255 192.0.0.1 198.18.0.1 240.0.0.1 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1"
    " ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:7f00:1:: 2001:db8::1"
).split()


@pytest.mark.parametrize("address", BARRED)
def test_no_inner_or_special_address_is_asked(world: World, address: str) -> None:
    assert not outside.may_ask(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_the_open_internet_is_asked(world: World, address: str) -> None:
    assert outside.may_ask(ip_address(address))


def allowing(monkeypatch: pytest.MonkeyPatch, *networks: str) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, push_to=networks))


def test_a_network_that_the_home_names_is_asked_and_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowing(monkeypatch, "10.8.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
    assert outside.may_ask(ip_address("10.8.3.4"))
    assert outside.may_ask(ip_address("::ffff:10.8.3.4"))
    assert not outside.may_ask(ip_address("10.9.3.4"))
    assert not outside.may_ask(ip_address("169.254.169.254"))
    assert outside.may_ask(ip_address("127.0.0.1"))


def test_a_live_instance_never_asks_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    allowing(monkeypatch, "127.0.0.0/8")
    monkeypatch.setattr(outside.instance, "kind", lambda: "live")
    assert not outside.may_ask(ip_address("127.0.0.1"))
    with pytest.raises(Refused, match="https"):
        outside.check("http://127.0.0.1/")


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org/", "http://example.org/", "https://", "https://a b/", "https://u:p@example.org/",
        "https://example.org/#a", "https://example.org:99999/", "https://[::1", "https://10.0.0.1/", "https://[fd00::1]/",
        "https://169.254.169.254/latest", "https://ex\nample.org/", "https://例子.cn/",
    ],
)  # fmt: skip
def test_an_address_that_can_never_be_asked_is_not_taken(world: World, url: str) -> None:
    with pytest.raises(Refused) as refusal:
        outside.check(url)
    assert refusal.value.field == "url"


def test_a_name_is_looked_at_when_it_is_asked_with_all_its_addresses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.check("https://example.org/gezhi")
    asked: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *said, **_more: asked.append(said))
    for answer in (["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["fe80::1%eth0"], []):
        monkeypatch.setattr(outside, "resolve", lambda *_said, answer=answer: answer)
        assert outside.post("https://example.org/gezhi", b"{}", {}).fault == "barred"
    assert asked == []


def test_the_connection_goes_to_the_address_that_was_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowing(monkeypatch, "127.0.0.0/8")
    monkeypatch.setattr(outside, "_is_loopback", lambda host: True)
    looked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        looked.append(host)
        return ["127.0.0.1"]  # and something else whenever it is asked again

    monkeypatch.setattr(outside, "resolve", once)
    with receiving() as receiver:
        port = receiver.server.server_address[1]
        outcome = outside.post(f"http://rebound.example:{port}/x", b"{}", {})
    assert (outcome.status, looked) == (200, ["rebound.example"])
    assert receiver.came[0][0]["Host"] == f"rebound.example:{port}"


def test_a_redirect_is_not_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    allowing(monkeypatch, "127.0.0.0/8")
    with receiving() as inner, receiving() as receiver:
        receiver.answers = [(307, {"Location": inner.url}, b"")]
        assert outside.post(receiver.url, b"{}", {}).fault == "redirect"
        assert inner.came == []


def test_a_request_lasts_no_longer_than_it_may(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte of a header at a time would outlast any limit of a single wait."""
    allowing(monkeypatch, "127.0.0.0/8")
    monkeypatch.setattr(outside, "WHOLE", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as door:
        ended = threading.Event()

        def drip() -> None:
            line, _from = door.accept()
            with line:
                while not ended.wait(0.1):
                    try:
                        line.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        outcome = outside.post(f"http://127.0.0.1:{door.getsockname()[1]}/", b"{}", {})
        ended.set()
        thread.join(2)
    assert (outcome.status, outcome.fault) == (0, "timeout")
    assert outcome.millis < 2000


def test_a_name_without_address_and_a_door_without_anybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowing(monkeypatch, "127.0.0.0/8")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    assert outside.post(f"http://127.0.0.1:{port}/", b"{}", {}).fault == "connection"

    def nobody(*_said: object) -> list[str]:
        raise socket.gaierror

    monkeypatch.setattr(outside, "resolve", nobody)
    assert outside.post("https://example.org/", b"{}", {}).fault == "name"
    assert Instance.objects.exists()
