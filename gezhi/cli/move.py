"""`gezhi move ADDRESS`: the database of a stopped instance to PostgreSQL (or back), with equal counts.

A backup and a restore in one command. The home stays where it is; its old database is kept beside the new.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gezhi.cli import run, stamp
from gezhi.cli.main import home_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused
from gezhi.home import SETTINGS, home_path, open_home, write_settings

KEPT = ".before-move"


def about() -> str:
    return _("把实例搬到另一个数据库（SQLite 与 PostgreSQL 之间），逐表核对行数与内容")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("database", metavar=_("地址"), help=_("sqlite 或 postgresql://…"))
    parser.add_argument("--schema", metavar=_("名称"), help=_("PostgreSQL 中本实例的 schema（默认 gezhi）"))
    home_option(parser)


def act(said: argparse.Namespace) -> int:
    """1. The instance stands still. 2. Backup and restore beside it. 3. Only the settings change over."""
    path = (said.home or home_path()).absolute()
    home = open_home(path)
    lock = run.hold(path)
    with tempfile.TemporaryDirectory(prefix=".gezhi-move-", dir=path.parent) as folder:
        work = Path(folder)
        word = work / "passphrase"
        word.write_text(secrets.token_urlsafe(32), encoding="ascii")
        words = ["--passphrase-file", str(word)]
        _gezhi("backup", str(work / "backup"), "--home", str(path), *words)
        schema = ["--schema", said.schema] if said.schema else []
        _gezhi(
            "restore",
            *(str(work / "backup"), "--home", str(work / "home")),
            *("--database", said.database, *schema, *words),
        )
        new = work / "home"
        if open_home(new).database == "sqlite":
            shutil.move(new / open_home(new).sqlite_file.name, home.sqlite_file)
        write_settings(path, (new / SETTINGS).read_text(encoding="utf-8"))
    stamp.write(open_home(path))
    _keep_old(home.sqlite_file if home.database == "sqlite" else None)
    lock.close()
    say(_("已搬好。旧数据库原样留着，确认无误后可自行删除。"))
    return 0


def _keep_old(file: Path | None) -> None:
    """The old SQLite file under another name, so that nobody opens it by mistake."""
    if file is None:
        return
    for ending in ("", "-wal", "-shm"):
        one = file.with_name(file.name + ending)
        if one.exists():
            one.rename(file.with_name(file.name + KEPT + ending))


def _gezhi(*words: str) -> None:
    if subprocess.run([sys.executable, "-m", "gezhi.cli", *words], check=False).returncode:
        raise Refused(_("没有搬，实例还是原样。原因见上一行。"), code="not_moved")
