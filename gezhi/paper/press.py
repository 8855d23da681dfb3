"""A paper as a PDF: A4 in office form, by Typst, from the fonts that stand here and from nothing else.

The words go to Typst as data (JSON), never as markup, so no text can change the form. Out comes PDF/A-2a, which an
archive takes, tagged for those who listen to it (PDF/UA-1). The same paper at the same moment gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gezhi.paper import glyphs
from gezhi.paper.blocks import Block, Card, Document, Heading, texts

if TYPE_CHECKING:
    import typst

FORM = Path(__file__).parent / "press.typ"
STANDARDS: list[Any] = ["a-2a", "ua-1"]


class CannotPrintError(Exception):
    """No print was made."""


class NoPressError(CannotPrintError):
    """Typst is not installed: it is an extra."""


class CharactersMissingError(CannotPrintError):
    """No font here has these characters. `characters` gives each with the words around it."""

    def __init__(self, characters: dict[str, str]) -> None:
        super().__init__(" ".join(f"U+{ord(char):04X}" for char in characters))
        self.characters = characters


def pdf(document: Document, *, made_at: datetime, fonts: Path | None = None) -> bytes:
    """The paper as PDF. `made_at` is the aware moment written into it; `fonts` a folder with further fonts.

    Raises `NoPressError` without Typst, `CharactersMissingError` where a character is in no font: nothing is ever
    printed as an empty box.
    """
    compiler = _compiler(fonts)
    lacking = glyphs.missing(
        texts(document), glyphs.files(glyphs.FONTS), glyphs.files(fonts) if fonts else ()
    )
    if lacking:
        raise CharactersMissingError(lacking)
    said = {"document": as_json(document)}
    made = compiler.compile(
        FORM.read_bytes(),
        format="pdf",
        sys_inputs=said,
        pdf_standards=STANDARDS,
        timestamp=made_at.replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise CannotPrintError(type(made).__name__)
    return made


def pictures(document: Document, *, per_inch: int = 100) -> list[bytes]:
    """The same paper as one PNG a sheet, to look at."""
    said = {"document": as_json(document)}
    made = _compiler(None).compile(FORM.read_bytes(), format="png", sys_inputs=said, ppi=per_inch)
    return [made] if isinstance(made, bytes) else list(made or [])


@cache
def _compiler(fonts: Path | None) -> typst.Compiler:
    try:
        import typst
    except ModuleNotFoundError:
        raise NoPressError("typst") from None
    folders = [str(glyphs.FONTS), *([str(fonts)] if fonts else [])]
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(font_paths=known, root=str(FORM.parent))


def as_json(document: Document) -> str:
    """The paper as data: each block is {"kind": …} with its fields. A link that leads nowhere is plain words."""
    ids = _ids(document.blocks)
    said = asdict(document) | {"blocks": [_tagged(block) for block in document.blocks]}
    return json.dumps(_led(said, ids), ensure_ascii=False)


def _ids(blocks: tuple[Block, ...]) -> set[str]:
    found = {block.id for block in blocks if isinstance(block, Heading | Card)}
    return found.union(*(_ids(block.body) for block in blocks if isinstance(block, Card)))


def _tagged(block: Block) -> dict[str, Any]:
    said: dict[str, Any] = {"block": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Card):
        said["body"] = [_tagged(part) for part in block.body]
    return said


def _led(said: Any, ids: set[str]) -> Any:
    """The same data; links to what is not there become words."""
    if isinstance(said, dict):
        if said.get("kind") == "link" and said.get("to") not in ids:
            said = said | {"kind": ""}
        return {key: _led(value, ids) for key, value in said.items()}
    return [_led(one, ids) for one in said] if isinstance(said, list | tuple) else said
