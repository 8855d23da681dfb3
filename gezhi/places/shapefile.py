"""Shapefiles of polygons, read without GDAL: .shp, .dbf, and what .prj and .cpg say.

Formats: ESRI Shapefile Technical Description (1998) and dBASE III. Refusals name the record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused

_POLYGONS = {5, 15, 25}  # polygon, with heights, with measures
_PAGES = {77: "gb18030", 122: "gb18030", 79: "big5", 120: "big5"}
_NAMES = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "65001": "utf-8", "950": "big5"}
MOST_FIELDS = 255


def read_shapes(shp: bytes) -> list[BaseGeometry | None]:
    """The polygon of each record, None for an empty one, as drawn: valid or not."""
    if len(shp) < 100 or struct.unpack(">i", shp[:4])[0] != 9994:
        raise _no(_("这不是 Shapefile 的 .shp 文件，或文件已损坏。"))
    kind = struct.unpack("<i", shp[32:36])[0]
    if kind not in _POLYGONS and kind != 0:
        raise _no(_("Shapefile 里不是面（类型 {kind}）。请导出面图层。").format(kind=kind))
    return list(_records(shp))


def _records(shp: bytes) -> Iterator[BaseGeometry | None]:
    at, number = 100, 0
    while at + 8 <= len(shp):
        number += 1
        words = struct.unpack(">i", shp[at + 4 : at + 8])[0]
        body = shp[at + 8 : at + 8 + 2 * words]
        if words < 2 or len(body) < 2 * words:
            raise _no(_("第 {n} 个图形不完整，文件可能没有传完。请重新导出。").format(n=number))
        try:
            yield _polygon(body)
        except (struct.error, ValueError, IndexError) as wrong:
            raise _no(_("第 {n} 个图形读不出来，文件可能已损坏。请重新导出。").format(n=number)) from wrong
        at += 8 + 2 * words


def _polygon(body: bytes) -> BaseGeometry | None:
    kind = struct.unpack("<i", body[:4])[0]
    if kind == 0:
        return None
    if kind not in _POLYGONS:
        raise ValueError(f"shape type {kind}")
    parts, points = struct.unpack("<ii", body[36:44])
    starts = struct.unpack(f"<{parts}i", body[44 : 44 + 4 * parts])
    begin = 44 + 4 * parts
    if parts < 1 or points < 4 or begin + 16 * points > len(body):
        raise ValueError("counts")
    at = np.frombuffer(body, "<f8", 2 * points, begin).reshape(points, 2)
    rings = [at[a:b] for a, b in zip(starts, (*starts[1:], points), strict=True)]
    return _assembled([ring for ring in rings if len(ring) >= 4])


def _assembled(rings: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]) -> BaseGeometry:
    """Outer rings turn clockwise, holes the other way; a hole belongs to the smallest outer ring around it."""
    closed = [np.vstack([ring, ring[:1]]) if tuple(ring[0]) != tuple(ring[-1]) else ring for ring in rings]
    outer = [ring for ring in closed if not shapely.is_ccw(shapely.linearrings(ring))]
    holes = [ring for ring in closed if shapely.is_ccw(shapely.linearrings(ring))]
    if not outer:
        outer, holes = holes, []
    shells = [shapely.Polygon(ring) for ring in outer]
    within: list[list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]] = [[] for _shell in shells]
    for hole in holes:
        point = shapely.Point(hole[0])
        around = [n for n, shell in enumerate(shells) if shapely.intersects(shell, point)]
        if around:
            within[min(around, key=lambda n: shells[n].area)].append(hole)
        else:
            shells.append(shapely.Polygon(hole))
            outer.append(hole)
            within.append([])
    found = [shapely.Polygon(ring, inner) for ring, inner in zip(outer, within, strict=True)]
    return found[0] if len(found) == 1 else shapely.MultiPolygon(found)


def read_table(dbf: bytes, cpg: str = "") -> list[dict[str, str]]:
    """The attributes of each record as text, in the order of the file; deleted records too, as the shapes count them.

    The characters are those that .cpg names, else the file's own mark, else UTF-8 where everything reads as that,
    else GB18030 (which holds GBK and GB 2312).
    """
    if len(dbf) < 33 or dbf[0] & 0x07 not in (3, 4):
        raise _no(_("这不是 Shapefile 的 .dbf 属性表，或文件已损坏。"))
    count, head, width = struct.unpack("<IHH", dbf[4:12])
    fields = list(_fields(dbf, head))
    if width < 1 or head + count * width > len(dbf) + 1 or not fields:
        raise _no(_("属性表（.dbf）不完整，文件可能没有传完。请重新导出。"))
    raw: list[list[bytes]] = []
    for number in range(count):
        record = dbf[head + number * width : head + (number + 1) * width]
        raw.append([record[start : start + size] for _name, _kind, start, size in fields])
    names = [name for name, _kind, _start, _size in fields]
    kinds = [kind for _name, kind, _start, _size in fields]
    spelling = _spelling(cpg, dbf[29], [*names, *(cell for row in raw for cell in row)])
    heads = [_text(name, spelling) for name in names]
    return [
        {head: _value(cell, kind, spelling) for head, kind, cell in zip(heads, kinds, row, strict=True)}
        for row in raw
    ]


def _fields(dbf: bytes, head: int) -> Iterator[tuple[bytes, str, int, int]]:
    """(name, type, place in the record, width) of each field."""
    place = 1  # behind the mark of deletion
    for start in range(32, min(head - 1, 32 + 32 * MOST_FIELDS), 32):
        part = dbf[start : start + 32]
        if len(part) < 32 or part[0] == 0x0D:
            return
        yield part[:11].split(b"\0")[0], chr(part[11]), place, part[16]
        place += part[16]


def _spelling(cpg: str, mark: int, cells: list[bytes]) -> str:
    said = cpg.strip().lower().removeprefix("oem").removeprefix("cp").removeprefix("windows-").strip(" -")
    named = _NAMES.get(said, said) or _PAGES.get(mark, "")
    for candidate in (named, "utf-8", "gb18030"):
        if candidate and all(_reads(cell, candidate) for cell in cells):
            return candidate
    raise _no(
        _("属性表的文字读不出来：既不是 UTF-8，也不是 GB18030。请用 UTF-8 重新导出，并带上 .cpg 文件。")
    )


def _reads(cell: bytes, spelling: str) -> bool:
    try:
        _text(cell, spelling)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _text(cell: bytes, spelling: str) -> str:
    """Text without padding; a last character that the width of the field cut in two is left out."""
    plain = cell.replace(b"\0", b" ").strip()
    for cut in range(4):
        try:
            return plain[: len(plain) - cut].decode(spelling).strip()
        except UnicodeDecodeError as wrong:
            if cut == 3 or wrong.end < len(plain) - cut or len(cell.rstrip(b" \0")) < len(cell):
                raise
    return ""


def _value(cell: bytes, kind: str, spelling: str) -> str:
    """Numbers without the decimals of a code that was kept as one: 340223100001.000 is 340223100001."""
    text = _text(cell, spelling)
    if kind not in "NF" or not text:
        return text
    try:
        number = float(text)
    except ValueError:
        return ""
    return str(int(number)) if number == int(number) and abs(number) < 2**53 else text


def _no(sentence: str) -> Refused:
    return Refused(sentence, code="shapefile", field="file")
