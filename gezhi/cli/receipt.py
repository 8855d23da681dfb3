"""`gezhi receipt make NUMBER` writes the receipt of a matter; `gezhi receipt verify FILE` proves one, without any home."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from gezhi.cli import receipt_verify
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import language, say


def about() -> str:
    return _("回执：核验一份回执（verify，不用实例、不用联网），为一件事项出具回执（make）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="verify|make", required=True)
    verify = verbs.add_parser("verify", help=_("核验一份回执"), description=_("核验一份回执"))
    verify.add_argument("file", type=Path, metavar=_("文件"), help=_("回执"))
    verify.add_argument("--roots", type=Path, metavar=_("文件"), help=_("公布的日根，JSON 或 CSV"))
    verify.add_argument(
        "--words", type=Path, metavar=_("文件"), help=_("自己留的原话，一个文本文件（回执里没有原话时）")
    )
    verify.add_argument("--lang", choices=("zh", "en"), metavar="zh|en", help=_("用哪种语言说（默认随系统）"))
    json_option(verify)
    make = verbs.add_parser("make", help=_("出具一件事项的回执"), description=_("出具一件事项的回执"))
    make.add_argument("number", metavar=_("编号").upper())
    make.add_argument("--words", action="store_true", dest="with_words", help=_("把反映的原话也写进去"))
    home_option(make)


def act(said: argparse.Namespace) -> int:
    return _make(said) if said.what == "make" else _verify(said)


def _verify(said: argparse.Namespace) -> int:
    """The exit code says what was found: 0 proved, 3 not provable yet, 4 altered, 5 not contained, 6 the roots are broken,
    7 a proof is due, 1 unreadable."""
    found, named = _found(said)
    code, chinese, english = receipt_verify.SAID[found]
    sentence = (chinese if (said.lang or language()[:2]) == "zh" else english).format(**named)
    if said.json:
        told = {"found": found, "proved": code == 0, **named, "sentence": sentence}
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        say(sentence)
    return code


def _found(said: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """What `receipt_verify` finds. A file that cannot be opened raises `OSError`."""
    try:
        receipt = _read(said.file)
        roots = _read(said.roots) if said.roots else None
        if said.words is None:
            return receipt_verify.check(receipt, roots)
        found, named = "words", dict[str, Any]()
        for words in _endings(said.words.read_text("utf-8-sig")):
            receipt["text"]["words"] = words
            found, named = receipt_verify.check(receipt, roots)
            if found != "words":
                break
        return found, named
    except OSError:
        raise
    except receipt_verify.UNREADABLE:
        return "unreadable", {}


def _endings(words: str) -> tuple[str, str]:
    """The words with the ends of lines as an editor keeps them, and as a page sends them."""
    return words, words.replace("\n", "\r\n")


def _read(file: Path) -> dict[str, Any]:
    """A receipt or roots: JSON, or roots as a table."""
    body = file.read_text("utf-8-sig")
    if body.lstrip().startswith("{"):
        read: dict[str, Any] = json.loads(body)
        return read
    return {"days": list(csv.DictReader(body.splitlines()))}


def _make(said: argparse.Namespace) -> int:
    enter(said.home)
    from gezhi.cli.why import matter_named
    from gezhi.ledger import clock
    from gezhi.matters import receipts

    made = receipts.receipt_of(matter_named(said.number).id, at=clock.now(), words=said.with_words)
    print(receipts.as_file(made), end="")
    return 0
