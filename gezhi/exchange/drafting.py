"""A mapping that is made on a page: guessed from the headers, changed piece by piece, written as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Words
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from gezhi.exchange import moments
from gezhi.exchange.banned import is_banned
from gezhi.exchange.mapping import Columns, Laid, Said, Source, Time
from gezhi.exchange.personal import is_personal
from gezhi.exchange.reading import File, Records
from gezhi.rules.model import Model

LOOKED = 2000
SHOWN = 4
WORDS = 40
"""Words of a column that a page lists; more are said in the file by hand."""
FIELDS = tuple(Columns.__struct_fields__)
TIMES = ("at", "ended", "due")
GUESSES = {
    "key": r"工单(编)?号|案件(编)?号|编号|流水号|受理号|单号|service_?request_?(id|num)|request_?id|case_?(id|number)|ticket|^id$|unique.?key",
    "at": r"受理时间|上报时间|来电时间|登记时间|创建时间|反映时间|立案时间|requested_?datetime|created|opened|open_?date|^时间$|^日期$",
    "ended": r"办结时间|结案时间|完成时间|答复时间|销号时间|closed_?(date|at)?$|close_?date|resolved|completed",
    "due": r"截止|时限|到期|due|expected|sla",
    "text": r"诉求内容|问题描述|内容|描述|详情|主要诉求|description|summary|details|comment",
    "item": r"小类|事项|类别|分类|类型|问题类型|service_?name|category|sr_?type|request_?type|problem|descriptor",
    "department": r"承办单位|主办单位|处置部门|责任单位|部门|agency|department|owner",
    "channel": r"渠道|来源|source|channel|method|origin",
    "status": r"状态|status|state",
    "address": r"地址|地点|位置|事发地|address|location$",
    "lon": r"经度|^x$|lng|lon|longitude|coordinates\.0",
    "lat": r"纬度|^y$|lat|latitude|coordinates\.1",
    "ended_days": r"(回复|答复|办理)(天数|用时)|days_?open|days_?to",
    "unit": r"网格|社区|区域|街道|辖区|neighbou?rhood|district|ward",
    "parent": r"重复(于|工单|单号)|主单|父|parent|duplicate_?of",
    "transfers": r"转(办|处理|派)次数|流转次数|transfers",
    "answer": r"(答复|回复)(内容)?$|处理结果|办理结果|resolution|outcome|answer|status_?notes",
    "rated": r"满意|评价|satisfaction|rating",
}
WHO = {
    "contact": r"电话|手机|联系方式|phone|mobile|contact|tel",
    "name": r"姓名|联系人|反映人|报告人|来电人|来访人|称呼|^name$|reporter",
}
"""Columns that name the reporter or say how to reach one: read only where a clerk registers, and sealed with the matter."""
PASTED = {
    "at": GUESSES["at"] + r"|时间|日期|^date$|when",
    **WHO,
    "text": GUESSES["text"] + r"|什么事|情况|问题$|^text$|words",
    "item": GUESSES["item"] + r"|^item$|kind",
    "place": f"{GUESSES['address']}|{GUESSES['unit']}|place|grid|unit",
}
"""The same for rows that a clerk pastes, in the order in which a header is tried."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file as a page shows it: some of its words, its distinct words if they are few, what it is."""

    name: str
    samples: tuple[str, ...]
    words: tuple[tuple[str, int], ...]  # word and how often among the first rows, the most frequent first
    more: bool  # there are more words than are listed
    formats: tuple[str, ...]
    is_moment: bool
    banned: bool
    personal: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What the first rows of a file show."""

    said: str
    told: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int

    def of(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name == name), None)


def look(file: File) -> Look:
    """Read the first rows. Raises `Refused` where the file cannot be read."""
    records, seen, rows = Records(file), dict[str, dict[str, int]](), 0
    for one in records:
        rows += 1
        for name, cell in one.cells.items():
            if said := cell.strip():
                words = seen.setdefault(name, {})
                if said in words or len(words) < LOOKED:
                    words[said] = words.get(said, 0) + 1
        if rows >= LOOKED:
            break
    columns = tuple(_column(name, seen.get(name, {})) for name in records.headers)
    return Look(file.said(), records.told, columns, rows)


def _column(name: str, seen: dict[str, int]) -> Column:
    banned = is_banned(name)
    values = list(seen)[:200]
    is_moment = moments.is_moment(values)
    words = sorted(seen.items(), key=lambda one: (-one[1], one[0]))
    return Column(
        name=name,
        samples=() if banned else tuple(value[:60] for value in values[:SHOWN]),
        words=tuple(words[:WORDS]) if not banned else (),
        more=len(words) > WORDS,
        formats=moments.recognised(values) if is_moment else (),
        is_moment=is_moment,
        banned=banned,
        personal=is_personal(name) and not banned,
    )


def guessed(found: Look, file: File, model: Model, *, zone: str) -> Said:
    """A first mapping: the columns whose headers sound like it. What is not sure is left empty."""
    named: dict[str, str] = {}
    for field, pattern in GUESSES.items():
        for column in found.columns:
            fits = re.search(pattern, column.name.strip(), re.IGNORECASE)
            if fits and column.name not in named.values() and not (column.banned or column.personal):
                if field in TIMES and not column.is_moment:
                    continue
                named[field] = column.name
                break
    if "text" not in named and "item" in named:
        named["text"] = named["item"]
    laid = Laid(
        sheet=file.sheet,
        header=file.headers[0] if len(file.headers) == 1 else (file.headers[0], file.headers[1]),
        path=file.inside,
    )
    if file.kind == "json":
        laid = Laid(path=file.inside)
    columns = Columns(**{field: named.get(field, "") for field in FIELDS})
    said = Said(source=Source("old_system", model.id), time=Time(zone), columns=columns, file=laid)
    return with_formats(_worded(said, found, model), found)


def _worded(said: Said, found: Look, model: Model) -> Said:
    """With the words that are called as the model calls them, and the endings that every system has."""
    departments = {one.name: one.id for one in model.departments.values()}
    channels = {one.name: one.id for one in model.channels.values()}
    ends = (s.id for f in model.flows.values() for s in f.steps.values() if s.closing == "solved")
    end = next(ends, "")
    solved = dict.fromkeys(
        ("已办结", "办结", "已结案", "结案", "已完成", "closed", "resolved", "completed"), end
    )
    rated = {"满意": "content", "基本满意": "fair", "不满意": "discontent", "未评价": "none"}

    def known(field: str, words: dict[str, str]) -> dict[str, str]:
        column = found.of(getattr(said.columns, field))
        here = [word for word, _n in column.words] if column else []
        return {word: words[word.casefold()] for word in here if word.casefold() in words}

    return msgspec.structs.replace(
        said,
        department=known("department", departments),
        channel=known("channel", channels),
        rated=known("rated", rated),
        status=known("status", solved),
    )


def with_formats(said: Said, found: Look) -> Said:
    """The formats of its times as they are recognised."""
    formats: dict[str, None] = {}
    for field in TIMES:
        column = found.of(getattr(said.columns, field))
        formats |= dict.fromkeys(column.formats if column else ())
    time = msgspec.structs.replace(said.time, formats=tuple(formats))
    return msgspec.structs.replace(said, time=time)


_ORDER = (
    "source file time replay units columns make personal item department channel unit rated status"
).split()


def as_toml(said: Said) -> str:
    """The whole mapping as TOML: what is empty or usual is left out."""
    whole = msgspec.to_builtins(said, builtin_types=(date, datetime))
    usual = {"file": msgspec.to_builtins(Laid()), "make": {"join": " ", "part": 1, "give": "\\1"}}
    lines: list[str] = []
    for name in _ORDER:
        value = whole.get(name)
        if name == "make":
            for column, made in value.items():
                lines += ["", f"[make.{_quoted(column)}]", *_pairs(made, usual["make"])]
        elif name == "item":
            for rule in value:
                lines += ["", "[[item]]", *_pairs(rule, {})]
        elif value and (pairs := _pairs(value, usual.get(name, {}), words=name in _TABLES)):
            lines += ["", f"[{name}]", *pairs]
    return "\n".join(lines).strip() + "\n"


_TABLES = {"department", "channel", "unit", "rated", "status"}
"""Tables of words, in which an empty word on the right says something."""


def _pairs(table: Words[str, Any], usual: Words[str, Any], *, words: bool = False) -> list[str]:
    kept = {k: v for k, v in table.items() if words or (v not in ("", None, [], ()) and usual.get(k) != v)}
    return [f"{_quoted(k) if words else k} = {_value(v)}" for k, v in kept.items()]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date | int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _quoted(str(value))


def _quoted(word: str) -> str:
    """A basic string of TOML, which is one of JSON."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")
