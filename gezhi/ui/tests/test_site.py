"""The site's own address is put together in one place, and holds wherever it is printed or handed on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from gezhi.ui import site

ROOM = Path(__file__).parents[2]
ALLOWED = {
    "home.py",  # where it is kept
    "ui/site.py",  # where it is put together
    "setup/address.py",  # how this very request came, told from what is kept
    "cli/plates.py",  # refuses squares while there is none
}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path))
    file = settings.HOME.setup / "address.json"
    file.parent.mkdir(parents=True)
    return lambda address: file.write_text(json.dumps({"address": address}), encoding="utf-8")


@pytest.mark.parametrize("written", ["https://wangge.example.cn", "https://wangge.example.cn/"])
def test_the_address_that_is_kept_holds_however_one_asks(kept: Any, written: str) -> None:
    kept(written)
    request = RequestFactory().get("/near?x=1", HTTP_HOST="127.0.0.1")
    assert site.whole(request, "/follow") == "https://wangge.example.cn/follow"
    assert site.whole(request) == "https://wangge.example.cn"
    assert settings.HOME.whole("/follow") == "https://wangge.example.cn/follow"


def test_without_one_it_is_as_this_request_came_and_nothing_where_nobody_asks(kept: Any) -> None:
    request = RequestFactory().get("/near?x=1", HTTP_HOST="127.0.0.1")
    assert site.whole(request, "/follow") == "http://127.0.0.1/follow"
    assert site.whole(request) == "http://127.0.0.1"
    assert settings.HOME.whole("/follow") == ""
    kept("")
    assert site.whole(request) == "http://127.0.0.1"


def test_nobody_else_puts_it_together() -> None:
    made = re.compile(r"(?i)\bhome\.address|build_absolute_uri")
    found = {
        str(file.relative_to(ROOM))
        for file in ROOM.rglob("*.py")
        if "tests" not in file.parts and made.search(file.read_text(encoding="utf-8"))
    }
    assert found <= ALLOWED, found - ALLOWED
