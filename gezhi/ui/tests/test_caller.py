"""Whose address a limit counts by: the caller's, and never what a caller says of themself."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from gezhi import home as homes
from gezhi.ui import caller

PROXY = "127.0.0.1"


def asked(peer: str, said: str | None = None) -> str:
    more: dict[str, Any] = {} if said is None else {"HTTP_X_FORWARDED_FOR": said}
    return caller.address_of(RequestFactory().get("/", REMOTE_ADDR=peer, **more))


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> Any:
    caller._warn.cache_clear()

    def name(*names: str) -> None:
        monkeypatch.setattr(settings, "HOME", replace(settings.HOME, proxies=names))

    name(PROXY, "10.0.0.0/24", "2001:db8:1::/48")
    return name


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first was said by whoever asked
        (PROXY, "198.51.100.1,203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies of ours
        (PROXY, "10.0.0.7, 10.0.0.8", "10.0.0.7"),  # one of our own machines asks
        (PROXY, "203.0.113.9:52110", "203.0.113.9"),
        (PROXY, "[2001:db8:2:3::9]:52110", "2001:db8:2:3::/64"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("2001:db8:1::7", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody of ours: the header says nothing
        ("10.0.1.1", "198.51.100.1", "10.0.1.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_a_proxy_of_ours_is_believed(peer: str, said: str | None, found: str) -> None:
    assert asked(peer, said) == found


@pytest.mark.parametrize("said", ["unknown", "203.0.113.9, unknown", "_hidden", ",", "203.0.113", "' or 1=1"])
def test_a_header_that_is_none_leaves_the_peer(said: str) -> None:
    assert asked(PROXY, said) == PROXY


def test_what_is_written_in_front_changes_nothing() -> None:
    assert {asked(PROXY, f"{forged}, 203.0.113.9") for forged in ("1.1.1.1", "x", "10.0.0.1", "::1")} == {
        "203.0.113.9"
    }
    assert asked(PROXY, "1.1.1.1," * 9000 + "203.0.113.9") == "203.0.113.9"


def test_a_household_cannot_walk_through_its_addresses() -> None:
    assert asked("2001:db8:2:3::1") == asked("2001:db8:2:3:ffff:1:2:3") == "2001:db8:2:3::/64"
    assert asked("2001:db8:2:4::1") != asked("2001:db8:2:3::1")
    assert asked("::ffff:203.0.113.9") == asked("203.0.113.9")


def test_a_proxy_by_a_socket_is_believed_where_the_home_says_so(proxies: Any) -> None:
    proxies("unix")
    assert asked("", "203.0.113.9") == "203.0.113.9"
    assert asked(PROXY, "203.0.113.9") == PROXY


def test_a_proxy_that_was_not_named_is_said_once(proxies: Any, caplog: pytest.LogCaptureFixture) -> None:
    proxies()
    with caplog.at_level(logging.WARNING):
        for _time in range(3):
            asked(PROXY, "203.0.113.9")
        asked("203.0.113.9", "198.51.100.1")
        asked("10.0.0.77", "198.51.100.1")
        asked("10.0.0.78", "198.51.100.1")
    assert len(caplog.records) == 2
    assert 'proxies = ["127.0.0.1"]' in caplog.text
    assert not [one for one in ("203.0.113.9", "10.0.0.7", "198.51.100.1") if one in caplog.text]


@pytest.mark.parametrize(
    "wrong", ['"127.0.0.1"', '["10.0.0.5/8"]', '["nginx"]', '["0.0.0.0/0"]', "[true, 1.5]", "7"]
)
def test_what_is_no_proxy_is_said_and_nothing_starts(tmp_path: Path, wrong: str) -> None:
    homes.make_home(tmp_path)
    homes.write_settings(tmp_path, f"proxies = {wrong}\n")
    with pytest.raises(homes.HomeError, match="proxies"):
        homes.open_home(tmp_path)


def test_a_home_with_proxies_is_read(tmp_path: Path) -> None:
    assert homes.make_home(tmp_path, proxies=["127.0.0.1", "unix"]).proxies == ("127.0.0.1", "unix")
