"""`gezhi run`: web, clock and sender of one or more instances, until Ctrl-C."""

from __future__ import annotations

import argparse
import errno
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gezhi.cli import locks, stamp
from gezhi.cli.supervisor import Child, Supervisor
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused
from gezhi.home import SETTINGS, Home, home_path, make_home, open_home

WORKERS = 2
PORT, LAST_PORT = 8000, 65535


@dataclass(frozen=True)
class Instance:
    """One instance that is about to run: its home, where its pages are, the lock that says it is ours."""

    home: Home
    host: str
    port: int
    lock: IO[str]

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"


def about() -> str:
    return _("运行实例：网页、时钟、发送")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home",
        type=Path,
        action="append",
        metavar=_("目录"),
        help=_("实例目录（默认 GEZHI_HOME 或 .gezhi/home）；可写多次，一起运行"),
    )
    address_options(parser)


def address_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar=_("地址"), help=_("监听地址（默认只限本机）"))
    parser.add_argument("--port", type=port, metavar=_("端口"), help=_("端口（默认 8000）；多个实例依次加一"))


def port(said: str) -> int:
    """A port as it is typed."""
    if not said.isdecimal() or not 1 <= int(said) <= LAST_PORT:
        raise argparse.ArgumentTypeError(_("端口是 1 到 65535 的整数"))
    return int(said)


def act(said: argparse.Namespace) -> int:
    """Make what is missing, refuse what is not upgraded, then keep everything running."""
    homes = [path.absolute() for path in said.home or [home_path()]]
    instances = [
        claim(prepared(path), said.host, (said.port or PORT) + n, next_free=False)
        for n, path in enumerate(homes)
    ]
    keep_running(instances, greet=lambda: greet(instances))
    return 0


def prepared(path: Path) -> Home:
    """The home at `path`, made and upgraded when it is new. Raises `Refused` when an upgrade is due."""
    fresh = not (path / SETTINGS).exists()
    if fresh:
        say(_("新建实例目录 {path}。").format(path=path))
    home = make_home(path, kind="live") if fresh else open_home(path)
    if not stamp.is_current(home):
        if not fresh and stamp.was_upgraded(home):
            raise Refused(
                _("{path} 的数据库还是旧版本。请先运行 gezhi backup，再运行 gezhi upgrade。").format(
                    path=path
                ),
                code="upgrade_due",
            )
        upgrade(path)
    return home


def upgrade(path: Path) -> None:
    """`gezhi upgrade` in a process of its own: the supervisor never loads Django."""
    command = [sys.executable, "-m", "gezhi.cli", "upgrade", "--quiet", "--home", str(path)]
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise Refused(_("实例没有准备好，原因见上一行。"), code="upgrade_failed")


def hold(path: Path) -> IO[str]:
    """Take the lock of a home for this process's life. Raises `Refused` when another process has it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = _("{path} 已在运行。请先停下那一个，或用 --home 指定别的目录。").format(path=path)
    return locks.hold(path / "run.lock", Refused(taken, code="already_running"))


def claim(home: Home, host: str, port: int, *, next_free: bool) -> Instance:
    """Take the home's lock and find its port, with `next_free` the next one that nobody has. Raises `Refused`
    when the lock is taken, when the port is, and when nobody may listen there."""
    lock = hold(home.path)
    free = next((one for one in range(port, LAST_PORT + 1) if _is_free(host, one)), None)
    if free is None or (free != port and not next_free):
        told = _("端口 {port} 已被占用。请停下占用它的程序，或用 --port 换一个空着的")
        other = _("，例如 {free}。").format(free=free) if free else _("。")
        raise Refused(told.format(port=port) + other, code="port_taken")
    if free != port:
        say(_("端口 {port} 已被占用，改用 {free}。").format(port=port, free=free))
    return Instance(home, host, free, lock)


def keep_running(instances: list[Instance], greet: Callable[[], None]) -> None:
    """Supervise all processes of all instances; `greet` is called once, when every page door answers."""
    children = [child for n, one in enumerate(instances) for child in _children(one, n, len(instances))]

    def check() -> bool:
        if not all(_answers(one.host, one.port) for one in instances):
            return False
        greet()
        return True

    Supervisor(children, check).run()
    say(_("已全部停下。"))


def greet(instances: list[Instance]) -> None:
    for one in instances:
        say(
            _("{name} 已就绪：{address}　按 Ctrl-C 停止。").format(
                name=one.home.name or "格治", address=one.address
            )
        )
        if one.home.kind != "live" or not one.home.setup_code:
            say(
                _("居民打开 {address}，工作人员打开 {desk}。").format(
                    address=one.address, desk=f"{one.address}desk"
                )
            )
        if one.home.kind == "live" and (code := one.home.setup_code):
            address = f"{one.address}setup?code={code}"
            say(
                _("还没有开张。请做设置的人打开：{address}　有人能登录以后，这个地址就作废。").format(
                    address=address
                )
            )


def _children(one: Instance, number: int, of: int) -> list[Child]:
    """Web first, then clock and sender; with several instances each name says which one it serves."""
    tag = f"{number + 1}/" if of > 1 else ""
    env = {
        "GEZHI_HOME": str(one.home.path),
        "DJANGO_SETTINGS_MODULE": "gezhi.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    threads = 2 if one.home.database == "sqlite" else 4
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"),
        *("--host", one.host, "--port", str(one.port), "--workers", str(WORKERS)),
        *("--blocking-threads", str(threads), "--no-access-log", "--log-level", "warning"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"),
        "gezhi.config.wsgi:application",
    ]
    jobs = [sys.executable, "-m", "gezhi.jobs"]
    return [
        Child(f"{tag}web", web, {**env, "GEZHI_LISTENS": one.address}),
        Child(f"{tag}clock", [*jobs, "clock"], env),
        Child(f"{tag}sender", [*jobs, "sender"], env),
    ]


def _is_free(host: str, port: int) -> bool:
    """Raises `Refused` when it is not the port that is in the way."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return False
            told = _("不能在 {host} 的端口 {port} 上接待（{why}）。请用 --host 或 --port 换一个。")
            why = problem.strerror or problem
            raise Refused(told.format(host=host, port=port, why=why), code="cannot_listen") from None
        return True


def _answers(host: str, port: int) -> bool:
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    try:
        with socket.create_connection((where, port), timeout=0.1):
            return True
    except OSError:
        return False
