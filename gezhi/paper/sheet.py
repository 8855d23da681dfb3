"""What stands on an official paper, read from a Word file: paragraphs, tables, pictures, and how they lie.

Lengths are points. Of type faces there are two, as on every print of the house: Song to read, Hei for headings and
what is bold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right", "both"]
PAGE, PAGES = "\ue001", "\ue002"
"""Stand for the number of the page and of all pages; of a private area, so no text has them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that look alike; a line end is a new line. `hei`: the face of headings. `color` is RRGGBB."""

    text: str
    size: float
    hei: bool = False
    underlined: bool = False
    color: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in the line; `part` names it in the file."""

    part: str
    width: float
    height: float
    alt: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `line` is the distance of its lines, 0 for that of the face; `rule` colours a line below it."""

    pieces: tuple[Piece | Figure, ...]
    align: Align = "both"
    first: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float = 0
    fresh: bool = False
    together: bool = False
    rule: str = ""
    rule_width: float = 0
    size: float = 10.5

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Piece))


@dataclass(frozen=True, slots=True)
class Cell:
    body: tuple[Paragraph, ...]
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` of its columns; `heads` first rows stand again on each page."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lined: bool
    heads: int = 0


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole paper: its size, its margins (top right bottom left) and what stands on it."""

    width: float
    height: float
    margins: tuple[float, float, float, float]
    blocks: tuple[Block, ...]
    header: tuple[Paragraph, ...] = ()
    footer: tuple[Paragraph, ...] = ()

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph in the order of reading: header, body with its tables, footer."""
        yield from self.header
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block
            else:
                yield from (one for row in block.rows for cell in row for one in cell.body)
        yield from self.footer

    def text(self) -> str:
        """All its words, a paragraph a line."""
        return "\n".join(one.text for one in self.paragraphs())
