"""A workbook that came from outside, opened without trusting it: its cells as they were typed, or one sentence why not.

Looked at before anything is read: how large it is packed and unpacked, macros, passwords, how far its cells reach.
Nothing in it is run: a formula is a fault of its cell.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from gezhi.errors import Refused

LARGEST = 8_000_000  # bytes as it came
UNPACKED = 60_000_000
PARTS = 400
ROWS, COLUMNS, CELLS = 20_000, 80, 600_000
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_OLD = b"\xd0\xcf\x11\xe0"  # .xls, .et, and whatever has a password


@dataclass(slots=True)
class Page:
    """One sheet: its rows from the first, and what stands in the file beside the values. Cells are (row, column), from 0."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)  # rows
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def opened(body: bytes) -> dict[str, Page]:
    """The sheets of a workbook by name, in their order. Raises `Refused` where it is none, or none that may be read."""
    _check_outside(body)
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        _check_parts(packed)
        looks = {name: _looked_through(_unpacked(packed, part)) for name, part in _sheet_parts(packed)}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        pages = {name: _page(book, name, looks[name]) for name in book.sheet_names if name in looks}
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable() from error
    return pages


def _check_outside(body: bytes) -> None:
    if len(body) > LARGEST:
        told = _("这个文件有 {size} MB，最多 {most} MB。请删掉图片和没有用的表再传。")
        raise _no(told.format(size=len(body) // 1_000_000, most=LARGEST // 1_000_000), "workbook_large")
    if body.startswith(_OLD):
        raise _no(_("这是旧格式（.xls、.et）或加了密码的表。请去掉密码，另存为 .xlsx 再传。"), "workbook_old")
    if not zipfile.is_zipfile(io.BytesIO(body)):
        raise _unreadable()


def _check_parts(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise _no(_("这个文件解开以后太大，不收。请把内容复制到一张新表里再传。"), "workbook_bomb")
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise _no(_("这张表带宏。宏不收。请另存为不带宏的 .xlsx 再传。"), "workbook_macros")
    if "xl/workbook.xml" not in names:
        raise _unreadable()
    for part in parts:
        _unpacked(packed, part.filename)


def _unpacked(packed: zipfile.ZipFile, part: str) -> bytes:
    """One part. Whatever holds more than it says fails here: it is read up to the size it says, then compared."""
    try:
        with packed.open(part) as stream:
            body = stream.read(UNPACKED + 1)
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise _unreadable() from error
    if len(body) > UNPACKED:
        raise _no(_("这个文件解开以后太大，不收。请把内容复制到一张新表里再传。"), "workbook_bomb")
    return body


def _sheet_parts(packed: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name and part of each sheet, in their order."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(tag: str, said: dict[str, str]) -> None:
        if tag == "Relationship" and said.get("Type", "").endswith("/worksheet"):
            targets[said["Id"]] = said["Target"]

    def sheet(tag: str, said: dict[str, str]) -> None:
        if tag == "sheet":
            link = next((value for key, value in said.items() if key.endswith("relationships id")), "")
            sheets.append((said.get("name", ""), link))

    _walk(_unpacked(packed, "xl/_rels/workbook.xml.rels"), relation)
    _walk(_unpacked(packed, "xl/workbook.xml"), sheet)
    return [
        (name, posixpath.normpath(posixpath.join("xl", targets[link])).lstrip("/").removeprefix("xl/xl/"))
        if not targets[link].startswith("/")
        else (name, targets[link].lstrip("/"))
        for name, link in sheets
        if link in targets
    ]


class _Look:
    """What is asked of a sheet's XML before its values are read."""

    def __init__(self) -> None:
        self.formulas: set[tuple[int, int]] = set()
        self.hidden: set[int] = set()
        self.cells = 0
        self.at = (0, -1)

    def start(self, tag: str, said: dict[str, str]) -> None:
        if tag == "row":
            self.at = (int(said["r"]) - 1 if "r" in said else self.at[0] + 1, -1)
            if said.get("hidden") in ("1", "true"):
                self.hidden.add(self.at[0])
        elif tag == "c":
            self.cells += 1
            self.at = _place(said["r"]) if "r" in said else (self.at[0], self.at[1] + 1)
            if self.cells > CELLS:
                raise _no(_("表里有太多空白的格子设了格式。请把内容复制到一张新表里再传。"), "workbook_cells")
        elif tag == "f":
            self.formulas.add(self.at)
        elif tag in ("v", "is") and (self.at[0] >= ROWS or self.at[1] >= COLUMNS):
            told = _("表里最远的格子超过了 {rows} 行或 {columns} 列。请删掉多余的内容再传。")
            raise _no(told.format(rows=ROWS, columns=COLUMNS), "workbook_far")


def _looked_through(body: bytes) -> _Look:
    look = _Look()
    _walk(body, look.start)
    return look


def _walk(body: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call `start` for each element by its local name. A document type, and so every entity, is refused."""

    def element(name: str, said: dict[str, str]) -> None:
        start(name.rpartition(" ")[2], said)

    def doctype(*_said: Any) -> None:
        raise _unreadable()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, KeyError) as error:
        raise _unreadable() from error


def _place(word: str) -> tuple[int, int]:
    """(row, column) of a cell's name, from 0."""
    said = _CELL.match(word)
    if said is None:
        raise _unreadable()
    column = 0
    for letter in said[1]:
        column = column * 26 + ord(letter) - 64
    return int(said[2]) - 1, column - 1


def _page(book: CalamineWorkbook, name: str, look: _Look) -> Page:
    sheet = book.get_sheet_by_name(name)
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    return Page(name, rows, look.formulas, look.hidden, list(sheet.merged_cell_ranges or []))


def _unreadable() -> Refused:
    return _no(
        _("这个文件不是 Excel 工作簿，或者已经损坏。请用下载的模板填好，另存为 .xlsx 再传。"),
        "workbook_unreadable",
    )


def _no(sentence: str, code: str) -> Refused:
    return Refused(sentence, code=code, field="workbook")
