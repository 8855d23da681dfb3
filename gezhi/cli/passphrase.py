"""The passphrase of a backup: from a file, or asked for."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

SHORTEST = 10


def passphrase_option(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--passphrase-file", type=Path, metavar=_("文件"), help=_("从文件第一行读口令（不写则当场询问）")
    )


def new_passphrase(file: Path | None) -> str:
    """A passphrase for a new backup: long enough, and typed twice."""
    said = _from(file) if file else _asked(_("备份口令："))
    if len(said) < SHORTEST:
        raise Refused(
            _("口令至少 {n} 个字符。忘了口令，备份就打不开。").format(n=SHORTEST), code="passphrase_short"
        )
    if file is None and _asked(_("再输一遍：")) != said:
        raise Refused(_("两次输入不一样，没有备份。"), code="passphrase_differs")
    return said


def known_passphrase(file: Path | None) -> str:
    """The passphrase of a backup that is there."""
    return _from(file) if file else _asked(_("备份口令："))


def _from(file: Path) -> str:
    return (file.read_text(encoding="utf-8").splitlines() or [""])[0]


def _asked(label: str) -> str:
    if not sys.stdin.isatty():
        raise Refused(
            _("这里无法询问口令。请把口令写进文件，用 --passphrase-file 指明。"), code="no_terminal"
        )
    return getpass.getpass(label)
