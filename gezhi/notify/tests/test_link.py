"""Where a reporter is told to look: the portal where its address is known, else the centre."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from gezhi.ledger import clock
from gezhi.matters.services.intake import open_matter
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_awaiting import CLUTTER
from gezhi.notify import services
from gezhi.notify.models import Message


def received(world: World) -> str:
    open_matter(CLUTTER, by=world.clerk())
    services.hear(at=clock.now())
    return Message.objects.get(telling="received").text


def test_without_an_address_it_is_the_centre(world: World) -> None:
    assert "报编号" in received(world)


def test_with_one_it_is_the_portal(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys").symlink_to(settings.HOME.path / "keys")
    (tmp_path / "setup").mkdir()
    (tmp_path / "setup" / "address.json").write_text(json.dumps({"address": "https://wg.example.cn/"}))
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, path=tmp_path))
    assert received(world).endswith("查询：https://wg.example.cn/follow")
