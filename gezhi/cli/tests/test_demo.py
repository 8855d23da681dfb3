"""`gezhi demo`: whoever starts it for the first time is told at once what it is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gezhi.cli.words import waiting


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
        time.sleep(1.3)
    said = capsys.readouterr().err
    assert "\r正在建数据库…… 0 秒" in said
    assert "\r正在建数据库…… 1 秒" in said
    assert said.endswith("\n")
