"""JSON: a list of records, one on each line, or a list or table of them somewhere inside. Nested values by their path.

`{"location": {"lat": 1}}` is the column `location.lat`; `a.0` is the first of a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from gezhi.errors import Refused

LARGEST = 300_000_000
"""Bytes of one JSON value; records on lines of their own may be any number."""
DEEPEST = 6
WIDEST = 400
LOOKED = 200
KEY = "@key"
"""The column of the name under which a record stands, where they stand by name and not in a list."""


def is_json(path: Path, encoding: str) -> bool:
    """Whether the first sign is that of a list or an object."""
    with path.open(encoding=encoding) as stream:
        return stream.read(4096).lstrip()[:1] in {"[", "{"}


@dataclass(slots=True)
class Found:
    """One record: its line, or its place in the list; its cells by path; how many bytes were read up to here."""

    number: int
    cells: dict[str, str]
    read: int


def records(path: Path, inside: str) -> tuple[tuple[str, ...], Iterator[Found]]:
    """The headers, which are those of the first records together, and every record. Raises `Refused` if it breaks off."""
    found = _by_line(path) if _has_lines(path) else _whole(path, inside)
    first = list(islice(found, LOOKED))
    headers = dict.fromkeys(name for one in first for name in one.cells)
    return tuple(headers)[:WIDEST], chain(first, found)


def _has_lines(path: Path) -> bool:
    """Whether the first line is an object by itself, and another follows."""
    with path.open("rb") as stream:
        first = stream.readline(1_000_000).lstrip(b"\xef\xbb\xbf").strip()
        second = next((line for line in iter(lambda: stream.readline(1_000_000), b"") if line.strip()), b"")
    return first.startswith(b"{") and first.endswith(b"}") and second.lstrip().startswith(b"{")


def _by_line(path: Path) -> Iterator[Found]:
    read = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            read += len(line)
            if line.strip():
                yield Found(number, flat(_decoded(line.lstrip(b"\xef\xbb\xbf"), number)), read)


def _decoded(line: bytes, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        told = _("第 {line} 行不是完整的 JSON。文件可能在这里断了，请重新导出。")
        raise Refused(told.format(line=number), code="file_unreadable") from error


def _whole(path: Path, inside: str) -> Iterator[Found]:
    size = path.stat().st_size
    if size > LARGEST:
        told = _("这个 JSON 有 {size} MB，最多 {most} MB。请导出成一行一条（JSON Lines）再导入。")
        raise Refused(told.format(size=size // 1_000_000, most=LARGEST // 1_000_000), code="file_large")
    body = path.read_bytes().lstrip(b"\xef\xbb\xbf")
    try:
        found = _reached(msgspec.json.decode(body), inside)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        at = str(error).rsplit(" ", 1)[-1].strip(")")
        line = body[: int(at) if at.isdigit() else None].count(b"\n") + 1
        told = _("JSON 在第 {line} 行读不下去：文件不完整，或写得不对。请重新导出。")
        raise Refused(told.format(line=line), code="file_unreadable") from error
    many = max(len(found), 1)
    for number, one in enumerate(found, start=1):
        yield Found(number, flat(one), size * number // many)


def _reached(value: Any, inside: str) -> list[Any]:
    """The records at the path; without one, the value itself, or the only list in it."""
    for part in filter(None, inside.split(".")):
        if not isinstance(value, dict) or part not in value:
            told = _("JSON 里没有 {path}。")
            raise Refused(told.format(path=inside), code="path_missing")
        value = value[part]
    if isinstance(value, dict) and not inside:
        lists = [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
        value = lists[0] if len(lists) == 1 else value
    if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        value = [{KEY: name, **one} for name, one in value.items()]  # records by their number
    if not isinstance(value, list):
        told = _("JSON 里没有成列的记录。请在对照表 [file] path 写明记录在哪一层，例如 data.requests。")
        raise Refused(told, code="path_missing")
    return value


def flat(value: Any) -> dict[str, str]:
    """One record as cells by path. What is no object is one cell named 值."""
    cells: dict[str, str] = {}
    _into(cells, value if isinstance(value, dict) else {_("值"): value}, "", 0)
    return cells


def _into(cells: dict[str, str], value: Any, path: str, deep: int) -> None:
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict) and deep < DEEPEST:
        inner = value.items()
    elif isinstance(value, list) and deep < DEEPEST:
        inner = enumerate(value)
    else:
        cells[path] = _word(value)
    for name, one in inner:
        if len(cells) < WIDEST:
            _into(cells, one, f"{path}.{name}" if path else str(name), deep + 1)


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return (
        value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | list)
        else str(value)
    )
