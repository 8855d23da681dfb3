"""Whether a home's database is as new as this code, told without opening it: a digest of all migrations."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gezhi.cli import locks
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.home import Home

PACKAGE = Path(__file__).parent.parent
FILE = "upgraded"
MADE = "demo-made"
"""Lies in a demo's home once it is made whole."""


def is_current(home: Home) -> bool:
    """Whether the last upgrade was made by exactly these migrations, on exactly this database."""
    file = home.path / FILE
    return file.exists() and file.read_text(encoding="ascii") == _digest(home)


def was_upgraded(home: Home) -> bool:
    """Whether this home has ever had a database."""
    return (home.path / FILE).exists()


def write(home: Home) -> None:
    """Say that the database now is as new as this code."""
    (home.path / FILE).write_text(_digest(home), encoding="ascii")


def must_be_current() -> None:
    """Raises `Refused` when the entered home was not upgraded yet, or is a demo that is being made: one that an older version
    left is emptied and made anew by its next start, with all that was put in meanwhile."""
    from django.conf import settings

    home: Home = settings.HOME
    if home.kind == "demo" and (not is_current(home) or _being_made(home)):
        told = _(
            "{path} 的演示还在建，或者是旧版本留下的，启动时会整个重建：现在写进去的会丢，所以没有做。请等 gezhi demo 给出地址后再来。"
        )
        raise Refused(told.format(path=home.path), code="demo_not_made")
    if not is_current(home):
        raise Refused(
            _("{path} 还没有准备好。请先运行 gezhi upgrade。").format(path=home.path),
            code="upgrade_due",
        )


def _being_made(home: Home) -> bool:
    return not (home.path / MADE).exists() and locks.is_held(home.path / "run.lock")


def _digest(home: Home) -> str:
    seen = hashlib.sha256(f"{home.database}\n{home.schema}\n".encode())
    for file in sorted(PACKAGE.glob("*/migrations/*.py")):
        seen.update(str(file.relative_to(PACKAGE)).encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()
