"""Whether a home's database is as new as this code, told without opening it: a digest of all migrations."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.home import Home

PACKAGE = Path(__file__).parent.parent
FILE = "upgraded"


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
    """Raises `Refused` when the entered home was not upgraded yet."""
    from django.conf import settings

    if not is_current(settings.HOME):
        raise Refused(
            _("{path} 还没有准备好。请先运行 gezhi upgrade。").format(path=settings.HOME.path),
            code="upgrade_due",
        )


def _digest(home: Home) -> str:
    seen = hashlib.sha256(f"{home.database}\n{home.schema}\n".encode())
    for file in sorted(PACKAGE.glob("*/migrations/*.py")):
        seen.update(str(file.relative_to(PACKAGE)).encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()
