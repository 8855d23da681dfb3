"""Rows of the workbook, cleaned of what Excel and WPS do to cells, each with its place; and what is wrong with a cell.

Taken: full-width characters, spaces around and inside codes, numbers where a code is meant, days as numbers or in
any of the usual ways of writing, cells merged downwards, a title above the heading, columns in another order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gezhi.exchange.banned import is_banned
from gezhi.exchange.workbook_file import Page
from gezhi.exchange.workbook_layout import (
    DAY,
    FAULT,
    HOUSEHOLDS,
    MARKS,
    NO,
    NOTES,
    SHEETS,
    WORDS,
    YES,
    Column,
    Sheet,
)
from gezhi.unseen import straight

HEADING_WITHIN = 6  # rows above which a heading is looked for
_EPOCH = date(1899, 12, 30)
_SERIALS = (20_000, 80_000)  # days as numbers: 1954 to 2119
_BLANKS = re.compile(r"[\s\u00a0\u200b-\u200f\u2060\ufeff]+")
_RUNS = ("=", "+", "-", "@")  # what a table program may take for the beginning of a formula
LONGEST = 300
LONGEST_HEADING = 30  # what is longer is a sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: row and column from 1 as the sheet counts them; 0 where the whole sheet is meant.

    One that is not `grave` is a hint: nothing is held up by it.
    """

    sheet: str
    row: int
    column: int
    sentence: str
    grave: bool = True
    choices: str = ""  # what can be written instead, as a sentence of its own

    @property
    def whole(self) -> str:
        return self.sentence + self.choices


@dataclass(slots=True)
class Line:
    """One row: what each column says, cleaned. Empty cells are not there."""

    number: int
    said: dict[str, Any]

    def text(self, key: str) -> str:
        return str(self.said.get(key, ""))

    def day(self, key: str) -> date | None:
        found = self.said.get(key)
        return found if isinstance(found, date) else None


@dataclass(slots=True)
class Read:
    """A workbook as far as it could be read: the lines of each sheet that is there, by the sheet's key."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)  # column key → number, from 1
    titles: dict[str, str] = field(default_factory=dict)  # sheet key → what the file calls it
    headings: dict[str, int] = field(default_factory=dict)  # row of the heading, from 1
    faults: list[Fault] = field(default_factory=list)
    forbidden: dict[str, list[int]] = field(default_factory=dict)  # columns that may not be collected, from 1
    made_codes: set[str] = field(default_factory=set)  # codes of units that nobody wrote
    wrong_departments: set[str] = field(default_factory=set)  # what rows that are wrong are called
    _told: set[tuple[str, int, int]] = field(default_factory=set)

    def say(
        self, sheet: str, line: int, column: str, sentence: str, *, grave: bool = True, choices: str = ""
    ) -> None:
        """Tie a sentence to a cell; to the row's first column where the file has no such column. One grave fault is
        enough for a cell: what cannot be read is not missing besides."""
        number = self.columns.get(sheet, {}).get(column, 1 if line else 0)
        if grave and line:
            if (sheet, line, number) in self._told:
                return
            self._told.add((sheet, line, number))
        self.faults.append(Fault(sheet, line, number, sentence, grave, choices))

    def headless(self, sheet: str) -> bool:
        """Whether the sheet is there and could not be read for want of a column."""
        return sheet in self.lines and not self.lines[sheet] and any(f.sheet == sheet for f in self.grave)

    @property
    def grave(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.grave]


def read(pages: Mapping[str, Page]) -> Read:
    """Read the sheets that are ours. Others are left alone."""
    found = Read()
    by_name = {plain(name): page for name, page in pages.items()}
    for sheet in SHEETS:
        page = by_name.get(plain(sheet.name)) or by_name.get(plain(sheet.english))
        if page is not None:
            _read_sheet(sheet, page, found)
    if "units" not in found.lines and "people" not in found.lines and not found.faults:
        found.faults.append(Fault("", 0, 0, _("里面没有“单元”也没有“人员”这两张表。请用下载的模板。")))
    return found


def forbidden(pages: Mapping[str, Page]) -> list[tuple[str, str]]:
    """Columns that may not be collected, anywhere in the file: (sheet, heading). Sheets that are not ours count too."""
    by_name = {plain(word): sheet for sheet in SHEETS for word in (sheet.name, sheet.english)}
    found = []
    for name, page in pages.items():
        sheet = by_name.get(plain(name))
        if plain(name) in (plain(NOTES), plain(WORDS)):
            continue  # our own: it says what may not be written
        heading = _heading(sheet, page)[0] if sheet else 0
        rows = page.rows[heading : heading + 1] if sheet else page.rows[:HEADING_WITHIN]
        heads = [_shown(cell) for row in rows for cell in row if _filled(cell) and not is_answer(cell)]
        found += [(page.name, head) for head in heads if len(head) <= LONGEST_HEADING and is_banned(head)]
    return list(dict.fromkeys(found))


def _read_sheet(sheet: Sheet, page: Page, found: Read) -> None:
    heading, columns = _heading(sheet, page)
    found.titles[sheet.key], found.headings[sheet.key] = page.name, heading + 1
    found.columns[sheet.key] = {key: number + 1 for key, number in columns.items()}
    found.lines[sheet.key] = []
    lacking = [column.head for column in sheet.columns if column.needed and column.key not in columns]
    if lacking:
        told = _("“{sheet}”表里没有“{column}”这一栏。请照模板的表头写。")
        found.say(sheet.key, 0, "", told.format(sheet=sheet.name, column="”“".join(lacking)))
        return
    _strange_columns(sheet, page.rows[heading], columns, found)
    _fill_merged(page)
    for number in range(heading + 1, len(page.rows)):
        cells = page.rows[number]
        said = {key: cells[at] for key, at in columns.items() if at < len(cells) and _filled(cells[at])}
        if said:
            _take(sheet, page, found, number, said, columns)
    if hidden := page.hidden & {line.number - 1 for line in found.lines[sheet.key]}:
        told = _("有 {n} 行被隐藏或筛掉了，也照样读了。")
        found.say(sheet.key, min(hidden) + 1, "", told.format(n=len(hidden)), grave=False)


def _heading(sheet: Sheet, page: Page) -> tuple[int, dict[str, int]]:
    """The row, among the first ones, in which most columns are named; and where each column stands."""
    names = {plain(word): column.key for column in sheet.columns for word in (column.head, column.english)}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(page.rows[:HEADING_WITHIN]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row):
            key = names.get(_head(cell))
            if key is not None:
                columns.setdefault(key, at)
        if len(columns) > len(best[1]):
            best = (number, columns)
    return best


def _strange_columns(sheet: Sheet, row: list[Any], columns: Mapping[str, int], found: Read) -> None:
    for at, cell in enumerate(row):
        name = _shown(cell)
        if not name or at in columns.values() or is_answer(cell):
            continue
        if is_banned(name):
            found.forbidden.setdefault(sheet.key, []).append(at + 1)
            told = _("“{name}”这一栏不得采集。退回的表里已经清空；您自己存的表，请整栏删掉。")
            fault = Fault(sheet.key, found.headings[sheet.key], at + 1, told.format(name=name))
        else:
            told = _("不认识“{name}”这一栏，没有读。")
            fault = Fault(sheet.key, found.headings[sheet.key], at + 1, told.format(name=name), grave=False)
        found.faults.append(fault)


def _fill_merged(page: Page) -> None:
    """A cell merged downwards says the same in each of its rows."""
    for (top, left), (bottom, right) in page.merged:
        if left == right and top < len(page.rows) and left < len(page.rows[top]):
            for number in range(top + 1, min(bottom + 1, len(page.rows))):
                if left < len(page.rows[number]):
                    page.rows[number][left] = page.rows[top][left]


def _take(
    sheet: Sheet, page: Page, found: Read, number: int, said: dict[str, Any], at: Mapping[str, int]
) -> None:
    line = Line(number + 1, {})
    for column in sheet.columns:
        key = column.key
        if (number, at.get(key, -1)) in page.formulas:
            told = _("这里是公式。请复制这一格，用“选择性粘贴”只贴数值。")
            found.say(sheet.key, line.number, key, told)
        elif key in said:
            value, wrong = _value(column, said[key])
            if column.closed and value and value != _shown(said[key]) and " " in _shown(said[key]):
                told = _("“{word}”中间有空格，当作“{whole}”。").format(word=_shown(said[key]), whole=value)
                found.say(sheet.key, line.number, key, told, grave=False)
            if wrong:
                found.say(sheet.key, line.number, key, wrong)
            elif value != "":
                line.said[key] = value
    found.lines[sheet.key].append(line)


def _value(column: Column, cell: Any) -> tuple[Any, str]:
    """What a cell says, by the kind of its column; and the sentence why it cannot be taken, or nothing."""
    if column.kind == "date":
        found = _day(cell)
        return found or "", "" if found else _("“{word}”不是日期。请写成 2026-01-01。").format(
            word=_shown(cell)
        )
    word = _shown(cell)
    if column.kind == "number":
        digits = unicodedata.normalize("NFKC", word).removesuffix(HOUSEHOLDS).replace(",", "").strip()
        if digits.isdecimal() and int(digits) <= 1_000_000:
            return int(digits), ""
        return "", _("“{word}”不是数。请只写 0 或以上的整数。").format(word=word)
    if column.kind == "code":
        word = _BLANKS.sub("", unicodedata.normalize("NFKC", word))
    if word.startswith(_RUNS):
        return "", _("“{word}”以 {sign} 开头，会被当成公式。请改掉第一个字符。").format(
            word=word[:20], sign=word[0]
        )
    if len(word) > LONGEST:
        return "", _("太长了，最多 {most} 个字。").format(most=LONGEST)
    return word, ""


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    word = unicodedata.normalize("NFKC", _shown(cell)).strip()
    if word.isdecimal() and _SERIALS[0] < int(word) < _SERIALS[1]:
        return _EPOCH + timedelta(days=int(word))
    if len(word) == 8 and word.isdecimal():
        word = f"{word[:4]}-{word[4:6]}-{word[6:]}"
    said = DAY.match(word)
    try:
        return date(int(said[1]), int(said[2]), int(said[3])) if said else None
    except ValueError:
        return None


def _shown(cell: Any) -> str:
    """A cell as it looks: 1.0 is 1, and no space or break stands around or beside another."""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return " ".join(word for word in _BLANKS.split(straight(str(cell))) if word)


def _filled(cell: Any) -> bool:
    return cell is not None and bool(_shown(cell))


def is_answer(cell: Any) -> bool:
    """Whether a heading is that of the column in which an earlier answer says its sentences."""
    return isinstance(cell, str) and plain(cell).startswith(plain(FAULT))


def _head(cell: Any) -> str:
    return plain(MARKS.sub("", _shown(cell)))


def plain(name: str) -> str:
    """A name as it is compared: without blanks, in one width and one case."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def some(words: Iterable[str], most: int = 12) -> str:
    """The first of a list of words, as a sentence says them."""
    found = list(words)
    return _("、").join(found[:most]) + ("……" if len(found) > most else "")
