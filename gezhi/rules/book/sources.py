"""What a folder's README says: which sentence of the source a rule came from, what is left open, what was not built.

A table with the columns 规则, 写在 and a third holds the quotes; 写在 names the places of model.toml in backquotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gezhi.paper.blocks import Block, Bullets, Heading, Paragraph, Span, Table, Words
from gezhi.rules.folder import read_text

QUOTES = ("规则", "写在")
CROSSED = ("编号", "说在哪里")
"""Headers of the table of quotes, and of the table that maps the study's own numbers (for us, not for a clerk)."""
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A rule by its name in the README, the places where it is written, and the words of the source."""

    rule: str
    places: tuple[str, ...]
    words: str


@dataclass(slots=True)
class Sources:
    """The README of a folder. `told` are quotes that stand in the book already; the rest comes at its end."""

    quotes: tuple[Quote, ...] = ()
    chapters: tuple[Block, ...] = ()
    told: set[Quote] = field(default_factory=set)

    def about(self, *places: str) -> tuple[Quote, ...]:
        """Quotes written at one of these places, or below it; each of them once in the whole book."""
        found = tuple(
            quote
            for quote in self.quotes
            if quote not in self.told
            and any(
                said == place or said.startswith(f"{place}.") for said in quote.places for place in places
            )
        )
        self.told.update(found)
        return found

    def left(self) -> tuple[Quote, ...]:
        """Quotes that no chapter has told."""
        return tuple(quote for quote in self.quotes if quote not in self.told)


def read_sources(folder: Path | None, *, english: bool = False) -> Sources:
    """The README of a folder, in English its README.en.md where there is one; nothing where there is none."""
    names = ("README.en.md", "README.md") if english else ("README.md",)
    name = next((one for one in names if folder is not None and (folder / one).exists()), "")
    if folder is None or not name:
        return Sources()
    text = read_text(folder / name, f"{folder.name}/{name}")
    quotes: list[Quote] = []
    blocks: list[Block] = []
    for part in _parts(text.splitlines()):
        rows = [_cells(line) for line in part] if part[0].startswith("|") else []
        if rows and tuple(rows[0][:2]) == QUOTES:
            quotes += [
                Quote(row[0], _places(row[1]), row[2].strip("“”「」")) for row in rows[2:] if len(row) > 2
            ]
        elif rows and tuple(rows[0][:2]) == CROSSED:
            while blocks and not isinstance(blocks[-1], Heading):
                blocks.pop()  # what leads up to the table goes with it
        else:
            blocks += _blocks(part, rows)
    return Sources(tuple(quotes), tuple(_without_empty(blocks)))


def _parts(lines: list[str]) -> Iterator[list[str]]:
    """Lines that belong together: a heading, a table, a list, a paragraph."""
    part: list[str] = []
    for line in [*lines, ""]:
        starts = line.startswith("#") or not line.strip() or (part and part[0].startswith("#"))
        if part and (starts or line.startswith("|") != part[0].startswith("|")):
            yield part
            part = []
        if line.strip():
            part.append(line)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _places(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell)) or (cell,)


def _blocks(part: list[str], rows: list[list[str]]) -> list[Block]:
    if rows:
        width = len(rows[0])
        body = tuple(tuple(inline(cell) for cell in (row + [""] * width)[:width]) for row in rows[2:])
        return [Table(tuple(rows[0]), body, (2,) * width)]
    if part[0].startswith("# "):
        return []  # the title is the model's own
    if part[0].startswith("#"):
        return [Heading(2, part[0].strip("# "))]
    if part[0].lstrip().startswith(("- ", "* ")):
        return [Bullets(tuple(inline(line.lstrip("-* ")) for line in part))]
    return [Paragraph(inline(" ".join(line.strip() for line in part)))]


def _without_empty(blocks: list[Block]) -> Iterator[Block]:
    """A heading whose table stands elsewhere goes too."""
    for n, block in enumerate(blocks):
        after = blocks[n + 1] if n + 1 < len(blocks) else None
        if not (isinstance(block, Heading) and (after is None or isinstance(after, Heading))):
            yield block


def inline(text: str) -> Words:
    """Words with `places` and **weight**; a link keeps its words."""
    words: list[Span] = []
    at = 0
    for found in _INLINE.finditer(text):
        words.append(Span(text[at : found.start()]))
        code, strong, link = found.groups()
        words.append(Span(code, "code") if code else Span(strong, "strong") if strong else Span(link))
        at = found.end()
    return tuple(word for word in (*words, Span(text[at:])) if word.text)
