"""Tables of a Word file: columns, cells that span some, rows that stand again on each page."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from gezhi.paper.archive import W
from gezhi.paper.docx_style import Styles, number, said_of
from gezhi.paper.sheet import Cell, Grid, Paragraph

Words = tuple[Paragraph, ...]
_SIDES = ("top", "bottom", "insideH", "insideV")


def grid(table: ET.Element, styles: Styles, said: Callable[[ET.Element], Words]) -> Grid:
    """One `w:tbl`; `said` reads what stands in a cell."""
    widths = tuple(said_of(one, "w", 1000) for one in table.iterfind(f"{W}tblGrid/{W}gridCol"))
    rows, open_cells = list[list[Cell]](), dict[int, tuple[int, int]]()
    for row in table.iterfind(f"{W}tr"):
        rows.append(_row(row, said, rows, open_cells))
    heads = sum(row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iterfind(f"{W}tr"))
    wide = widths or (1.0,) * max((sum(c.columns for c in row) for row in rows), default=1)
    return Grid(wide, tuple(map(tuple, rows)), _lined(table, styles), heads)


def _row(
    row: ET.Element,
    said: Callable[[ET.Element], Words],
    above: list[list[Cell]],
    open_cells: dict[int, tuple[int, int]],
) -> list[Cell]:
    """The cells of one row. `open_cells` has for each column the row and place of the cell that may go on downwards."""
    made: list[Cell] = []
    column = 0
    for one in row.iterfind(f"{W}tc"):
        span = one.find(f"{W}tcPr/{W}gridSpan")
        columns = int(number(span.get(f"{W}val") if span is not None else None, 1))
        merged = one.find(f"{W}tcPr/{W}vMerge")
        goes_on = merged is not None and merged.get(f"{W}val") != "restart"
        body = said(one)
        if goes_on and column in open_cells:
            at, place = open_cells[column]
            cell = above[at][place]
            above[at][place] = Cell(cell.body, cell.columns, cell.rows + 1)
        else:
            open_cells[column] = (len(above), len(made))
            made.append(Cell(body, columns))
        column += columns
    return made


def _lined(table: ET.Element, styles: Styles) -> bool:
    """Whether any line of the table is drawn, by itself or by its style."""
    style = table.find(f"{W}tblPr/{W}tblStyle")
    sources = [table, *styles.chain((style.get(f"{W}val") or "") if style is not None else "")]
    lines = [one.find(f"{W}tblPr/{W}tblBorders/{W}{side}") for one in sources for side in _SIDES]
    return any(one is not None and one.get(f"{W}val") not in {"none", "nil"} for one in lines)
