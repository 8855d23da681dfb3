"""Tables and pictures as a Word file holds them (ECMA-376, part 1: 17.4 tables, 20.4 pictures in the line)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from gezhi.paper import archive
from gezhi.paper.archive import PIC, RELATIONS, WP, A, Parts, R, W

POINT, TWIP = 12_700, 20  # English metric units and twentieths of a point
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
SMALL = 9.0  # points of the words in tables and below pictures


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a head that stands again on each page. `widths` are shares of the line."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG in a file. `ratio` is its height by its width; `alt` says what it shows, `caption` stands below."""

    file: Path
    ratio: float
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures side by side, so many in a row."""

    pictures: tuple[Picture, ...]
    columns: int = 3
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture under the name it has in the file."""

    part: str
    id: str
    picture: Picture


def text_width(root: ET.Element) -> float:
    """How wide a line is, in points."""
    section = root.find(f"{W}body/{W}sectPr")
    page = section.find(f"{W}pgSz") if section is not None else None
    edge = section.find(f"{W}pgMar") if section is not None else None
    if page is None or edge is None:
        return 442.0
    return (
        int(page.get(f"{W}w", 11906)) - int(edge.get(f"{W}left", 1588)) - int(edge.get(f"{W}right", 1474))
    ) / TWIP


def inset(one: Table | Gallery, like: ET.Element, width: float, media: list[Medium]) -> list[ET.Element]:
    """What stands instead of a paragraph: a table or pictures, in the face of the words that stood there."""
    if isinstance(one, Table):
        return [_table(one, like, width), _paragraph("", like)]
    if not one.pictures:
        return [_paragraph(one.otherwise, like)]
    return [_gallery(one, like, width, media), _paragraph("", like)]


def register(parts: Parts, media: Sequence[Medium]) -> None:
    """Make new pictures known to the file: their kinds and their relations."""
    if not media:
        return
    types = archive.tree(parts["[Content_Types].xml"])
    known = {one.get("Extension", "").lower() for one in types.iter(f"{_TYPES}Default")}
    for end, kind in (("png", "image/png"), ("jpg", "image/jpeg")):
        if end not in known:
            types.insert(0, ET.Element(f"{_TYPES}Default", Extension=end, ContentType=kind))
    parts["[Content_Types].xml"] = _own(types, _TYPES)
    name = "word/_rels/document.xml.rels"
    links = archive.tree(parts[name]) if name in parts else ET.Element(f"{RELATIONS}Relationships")
    for one in media:
        said = {"Id": one.id, "Type": _IMAGE, "Target": one.part.removeprefix("word/")}
        ET.SubElement(links, f"{RELATIONS}Relationship", said)
    parts[name] = _own(links, RELATIONS)


def _own(root: ET.Element, space: str) -> bytes:
    """XML of one name space, written without a prefix: older readers of packages expect it so."""
    for one in root.iter():
        one.tag = one.tag.removeprefix(space)
    root.set("xmlns", space.strip("{}"))
    return archive.as_bytes(root)


def _new(tag: str, within: ET.Element | None = None, **said: str | int) -> ET.Element:
    values = {f"{W}{name}": str(value) for name, value in said.items()}
    return ET.Element(f"{W}{tag}", values) if within is None else ET.SubElement(within, f"{W}{tag}", values)


def _table(one: Table, like: ET.Element, width: float) -> ET.Element:
    shares = [width * share / sum(one.widths) for share in one.widths]
    made = _frame(shares, lined=True)
    for number, words in enumerate((one.head, *one.rows)):
        row = _new("tr", made)
        options = _new("trPr", row)
        _new("cantSplit", options)
        if number == 0:
            _new("tblHeader", options)
        for said, share in zip(words, shares, strict=True):
            cell = _cell(row, share)
            for line in said.splitlines() or [""]:
                cell.append(_paragraph(line, like, strong=number == 0))
    return made


def _gallery(one: Gallery, like: ET.Element, width: float, media: list[Medium]) -> ET.Element:
    shares = [width / one.columns] * one.columns
    made = _frame(shares, lined=False)
    for start in range(0, len(one.pictures), one.columns):
        row = _new("tr", made)
        _new("cantSplit", _new("trPr", row))
        some = one.pictures[start : start + one.columns]
        for picture, share in zip((*some, *[None] * (one.columns - len(some))), shares, strict=True):
            cell = _cell(row, share)
            if picture is not None:
                cell.append(_pictured(picture, share - 12, media))
            cell.append(_paragraph(picture.caption if picture else "", like, align="center"))
    return made


def _frame(widths: Sequence[float], *, lined: bool) -> ET.Element:
    table = _new("tbl")
    options = _new("tblPr", table)
    _new("tblW", options, w=round(sum(widths) * TWIP), type="dxa")
    if lined:
        borders = _new("tblBorders", options)
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            _new(side, borders, val="single", sz=4, space=0, color="808080")
    _new("tblLayout", options, type="fixed")
    columns = _new("tblGrid", table)
    for width in widths:
        _new("gridCol", columns, w=round(width * TWIP))
    return table


def _cell(row: ET.Element, width: float) -> ET.Element:
    cell = _new("tc", row)
    _new("tcW", _new("tcPr", cell), w=round(width * TWIP), type="dxa")
    return cell


def _paragraph(said: str, like: ET.Element, *, strong: bool = False, align: str = "left") -> ET.Element:
    """Small words in the face that the place had."""
    made = _new("p")
    options = _new("pPr", made)
    _new("spacing", options, before=20, after=20, line=240, lineRule="auto")
    _new("ind", options, firstLine=0, firstLineChars=0)
    _new("jc", options, val=align)
    run = _new("r", made)
    looks = _new("rPr", run)
    face = like.find(f"{W}r/{W}rPr/{W}rFonts")
    if face is not None:
        looks.append(copy.deepcopy(face))
    if strong:
        _new("b", looks)
    _new("sz", looks, val=int(SMALL * 2))
    words = _new("t", run)
    words.text = said
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _pictured(picture: Picture, most: float, media: list[Medium]) -> ET.Element:
    """A picture in the line, as wide as there is room and at most 300 points high."""
    width = min(most, 300 / picture.ratio)
    id, number = f"rIdGezhi{len(media) + 1}", len(media) + 1
    end = "png" if picture.file.suffix.lower() == ".png" else "jpg"
    media.append(Medium(f"word/media/gezhi{number}.{end}", id, picture))
    paragraph = _new("p")
    options = _new("pPr", paragraph)
    _new("keepNext", options)
    _new("ind", options, firstLine=0, firstLineChars=0)
    _new("jc", options, val="center")
    drawing = _new("drawing", _new("r", paragraph))
    inline = ET.SubElement(drawing, f"{WP}inline", distT="0", distB="0", distL="0", distR="0")
    size = {"cx": str(round(width * POINT)), "cy": str(round(width * picture.ratio * POINT))}
    ET.SubElement(inline, f"{WP}extent", size)
    ET.SubElement(inline, f"{WP}docPr", id=str(1000 + number), name=f"gezhi{number}", descr=picture.alt)
    data = ET.SubElement(ET.SubElement(inline, f"{A}graphic"), f"{A}graphicData", uri=archive.NAMES["pic"])
    drawn = ET.SubElement(data, f"{PIC}pic")
    about = ET.SubElement(drawn, f"{PIC}nvPicPr")
    ET.SubElement(about, f"{PIC}cNvPr", id=str(1000 + number), name=f"gezhi{number}")
    ET.SubElement(about, f"{PIC}cNvPicPr")
    fill = ET.SubElement(drawn, f"{PIC}blipFill")
    ET.SubElement(fill, f"{A}blip", {f"{R}embed": id})
    ET.SubElement(ET.SubElement(fill, f"{A}stretch"), f"{A}fillRect")
    shape = ET.SubElement(drawn, f"{PIC}spPr")
    place = ET.SubElement(shape, f"{A}xfrm")
    ET.SubElement(place, f"{A}off", x="0", y="0")
    ET.SubElement(place, f"{A}ext", size)
    ET.SubElement(ET.SubElement(shape, f"{A}prstGeom", prst="rect"), f"{A}avLst")
    return paragraph
