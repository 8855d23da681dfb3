"""How a paper looks on a page before it is printed: its paragraphs and tables in words, and a form filled with examples."""

from __future__ import annotations

from datetime import date
from typing import Any

from gezhi.documents import forms
from gezhi.documents.docx import preview_of
from gezhi.documents.kinds import Kind, places_of
from gezhi.documents.own_words import example_of
from gezhi.paper.sheet import Grid, Paragraph, Piece, Sheet

_BIG, _SMALL = 20, 11  # points


def of_sheet(seen: Sheet) -> list[dict[str, Any]]:
    """Each paragraph with its words and how they stand; tables as rows of cells (columns, rows, lines)."""
    made: list[dict[str, Any]] = []
    for block in seen.blocks:
        if isinstance(block, Grid):
            rows = [[(c.columns, c.rows, [_line(p) for p in c.body]) for c in row] for row in block.rows]
            made.append({"rows": rows})
        else:
            made.append({"line": _line(block)})
    return made


def of_form(kind: Kind, version: int, on: date) -> list[dict[str, Any]]:
    """A form filled with examples."""
    body, series = forms.body_of(kind.id, version), forms.series_of(kind, on)
    words = {place: example_of(place) for place in places_of(kind)}
    words |= {"文号": series.number(on.year, 1), "发文单位": series.office}
    return of_sheet(preview_of(body or b"", words, kind)[0])


def _line(one: Paragraph) -> dict[str, Any]:
    hei = any(isinstance(piece, Piece) and piece.hei for piece in one.pieces)
    size = "big" if one.size >= _BIG else "small" if one.size <= _SMALL else ""
    css = (
        one.align,
        size,
        "hei" if hei else "",
        "first" if one.first > 0 else "",
        "rule" if one.rule else "",
    )
    return {"text": one.text, "css": " ".join(word for word in css if word)}
