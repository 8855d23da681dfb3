"""A Word file as a `Sheet`: what a print of ours can say, and a fault for each thing that it cannot.

So a paper and its print say the same: what this does not know is refused when a form is handed in, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from gezhi.paper import archive, docx_tables
from gezhi.paper.archive import PIC, WP, A, Fault, Parts, R, UnfitError, W
from gezhi.paper.docx_style import Styles, number, said_of
from gezhi.paper.sheet import PAGE, PAGES, Block, Figure, Grid, Paragraph, Piece, Sheet

EMU = 12_700  # English metric units of a point
_SILENT = frozenset(
    "pPr rPr bookmarkStart bookmarkEnd proofErr permStart permEnd lastRenderedPageBreak sectPr tblPr tblGrid trPr tcPr "
    "sdtPr sdtEndPr commentRangeStart commentRangeEnd softHyphen".split()
)
_WRAPS = frozenset("hyperlink smartTag sdt sdtContent customXml".split())
_TYPED = {"tab": "\u3000", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class Reader:
    """One file being read. `faults` grow as things are found that no print can say."""

    parts: Parts
    styles: Styles
    faults: list[Fault] = field(default_factory=list)
    part: str = "body"
    number: int = 0
    links: dict[str, str] = field(default_factory=dict)

    def fault(self, code: str, said: str = "", near: str = "") -> None:
        self.faults.append(Fault(code, self.part, self.number, near, said))

    def paragraph(self, one: ET.Element) -> Paragraph:
        """One `w:p`."""
        self.number += 1
        looks = self.styles.of_paragraph(one)
        if looks.numbered:
            self.fault("auto_number", near=_words(one))
        if one.find(f"{W}pPr/{W}sectPr") is not None:
            self.fault("sections", near=_words(one))
        pieces = tuple(_joined(self.pieces(one)))
        return looks.paragraph(pieces)

    def pieces(self, within: ET.Element) -> Iterator[Piece | Figure]:
        """What stands in a paragraph, in order."""
        field_words: list[str] | None = None
        for run in self.runs(within):
            mark = run.find(f"{W}fldChar")
            if mark is not None:
                kind = mark.get(f"{W}fldCharType")
                if kind == "begin":
                    field_words = []
                elif kind == "end" and field_words is not None:
                    yield self.styles.piece(run, self.field("".join(field_words)), within)
                    field_words = None
            elif field_words is not None:
                field_words += [word.text or "" for word in run.iter(f"{W}instrText")]
            else:
                yield from self.run(run, within)

    def runs(self, within: ET.Element) -> Iterator[ET.Element]:
        for one in within:
            name = _local(one)
            if name == "r":
                yield one
            elif name == "fldSimple":
                made = ET.Element(f"{W}r")
                ET.SubElement(made, f"{W}t").text = self.field(one.get(f"{W}instr", ""))
                yield made
            elif name in _WRAPS:
                yield from self.runs(one)
            elif name not in _SILENT:
                self.fault("unknown", name, _words(within))

    def run(self, run: ET.Element, within: ET.Element) -> Iterator[Piece | Figure]:
        """One `w:r`: words, ends of lines, a picture."""
        for one in run:
            name = _local(one)
            if name == "t":
                yield self.styles.piece(run, one.text or "", within)
            elif name == "br" and one.get(f"{W}type") == "page":
                self.fault("page_break", near=_words(within))
            elif name in _TYPED:
                yield self.styles.piece(run, _TYPED[name], within)
            elif name == "drawing":
                yield from self.drawing(one, within)
            elif name not in _SILENT:
                self.fault("unknown", name, _words(within))

    def field(self, words: str) -> str:
        """What a field says: the number of the page or of the pages, and nothing else."""
        kind = (words.split() or [""])[0].upper()
        if kind in {"PAGE", "NUMPAGES"}:
            return PAGE if kind == "PAGE" else PAGES
        self.fault("unknown", f"field {kind}"[:40])
        return ""

    def drawing(self, one: ET.Element, within: ET.Element) -> Iterator[Figure]:
        inline, blip = one.find(f"{WP}inline"), one.find(f".//{A}blip")
        picture = one.find(f".//{PIC}pic")
        part = self.links.get(blip.get(f"{R}embed", ""), "") if blip is not None else ""
        if inline is None or picture is None or not part.lower().endswith((".png", ".jpg", ".jpeg")):
            self.fault("floating", near=_words(within))
            return
        extent, named = inline.find(f"{WP}extent"), inline.find(f"{WP}docPr")
        if extent is not None:
            alt = named.get("descr", "") if named is not None else ""
            yield Figure(part, number(extent.get("cx")) / EMU, number(extent.get("cy")) / EMU, alt)

    def blocks(self, within: ET.Element) -> Iterator[Block]:
        """Paragraphs and tables of a body, in order."""
        for one in within:
            name = _local(one)
            if name == "p":
                yield self.paragraph(one)
            elif name == "tbl":
                yield docx_tables.grid(one, self.styles, self.cell)
            elif name in _WRAPS:
                yield from self.blocks(one)
            elif name not in _SILENT:
                self.fault("unknown", name)

    def cell(self, one: ET.Element) -> tuple[Paragraph, ...]:
        """What stands in a cell of a table. A table within a table is a fault."""
        blocks = tuple(self.blocks(one))
        if any(isinstance(block, Grid) for block in blocks):
            self.fault("nested")
        return tuple(block for block in blocks if isinstance(block, Paragraph))


def read(parts: Parts) -> Sheet:
    """The paper of an opened docx. Raises `UnfitError` with every fault that was found."""
    sheet, faults = look(parts)
    if faults:
        raise UnfitError(*faults)
    return sheet


def look(parts: Parts) -> tuple[Sheet, list[Fault]]:
    """The paper as far as it can be read, and what of it cannot be printed."""
    root = archive.plain(archive.tree(parts[archive.DOCUMENT]))
    body, links = root.find(f"{W}body"), archive.targets(parts, archive.DOCUMENT)
    if body is None:
        raise UnfitError(Fault("no_docx"))
    reader = Reader(parts, Styles.of(parts), links=links)
    blocks = tuple(reader.blocks(body))
    section = body.find(f"{W}sectPr")
    return _sheet(reader, section if section is not None else ET.Element(f"{W}sectPr"), links, blocks)


def _sheet(
    reader: Reader, section: ET.Element, links: dict[str, str], blocks: tuple[Block, ...]
) -> tuple[Sheet, list[Fault]]:
    size, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    width, height = (said_of(size, side, otherwise) for side, otherwise in (("w", 11906), ("h", 16838)))
    sides = (("top", 2098), ("right", 1474), ("bottom", 1984), ("left", 1588))
    top, right, bottom, left = (abs(said_of(margin, side, otherwise)) for side, otherwise in sides)
    columns = section.find(f"{W}cols")
    if columns is not None and number(columns.get(f"{W}num"), 1) > 1:
        reader.fault("sections")
    edges = {part: _edge(reader, section, links, part) for part in ("header", "footer")}
    return Sheet(width, height, (top, right, bottom, left), blocks, **edges), reader.faults


def _edge(reader: Reader, section: ET.Element, links: dict[str, str], part: str) -> tuple[Paragraph, ...]:
    """The paragraphs of the header or footer; one that differs on some pages is a fault."""
    found: tuple[Paragraph, ...] = ()
    reader.part, reader.number = part, 0
    for said in section.iter(f"{W}{part}Reference"):
        name = links.get(said.get(f"{R}id", ""), "")
        if name not in reader.parts:
            continue
        if said.get(f"{W}type") != "default":
            if archive.tree(reader.parts[name]).find(f".//{W}t") is not None:
                reader.fault("edges")
            continue
        root = archive.plain(archive.tree(reader.parts[name]))
        reader.links = archive.targets(reader.parts, name)
        blocks = tuple(reader.blocks(root))
        if any(not isinstance(block, Paragraph) for block in blocks):
            reader.fault("unknown", "tbl")
        found = tuple(block for block in blocks if isinstance(block, Paragraph) and block.pieces)
    return found


def _joined(pieces: Iterator[Piece | Figure]) -> Iterator[Piece | Figure]:
    """The same with neighbours that look alike as one."""
    last: Piece | None = None
    for piece in pieces:
        if isinstance(piece, Figure):
            if last is not None:
                yield last
            last = None
            yield piece
        elif last is not None and _looks(last) == _looks(piece):
            last = Piece(last.text + piece.text, *_looks(piece))
        else:
            if last is not None:
                yield last
            last = piece
    if last is not None:
        yield last


def _looks(piece: Piece) -> tuple[float, bool, bool, str]:
    return piece.size, piece.hei, piece.underlined, piece.color


def _local(one: ET.Element) -> str:
    return one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""


def _words(within: ET.Element) -> str:
    return "".join(word.text or "" for word in within.iter(f"{W}t"))[:24]
