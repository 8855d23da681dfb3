"""`gezhi run`, as it stands: web, clock and sender of real homes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gezhi.cli import run
from gezhi.cli.main import main
from gezhi.errors import Refused
from gezhi.home import make_home

from .conftest import Command
from .test_supervisor import carrying, wait_until

pytestmark = pytest.mark.slow
Capture = pytest.CaptureFixture[str]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def answer(port: int) -> str:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return line.recv(65536).decode("utf-8", "replace").split("\r\n")[0]
    return ""


class Running:
    """A supervisor over homes, on neighbouring ports."""

    def __init__(self, gezhi: Command, homes: list[Path], port: int) -> None:
        self.gezhi, self.homes, self.port = gezhi, homes, port
        self.log = gezhi.folder / "log"
        words = [w for home in homes for w in ("--home", str(home))]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gezhi.cli", "run", "--port", str(port), *words],
                env=gezhi.env,
                stdout=out,
                stderr=out,
            )

    def pids(self) -> set[int]:
        return {pid for home in self.homes for pid in carrying(f"GEZHI_HOME={home}\0")}


@contextlib.contextmanager
def running(gezhi: Command, liuxi: Path, names: tuple[str, ...]) -> Iterator[Running]:
    homes = [gezhi.folder / name for name in names]
    for home in homes:
        shutil.copytree(liuxi / "home", home)
    one = Running(gezhi, homes, free_port())
    try:
        wait_until(
            lambda: one.log.read_text().count("已就绪") == len(homes) or one.process.poll() is not None, 90
        )
        assert one.process.poll() is None, one.log.read_text()
        yield one
    finally:
        one.process.kill()
        for pid in one.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def both(gezhi: Command, liuxi: Path) -> Iterator[Running]:
    with running(gezhi, liuxi, ("north", "south")) as two:
        yield two


@pytest.fixture
def alone(gezhi: Command, liuxi: Path) -> Iterator[Running]:
    with running(gezhi, liuxi, ("north",)) as one:
        yield one


def test_two_homes_run_under_one_supervisor_survive_crashes_and_stop_together(both: Running) -> None:
    wait_until(lambda: answer(both.port) and answer(both.port + 1), 60)
    refused = both.gezhi("run", "--home", both.homes[0], "--port", free_port(), code=1)
    assert "已在运行" in refused.stderr
    taken = both.gezhi("run", "--home", both.gezhi.folder / "third", "--port", both.port, code=1)
    assert f"端口 {both.port} 已被占用" in taken.stderr
    assert "--port" in taken.stderr
    assert "已是本版本" not in both.log.read_text() + taken.stderr

    for pid in both.pids():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: answer(both.port) and answer(both.port + 1), 60)
    assert both.log.read_text().count("意外结束") >= 6

    began = time.monotonic()
    both.process.terminate()
    assert both.process.wait(60) == 0
    assert time.monotonic() - began < 30
    assert "已强制结束" not in both.log.read_text(), "each stops of its own accord"
    assert both.pids() == set()


def test_no_orphan_is_left_when_the_supervisor_is_killed(alone: Running) -> None:
    assert len(alone.pids()) >= 5
    alone.process.kill()
    wait_until(lambda: not alone.pids(), 15)


def test_a_port_that_is_taken_is_named_and_another_one_offered(tmp_path: Path, capsys: Capture) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        home = make_home(tmp_path / "home", kind="demo")
        with pytest.raises(Refused, match=f"端口 {port} 已被占用.*--port 换一个空着的，例如 [0-9]+。"):
            run.claim(home, "127.0.0.1", port, next_free=False)
        instance = run.claim(home, "127.0.0.1", port, next_free=True)
    assert instance.port > port
    assert f"端口 {port} 已被占用，改用 {instance.port}。" in capsys.readouterr().err
    instance.lock.close()


def test_where_nobody_may_listen_is_told(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", kind="demo")
    with pytest.raises(Refused, match=r"不能在 203\.0\.113\.9 的端口 8123 上接待"):
        run.claim(home, "203.0.113.9", 8123, next_free=True)


@pytest.mark.parametrize(
    "words", [("run", "--port", "99999"), ("run", "--port", "web"), ("demo", "--weeks", "0")]
)
def test_a_number_out_of_range_is_told(words: tuple[str, ...], capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert "的整数" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "told"), [("10.0.0.5", "http://10.0.0.5:8001/"), ("::1", "http://[::1]:8001/")]
)
def test_the_pages_are_told_where_they_answer(tmp_path: Path, host: str, told: str) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        one = run.Instance(make_home(tmp_path / "home", kind="live"), host, 8001, lock)
        web = run._children(one, 0, 1)[0]
    assert web.env["GEZHI_LISTENS"] == told
