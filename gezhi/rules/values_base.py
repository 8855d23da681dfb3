"""What every reader of a value needs: where findings go, the words of a text, and whether a name is known."""

# ruff: noqa: ARG001  (every reader takes the same four)
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from gezhi.rules.keys import Key

Path = tuple[str, ...]
ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
FOLDER = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
"""The id of a model is the name of its folder."""
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
"""Characters that nobody sees, and some databases refuse."""


class Desk(Protocol):
    """Where findings go and names are asked for."""

    def say(
        self, path: Path, sentence: str, *, code: str = "L14", mend: tuple[str, str] = ("", "")
    ) -> None: ...

    def unknown(self, path: Path, word: str, known: Any, *, code: str = "L13") -> None: ...

    def by_id(self, word: str, known: Any, before: str = "") -> tuple[str, str]:
        """The mend where a name was written instead of an id; empty where it is no name."""
        ...

    def names(self, table: str, path: Path) -> list[str]:
        """The ids of a table, seen from `path` (steps and moves are those of the same flow)."""
        ...


Reader = Callable[[Desk, Key, Any, Path], Any]


def text(desk: Desk, key: Key, value: Any, path: Path) -> str:
    if isinstance(value, str):
        if UNSEEN.search(value):
            desk.say(path, "文字里有看不见的字符。请把这一处删掉重写一遍。")
        return value
    desk.say(path, f"这里应写文字（用引号括起），现在是 {shown(value)}。")
    return ""


def is_known(desk: Desk, path: Path, said: str, known: Any) -> bool:
    """Whether it is a word of a closed list."""
    if said in known:
        return True
    desk.unknown(path, said, known)
    return False


def exists(desk: Desk, path: Path, said: str, known: Any) -> bool:
    """Whether it is a name that the model has."""
    if said in known:
        return True
    desk.unknown(path, said, known, code="E20")
    return False


def formed(desk: Desk, path: Path, said: str, form: str, how: str) -> str:
    if said and not re.fullmatch(form, said):
        desk.say(path, f"「{said}」写得不对：{how}。")
    return said


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "一张表" if isinstance(value, dict) else "一个列表"
    return f"文字「{value}」" if isinstance(value, str) else str(value)
