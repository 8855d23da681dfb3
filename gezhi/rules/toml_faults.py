"""What is wrong with a line that is no TOML, said to somebody who writes no programs: where, which sign, what instead.

`tomllib` stops where it can read no further, which is often behind the mistake. So the line is looked at again, outside
its quotes, and what is found there is named; only what nothing explains is told as it was reported.
"""

from __future__ import annotations

import re
import tomllib

from gezhi.rules import toml_slips
from gezhi.rules.toml_slips import Told

FULL = {
    "＝": "=", "“": '"', "”": '"', "‘": "'", "’": "'", "，": ",", "、": ",", "【": "[", "】": "]", "［": "[", "］": "]",
    "｛": "{", "｝": "}", "＃": "#", "：": "=", "；": ",", "．": ".", "　": " ", "（": "(", "）": ")", "＂": '"',
}  # fmt: skip
BLOT = "\0"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_KEY = re.compile(r"\s*([^\s=#\[\]{}\"',]+)\s*=")
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_UNQUOTED = re.compile(r"=\s*(?!true\b|false\b)[^\s\"'\[{\d+.\0-]")
_RUNS_ON = re.compile(r'"([^",]+),\s*\w+\s*=\s*"')
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def told(text: str, error: tomllib.TOMLDecodeError) -> Told:
    """The first mistake of a text that `tomllib` refused with this error."""
    lines = text.splitlines()
    at = _AT.search(str(error))
    line, column = (int(at[1]), int(at[2])) if at else (len(lines) or 1, 0)
    if early := toml_slips.unsaid(lines[line - 1] if line <= len(lines) else "", line):
        return early
    said = lines[line - 1] if line <= len(lines) else ""
    return (
        _full_width(line, said)
        or _twice(lines, line, str(error))
        or _chinese_key(line, said)
        or _half_open(lines, line)
        or _trailing_comma(line, said)
        or toml_slips.slip(lines, line, column)
        or Told(
            line,
            f"这一行不合 TOML 的写法：第 {column} 个字附近。常见的是少了引号、逗号、等号，或括号不成对。照上下几行的样子核对这一行。",
            f"Near character {column} this is not as it must be written: mostly a quote, comma, equals sign or bracket is missing. Compare the lines around it.",
        )
    )


def _bare(said: str) -> str:
    """The line with what stands in quotes or behind # blotted out, place for place."""
    blotted = _QUOTED.sub(lambda quoted: BLOT * len(quoted[0]), said)
    head, mark, _ = blotted.partition("#")
    return head + mark


def _full_width(line: int, said: str) -> Told | None:
    bare = _bare(said)
    found = next(((n, sign) for n, sign in enumerate(bare, 1) if sign in FULL), None)
    if found is None:
        return None
    place, sign = found
    half = FULL[sign]
    word, english = ("空格", "a space") if half == " " else (f"「{half}」", f"“{half}”")
    return Told(
        line,
        f"第 {place} 个字是全角的「{sign}」，要写半角的{word}。切到英文输入法再打一遍。",
        f"Character {place} is the full-width “{sign}”; write {english} instead, typed with the English keyboard.",
    )


def _twice(lines: list[str], line: int, error: str) -> Told | None:
    said = lines[line - 1] if line <= len(lines) else ""
    if "twice" not in error and "Cannot overwrite" not in error and "Cannot mutate" not in error:
        return None
    if table := _TABLE.match(said):
        before = next((n for n, one in enumerate(lines, 1) if n < line and _table(one) == table[1]), 0)
        where, english = (f"第 {before} 行", f"line {before}") if before else ("前面", "above")
        return Told(
            line,
            f"[{table[1]}] 在{where}已经有了：把下面这几行搬到那里去，这一行删掉。",
            f"[{table[1]}] stands at {english} already: put the lines below into it and delete this one.",
        )
    key = _KEY.match(said)
    name = key[1] if key else said.strip()
    before = _same_key(lines, line, name)
    where, english = (f"第 {before} 行", f"line {before}") if before else ("同一张表里", "the same table")
    return Told(
        line,
        f"「{name}」写了两次，{where}已经有一个：留一个，或换一个编号。",
        f"“{name}” is written twice, {english} has it already: keep one, or give this one another id.",
    )


def _table(said: str) -> str:
    found = _TABLE.match(said)
    return found[1] if found else ""


def _same_key(lines: list[str], line: int, name: str) -> int:
    """The line above this one, in the same table, on which the same key stands; 0 where there is none."""
    for number in range(line - 1, 0, -1):
        if _table(lines[number - 1]):
            return 0
        key = _KEY.match(lines[number - 1])
        if key and key[1] == name:
            return number
    return 0


def _chinese_key(line: int, said: str) -> Told | None:
    key = _KEY.match(_bare(said)) or _KEY.match(said)
    if key is None or re.fullmatch(r"[A-Za-z0-9_.-]+", key[1]):
        return None
    return Told(
        line,
        f"等号左边的编号「{key[1]}」不全是英文：只用英文字母、数字和下划线，例如 street；中文写在 name 里。",
        f"The id “{key[1]}” left of the equals sign is no id: use letters, digits and underscores only, such as street; the name itself belongs into `name`.",
    )


def _half_open(lines: list[str], line: int) -> Told | None:
    """A quote or a brace that is opened on a line and not closed on it."""
    for number in (line, line - 1):
        said = lines[number - 1] if 0 < number <= len(lines) else ""
        if '"""' in said or "'''" in said:
            continue
        left = _QUOTED.sub(lambda quoted: BLOT * len(quoted[0]), said)
        quote = _before_comment(left)
        if '"' in quote or _UNQUOTED.search(quote):
            return _quote(number, said)
        if quote.count("{") > quote.count("}"):
            return Told(
                number,
                "花括号开了没有关：{ … } 要写在同一行里，不能换行，末尾写 }。",
                "A brace is opened and not closed: { … } stands on one line, without a line break, and ends with }.",
            )
        if quote.count("[") != quote.count("]") and number == line and "=" in quote:
            return Told(
                number, "方括号不成对：[ 和 ] 要一样多。", "The square brackets do not match: as many ] as [."
            )
        if quote.count("}") > quote.count("{"):
            return Told(
                number, "多了一个 }，或少了前面的 {。", "There is one } too many, or its { is missing."
            )
    return None


def _quote(line: int, said: str) -> Told:
    """Words that begin with a quote and run on into the next key, or have none at all."""
    bare = _UNQUOTED.search(_bare(said))
    if runs := _RUNS_ON.search(said):
        place, words, english = runs.start(1) + 1, f"「{runs[1]}」后面", f"behind “{runs[1]}”"
    elif bare:
        place, words, english = bare.end(), "等号后面的文字两头", "around the words behind the equals sign"
    else:
        place, words, english = _bare(said).rfind('"') + 1, "这里", "here"
    return Told(
        line,
        f'第 {place} 个字起：{words}少了引号。文字两头都要有半角的 "。',
        f'From character {place}: a quote is missing {english}. Words stand between two ".',
    )


def _before_comment(bare: str) -> str:
    return bare.partition("#")[0]


def _trailing_comma(line: int, said: str) -> Told | None:
    comma = re.search(r",\s*\}", _bare(said))
    if comma is None:
        return None
    return Told(
        line,
        f"第 {comma.start() + 1} 个字：花括号里最后一样的后面不能有逗号。去掉它。",
        f"Character {comma.start() + 1}: no comma may stand before the closing }}. Take it out.",
    )
