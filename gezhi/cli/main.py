"""The one command: `gezhi VERB …`. Each verb is a module with `declare(parser)` and `act(said)`."""

from __future__ import annotations

import argparse
import errno
import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gezhi import __version__
from gezhi.cli.words import gettext as _
from gezhi.cli.words import language, say, teach_argparse
from gezhi.errors import Refused
from gezhi.home import HomeError, home_path
from gezhi.rules.findings import ModelError

VERBS = {  # verb -> module
    "run": "run",
    "demo": "demo",
    "upgrade": "upgrade",
    "backup": "backup",
    "restore": "restore",
    "move": "move",
    "ledger": "ledger",
    "receipt": "receipt",
    "keys": "keys",
    "doors": "doors",
    "groups": "groups",
    "why": "why",
    "import": "importing",
    "learn": "learn",
    "account": "account",
    "audit": "audit",
    "calendar": "calendar",
    "ground": "ground",
    "plates": "plates",
    "contacts": "contacts",
    "points": "points",
    "model": "model",
}

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, do the verb, turn every foreseen failure into a sentence. Returns the exit code."""
    teach_argparse()
    said = parser().parse_args(words)
    try:
        code = int(importlib.import_module(f"gezhi.cli.{VERBS[said.verb]}").act(said) or 0)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _unread()
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        told = sentence_of(problem)
        if told is None:
            raise
        return _tell(*told, as_json=getattr(said, "json", False))


def _unread() -> int:
    """Whoever read us (`… | head`) has had enough: the rest goes nowhere, as after any other command."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    return 128 + signal.SIGPIPE


def parser() -> argparse.ArgumentParser:
    """Every verb with its words; no verb loads Django to explain itself."""
    top = argparse.ArgumentParser(
        prog="gezhi", description=_("格治：网格化治理平台"), epilog=_("每个命令都有自己的 --help。")
    )
    top.add_argument("--version", action="version", version=f"gezhi {__version__}", help=_("显示版本"))
    verbs = top.add_subparsers(dest="verb", metavar=_("命令"), required=True)
    declare_each(verbs, VERBS)
    return top


def declare_each(verbs: Any, modules: Mapping[str, str]) -> None:
    """Each verb with its words, from its module's `about` and `declare`."""
    for verb, module in modules.items():
        part = importlib.import_module(f"gezhi.cli.{module}")
        about = part.about()
        part.declare(verbs.add_parser(verb, help=about, description=about))


YEARS = range(1990, 2200)
"""Years of which anything is said here: beyond them a day is a slip of the hand, and no instant in every zone."""


def day_of(word: str) -> date:
    """The day of a word, 2026-11-20. Raises `ValueError` for a word that is none, and for a day beyond `YEARS`."""
    day = date.fromisoformat(word)
    if day.year not in YEARS:
        raise ValueError(word)
    return day


def day_word(word: str) -> date:
    """A day as an option takes it."""
    try:
        return day_of(word)
    except ValueError:
        raise argparse.ArgumentTypeError(_("日期写成 2026-11-20，年份在 1990 到 2199 之间")) from None


def year_word(word: str) -> int:
    """A year as an option takes it."""
    if not word.isdecimal() or int(word) not in YEARS:
        raise argparse.ArgumentTypeError(_("年份是 1990 到 2199 的整数"))
    return int(word)


def home_option(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--home", type=Path, metavar=_("目录"), help=_("实例目录（默认 GEZHI_HOME 或 .gezhi/home）")
    )


def json_option(to: argparse.ArgumentParser) -> None:
    to.add_argument("--json", action="store_true", help=_("结果以 JSON 输出"))


def plain_verb(verbs: Any, name: str, words: str) -> argparse.ArgumentParser:
    """A verb below a verb, with what most take: the home, and JSON."""
    to: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
    home_option(to)
    json_option(to)
    return to


def file_verb(verbs: Any, name: str, words: str) -> argparse.ArgumentParser:
    """A verb below a verb that is about one file."""
    to = plain_verb(verbs, name, words)
    to.add_argument("file", type=Path, metavar=_("文件"))
    return to


def enter(home: Path | None) -> Path:
    """Set Django up for one home, in the language of the command line. Returns the home's folder."""
    where = (home or home_path()).absolute()
    os.environ["GEZHI_HOME"] = str(where)
    os.environ["DJANGO_SETTINGS_MODULE"] = "gezhi.config.settings"
    import django

    django.setup()
    from django.utils import translation

    translation.activate(language())
    return where


def sentence_of(problem: BaseException) -> tuple[str, str] | None:
    """(code, sentence) of a failure that has one, else None: that one is a fault of ours."""
    if isinstance(problem, HomeError):
        return "home", _(problem.template).format(**problem.params)
    if isinstance(problem, Refused):
        return problem.code, problem.reason
    if isinstance(problem, ModelError):
        return "model", _("治理模型有误：") + "\n" + "\n".join(str(found) for found in problem.findings)
    if isinstance(problem, OSError) and problem.errno in FULL:
        return "disk_full", _("磁盘已满，没有写完，也没有留下半个文件。请腾出空间后再试。")
    if isinstance(problem, OSError) and problem.filename:
        return "file", f"{problem.filename}: {problem.strerror}"
    return _of_database(problem)


def _of_database(problem: BaseException) -> tuple[str, str] | None:
    if "django" not in sys.modules:
        return None
    from django.db import OperationalError

    if not isinstance(problem, OperationalError):
        return None
    detail = str(problem).strip().splitlines()[0]
    if "full" in detail:
        return "disk_full", _("磁盘已满，没有写完，也没有留下半个文件。请腾出空间后再试。")
    return "database", _("数据库不可用：{detail}。请确认数据库已启动、地址无误，然后再试。").format(
        detail=detail
    )


def _tell(code: str, sentence: str, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": {"code": code, "sentence": sentence}}, ensure_ascii=False))
    else:
        say(f"gezhi: {sentence}")
    return 1
