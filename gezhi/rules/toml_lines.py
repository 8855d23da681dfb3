"""On which line a key of a TOML file stands. `tomllib` gives values only; findings need lines."""

from __future__ import annotations

import re

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_KEY})\s*\]\]?")
_ASSIGNED = re.compile(rf"\s*({_KEY})\s*=")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')

Path = tuple[str, ...]


def lines_of(text: str) -> dict[Path, int]:
    """Paths of tables and keys → line, 1-based. Keys of an inline table are not listed: they share its line."""
    found: dict[Path, int] = {}
    table: Path = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not depth and not quote:
            if header := _HEADER.match(line):
                table = _path(header[1])
                found.setdefault(table, number)
                continue
            if assigned := _ASSIGNED.match(line):
                found[table + _path(assigned[1])] = number
        depth, quote = _after(line, depth, quote)
    return found


def line_at(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, else of what first stands below it, else of the nearest table around it; 0 when there is none."""
    while path and path not in lines:
        below = [line for one, line in lines.items() if one[: len(path)] == path]
        if below:
            return min(below)
        path = path[:-1]
    return lines.get(path, 0)


def _path(text: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, text))


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Open brackets and open multi-line quote after this line."""
    for mark in ('"""', "'''"):
        if quote in ("", mark) and line.count(mark) % 2:
            return depth, "" if quote else mark
    if quote:
        return depth, quote
    bare = _STRING.sub("", line).partition("#")[0]
    return depth + sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}"), ""
