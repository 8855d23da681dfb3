"""A file of records, row by row, with what may not be kept left out before anybody sees it.

Tables (CSV and its kin, sheets) and JSON give the same: headers, and cells of text by header.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import reading_json, reading_sheets, reading_tables
from gezhi.exchange.banned import is_banned
from gezhi.exchange.mapping import Laid
from gezhi.exchange.personal import is_personal
from gezhi.exchange.reading_tables import Line

_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of records: where it is, the SHA-256 of its bytes, how large it is, and how it is written.

    `kind` is table, sheet or json; `encoding` and `delimiter` are for tables, `headers` are the lines of the headers.
    """

    path: Path
    digest: str
    encoding: str
    size: int
    kind: str = "table"
    delimiter: str = ","
    sheet: str = ""
    headers: tuple[int, ...] = (1,)
    inside: str = ""

    def said(self) -> str:
        """How it was read, in words, so that a wrong guess is seen."""
        if self.kind == "json":
            where = _("，记录在 {path} 下").format(path=self.inside) if self.inside else ""
            return _("JSON{where}").format(where=where)
        lines = _("、").join(str(line) for line in self.headers)
        if self.kind == "sheet":
            return _("电子表格，表「{sheet}」，表头在第 {line} 行").format(sheet=self.sheet, line=lines)
        names = {",": _("逗号"), "\t": _("制表符"), ";": _("分号"), "|": _("竖线")}
        told = _("文本表格，编码 {encoding}，分隔符是{delimiter}，表头在第 {line} 行")
        return told.format(
            encoding=ENCODINGS.get(self.encoding, self.encoding),
            delimiter=names.get(self.delimiter, self.delimiter),
            line=lines,
        )


@dataclass(slots=True)
class Record:
    """One row: the line on which it ends, and its cells by header. `whole` is false if its width is wrong."""

    line: int
    cells: dict[str, str]
    whole: bool
    read: int  # how far the file was read up to here, of its size, for the progress bar


@dataclass(slots=True)
class Records:
    """The rows of a file. `dropped` counts, by header, cells that may not be kept; `told` says what was odd."""

    file: File
    headers: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Record]:
        if self.file.kind == "json":
            self.headers, found = reading_json.records(self.file.path, self.file.inside)
            self.dropped = {header: 0 for header in self.headers if is_banned(header)}
            for one in found:
                yield Record(one.number, self._allowed(one.cells), True, one.read)
            return
        with closing(_lines(self.file)) as lines:
            self._begin([line.cells for _n, line in zip(self.file.headers, lines, strict=False)])
            for line in lines:
                yield self._record(line)

    def _begin(self, heads: list[list[str]]) -> None:
        self.headers, self.told = named(heads)
        self.dropped = {header: 0 for header in self.headers if is_banned(header)}

    def _record(self, line: Line) -> Record:
        wide, row = len(self.headers), line.cells
        while len(row) > wide and not row[-1].strip():
            row.pop()
        cells = self._allowed(dict(zip(self.headers, map(unarmed, row), strict=False)))
        return Record(line.number, cells, len(row) == wide, line.read)

    def _allowed(self, cells: dict[str, str]) -> dict[str, str]:
        for header in self.dropped:
            if cells.pop(header, "").strip():
                self.dropped[header] += 1
        return cells


def unarmed(cell: str) -> str:
    """Without the apostrophe that `rejects` puts before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "@", "+", "-") else cell


def _lines(file: File) -> Generator[Line]:
    if file.kind == "sheet":
        return reading_sheets.lines(file.path, file.sheet, min(file.headers))
    return reading_tables.lines(file.path, file.encoding, file.delimiter, min(file.headers))


def named(heads: list[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The headers, each different, and what was odd about them.

    Of two lines the upper stands before the lower, and reaches over the empty cells to its right (merged cells).
    A column without a header is called by its number, the second of a name by its name and number.
    """
    wide = max((len(head) for head in heads), default=0)
    uppers, lower = heads[:-1], heads[-1] if heads else []
    names, odd, seen = list[str](), list[str](), dict[str, int]()
    above = ""
    for at in range(wide):
        if uppers:
            above = _cell(uppers[0], at) or above
        own = _cell(lower, at)
        name = f"{above} {own}" if above and own and above != own else own or above
        if not name:
            name = _("第 {n} 栏").format(n=at + 1)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            odd.append(_("表头「{name}」不止一栏，后面的叫「{name}·{n}」。").format(name=name, n=seen[name]))
            name = f"{name}·{seen[name]}"
        names.append(name)
    return tuple(names), tuple(odd)


def _cell(row: list[str], at: int) -> str:
    return " ".join(row[at].split()) if at < len(row) else ""


def open_file(path: Path, laid: Laid | None = None) -> File:
    """Look through a file once: its digest, what kind it is, how it is written. What `laid` says is not guessed."""
    laid = laid or Laid()
    digest, size = hashlib.sha256(), 0
    names = [laid.encoding] if laid.encoding else ["utf-8-sig", "gb18030"]
    with path.open("rb") as stream:
        start = stream.read(4)
        stream.seek(0)
        names = [name for mark, name in _MARKS if start.startswith(mark)] or names
        decoders = {name: _decoder(name) for name in names}
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            decoders = {name: d for name, d in decoders.items() if _decodes(d, block)}
    if not size:
        raise Refused(_("这个文件是空的。"), code="file_empty")
    headers = (laid.header,) if isinstance(laid.header, int) else laid.header
    if start.startswith((_ZIP, _OLD)):
        sheet = reading_sheets.sheet(path, laid.sheet)
        return File(path, digest.hexdigest(), "", size, "sheet", "", sheet, headers)
    encoding = next(iter(decoders), "")
    if not encoding or reading_tables.is_binary(path):
        told = _(
            "文件不是表格：既不是 UTF-8、GB18030 或 UTF-16 的文本，也不是 xlsx、xls。请另存为 UTF-8 的 CSV。"
        )
        raise Refused(told, code="encoding_unknown")
    if reading_json.is_json(path, encoding):
        return File(path, digest.hexdigest(), encoding, size, "json", "", "", (0,), laid.path)
    delimiter = laid.delimiter or reading_tables.delimiter(path, encoding, min(headers))
    return File(path, digest.hexdigest(), encoding, size, "table", delimiter, "", headers)


def _decoder(name: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(name)()
    except LookupError:
        told = _("没有「{name}」这种编码。可以用 utf-8、gb18030 或 utf-16。")
        raise Refused(told.format(name=name), code="encoding_unknown") from None


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def check_headers(headers: tuple[str, ...], wanted: Iterable[str], settled: Iterable[str] = ()) -> None:
    """Raise `Refused` that names the first column that the mapping wants and the file has not, or the first that names a
    person and of which nobody said what becomes of it (`settled`)."""
    lacking = [column for column in wanted if column not in headers]
    if lacking:
        raise Refused(
            _("文件里没有「{column}」这一栏。文件的表头是：{headers}。").format(
                column=lacking[0], headers=_("、").join(headers[:30])
            ),
            code="column_missing",
        )
    left = [h for h in headers if is_personal(h) and not is_banned(h) and h not in set(settled)]
    if left:
        told = _(
            "「{column}」像是个人信息。请在对照表 [personal] 里写明：drop 里列出就不读，name 或 contact 写它就封存。"
        )
        raise Refused(told.format(column=_("」「").join(left[:9])), code="personal_column")
