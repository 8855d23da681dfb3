"""`gezhi model new`: a folder to begin one's own model in, which holds before a word of it is changed."""

from __future__ import annotations

import argparse
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from gezhi.cli.main import json_option
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.rules import keys
from gezhi.rules.folder import DISTRICTS

STARTER = Path(keys.__file__).resolve().parent / "starter"
FILES = ("model.toml", "items.csv", "README.md", "README.en.md")
ID = re.compile(r"[a-z][a-z0-9_-]{1,39}")


def about() -> str:
    return _("新建一个治理模型的文件夹：最短的一套，检查得过，从这里改起")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar=_("目录"), help=_("目录名就是编号：小写字母、数字、横线")
    )
    parser.add_argument("--name", default="", metavar=_("名称"), help=_("这一套叫什么，例如：芦港镇网格"))
    parser.add_argument(
        "--english",
        default="",
        metavar=_("英文名称"),
        help=_("英文叫什么，例如 Lugang grids；不写就用目录名。名称旁边的 english 都是给英文手册和界面用的"),
    )
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    folder: Path = said.folder.absolute()
    _check(folder)
    name = " ".join(said.name.split()) or _("某镇网格")
    english = " ".join(said.english.split()) or re.sub(r"[-_]+", " ", folder.name).title()
    words = {
        "{id}": folder.name,
        "{name}": name.replace('"', "”"),
        "{english}": english.replace('"', "”").replace("\\", " "),
        "{today}": datetime.now(UTC).astimezone().date().isoformat(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        text = (STARTER / file).read_text(encoding="utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        (folder / file).write_text(text, encoding="utf-8")
    if said.json:
        print(json.dumps({"folder": str(folder), "files": FILES}))
    else:
        print(_("建好了：{folder}。改一处，检查一次：gezhi model check {folder}").format(folder=said.folder))
    return 0


def _check(folder: Path) -> None:
    """Refuse a name that cannot be an id, and a folder that holds something already."""
    if not ID.fullmatch(folder.name):
        raise Refused(
            _("“{name}”不能作编号。目录名用小写字母开头，只写小写字母、数字和横线。").format(
                name=folder.name
            ),
            code="model_id",
        )
    if (DISTRICTS / folder.name).exists():
        raise Refused(_("“{name}”是自带的一套，请换一个名字。").format(name=folder.name), code="model_id")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(_("{folder} 已经有东西了，什么都没有写。").format(folder=folder), code="folder_taken")
