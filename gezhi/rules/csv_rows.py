"""The rows of a CSV file as spreadsheets write it: any of their separators, quoted line ends, and what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice

from gezhi.rules.findings import Finding, unknown

UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
"""Characters that nobody sees, and some databases refuse."""
SIGNS = ",;\t，；"
LOOKED = 12
"""Lines in which a header is looked for that does not stand in the first."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of findings: a column that is not known, one that stands twice, one that is missing, a row."""

    unknown: str
    twice: str
    missing: str
    row: str


@dataclass(slots=True)
class Rows:
    """The header, then the cells of each row with the line on which it ends."""

    header: list[str]
    rows: list[tuple[list[str], int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


LONGEST = 131_072  # characters of a cell


def rows_of(text: str, label: str, columns: Sequence[str], needed: Iterable[str], codes: Codes) -> Rows:
    """Everything of a file of which `columns` are known and `needed` must be there. Rows are read where the header holds."""
    sign = _parted_by(text, columns)
    reader = csv.reader(StringIO(text, newline=""), delimiter=sign)
    read = _lines(reader, label, codes)
    found = Rows([cell.strip() for cell in next((cells for cells, _line in read.rows), [])])
    found.findings = list(_header(found.header, read, label, columns, list(needed), codes)) or read.findings
    if not found.findings and (open_at := _open_quote(text, sign)):
        sentence = '引号不成对：从这一行起，一个 " 开了没有关。补上，或删掉。'
        found.findings = [Finding(label, open_at, "", sentence, code=codes.row)]
    if not found.findings:
        found.rows = read.rows[1:]
        full = [one for one in found.rows if sign == "," and _full_width(found.header, one[0])]
        found.rows = [one for one in found.rows if one not in full]
        found.findings = [_grown_together(found.header, *one, label, codes) for one in full]
        found.findings += _unseen(found.rows, label, codes)
    return found


def _parted_by(text: str, columns: Sequence[str]) -> str:
    """What stands between the cells: a comma, or what a spreadsheet wrote instead, as the header shows."""
    header = text.partition("\n")[0]
    known = {sign: len(set(columns) & {cell.strip() for cell in header.split(sign)}) for sign in SIGNS}
    best = max(SIGNS, key=lambda sign: known[sign])
    return best if known[best] > 1 else ","


def _lines(reader: Iterator[list[str]], label: str, codes: Codes) -> Rows:
    """Every row, the header among them, as far as they can be read."""
    found = Rows([])
    try:
        for cells in reader:
            if any(len(cell) > LONGEST for cell in cells):
                raise csv.Error  # whatever limit others in this process have set
            found.rows.append(([cell.strip() for cell in cells], reader.line_num))  # type: ignore[attr-defined]
    except csv.Error:
        line = found.rows[-1][1] + 1 if found.rows else 1
        sentence = f'这一格太长（{LONGEST} 字以上），多半是引号没有关。核对这一行的 "。'
        found.findings = [Finding(label, line, "", sentence, code=codes.row)]
    return found


def _header(
    header: list[str], read: Rows, label: str, columns: Sequence[str], needed: list[str], codes: Codes
) -> Iterator[Finding]:
    """What is wrong with the header: one finding where it is none at all, else one for each column."""
    if not set(header) & set(columns):
        yield Finding(label, 1, "", _no_header(header, read, columns, needed), code=codes.missing)
        return
    for column in dict.fromkeys(header):
        if column not in columns:
            sentence, near = unknown(column, columns)
            yield Finding(label, 1, column, sentence, near, codes.unknown)
        elif header.count(column) > 1:
            yield Finding(label, 1, column, f"「{column}」一列写了两次。删掉多的一列。", code=codes.twice)
    for column in needed:
        if column not in header:
            yield Finding(
                label, 1, column, f"缺「{column}」一列。在表头补上，每一行填好。", code=codes.missing
            )


def _no_header(header: list[str], read: Rows, columns: Sequence[str], needed: list[str]) -> str:
    below = next(
        (n for n, (cells, _l) in enumerate(islice(read.rows, LOOKED), 1) if set(needed) <= set(cells)), 0
    )
    if below:
        return f"表头在第 {below} 行：把上面的行删掉，第一行就是表头。"
    shown = " ".join(cell for cell in header[:6] if cell)
    return f"第一行要是表头：{','.join(columns)}。现在写的是「{shown}」。"


def _open_quote(text: str, sign: str) -> int:
    """The line on which a quote opens that is never closed; 0 where there is none."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True)
    line = 1
    try:
        for _cells in reader:
            line = reader.line_num + 1
    except csv.Error as error:
        return line if "end of data" in str(error) else 0
    return 0


def _full_width(header: list[str], cells: list[str]) -> bool:
    """Whether a row is short by as many cells as full-width commas stand in it."""
    commas = sum(cell.count("，") for cell in cells)
    return 0 < commas == len(header) - len(cells)


def _grown_together(header: list[str], cells: list[str], line: int, label: str, codes: Codes) -> Finding:
    """One finding for cells that a full-width comma joins, in place of one for each cell behind it."""
    at = next(cell for cell in cells if "，" in cell)
    said = f"这一行里有全角的「，」（{at}），只有 {len(cells)} 格，表头有 {len(header)} 格：改成半角的「,」。"
    place = "" if "，" in cells[0] else cells[0]
    return Finding(label, line, place, said, code=codes.row)


def _unseen(rows: Iterable[tuple[list[str], int]], label: str, codes: Codes) -> Iterator[Finding]:
    for cells, line in rows:
        if any(UNSEEN.search(cell) for cell in cells):
            said = "这一行有看不见的字符。把这一格删掉重写一遍。"
            yield Finding(label, line, cells[0] if not UNSEEN.search(cells[0]) else "", said, code=codes.row)
