"""Sheets: xlsx, xls and ods by what they are, not by what they are called. Cells as words; a formula's last result."""

from __future__ import annotations

import zipfile
from collections.abc import Generator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from gezhi.errors import Refused
from gezhi.exchange.reading_tables import Line

UNPACKED = 800_000_000
"""Bytes of a sheet unpacked: more is read as CSV, line by line."""


def sheet(path: Path, wanted: str) -> str:
    """The name of the sheet that is read: the one that is wanted, else the first. Raises `Refused` for none."""
    names = _book(path).sheet_names
    if wanted and wanted not in names:
        told = _("文件里没有「{sheet}」这张表，有的是：{names}。")
        raise Refused(told.format(sheet=wanted, names=_("、").join(names[:20])), code="sheet_missing")
    if not names:
        raise Refused(_("这个文件是空的。"), code="file_empty")
    return wanted or names[0]


def lines(path: Path, name: str, header: int) -> Generator[Line]:
    """From the row of the headers on, each as wide as the sheet; rows without a word are left out."""
    rows = _book(path).get_sheet_by_name(name)
    size = path.stat().st_size
    high = max(rows.total_height, 1)
    start = rows.start[0] if rows.start else 0
    for number, row in enumerate(rows.iter_rows(), start=1):
        cells = [_word(cell) for cell in row]
        if number + start >= header and any(cell.strip() for cell in cells):
            yield Line(number + start, cells, size * number // high)


def _book(path: Path) -> CalamineWorkbook:
    _not_a_bomb(path)
    try:
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream)
    except (CalamineError, OSError, ValueError) as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        told = (
            _("这个表格有密码。请去掉密码再试。")
            if locked
            else _("这个表格打不开，可能不完整。请另存为 xlsx 或 CSV。")
        )
        raise Refused(told, code="file_unreadable") from error


def _not_a_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        if sum(one.file_size for one in packed.infolist()) > UNPACKED:
            told = _("这个表格展开后太大。请另存为 CSV 再导入。")
            raise Refused(told, code="file_large")


def _word(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell)
