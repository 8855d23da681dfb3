"""`gezhi model book NAME|FOLDER|VERSION`: the handbook of a model, as a page and as a print."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from gezhi.cli.main import home_option
from gezhi.cli.model_named import model_of
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.paper.blocks import Document

MOST = 12  # characters that are named when no font has them


def about() -> str:
    return _("把一个治理模型印成手册：谁、怎样走、期限、清单、指标，每条规则旁边写明出处")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar=_("名称、目录或版本"), help=_("自带模型的名字、一个目录，或实例里的版本号")
    )
    parser.add_argument("--html", type=Path, metavar=_("文件"), help=_("写成一个网页文件，不联网也能看"))
    parser.add_argument("--pdf", type=Path, metavar=_("文件"), help=_("写成 PDF（A4，PDF/A）"))
    parser.add_argument("--english", action="store_true", help=_("用英文写（模型给了英文的地方）"))
    parser.add_argument(
        "--fonts", type=Path, metavar=_("目录"), help=_("另备字体的目录，自带字体里没有的字用它印")
    )
    home_option(parser)


def act(said: argparse.Namespace) -> int:
    if not (said.html or said.pdf):
        raise Refused(_("请写明印到哪里：--html 文件，或 --pdf 文件，也可以两样都要。"), code="book_where")
    from gezhi.rules.book.whole import handbook

    began = perf_counter()
    model, folder = model_of(said.model, said.home)
    book = handbook(model, folder=folder, english=said.english)
    if said.html:
        from gezhi.paper import page

        began = _written(said.html, page.html(book).encode(), began)
    if said.pdf:
        _written(said.pdf, printed(book, said.fonts), began)
    return 0


def _written(file: Path, body: bytes, began: float) -> float:
    """Write, say what was written and how long it took; returns the moment after."""
    file.write_bytes(body)
    now = perf_counter()
    say(
        _("已写 {file}（{size} KB），用时 {seconds} 秒。").format(
            file=file, size=len(body) // 1024 + 1, seconds=f"{now - began:.1f}"
        )
    )
    return now


def printed(book: Document, fonts: Path | None) -> bytes:
    """The print. Raises `Refused` without Typst, and where a character is in no font."""
    from gezhi.paper import press

    if fonts is not None and not fonts.is_dir():
        raise Refused(_("没有目录 {folder}。").format(folder=fonts), code="fonts_missing", field="fonts")
    try:
        return press.pdf(book, made_at=datetime.now(UTC), fonts=fonts)
    except press.NoPressError:
        told = _(
            "印 PDF 要用 typst，这里没有装。请在程序目录运行 .venv/bin/pip install --require-hashes -r requirements/paper.lock，"
            "再试一次；--html 不需要它。"
        )
        raise Refused(told, code="no_press") from None
    except press.CharactersMissingError as lacking:
        raise Refused(_lacking(lacking.characters), code="characters_missing") from None


def _lacking(characters: dict[str, str]) -> str:
    """Which characters, and where each stands first."""
    first = list(characters.items())[:MOST]
    named = _("；").join(
        _("{char}（U+{code}，在“{around}”里）").format(char=char, code=f"{ord(char):04X}", around=around)
        for char, around in first
    )
    more = _("等 {n} 个").format(n=len(characters)) if len(characters) > MOST else ""
    return _(
        "自带的字体里没有这些字：{named}{more}。没有印，免得印成空框。请换字，或用 --fonts 指一个有这些字的字体目录。"
    ).format(named=named, more=more)
