"""Which characters the fonts have, read from the fonts themselves: nothing is printed as an empty box.

A TrueType file lists its characters in the table `cmap`; formats 4 and 12 are the two that fonts of today carry.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_PREFERRED = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
_UNSEEN = frozenset("\n\r\t\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Ends of lines and joiners are no characters of a font."""


def files(*folders: Path) -> tuple[Path, ...]:
    """Every font file in these folders and below, the house's own first."""
    found = [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES
    ]
    return tuple(dict.fromkeys(found))


def missing(texts: Iterable[str], own: Iterable[Path], further: Iterable[Path] = ()) -> dict[str, str]:
    """Characters that cannot be printed, each with the words around it where it stands first.

    A character can be printed if, and only if, each of the house's own faces has it (any of them may be asked for
    it) or one of the `further` fonts does. Empty when all can.
    """
    shared: set[int] | None = None
    for path in own:
        shared = set(characters(path)) if shared is None else shared & characters(path)
    known = (shared or set()).union(*(characters(path) for path in further))
    found: dict[str, str] = {}
    for text in texts:
        for char in set(text) - _UNSEEN - found.keys():
            if ord(char) not in known:
                at = text.index(char)
                found[char] = text[max(0, at - 8) : at + 9].replace("\n", " ")
    return dict(sorted(found.items()))


@cache
def characters(path: Path) -> frozenset[int]:
    """Code points of a font file (of every font in a collection). Raises ValueError for a file that is none."""
    raw = path.read_bytes()
    try:
        starts = (0,)
        if raw[:4] == b"ttcf":
            (number,) = struct.unpack_from(">I", raw, 8)
            starts = struct.unpack_from(f">{number}I", raw, 12)
        return frozenset(point for start in starts for point in _of_font(raw, start))
    except (struct.error, KeyError, IndexError):
        raise ValueError(str(path)) from None


def _of_font(raw: bytes, start: int) -> Iterable[int]:
    (tables,) = struct.unpack_from(">H", raw, start + 4)
    at = {
        raw[start + 12 + 16 * n :][:4]: struct.unpack_from(">I", raw, start + 20 + 16 * n)[0]
        for n in range(tables)
    }
    cmap = at[b"cmap"]
    (subtables,) = struct.unpack_from(">H", raw, cmap + 2)
    by_kind = {}
    for n in range(subtables):
        platform, encoding, offset = struct.unpack_from(">HHI", raw, cmap + 4 + 8 * n)
        by_kind[platform, encoding] = cmap + offset
    chosen = next(by_kind[kind] for kind in (*_PREFERRED, *by_kind) if kind in by_kind)
    (form,) = struct.unpack_from(">H", raw, chosen)
    return {4: _segments, 12: _groups}[form](raw, chosen)


def _groups(raw: bytes, at: int) -> Iterable[int]:
    """Format 12: runs of (first, last, glyph)."""
    (number,) = struct.unpack_from(">I", raw, at + 12)
    for n in range(number):
        first, last, glyph = struct.unpack_from(">III", raw, at + 16 + 12 * n)
        yield from range(first + (glyph == 0), last + 1)


def _segments(raw: bytes, at: int) -> Iterable[int]:
    """Format 4: segments of 16-bit code points; a point whose glyph is 0 is not there."""
    (doubled,) = struct.unpack_from(">H", raw, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", raw, at + 14)
    firsts = struct.unpack_from(f">{count}H", raw, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", raw, at + 16 + 2 * doubled)
    offsets_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", raw, offsets_at)
    for n in range(count):
        for point in range(firsts[n], min(ends[n], 0xFFFE) + 1):
            glyph = point
            if offsets[n]:
                where = offsets_at + 2 * n + offsets[n] + 2 * (point - firsts[n])
                (glyph,) = struct.unpack_from(">H", raw, where)
            if (glyph + deltas[n]) & 0xFFFF if not offsets[n] else glyph:
                yield point
