"""`gezhi demo`: the invented district 柳溪, made on the first start, resumed on every other."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from gezhi.cli import run, stamp
from gezhi.cli.words import gettext as _
from gezhi.cli.words import language, say, waiting
from gezhi.errors import Refused
from gezhi.home import Home, make_home

SIGN_INS = "sign-ins.txt"
LONGEST = 26  # weeks of a season


def about() -> str:
    return _("演示：虚构的柳溪县，带一季的事项，可以随意试用")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home",
        type=Path,
        default=Path(".gezhi") / "demo",
        metavar=_("目录"),
        help=_("演示的目录（默认 .gezhi/demo）"),
    )
    parser.add_argument(
        "--weeks", type=weeks, metavar=_("周数"), help=_("一季有多长，1 到 26 周（默认约 13 周）；短的建得快")
    )
    parser.add_argument("--make-only", action="store_true", help=_("只建好，不运行"))
    run.address_options(parser)


def weeks(said: str) -> int:
    """A length of the season, as it is typed."""
    if not said.isdecimal() or not 1 <= int(said) <= LONGEST:
        raise argparse.ArgumentTypeError(_("周数是 1 到 26 的整数"))
    return int(said)


def act(said: argparse.Namespace) -> int:
    """Make what is missing, then run; a second start only runs. A port that is named is taken or refused."""
    path = said.home.absolute()
    lock = run.hold(path)
    if said.weeks and (path / stamp.MADE).exists():
        say(_("演示早已建好，--weeks 不再起作用。要重建，请先删除 {path}。").format(path=path))
    home = made(path, said.weeks)
    lock.close()
    if said.make_only:
        return 0
    instance = run.claim(home, said.host, said.port or run.PORT, next_free=said.port is None)
    say(_("正在启动网页、时钟和发送，几秒后给出地址和登录名。"))
    run.keep_running([instance], greet=lambda: greet(instance))
    return 0


def made(path: Path, weeks: int | None = None) -> Home:
    """The demo's home with its district. A making that was cut short goes on; what an older version left is made anew."""
    home = make_home(
        path, kind="demo", name="柳溪县", synchronous="NORMAL", model="nanling", phone="0000-620-9000"
    )
    _only_a_demo(home)
    if not (path / stamp.MADE).exists():
        say(_("第一次启动：先建数据库，再编出柳溪县和一季的事项，要一两分钟。中断了不要紧，再启动会接着建。"))
    if not stamp.is_current(home):
        if stamp.was_upgraded(home):
            say(_("演示是旧版本留下的，重新建一个。"))
            empty(path)
            return made(path, weeks)
        with waiting(_("正在建数据库……")):
            run.upgrade(path)
    if not (path / stamp.MADE).exists():
        _fill(path, weeks)
        (path / stamp.MADE).touch()
    return home


def empty(path: Path) -> None:
    """Take everything out of a demo's home but the lock that keeps others away meanwhile. First goes what says that it is
    whole: from then on nobody's command puts anything in (`stamp.must_be_current`)."""
    for mark in (stamp.MADE, stamp.FILE):
        (path / mark).unlink(missing_ok=True)
    for one in path.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one.name != "run.lock":
            one.unlink()


def _only_a_demo(home: Home) -> None:
    if home.kind != "demo":
        raise Refused(
            _("{path} 不是演示，不会动它。请用 --home 指定别的目录。").format(path=home.path),
            code="not_a_demo",
        )


def _fill(path: Path, weeks: int | None) -> None:
    """The district and its season, made by the demo's own program behind its own progress bars."""
    env = os.environ | {
        "GEZHI_HOME": str(path),
        "DJANGO_SETTINGS_MODULE": "gezhi.config.settings",
        "GEZHI_LANGUAGE": language(),
    }
    command = [sys.executable, "-m", "gezhi.demo", *(["--weeks", str(weeks)] if weeks else [])]
    if subprocess.run(command, env=env, check=False).returncode:
        raise Refused(_("演示没有建成，原因见上面几行。再运行一次会接着建。"), code="demo_failed")


def greet(instance: run.Instance) -> None:
    """Where to look, and who to sign in as."""
    run.greet([instance])
    file = instance.home.path / SIGN_INS
    if file.exists():
        say(file.read_text(encoding="utf-8").rstrip())
