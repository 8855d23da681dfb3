"""Reading one value of the language: its shape, and the names it uses. One function for each kind of key.

A reader takes (desk, key, value, path), reports what is wrong to the desk, and returns the value as the
dataclasses hold it.
"""

# ruff: noqa: ARG001  (every reader takes the same four)
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from gezhi.rules import keys, who, workdays
from gezhi.rules.keys import Key
from gezhi.rules.values_base import (
    FOLDER,
    ID,
    Desk,
    Path,
    Reader,
    exists,
    formed,
    is_known,
    shown,
    text,
)
from gezhi.rules.values_lengths import a_length, natural, term


def word(desk: Desk, key: Key, value: Any, path: Path) -> str:
    """An id, of the table named by `ref` if there is one. Empty stands for none."""
    said = text(desk, key, value, path)
    if said and key.ref:
        allowed = ["same"] if path[-1] == "to" else []
        exists(desk, path, said, desk.names(key.ref, path) + allowed)
    elif said and not (FOLDER if path[:1] == ("model",) else ID).fullmatch(said):
        desk.say(path, f"编号「{said}」只能用英文字母、数字和下划线，并以字母开头。")
    return said


def filled(desk: Desk, key: Key, value: Any, path: Path) -> str:
    """Words of a list, in which a blank one means nothing."""
    said = text(desk, key, value, path)
    if isinstance(value, str) and not said.strip():
        desk.say(path, "这里空着，要写。")
    return said


def whole(desk: Desk, key: Key, value: Any, path: Path) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    desk.say(path, f"这里应写不小于 0 的整数，现在是 {shown(value)}。")
    return 0


def flag(desk: Desk, key: Key, value: Any, path: Path) -> bool:
    if not isinstance(value, bool):
        desk.say(path, f"这里应写 true 或 false，现在是 {shown(value)}。")
    return bool(value)


def choice(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = text(desk, key, value, path)
    if said:
        is_known(desk, path, said, key.words)
    return said


def a_date(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = formed(desk, path, text(desk, key, value, path), r"\d{4}-\d{2}-\d{2}", "日期写成 2026-01-01")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        try:
            date.fromisoformat(said)
        except ValueError:
            desk.say(path, f"没有 {said} 这一天。")
    return said


def percent(desk: Desk, key: Key, value: Any, path: Path) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        said = f"{value:g}" if value >= 1 else f"{value * 100:g}"
        desk.say(path, f'百分数连引号和百分号一起写，例如 "{said}%"，现在是 {value}。')
        return ""
    return formed(desk, path, text(desk, key, value, path), r"(100|[1-9]?\d)%", "百分数写成 80%，不超过 100%")


def fraction(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = formed(desk, path, text(desk, key, value, path), r"[1-9]\d*/[1-9]\d*", "分数写成 2/3")
    if "/" in said and Fraction(said) > 1:
        desk.say(path, f"「{said}」大于 1。")
    return said


def hours(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = text(desk, key, value, path)
    try:
        workdays.service_windows(said)
    except ValueError:
        desk.say(path, f"「{said}」不是服务时间。写成 09:00-12:00 14:00-18:00，先后相接，不得重叠。")
    return said


def timezone(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = text(desk, key, value, path)
    try:
        ZoneInfo(said)
    except (KeyError, ValueError, OSError):
        desk.say(path, f"没有时区「{said}」。写成 Asia/Shanghai。")
    return said


def span(desk: Desk, key: Key, value: Any, path: Path) -> tuple[int, ...]:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(type(n) is int for n in value)
        and value[0] <= value[1]
    ):
        return tuple(value)
    desk.say(path, f"这里应写 [最少, 最多]，现在是 {shown(value)}。")
    return ()


def _listed(one: Reader) -> Reader:
    """A list of what `one` reads."""

    def read(desk: Desk, key: Key, value: Any, path: Path) -> tuple[Any, ...]:
        if not isinstance(value, list):
            desk.say(path, f"这里应写列表（用方括号括起），现在是 {shown(value)}。")
            return ()
        return tuple(one(desk, key, item, path) for item in value)

    return read


def one_or_more(desk: Desk, key: Key, value: Any, path: Path) -> tuple[str, ...]:
    """One id, or a list of them."""
    said = value if isinstance(value, list) else [value]
    return tuple(word(desk, key, one, path) for one in said if one != "")


def _mapped(one: Reader) -> Reader:
    """A table of what `one` reads; its keys come from `ref` if there is one."""

    def read(desk: Desk, key: Key, value: Any, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            desk.say(path, f"这里应写表（用花括号括起），现在是 {shown(value)}。")
            return {}
        for name in value if key.ref else ():
            exists(desk, (*path, name), name, desk.names(key.ref, path))
        return {name: one(desk, key, item, (*path, name)) for name, item in value.items()}

    return read


def a_who(desk: Desk, key: Key, value: Any, path: Path) -> str:
    """Who, of those inside; outside persons stand only in `telling.to` and `move.who`."""
    said = told(desk, key, value, path)
    if said in keys.OUTSIDE:
        desk.say(path, f"「{said}」是外面的人，只能写在 telling.to 和 move.who。")
    if said.startswith("@") and path[-1] in ("held_by", "meets", "chair"):
        desk.say(path, f"「{said}」是「承担这项职责的人」，这里要写岗位或部门。")
    return said


def told(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = text(desk, key, value, path)
    try:
        one = who.parse(said)
    except who.WhoError:
        desk.say(
            path,
            f"「{said}」不是找人的写法。例如 worker worker@ground department:item issuer handler @verify。",
            code="L16",
            mend=_by_id(desk, said, path),
        )
        return said
    if one.kind == "post":
        exists(desk, path, one.id, [*desk.names("post", path), *who.PLAIN, "department", *keys.OUTSIDE])
        exists(desk, path, one.where, [*who.WHERE, *desk.names("level", path)])
    elif one.kind == "department":
        exists(desk, path, one.id, [*who.DEPARTMENTS, *desk.names("department", path)])
    elif one.kind == "duty":
        exists(desk, path, one.id, desk.names("duty", path))
    return said


def _by_id(desk: Desk, said: str, path: Path) -> tuple[str, str]:
    """The mend for a post or a department that was written by its name."""
    before, _, what = said.rpartition(":")
    post = ("", "") if before else desk.by_id(what, desk.names("post", path))
    return post if any(post) else desk.by_id(what, desk.names("department", path), "department:")


def gate(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = text(desk, key, value, path)
    name, colon, what = said.partition(":")
    if not colon:
        is_known(desk, path, said, [*keys.GATES, *(f"{g}:…" for g in keys.GATES_WITH)])
    elif is_known(desk, path, name, keys.GATES_WITH) and name == "kept":
        exists(desk, path, what, desk.names("promise", path))
    elif not what:
        desk.say(path, f"「{said}」冒号后面缺内容。")
    return said


def heard(desk: Desk, key: Key, value: Any, path: Path) -> str:
    """What a promise listens to: a step, `move:X`, `told:TELLING`; `void` also to `unsolved_ends`."""
    said = text(desk, key, value, path)
    kind, colon, what = said.partition(":")
    if colon and is_known(desk, path, kind, ("move", "told")):
        exists(desk, path, what, desk.names("move" if kind == "move" else "telling", path))
    elif not colon:
        exists(desk, path, said, desk.names("step", path) + (["unsolved_ends"] if path[-1] == "void" else []))
    return said


_EVENT = re.compile(
    r"([A-Za-z0-9_-]+)\.(?:(step|move):([A-Za-z0-9_-]+)|(promise):([A-Za-z0-9_-]+)\.(?:warned|missed|extended)|words:said)"
)


def event(desk: Desk, key: Key, value: Any, path: Path) -> str:
    said = text(desk, key, value, path)
    parts = _EVENT.fullmatch(said)
    if parts is None:
        desk.say(
            path,
            f"「{said}」不是事件。写成 main.step:done main.move:accept main.promise:finish.missed main.words:said。",
        )
    elif exists(desk, path, parts[1], desk.names("flow", path)) and not said.endswith(keys.SAID):
        table, what = parts[2] or parts[4], parts[3] or parts[5]
        exists(desk, path, what, desk.names(table, ("flow", parts[1])))
    return said


def _filled_in(fields: tuple[str, ...], needed: str = "") -> Reader:
    """A text with these fields to fill in, of which `needed`, if any, must be there wherever something is written."""

    def read(desk: Desk, key: Key, value: Any, path: Path) -> str:
        said = text(desk, key, value, path)
        try:
            found = [
                (name, form or turned)
                for _, name, form, turned in Formatter().parse(said)
                if name is not None
            ]
        except ValueError:
            desk.say(path, f"「{said}」里花括号不成对。")
            return said
        for name, dressed in found:
            is_known(desk, path, name, fields)
            if dressed:
                desk.say(path, f"「{said}」的花括号里只写名称：{{{name}}}。")
        if said and needed and needed not in {name for name, _ in found}:
            desk.say(path, f"「{said}」里要有 {{{needed}}}，否则几个会叫一样的名。")
        return said

    return read


def predicate(desk: Desk, key: Key, value: Any, path: Path) -> Any:
    """The value of one predicate: words, a number or true/false; names of the language must exist."""
    name = path[-1]
    is_known(desk, path, name, keys.PREDICATES)
    if isinstance(value, bool | int):
        return value
    said = value if isinstance(value, list) else [value]
    closed: Mapping[str, tuple[str, ...]] = {
        "phase": keys.PHASES,
        "closing": keys.CLOSINGS,
        "result": keys.RESULTS,
    }
    for one in said:
        text(desk, key, one, path)
        if name in closed:
            is_known(desk, path, one, closed[name])
        elif name in ("flow", "channel", "catalogue"):
            exists(desk, path, one, desk.names(name, path))
        elif name in ("kept", "missed", "used", "not_used", "returned"):
            exists(desk, path, one, desk.names(f"any {name}", path))
    return tuple(said) if isinstance(value, list) else value


READERS: dict[str, Reader] = {
    "text": text,
    "id": word,
    "int": whole,
    "bool": flag,
    "choice": choice,
    "date": a_date,
    "percent": percent,
    "fraction": fraction,
    "hours": hours,
    "timezone": timezone,
    "length": a_length,
    "natural": natural,
    "term": term,
    "range": span,
    "words": _listed(filled),
    "ids": _listed(word),
    "one_or_more": one_or_more,
    "choices": _listed(choice),
    "who": _listed(a_who),
    "told": _listed(told),
    "gates": _listed(gate),
    "heard": _listed(heard),
    "events": _listed(event),
    "template": _filled_in(keys.FIELDS),
    "lengths": _mapped(a_length),
    "naturals": _mapped(natural),
    "number": _filled_in(keys.NUMBERED, "serial"),
    "serial": _filled_in(keys.NAMED, "nn"),
    "texts": _mapped(text),
    "ratios": _mapped(choice),
    "numbers": _mapped(whole),
    "predicates": _mapped(predicate),
}
