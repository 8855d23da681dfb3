"""Writing workbooks: the template of a model, one that is filled, and the one that came with its faults shown."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from gezhi.exchange import workbook_words
from gezhi.exchange.workbook_layout import (
    COLUMNS_OF,
    DEPARTMENT,
    DEPARTMENTS,
    FAULT,
    FAULTS_OF_ALL,
    FLOW,
    GRADE,
    INTRODUCTION,
    LATER,
    LIST,
    NEXT,
    NO,
    NOTES,
    PARTED,
    PEOPLE,
    UNITS,
    WORDS,
    YES,
    Column,
    Sheet,
    items_of,
)
from gezhi.exchange.workbook_model import item_rows
from gezhi.exchange.workbook_read import Fault, Read, is_answer
from gezhi.rules.keys import CHECKED, EVIDENCE
from gezhi.rules.model import Model
from gezhi.rules.sheet import ALWAYS, BESIDE, COLUMNS, NEEDED

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
RED, PALE, HEAD, NEED = "FFF6B7AE", "FFFDE7E3", "FFDCEBED", "FFB9D8DC"
SAYS_WIDE = 60
_AUTHOR = "Gezhi"
_ROOM = 3000  # rows below the filled ones that have lists and formats
_LINE = Side(style="thin", color="FFB8C4C6")
_TEXT = "@"


def filled(model: Model, rows: Rows, *, room: int = _ROOM) -> bytes:
    """A workbook of the model with these rows, by sheet and column key. Departments and items come from the model
    where no rows of theirs are given."""
    book = Workbook()
    book.remove(book.active)
    _write_notes(book, model)
    lists = _lists(model)
    every = {"departments": _departments(model), "items": _items(model)} | dict(rows)
    for sheet in sheets_of(model):
        _write_sheet(book, sheet, every.get(sheet.key, ()), lists, room)
    _write_lists(book, lists)
    book.active = 1
    return _packed(book)


def sheets_of(model: Model) -> tuple[Sheet, ...]:
    kinds = {catalogue.kind for catalogue in model.catalogues.values()}
    needed = {head for kind in kinds for head in NEEDED[kind]} | set(ALWAYS)
    told = {head for row in _items(model) for head in row}
    used = tuple(head for head in COLUMNS if head in needed | told)
    return (UNITS, DEPARTMENTS, people_of(model), items_of(used))


def people_of(model: Model) -> Sheet:
    """The sheet of people; without the column of certificates where no post asks for one."""
    if any(post.certificate for post in model.posts.values()):
        return PEOPLE
    return replace(PEOPLE, columns=tuple(one for one in PEOPLE.columns if one.key != "certificate"))


def _departments(model: Model) -> list[dict[str, str]]:
    return [
        {"id": one.id, "name": one.name, "level": model.levels[one.level].name, "aka": PARTED.join(one.aka)}
        for one in model.departments.values()
    ]


def _items(model: Model) -> list[dict[str, str]]:
    return [workbook_words.shown(row, model) for row in item_rows(model).values()]


def _lists(model: Model) -> dict[str, list[str]]:
    """What cells are chosen from."""
    posts = [post.name for post in model.posts.values()]
    departments = [one.name for one in model.departments.values()]
    classes = [word for one in model.catalogues.values() for word in one.classes]
    return {
        "levels": [level.name for level in model.levels.values()],
        "posts": [*posts, *([DEPARTMENT] if departments else [])],
        "departments": departments,
        "catalogues": list(workbook_words.names(model, LIST).values()),
        "classes": list(dict.fromkeys(classes)),
        "evidence": list(EVIDENCE),
        "yes_no": [YES, NO],
        "checked": list(CHECKED),
        "flows": list(workbook_words.names(model, FLOW).values()),
        "grades": list(dict.fromkeys(workbook_words.names(model, GRADE).values())),
        "holders": [*posts, *departments],
    }


def _write_notes(book: Workbook, model: Model) -> None:
    page = book.create_sheet(NOTES)
    page.sheet_view.showGridLines = False
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 16, 100
    lines = _note_lines(model)
    for number, (left, right, style) in enumerate(lines, start=1):
        for at, word in ((1, left), (2, right)):
            cell = page.cell(number, at, word or None)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = _note_font(style)


def _note_lines(model: Model) -> list[tuple[str, str, str]]:
    """What 说明 says, line by line: left, right, style. First what opens a district: how, the sheets, levels, and the
    posts that have a rule; then what is only looked up. The columns are explained in the notes of their heads too.
    """
    lines: list[tuple[str, str, str]] = [("", f"{model.name}　{model.about.english}", "title")]
    lines += _both(*INTRODUCTION)
    first = (UNITS, PEOPLE)
    for sheet in first:
        lines += _sheet_head(sheet)
    lines += _word_lines(workbook_words.explained_first(model))
    lines += [("", "", ""), *_both(LATER, style="head")]
    for sheet in sheets_of(model):
        told = sheet.key in {one.key for one in first}
        lines += _columns_head(sheet) if told else _sheet_head(sheet)
        lines += _column_lines(sheet)
    return lines + _word_lines(workbook_words.explained_later(model))


def _both(*said: tuple[str, str], style: str = "text") -> list[tuple[str, str, str]]:
    return [line for zh, en in said for line in (("", zh, style), ("", en, "english"))]


def _sheet_head(sheet: Sheet) -> list[tuple[str, str, str]]:
    """A sheet by its name and its one sentence."""
    return [
        ("", "", ""),
        (sheet.name, sheet.says, "head"),
        (sheet.english, sheet.says_english, "english"),
    ]


def _columns_head(sheet: Sheet) -> list[tuple[str, str, str]]:
    chinese, english = COLUMNS_OF
    return [
        ("", "", ""),
        (chinese.format(sheet=sheet.name), "", "head"),
        (english.format(sheet=sheet.english), "", "english"),
    ]


def _column_lines(sheet: Sheet) -> list[tuple[str, str, str]]:
    lines: list[tuple[str, str, str]] = []
    for one in sheet.columns:
        if one.says:
            star = "*" if one.needed else ""
            lines += [(one.head + star, one.says, "text"), (one.english, one.says_english, "english")]
    return lines


def _word_lines(words: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    lines: list[tuple[str, str, str]] = []
    for head, chinese, english in words:
        if not chinese:
            lines += [("", "", ""), (head, english, "head")]
        else:
            lines += [(head, chinese, "text"), ("", english, "english")]
    return lines


def _note_font(style: str) -> Font:
    if style == "title":
        return Font(bold=True, size=16)
    if style == "head":
        return Font(bold=True, size=12)
    return Font(color="FF6A7876", size=10) if style == "english" else Font(size=11)


def _write_sheet(
    book: Workbook, sheet: Sheet, rows: Sequence[Mapping[str, Any]], lists: Mapping[str, list[str]], room: int
) -> None:
    page = book.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    for at, column in enumerate(sheet.columns, start=1):
        _write_head(page.cell(1, at), column)
        letter = get_column_letter(at)
        page.column_dimensions[letter].width = column.wide
        if column.kind in ("code", "text"):
            page.column_dimensions[letter].number_format = _TEXT
        if lists.get(column.choose):
            page.add_data_validation(
                _choice(column, list(lists), lists, f"{letter}2:{letter}{len(rows) + room}")
            )
    for number, row in enumerate(rows, start=2):
        for at, column in enumerate(sheet.columns, start=1):
            value = row.get(column.key)
            if value not in (None, ""):
                cell = page.cell(number, at, value)
                cell.number_format = {"date": "yyyy-mm-dd", "number": "0"}.get(column.kind, _TEXT)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{max(len(rows) + 1, 2)}"


def _write_head(cell: Any, column: Column) -> None:
    head = column.head + ("*" if column.needed else "")
    cell.value = BESIDE.format(head=head, beside=column.beside) if column.beside else head
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center")
    cell.fill = PatternFill("solid", fgColor=NEED if column.needed else HEAD)
    cell.border = Border(bottom=_LINE, right=_LINE)
    if column.says:
        cell.comment = Comment(f"{column.says}\n{column.says_english}", _AUTHOR, width=280, height=90)


def _choice(column: Column, order: list[str], lists: Mapping[str, list[str]], cells: str) -> DataValidation:
    letter = get_column_letter(order.index(column.choose) + 1)
    where = f"'{WORDS}'!${letter}$1:${letter}${len(lists[column.choose])}"
    made = DataValidation("list", formula1=where, allow_blank=True, showErrorMessage=False)
    made.add(cells)
    return made


def _write_lists(book: Workbook, lists: Mapping[str, list[str]]) -> None:
    page = book.create_sheet(WORDS)
    page.sheet_state = "hidden"
    for at, words in enumerate(lists.values(), start=1):
        for number, word in enumerate(words, start=1):
            page.cell(number, at, word)


def with_faults(body: bytes, read: Read) -> bytes:
    """The workbook that came, each wrong cell red with its sentence as a comment, and a last column that says the
    sentences of each row. What an earlier answer painted is taken off first, columns that may not be collected are
    emptied; all else stays as openpyxl can keep it.
    """
    book = load_workbook(io.BytesIO(body), keep_links=False)
    by_sheet: dict[str, list[Fault]] = defaultdict(list)
    for fault in read.faults:
        by_sheet[fault.sheet].append(fault)
    for key, title in read.titles.items():
        page = book[title]
        last = _wiped(page)
        _emptied(page, read.forbidden.get(key, ()), read.headings[key])
        if by_sheet[key]:
            _paint(page, by_sheet[key], last + 1, read.headings[key])
            if any(fault.grave for fault in by_sheet[key]):
                book.active = book.index(page)
    return _packed(book)


def _wiped(page: Any) -> int:
    """Take off what an earlier answer painted. Returns the last column that is the sender's own."""
    last = page.max_column
    for row in page.iter_rows():
        for cell in row:
            if (
                cell.comment is not None
                and cell.comment.author == _AUTHOR
                and cell.fill.fgColor.rgb in (RED, PALE)
            ):
                cell.comment = None
            if cell.fill.fgColor.rgb in (RED, PALE):
                cell.fill = PatternFill()
    for at in range(page.max_column, 0, -1):
        if any(is_answer(page.cell(row, at).value) for row in range(1, min(page.max_row, 8) + 1)):
            page.delete_cols(at)
            last = at - 1
    return int(last)


def _emptied(page: Any, columns: Sequence[int], heading: int) -> None:
    """Take away what stands in these columns, from the heading down: it does not travel once more."""
    for row in page.iter_rows(min_row=heading):
        for cell in row:
            if cell.column in columns and type(cell).__name__ != "MergedCell":
                cell.value = cell.comment = cell.hyperlink = None


def _paint(page: Any, faults: Sequence[Fault], at: int, heading: int) -> None:
    letter = get_column_letter(at)
    said: dict[int, list[str]] = defaultdict(list)
    cells: dict[tuple[int, int], list[Fault]] = defaultdict(list)
    for fault in faults:
        row = fault.row or heading
        said[row].append(fault.whole if fault.grave else _("（提示）{said}").format(said=fault.whole))
        cells[row, fault.column or 1].append(fault)
    for (row, column), here in cells.items():
        cell = _writable(page, row, column)
        grave = any(fault.grave for fault in here)
        cell.fill = PatternFill("solid", fgColor=RED if grave else PALE)
        cell.comment = Comment("\n".join(fault.whole for fault in here), _AUTHOR, width=320, height=120)
    page.column_dimensions[letter].width = SAYS_WIDE
    whole = NEXT.join(said.pop(heading, ()))
    head = page.cell(heading, at)
    head.data_type, head.value = "s", FAULTS_OF_ALL.format(fault=FAULT, said=whole) if whole else FAULT
    head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=RED)
    head.alignment = Alignment(wrap_text=True, vertical="top")
    for row, sentences in said.items():
        cell = page.cell(row, at)
        cell.data_type, cell.value = "s", NEXT.join(sentences)
        cell.alignment, cell.fill = (
            Alignment(wrap_text=True, vertical="top"),
            PatternFill("solid", fgColor=PALE),
        )
        cell.font = Font(color="FF8C2318")


def _writable(page: Any, row: int, column: int) -> Any:
    """The cell itself, or the first of the merged ones in which it lies."""
    cell = page.cell(row, column)
    if not hasattr(cell, "fill") or type(cell).__name__ == "MergedCell":
        for merged in page.merged_cells.ranges:
            if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
                return page.cell(merged.min_row, merged.min_col)
    return cell


def _packed(book: Workbook) -> bytes:
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()
