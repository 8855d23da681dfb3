"""`gezhi demo`: whoever starts it for the first time is told at once what it is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from gezhi.cli import demo, run, stamp
from gezhi.cli.tests.conftest import Command, Homes
from gezhi.cli.words import waiting
from gezhi.errors import Refused


def test_the_first_start_says_at_once_what_it_is_doing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gezhi.cli", "demo", "--make-only", "--weeks", "1", "--home"]
    with subprocess.Popen(
        [*command, str(tmp_path / "home")],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"},
        start_new_session=True,
    ) as making:
        try:
            assert making.stderr is not None
            said = [making.stderr.readline() for _ in range(2)]
        finally:
            os.killpg(making.pid, signal.SIGKILL)
    assert said[0].startswith("第一次启动：先建数据库，再编出柳溪县和一季的事项")
    assert said[1] == "正在建数据库……\n"


def test_waiting_counts_the_seconds_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with waiting("正在建数据库……"):
        said, until = "", time.monotonic() + 60
        while "1 秒" not in said and time.monotonic() < until:  # the second it is told in may be a late one
            time.sleep(0.05)
            said += capsys.readouterr().err
    said += capsys.readouterr().err
    assert "\r正在建数据库…… 0 秒" in said
    assert "\r正在建数据库…… 1 秒" in said
    assert said.endswith("\n")


def test_what_would_be_lost_with_a_demo_that_is_made_anew_is_not_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A door was "added" to a demo that an older version had left, and went with all of it when that demo started."""
    home = replace(settings.HOME, kind="demo", path=tmp_path)
    monkeypatch.setattr(settings, "HOME", home)

    def refused() -> str:
        try:
            stamp.must_be_current()
        except Refused as refusal:
            return refusal.code
        return ""

    assert refused() == "demo_not_made", "nothing is there yet"
    stamp.write(home)
    with run.hold(tmp_path):
        assert refused() == "demo_not_made", "its season is being written"
        (tmp_path / stamp.MADE).touch()
        assert refused() == "", "it runs"
    (tmp_path / stamp.FILE).write_text("of an older version", encoding="ascii")
    assert refused() == "demo_not_made"
    stamp.write(home)
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(demo.shutil, "rmtree", _cut_short)
    with pytest.raises(OSError, match="cut short"):
        demo.empty(tmp_path)
    assert refused() == "demo_not_made", "what says that it is whole goes first"


def _cut_short(_path: Path) -> None:
    raise OSError("cut short")


@pytest.mark.slow
def test_a_door_is_put_into_no_home_that_an_older_version_left(
    gezhi: Command, homes: Homes, tmp_path: Path
) -> None:
    home = homes.copy(tmp_path / "home")
    (home / stamp.FILE).write_text("of an older version", encoding="ascii")
    door = ("doors", "add", "手机", "--kind", "webpush", "--contact", "mailto:wangge@example.gov.cn")
    assert "gezhi upgrade" in gezhi(*door, "--home", home, code=1).stderr
