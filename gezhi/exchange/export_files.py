"""The two kinds of file a list is taken out as, written line by line: nothing of it is ever held whole.

A CSV ends with a line that says how many lines stand above it and their SHA-256; a workbook has a second sheet that
says how many. So a file that was cut says so by lacking it.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import IO, Protocol

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.vault.streams import Sealing

MOST_OF_A_SHEET = 1_048_575  # lines below the header
BOM = "\ufeff"  # without it spreadsheets here read UTF-8 as GBK


class Writing(Protocol):
    """A file in the making: its lines, and at the end what is said below them (given the SHA-256 of all above)."""

    def lines(self, rows: Sequence[Sequence[str]]) -> None: ...

    def end(self, said: Callable[[str], Sequence[Sequence[str]]]) -> None: ...


class Csv:
    """UTF-8 with its mark, lines ended as spreadsheets do."""

    def __init__(self, to: Sealing) -> None:
        self._to = to
        to.write(BOM.encode())

    def lines(self, rows: Sequence[Sequence[str]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self._to.write(text.getvalue().encode())

    def end(self, said: Callable[[str], Sequence[Sequence[str]]]) -> None:
        self.lines(said(self._to.hexdigest()))


def check(kind: str, lines: int, digest: str, chunks: Iterable[bytes]) -> None:
    """Read a file again as it lies there. Raises `Refused` unless it is what was written, byte by byte, and a CSV has so
    many lines between the first and the last."""
    found = hashlib.sha256()
    if kind == "csv":
        counted = sum(1 for _row in csv.reader(_text(chunks, found))) - 2
    else:
        counted = lines
        for chunk in chunks:
            found.update(chunk)
    if (counted, found.hexdigest()) != (lines, digest):
        told = _(
            "写好的文件重读一遍，有 {counted} 行，应有 {lines} 行，对不上，没有留下文件。请再导一次，还不对请告诉管理员。"
        )
        raise Refused(told.format(counted=counted, lines=lines), code="export_cut")


def _text(chunks: Iterable[bytes], found: hashlib._Hash) -> Iterator[str]:
    """The lines of a text that comes in chunks."""
    read, rest = codecs.getincrementaldecoder("utf-8-sig")("replace"), ""
    for chunk in chunks:
        found.update(chunk)
        *whole, rest = (rest + read.decode(chunk)).split("\n")
        yield from (line + "\n" for line in whole)
    if rest:
        yield rest


_SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{panes}<sheetData>'
)
_PANES = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/worksheets/sheet2.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/><Relationship Id="rId2"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet2.xml"/></Relationships>'
    ),
}
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="{list}" sheetId="1" r:id="rId1"/><sheet name="{about}" sheetId="2" r:id="rId2"/></sheets></workbook>'
)


class Xlsx:
    """A workbook of two sheets whose cells are all text: nothing in it is counted, guessed or run."""

    def __init__(self, to: Sealing, names: tuple[str, str]) -> None:
        self._packed = zipfile.ZipFile(_Onward(to), "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, body in _PARTS.items():
            self._packed.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body)
        book = _BOOK.format(list=escape(names[0]), about=escape(names[1]))
        self._packed.writestr("xl/workbook.xml", book)
        self._to, self._sheet = to, self._begun(1, _PANES)

    def _begun(self, number: int, panes: str = "") -> IO[bytes]:
        sheet = self._packed.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True)
        sheet.write(_SHEET.format(panes=panes).encode())
        return sheet

    def lines(self, rows: Sequence[Sequence[str]]) -> None:
        self._sheet.write("".join(map(_row, rows)).encode())

    def end(self, said: Callable[[str], Sequence[Sequence[str]]]) -> None:
        self._ended()
        self._sheet = self._begun(2)
        self.lines(said(""))
        self._ended()
        self._packed.close()

    def _ended(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()


def _row(cells: Sequence[str]) -> str:
    said = (
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_clean(one), quote=False)}</t></is></c>'
        if one
        else "<c/>"
        for one in cells
    )
    return f"<row>{''.join(said)}</row>"


def _clean(word: str) -> str:
    """Without what XML cannot hold."""
    return word if word.isprintable() else "".join(one for one in word if one.isprintable())


class _Onward(io.RawIOBase):
    """Bytes on to where they are sealed; what is written is not gone back to."""

    def __init__(self, to: Sealing) -> None:
        self._to = to

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, body: bytes) -> int:  # type: ignore[override]  # bytes are all that is ever written
        return self._to.write(bytes(body))
