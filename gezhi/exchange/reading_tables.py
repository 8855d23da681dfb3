"""Tables of text: CSV and its kin, whatever stands between their cells."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from gezhi.errors import Refused

LONGEST_CELL = 1_000_000
DELIMITERS = ",\t;|"
_LOOKED = 20


@dataclass(slots=True)
class Line:
    """Cells as they stand; the line on which they end; how many characters were read up to here."""

    number: int
    cells: list[str]
    read: int


def is_binary(path: Path) -> bool:
    """Whether the beginning holds what no table of text holds: several zero bytes in a row."""
    with path.open("rb") as stream:
        return b"\0\0\0\0" in stream.read(65536)


def delimiter(path: Path, encoding: str, header: int) -> str:
    """The sign that cuts the first lines into the most columns of the same number."""
    best, most = ",", (0, 0)
    for sign in DELIMITERS:
        rows: list[list[str]] = []
        with suppress(Refused):  # told when it is read: here the lines before are enough
            for line in islice(lines(path, encoding, sign, header), _LOOKED):
                rows.append(line.cells)
        wide = len(rows[0]) if rows else 0
        found = (sum(len(row) == wide for row in rows) if wide > 1 else 0, wide)
        if found > most:
            best, most = sign, found
    return best


def lines(path: Path, encoding: str, sign: str, header: int) -> Generator[Line]:
    """From the line of the headers on; lines without a word are left out. Raises `Refused` where the table breaks off."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as stream:
        told, before = [0], 0
        reader = csv.reader(_counted(stream, told), delimiter=sign, strict=True)
        try:
            for row in reader:
                before = reader.line_num
                if reader.line_num >= header and any(cell.strip() for cell in row):
                    yield Line(reader.line_num, row, told[0])
        except csv.Error as error:
            raise Refused(_why(before + 1, reader.line_num, str(error)), code="file_unreadable") from error


def _why(first: int, line: int, error: str) -> str:
    """In words, with the line. `first`: where the row begins that could not be read."""
    if "unexpected end" in error or "field larger" in error:
        told = _("从第 {line} 行起有一个引号没有收尾，后面的行都被算进了一格。请补上或删去那个引号。")
        return told.format(line=first)
    if "expected after" in error:
        told = _('第 {line} 行里引号用得不对：引号收尾后面还有字。格子里的引号要写两遍（""）。')
        return told.format(line=line)
    return _("文件第 {line} 行读不成表格：{detail}。请另存为 CSV 后再试。").format(line=line, detail=error)


def _counted(stream: Iterator[str], told: list[int]) -> Iterator[str]:
    for line in stream:
        told[0] += len(line)
        yield line
