"""The language of the command line, before Django is there: Chinese unless the locale names another.

Sentences are looked up in the catalogue of the pages, so that one translation serves both.
"""

from __future__ import annotations

import argparse
import gettext as catalogues
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parent.parent / "ui" / "locale"
_ARGPARSE = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "show this help message and exit": "显示这段说明",
    "the following arguments are required: %s": "缺少：%s",
    "unrecognized arguments: %s": "不认识：%s",
    "expected one argument": "后面要跟一个值",
    "invalid %(type)s value: %(value)r": "%(value)r 不合适，应为 %(type)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可用：%(choices)s",
    "one of the arguments %s is required": "须给出其一：%s",
    "not allowed with argument %s": "不能与 %s 同用",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s。可用 %(prog)s --help 查看用法。\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
}


@cache
def language() -> str:
    """ "zh-hans", or "en" when the locale names a language that is not Chinese."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "").split(":")[0].split(".")[0]
        if said:
            return "zh-hans" if said.startswith("zh") or said in {"C", "POSIX"} else "en"
    return "zh-hans"


@cache
def _catalogue() -> catalogues.NullTranslations:
    if language() == "zh-hans":
        return catalogues.NullTranslations()
    return catalogues.translation("django", LOCALES, ["en"], fallback=True)


def gettext(sentence: str) -> str:
    """The sentence in the reader's language."""
    return _catalogue().gettext(sentence)


def teach_argparse() -> None:
    """Let argparse speak the reader's language."""
    if language() == "zh-hans":
        argparse._ = lambda english: _ARGPARSE.get(english, english)  # type: ignore[attr-defined]


def say(sentence: str) -> None:
    """One line for the person at the terminal; what programs read is on standard output alone."""
    print(sentence, file=sys.stderr, flush=True)


@contextmanager
def waiting(sentence: str) -> Iterator[None]:
    """A sentence while something of unknown length is done; on a terminal with the seconds that have passed."""
    if not sys.stderr.isatty():
        say(sentence)
        yield
        return
    done, began = threading.Event(), time.monotonic()

    def draw() -> None:
        spent = gettext("{n} 秒").format(n=int(time.monotonic() - began))
        print(f"\r{sentence} {spent} ", end="", file=sys.stderr, flush=True)

    def tick() -> None:
        while not done.wait(1):
            draw()

    draw()
    threading.Thread(target=tick, daemon=True).start()
    try:
        yield
    finally:
        done.set()
        print(file=sys.stderr, flush=True)


class Progress:
    """A bar on a terminal, nothing elsewhere: `step(done)` of `total`."""

    WIDTH = 30

    def __init__(self, label: str, total: int) -> None:
        self.label, self.total, self.shown = label, max(total, 1), -1
        self.on = sys.stderr.isatty()

    def step(self, done: int) -> None:
        percent = min(100, done * 100 // self.total)
        if self.on and percent != self.shown:
            self.shown = percent
            filled = self.WIDTH * percent // 100
            bar = "█" * filled + "░" * (self.WIDTH - filled)
            end = "\n" if percent == 100 else ""
            print(f"\r{self.label} {bar} {percent:3d}%", end=end, file=sys.stderr, flush=True)
