"""Rows copied from a spreadsheet: cells between tabs, commas or semicolons, with headers or in the usual order."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime

from gezhi.exchange import moments
from gezhi.exchange.banned import is_banned
from gezhi.exchange.drafting import PASTED
from gezhi.exchange.foreign_words import PATTERNS

FIELDS = ("item", "place", "text", "name", "contact", "at")
"""What a row says, in the order in which columns without headers are read."""
MOST = 200
WIDE_COMMA = chr(0xFF0C)  # of a Chinese keyboard
_HEADER = 14  # characters of the longest cell that can be a header


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted: a dict of `FIELDS` for each row; headers that were not used; how many rows are left out at the end."""

    rows: tuple[dict[str, str], ...]
    headers: bool
    unused: tuple[str, ...]
    cut: int


def read(said: str) -> Pasted:
    """The rows of what was pasted; empty lines are none. Columns that no register may hold are not read."""
    lines = [row for row in _cells(said) if any(row)]
    named = _named(lines[0]) if lines else {}
    headers = len(named) > 1
    unused = tuple(cell for at, cell in enumerate(lines[0] if headers else ()) if cell and at not in named)
    columns = named if headers else dict(enumerate(FIELDS))
    body = lines[1:] if headers else lines
    rows = tuple(_row(line, columns) for line in body[:MOST])
    return Pasted(rows, headers, unused, max(0, len(body) - MOST))


def _row(line: list[str], columns: dict[int, str]) -> dict[str, str]:
    row = dict.fromkeys(FIELDS, "")
    for at, cell in enumerate(line):
        if cell and at in columns:
            field = columns[at]
            row[field] = f"{row[field]} {cell}".strip() if field == "text" else row[field] or cell
    return row


def _named(heads: list[str]) -> dict[int, str]:
    """Which field each column is, by the words of its header; of two that sound alike the first."""
    found: dict[int, str] = {}
    for at, head in enumerate(heads):
        if not head or len(head) > _HEADER or is_banned(head):
            continue
        fields = (field for field, pattern in PASTED.items() if re.search(pattern, head, re.IGNORECASE))
        field = next((one for one in fields if one not in found.values()), "")
        if field:
            found[at] = field
    return found


def _cells(said: str) -> list[list[str]]:
    text = said.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    sign = next((one for one in "\t;," if one in first), "")
    if not sign and WIDE_COMMA in first:
        text, sign = text.replace(WIDE_COMMA, ","), ","
    rows = csv.reader(io.StringIO(text), delimiter=sign or "\t")
    try:
        return [[" ".join(cell.split()) for cell in row] for row in rows]
    except csv.Error:
        return [[" ".join(cell.split()) for cell in line.split(sign or "\t")] for line in text.split("\n")]


def moment(said: str) -> datetime | None:
    """What a cell says of when it was, without a zone unless it says one; none where it says nothing that is known."""
    return moments.local(moments.plain(said), (*PATTERNS, "excel"))
