"""`gezhi doors`: set up from the command line, with a key that no list of processes shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from gezhi.cli.tests.conftest import Command, Homes
from gezhi.notify.tests.providers import ID, SECRET, SIGN, Aliyun, open_here


@pytest.mark.slow
def test_a_door_is_added_tried_paused_and_removed(gezhi: Command, homes: Homes, tmp_path: Path) -> None:
    home = homes.copy(tmp_path / "home")
    at = ("--home", home)
    assert gezhi.json("doors", "list", *at) == []
    with open_here(Aliyun()) as provider:
        gezhi.env["GEZHI_DOOR_KEY"] = f"{ID}:{SECRET}"
        words = ("--kind", "aliyun", "--endpoint", provider.url, "--sign", SIGN)
        assert "模板" in gezhi("doors", "add", "短信", *words, *at, code=1).stderr
        template = ("--template", "*=SMS_154950910:number")
        (made,) = gezhi.json("doors", "add", "短信", *words, *template, *at)
        assert (made["name"], made["channel"], made["state"]) == ("短信", "sms", "on")
        assert gezhi.json("doors", "test", "短信", "--to", "13800138000", *at)["outcome"] == "taken"
        assert provider.taken[0]["PhoneNumbers"] == "13800138000"
        provider.money = 0
        said = gezhi("doors", "test", "短信", "--to", "13800138000", *at, code=1).stderr
        assert "余额不足或欠费停机（isv.AMOUNT_NOT_ENOUGH）" in said
    assert gezhi.json("doors", "pause", "短信", *at)[0]["state"] == "paused"
    assert "停" in gezhi("doors", "list", *at).stderr
    assert gezhi.json("doors", "start", "短信", *at)[0]["state"] == "on"
    assert gezhi.json("doors", "remove", "短信", *at) == []
    assert "没有叫" in gezhi("doors", "start", "短信", *at, code=1).stderr
    assert "mailto:" in gezhi("doors", "add", "手机", "--kind", "webpush", *at, code=1).stderr
    contact = ("--kind", "webpush", "--contact", "mailto:wangge@example.gov.cn")
    assert gezhi.json("doors", "add", "手机", *contact, *at)[0]["channel"] == "web_push"
    assert "进度页" in gezhi("doors", "test", "手机", *at, code=1).stderr
    kept = [file for file in home.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]
    assert kept == []
