"""Homes to measure in, and the servers that serve them: all thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gezhi.home import make_home
from tools import machine

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass(frozen=True)
class Place:
    """A home with its district, and the secret of its key."""

    home: Path
    database: str  # address, or "sqlite"
    key: str

    def env(self, **more: str) -> dict[str, str]:
        return environment(self.home) | more

    def run(self, module: str, *words: str) -> str:
        """Run one of our modules in this home; what it prints."""
        return inside(self.home, module, *words)


def environment(home: Path) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("GEZHI_")}
    settings = {"GEZHI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gezhi.config.settings"}
    return env | settings | {"PYTHONPATH": str(ROOT)}


def inside(home: Path, module: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout.strip()


@contextmanager
def place(kind: str, *, synchronous: str = "FULL") -> Iterator[Place]:
    """A district on a durable PostgreSQL cluster of its own, or on SQLite."""
    with ExitStack() as kept:
        address = kept.enter_context(machine.cluster(durable=True)) if kind == "postgresql" else "sqlite"
        folder = Path(tempfile.mkdtemp(prefix="gezhi-bench-"))
        kept.callback(shutil.rmtree, folder, ignore_errors=True)
        home = folder / "home"
        said = {"kind": "simulation", "name": "柳溪县", "database": address, "synchronous": synchronous}
        make_home(home, **said, key_limit=10_000_000)
        yield Place(home, address, inside(home, "bench.district"))


@contextmanager
def served(
    here: Place, application: str = "gezhi.config.wsgi:application", **env: str
) -> Iterator[tuple[str, int]]:
    """The application as `gezhi run` serves it: granian, WSGI, two workers. Gives its address."""
    port = machine.free_port()
    threads = 2 if here.database == "sqlite" else 4
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)),
        *(
            "--blocking-threads",
            str(threads),
            "--no-access-log",
            "--log-level",
            "warning",
            "--workers-kill-timeout",
            "3",
            application,
        ),
    ]
    child = subprocess.Popen(command, env=here.env(**env), cwd=ROOT, start_new_session=True)
    try:
        _wait_for(("127.0.0.1", port), child)
        yield "127.0.0.1", port
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _wait_for(address: tuple[str, int], child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")
