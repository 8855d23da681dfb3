"""What is handed out of a voided paper: a page that says so. The sealed files stay as they are, and are not handed out."""

from __future__ import annotations

from typing import cast

from gezhi.documents import stand_ins
from gezhi.documents.models import Paper
from gezhi.documents.own_words import OFFICIAL, VOID_LAST, VOID_SAID, VOID_TITLE, VOIDED_FILE, day
from gezhi.paper import sheet_press
from gezhi.paper.sheet import Align, Paragraph, Piece, Sheet

_WIDTH, _HEIGHT = 595.28, 841.89  # A4
_MARGINS = (104.9, 73.7, 99.2, 79.4)  # GB/T 9704-2012, 5.2
_TITLE, _TEXT = 22.0, 16.0


def file_name(row: Paper) -> str:
    """The name under which it is saved."""
    return VOIDED_FILE.format(number=row.number)


def pdf(row: Paper) -> bytes:
    """One page: which paper was voided, on which day and why. Raises `NoPressError` where nothing can be set.

    A reason whose signs the fonts lack has stand-ins for them.
    """
    if row.voided_at is None:
        raise ValueError("The paper is not void.")
    said = VOID_SAID.format(
        number=row.number, title=OFFICIAL[row.kind][0], day=day(row.voided_at), reason=row.void_reason
    )
    said = cast("str", stand_ins.shown(said, stand_ins.lacking(said)))
    lines = (
        _line(VOID_TITLE, _TITLE, "center", hei=True),
        _line(said, _TEXT),
        _line(VOID_LAST, _TEXT),
    )
    sheet = Sheet(_WIDTH, _HEIGHT, _MARGINS, lines)
    return sheet_press.pdf(sheet, None, title=row.number, made_at=row.voided_at)


def _line(text: str, size: float, align: Align = "both", *, hei: bool = False) -> Paragraph:
    first = 0 if align == "center" else 2 * size
    return Paragraph((Piece(text, size, hei),), align, first=first, after=size, line=1.8 * size, size=size)
