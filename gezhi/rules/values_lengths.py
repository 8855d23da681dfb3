"""Reading lengths: of one clock, of any, and the length of a promise by grade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gezhi.rules import length
from gezhi.rules.keys import Key
from gezhi.rules.values_base import Desk, Path, exists, text


def a_length(desk: Desk, key: Key, value: Any, path: Path) -> str:
    """A length that is counted; "source" brings none."""
    said = text(desk, key, value, path)
    if said == "source":
        desk.say(path, f"这里要写出长短，不能写 source。写成 {length.EXAMPLES}。", code="L15")
    elif said:
        _is_length(desk, path, said)
    return said


def natural(desk: Desk, key: Key, value: Any, path: Path) -> str:
    """A length of the natural clock: how long something is kept, lasts or recurs."""
    said = a_length(desk, key, value, path)
    try:
        counted = not said or length.parse(said).clock in ("natural", "source")
    except length.LengthError:
        return said
    if not counted:
        desk.say(path, f"「{said}」要写自然时间，例如 10分钟 4小时 3日 1周 3月。", code="L15")
    return said


def term(desk: Desk, key: Key, value: Any, path: Path) -> str | dict[str, str]:
    """One length, a table by grade with exactly the grades of the flow, "item" or "source"."""
    if not isinstance(value, dict):
        said = text(desk, key, value, path)
        return said if said in ("item", "source") else a_length(desk, key, said, path)
    grades = desk.names("grade", path)
    for grade in value:
        exists(desk, (*path, grade), grade, grades)
    if missing := [grade for grade in grades if grade not in value]:
        desk.say(path, f"缺等级「{'」「'.join(missing)}」的时限。", mend=_all_grades(path, value, missing))
    return {grade: a_length(desk, key, said, (*path, grade)) for grade, said in value.items()}


def _all_grades(path: Path, value: Mapping[str, Any], missing: list[str]) -> tuple[str, str]:
    """What to write so that each grade has its length: the table replaces the inherited one, so all of it."""
    lengths = [f'{grade} = "{said}"' for grade, said in value.items()] + [f'{g} = "…"' for g in missing]
    table, key = ".".join(path[:-2]), path[-2] if len(path) > 1 else ""
    line = f"{key} = {{ length = {{ {', '.join(lengths)} }} }}"
    return (
        f"在自己的 model.toml 的 [{table}] 下面写：{line}（已有的几个照抄，不同的改）。",
        f"Write in your own model.toml, below [{table}]: {line} (the present ones are restated).",
    )


def _is_length(desk: Desk, path: Path, said: str) -> None:
    try:
        length.parse(said)
    except length.LengthError:
        desk.say(path, f"「{said}」不是时限。写成 {length.EXAMPLES}。", code="L15")
