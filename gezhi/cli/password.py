"""The password of an account: generated, from a file, or typed twice."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from pathlib import Path

from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another
GROUPS, OF = 4, 4  # 80 bits


def options(to: argparse.ArgumentParser) -> None:
    way = to.add_mutually_exclusive_group()
    way.add_argument(
        "--password-file", type=Path, metavar=_("文件"), help=_("从文件第一行读密码（不写则当场询问）")
    )
    way.add_argument("--generate", action="store_true", help=_("生成一个密码，只显示一次"))


def new(file: Path | None, *, generate: bool) -> str:
    """A new password; whether it is strong enough is said by whoever keeps it. Raises `Refused`."""
    if generate:
        return "-".join("".join(secrets.choice(LETTERS) for _n in range(OF)) for _g in range(GROUPS))
    said = (file.read_text(encoding="utf-8").splitlines() or [""])[0] if file else _typed_twice()
    if not said:
        raise Refused(_("密码是空的，没有改动任何账号。"), code="password_empty", field="password")
    return said


def _typed_twice() -> str:
    if not sys.stdin.isatty():
        raise Refused(
            _("这里无法询问密码。请用 --password-file 指明文件，或用 --generate 生成一个。"),
            code="no_terminal",
        )
    said = getpass.getpass(_("密码（至少10个字符）："))
    if getpass.getpass(_("再输一遍：")) != said:
        raise Refused(_("两次输入不一样，没有改动任何账号。"), code="password_differs", field="password")
    return said
