"""Slips on one line of TOML that have one reading each: what was typed, and what is typed instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_VALUE = re.compile(r"=\s*([^\s\"'\[{,#}][^\s,}#]*)")
_YES, _NO = (
    frozenset(("True", "TRUE", "yes", "Yes", "是", "对")),
    frozenset(("False", "FALSE", "no", "No", "否", "不")),
)
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_ID = re.compile(r"\s*([A-Za-z0-9_-]+)\s*(.*)")
_TWICE = re.compile(r"[{,]\s*([A-Za-z0-9_-]+)\s*=")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


class Told(NamedTuple):
    """Line (1-based) and the sentence in both languages."""

    line: int
    sentence: str
    english: str


def unsaid(said: str, line: int) -> Told | None:
    """A value that is a word of another language: asked before quotes are looked for, for it needs none."""
    bare = _QUOTED.sub("", said.partition("#")[0])
    for value in _VALUE.findall(bare):
        right = "true" if value in _YES else "false" if value in _NO else ""
        if right:
            return Told(
                line,
                f"「{value}」要写成 {right}，小写，不加引号。",
                f"Write {right} instead of “{value}”, in small letters and without quotes.",
            )
    return None


def slip(lines: Sequence[str], line: int, column: int) -> Told | None:
    """What a line that nothing else explains most likely got wrong."""
    said = lines[line - 1] if line <= len(lines) else ""
    if not column or line > len(lines):
        return _open_text(lines)
    bare = _QUOTED.sub("", said.partition("#")[0])
    return (
        _unseen(line, said) or _comment(line, said) or _header(line, bare) or _backslash(line, said) or _value(line, bare)
        or _equals(line, said, bare) or _end(line, bare) or _twice(line, said)
    )  # fmt: skip


def _open_text(lines: Sequence[str]) -> Told | None:
    """Three quotes that open a long text and never close it."""
    opened = [n for n, said in enumerate(lines, 1) if said.count('"""') % 2 or said.count("'''") % 2]
    if not opened:
        return None
    return Told(
        opened[-1],
        "三个引号开了没有关。文字写在一行里，两头各一个半角的引号。",
        "Three quotes open here and never close. Write the words on one line between two quotes.",
    )


def _unseen(line: int, said: str) -> Told | None:
    place = next(
        (n for n, sign in enumerate(said, 1) if (ord(sign) < 32 and sign != "\t") or ord(sign) == 127), 0
    )
    if not place:
        return None
    return Told(
        line,
        f"第 {place} 个字是看不见的字符。把它前后的字删掉重写。",
        f"Character {place} is one that nobody sees. Delete what stands around it and type it again.",
    )


def _comment(line: int, said: str) -> Told | None:
    sign = next((one for one in ("//", "--", "/*", ";", "％", "※") if said.lstrip().startswith(one)), "")
    if not sign:
        return None
    return Told(line, f"说明前面写 #，不写「{sign}」。", f"A remark begins with #, not with “{sign}”.")


def _header(line: int, bare: str) -> Told | None:
    if not bare.lstrip().startswith("["):
        return None
    if bare.count("[") > bare.count("]"):
        return Told(
            line,
            "这一行的方括号开了没有关：末尾写 ]。",
            "The square bracket of this line is not closed: write ] at its end.",
        )
    if re.search(r"[\u3400-\u9fff ]", bare.strip(" []")):
        return Told(
            line,
            "方括号里只写编号：英文字母、数字和下划线，用点隔开。",
            "In square brackets stand ids only: letters, digits and underscores, with dots between.",
        )
    return None


def _backslash(line: int, said: str) -> Told | None:
    if "\\" not in said:
        return None
    return Told(
        line,
        "文字里不能有「\\」：删掉，或换成「/」。",
        "No “\\” may stand in the words: delete it, or write “/”.",
    )


def _value(line: int, bare: str) -> Told | None:
    if day := _DAY.search(bare):
        return Told(
            line,
            f"「{day[0]}」不是日期：写成 2026-01-01 的样子，月和日各两位，日历上要有这一天。",
            f"“{day[0]}” is no date: write it like 2026-01-01, with a day that the calendar has.",
        )
    if number := re.search(r"=\s*(0\d+|\d+[^\d\s,;}.:-]+)", bare):
        return Told(
            line,
            f"「{number[1]}」不是数：数字前面不加 0，后面不带单位；要带单位就加引号。",
            f"“{number[1]}” is no number: no 0 before it and no unit behind it; with a unit it stands in quotes.",
        )
    return None


def _equals(line: int, said: str, bare: str) -> Told | None:
    if re.search(r"=\s*$", said.partition("#")[0]):
        return Told(
            line,
            "等号后面没有写东西：写上，或把这一行删掉。",
            "Nothing stands behind the equals sign: write it, or delete the line.",
        )
    key = _ID.match(bare)
    if key is None or "=" in bare.partition("{")[0]:
        return None
    if key[2].startswith(":"):
        return Told(line, f"「{key[1]}」后面写 =，不写冒号。", f"Write = behind “{key[1]}”, not a colon.")
    return Told(
        line,
        f"「{key[1]}」后面少了等号。写成 {key[1]} = …。",
        f"An equals sign is missing behind “{key[1]}”. Write {key[1]} = ….",
    )


def _end(line: int, bare: str) -> Told | None:
    if not bare.rstrip().endswith((";", ",", "。", ".")):
        return None
    sign = bare.rstrip()[-1]
    return Told(
        line, f"行末多了「{sign}」：去掉它。", f"“{sign}” at the end of the line is too much: take it out."
    )


def _twice(line: int, said: str) -> Told | None:
    names = _TWICE.findall(_QUOTED.sub("", said))
    again = next((name for name in names if names.count(name) > 1), "")
    if not again:
        return None
    return Told(
        line, f"「{again}」在这一行写了两次：留一个。", f"“{again}” is written twice on this line: keep one."
    )
