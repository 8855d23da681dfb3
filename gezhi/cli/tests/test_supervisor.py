"""What is started is kept alive, and ends with the one who started it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gezhi.cli import supervisor

TOYS = """
import sys
from gezhi.cli import supervisor
from gezhi.cli.supervisor import Child, Supervisor
supervisor.STOP_WITHIN = 3.0
mark = {"GEZHI_TOY": sys.argv[1]}
children = [
    Child("talker", ["/bin/sh", "-c", "echo hello; sleep 60 & wait"], mark),
    Child("weak", ["/bin/sh", "-c", "echo alive; exit 3"], mark),
    Child("stubborn", ["/bin/sh", "-c", "trap '' TERM; echo no; sleep 2; sleep 2; sleep 60"], mark),
]
def ready():
    print("ready", flush=True)
    return True
Supervisor(children, ready).run()
"""


def carrying(mark: str) -> set[int]:
    """Processes whose surroundings carry this mark."""
    found = set()
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            said = (folder / "environ").read_bytes() if folder.name.isdecimal() else b""
            if mark.encode() in said and (folder / "stat").read_text().split(") ")[1][0] != "Z":
                found.add(int(folder.name))
    return found


def working(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    said = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def toys(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", TOYS, str(tmp_path)], stdout=out, stderr=out, text=True
        )
        wait_until(lambda: (tmp_path / "out").read_text().count("weak   │ alive") > 1)
        yield process, str(tmp_path)
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def test_a_process_that_ends_is_started_again_and_all_stop_together(
    toys: tuple[subprocess.Popen[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, mark = toys
    assert len(carrying(f"GEZHI_TOY={mark}")) >= 2
    worked = working(process.pid)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    time.sleep(2)  # two children have ended, the stubborn one has not
    assert working(process.pid) - worked < 0.3, "it waits, it does not spin"
    assert process.wait(60) == 0
    assert 3 <= time.monotonic() - began < 30  # the stubborn one is given its time, and no more
    assert supervisor.STOP_WITHIN < 10
    assert carrying(f"GEZHI_TOY={mark}") == set()
    said = Path(mark, "out").read_text()
    assert "talker │ hello" in said
    assert "weak 意外结束（3），1 秒后重新启动。" in said
    assert said.count("没有自己停下，已强制结束。") == 1
    assert "weak 没有自己停下" not in said


def test_nobody_is_left_when_the_supervisor_is_killed_at_once(
    toys: tuple[subprocess.Popen[str], str],
) -> None:
    process, mark = toys
    before = {pid for pid in carrying(f"GEZHI_TOY={mark}") if os.getpgid(pid) == pid}
    process.kill()
    process.wait()
    told = {pid for pid in before if Path(f"/proc/{pid}/cmdline").exists()}
    wait_until(lambda: len(told & carrying(f"GEZHI_TOY={mark}")) <= 1)  # the one that ignores SIGTERM
    for pid in carrying(f"GEZHI_TOY={mark}"):
        os.kill(pid, signal.SIGKILL)
