"""An official paper as a PDF: set from what was read of the Word file, so both say the same; PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import zipfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gezhi.paper import glyphs
from gezhi.paper.press import STANDARDS, CannotPrintError, CharactersMissingError, NoPressError
from gezhi.paper.sheet import PAGE, PAGES, Figure, Grid, Paragraph, Sheet

FORM = Path(__file__).parent / "sheet.typ"


def is_there() -> bool:
    """Whether the press is installed; asked without starting it."""
    return importlib.util.find_spec("typst") is not None


def missing(text: str) -> dict[str, str]:
    """Characters of a text that no font here has, each with the words around it."""
    return glyphs.missing([text.replace(PAGE, "").replace(PAGES, "")], glyphs.files(glyphs.FONTS))


def pdf(sheet: Sheet, file: Path | None, *, title: str, made_at: datetime) -> bytes:
    """The paper as PDF; `file` is the docx from which it was read, for its pictures; none where it has none.

    Raises `NoPressError` without Typst, `CharactersMissingError` for a character that is in no font.
    """
    if not is_there():
        raise NoPressError("typst")
    lacking = missing(sheet.text())
    if lacking:
        raise CharactersMissingError(lacking)
    import typst

    with tempfile.TemporaryDirectory(prefix="gezhi-paper-") as folder:
        root = Path(folder)
        if file is not None:
            _unpack(sheet, file, root)
        known = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(glyphs.FONTS)]
        )
        made = typst.Compiler(font_paths=known, root=str(root)).compile(
            FORM.read_bytes(),
            format="pdf",
            sys_inputs={"sheet": as_json(sheet, title)},
            pdf_standards=STANDARDS,
            timestamp=made_at.replace(microsecond=0),
        )
    if not isinstance(made, bytes):
        raise CannotPrintError(type(made).__name__)
    return made


def as_json(sheet: Sheet, title: str) -> str:
    """The paper as data; nothing of it is ever markup."""
    said: dict[str, Any] = {
        "title": title,
        "width": sheet.width,
        "height": sheet.height,
        "margins": sheet.margins,
    }
    said["blocks"] = [_block(one) for one in sheet.blocks]
    said["header"] = [_block(one) for one in sheet.header]
    said["footer"] = [_block(one) for one in sheet.footer]
    return json.dumps(said, ensure_ascii=False)


def _block(one: Paragraph | Grid) -> dict[str, Any]:
    if isinstance(one, Grid):
        rows = [
            [{"columns": c.columns, "rows": c.rows, "body": [_block(p) for p in c.body]} for c in row]
            for row in one.rows
        ]
        return {"is": "grid", "widths": one.widths, "lined": one.lined, "heads": one.heads, "rows": rows}
    pieces = [asdict(piece) | {"figure": isinstance(piece, Figure)} for piece in one.pieces]
    return asdict(one) | {"is": "paragraph", "pieces": pieces}


def _unpack(sheet: Sheet, file: Path, root: Path) -> None:
    """The pictures of the paper, one after another, where the press may read them."""
    wanted = {piece.part for one in sheet.paragraphs() for piece in one.pieces if isinstance(piece, Figure)}
    with zipfile.ZipFile(file) as packed:
        for part in wanted:
            path = root / part
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed.read(part))
