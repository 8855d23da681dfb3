"""A file of records, row by row, with what may not be kept left out before anybody sees it."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.banned import is_banned

LONGEST_CELL = 10_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class File:
    """A file of records: where it is, the SHA-256 of its bytes, how it is written and how large it is."""

    path: Path
    digest: str
    encoding: str
    size: int


@dataclass(slots=True)
class Record:
    """One row: the line on which it ends, and its cells by header. `whole` is false if its width is wrong."""

    line: int
    cells: dict[str, str]
    whole: bool
    read: int  # characters of the file up to here, for the progress bar


@dataclass(slots=True)
class Records:
    """The rows of a file. `dropped` counts, by header, cells that may not be kept."""

    file: File
    headers: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Record]:
        csv.field_size_limit(LONGEST_CELL)
        with self.file.path.open(encoding=self.file.encoding, newline="") as stream:
            reader, seen = csv.reader(_counted(stream, told := [0])), 0
            try:
                self._begin(next(reader, []))
                for row in reader:
                    if row:
                        seen += 1
                        yield self._record(row, reader.line_num, told[0])
            except csv.Error as error:
                told_words = _("文件第 {line} 行读不成表格：{detail}。请另存为 CSV 后再试。")
                raise Refused(
                    told_words.format(line=reader.line_num, detail=error), code="file_unreadable"
                ) from error

    def _begin(self, headers: list[str]) -> None:
        self.headers = tuple(header.strip() for header in headers)
        twice = {header for header in self.headers if header and self.headers.count(header) > 1}
        if twice:
            raise Refused(
                _("表头「{name}」出现了两次。请改名后再试。").format(name=min(twice)), code="header_twice"
            )
        self.dropped = {header: 0 for header in self.headers if is_banned(header)}

    def _record(self, row: list[str], line: int, read: int) -> Record:
        cells = dict(zip(self.headers, row, strict=False))
        for header in self.dropped:
            if cells.pop(header, "").strip():
                self.dropped[header] += 1
        return Record(line, cells, len(row) == len(self.headers), read)


def _counted(stream: Iterator[str], told: list[int]) -> Iterator[str]:
    for line in stream:
        told[0] += len(line)
        yield line


def open_file(path: Path) -> File:
    """Look through a file once: its digest, and whether it is UTF-8 or, failing that, GB18030."""
    digest, size = hashlib.sha256(), 0
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "gb18030")}
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            decoders = {name: d for name, d in decoders.items() if _decodes(d, block)}
    if not decoders:
        raise Refused(_("文件既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 的 CSV。"), code="encoding_unknown")
    return File(path, digest.hexdigest(), next(iter(decoders)), size)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def check_headers(headers: tuple[str, ...], wanted: Mapping[str, str]) -> None:
    """Raise `Refused` that names the first column that the mapping wants and the file has not."""
    lacking = [column for column in wanted.values() if column not in headers]
    if lacking:
        raise Refused(
            _("文件里没有「{column}」这一栏。文件的表头是：{headers}。").format(
                column=lacking[0], headers=_("、").join(headers[:30])
            ),
            code="column_missing",
        )
