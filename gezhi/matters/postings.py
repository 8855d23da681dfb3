"""Posting lists: for each piece the places of the matters that have it, in blocks.

A place is a number given in the order in which matters were indexed. A small block covers `SMALL` places, a large one
`LARGE`; what is new goes into small blocks, and when a large one is full its small ones are folded into it. A block is
a set of bits, which Python intersects by the hundred thousand in some microseconds. Block numbers of small blocks are
negative, so that both kinds lie in one table.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

SMALL = 4096
LARGE = 65536
FEW = 48  # places of a block that are written one by one; more are written as bits
Bits = dict[int, int]
"""Places by large block, each a set of bits."""


def packed(bits: int) -> bytes:
    """A block as it is stored: a sign of the way, then places of two bytes, bits, or squeezed bits."""
    if bits.bit_count() <= FEW:
        places = array("H", _ones(bits))
        return b"\0" + places.tobytes()
    raw = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    squeezed = zlib.compress(raw, 1)
    return b"\2" + squeezed if len(squeezed) < len(raw) else b"\1" + raw


def unpacked(block: bytes) -> int:
    """The bits of a stored block."""
    if block[0] == 1:
        return int.from_bytes(block[1:], "little")
    if block[0] == 2:
        return _unsqueezed(block)
    places = array("H", bytes(block[1:]))
    raw = bytearray((max(places, default=0) >> 3) + 1)
    for place in places:
        raw[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(raw, "little")


@lru_cache(maxsize=1024)
def _unsqueezed(block: bytes) -> int:
    """Squeezed bits; some ten megabytes of them are kept, since the scope of whoever sits here is read at each search."""
    return int.from_bytes(zlib.decompress(block[1:]), "little")


def _ones(bits: int) -> list[int]:
    """The places of the bits that are set, lowest first."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def newest(bits: Bits, below: int | None = None) -> Iterator[int]:
    """Places from the newest on; with `below` only those before it."""
    for block in sorted(bits, reverse=True):
        left, base = bits[block], block * LARGE
        if below is not None:
            if base >= below:
                continue
            if below < base + LARGE:
                left &= (1 << (below - base)) - 1
        while left:
            high = left.bit_length() - 1
            yield base + high
            left ^= 1 << high


def block_of(place: int) -> int:
    """The number of the small block in which a place lies."""
    return -(place // SMALL) - 1


def home(block: int) -> tuple[int, int]:
    """The large block of a stored block, and how far its bits are moved there."""
    if block >= 0:
        return block, 0
    base = (-block - 1) * SMALL
    return base // LARGE, base % LARGE


def blocks_to(next_place: int, folded: int) -> list[int]:
    """The numbers of all blocks there may be: large ones, the one that is being folded with them, and small ones."""
    large = list(range(folded + 1))
    small = range(folded * LARGE // SMALL, (max(next_place - 1, 0)) // SMALL + 1)
    return large + [-one - 1 for one in small]


def read(pieces: Collection[int], blocks: Sequence[int]) -> dict[int, Bits]:
    """For each piece its places in these blocks. One statement."""
    found: dict[int, Bits] = {piece: {} for piece in pieces}
    if not found:
        return found
    for piece, block, body in _rows(list(found), list(blocks)):
        large, shift = home(block)
        bits = found[piece]
        bits[large] = bits.get(large, 0) | unpacked(bytes(body)) << shift
    return found


def _rows(pieces: list[int], blocks: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT piece, block, places FROM matters_posting WHERE block = ANY(%s) AND piece = ANY(%s)",
                [blocks, pieces],
            )
        else:
            cursor.execute(
                "SELECT p.piece, p.block, p.places FROM json_each(%s) AS b CROSS JOIN json_each(%s) AS t"
                " CROSS JOIN matters_posting AS p ON p.block = b.value AND p.piece = t.value",
                [_list(blocks), _list(pieces)],
            )
        return list(cursor.fetchall())


def _list(numbers: Iterable[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"


def both(one: Bits, other: Bits) -> Bits:
    """What is in both."""
    found = ((block, bits & other[block]) for block, bits in one.items() if block in other)
    return {block: bits for block, bits in found if bits}


def either(one: Bits, other: Bits) -> Bits:
    """What is in one of the two."""
    found = dict(one)
    for block, bits in other.items():
        found[block] = found.get(block, 0) | bits
    return found


def without(one: Bits, other: Bits) -> Bits:
    """What is in the first and not in the other."""
    found = ((block, bits & ~other.get(block, 0)) for block, bits in one.items())
    return {block: bits for block, bits in found if bits}


def of_places(places: Iterable[int]) -> Bits:
    """These places as bits."""
    found: Bits = {}
    for place in places:
        found[place // LARGE] = found.get(place // LARGE, 0) | 1 << place % LARGE
    return found


def every(next_place: int) -> Bits:
    """All places that were given."""
    whole, rest = divmod(next_place, LARGE)
    found = dict.fromkeys(range(whole), (1 << LARGE) - 1)
    return found | ({whole: (1 << rest) - 1} if rest else {})


def count(bits: Bits) -> int:
    """How many places these are."""
    return sum(one.bit_count() for one in bits.values())


def stored(block: int, pieces: Collection[int]) -> dict[int, int]:
    """The bits of these pieces in one stored block. One statement."""
    return {piece: unpacked(bytes(body)) for piece, _block, body in _rows(list(pieces), [block])}


_INTO = "INSERT INTO matters_posting (block, piece, places) "
_ANEW = " ON CONFLICT (block, piece) DO UPDATE SET places = excluded.places"
_UNNESTED = f"{_INTO}SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bytea[]){_ANEW}"  # noqa: S608  # constants


def write(rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Write blocks: (block, piece, places as stored). What was stored there goes."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                _UNNESTED,
                [list(column) for column in zip(*rows, strict=True)],
            )
        else:
            cursor.executemany(_INTO + "VALUES (%s, %s, %s)" + _ANEW, rows)


def piece_after(block: int, piece: int, many: int) -> int | None:
    """The piece so many after this one in a stored block; none if there are not so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT piece FROM matters_posting WHERE block = %s AND piece > %s ORDER BY piece LIMIT 1 OFFSET %s",
            [block, piece, many - 1],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


_BETWEEN = "block >= %s AND block <= %s AND piece > %s AND piece <= %s"
_LAST = (1 << 63) - 1


def _between(blocks: Sequence[int], after: int, until: int | None) -> list[int]:
    return [min(blocks), max(blocks), after, _LAST if until is None else until]


def stored_between(blocks: Sequence[int], after: int, until: int | None) -> list[tuple[int, int, bytes]]:
    """(piece, block, places) of these neighbouring blocks, for the pieces after one up to another, or to the last."""
    found = []
    with connection.cursor() as cursor:
        for block in blocks:
            cursor.execute(
                f"SELECT piece, block, places FROM matters_posting WHERE {_BETWEEN}",  # noqa: S608  # a constant
                _between([block], after, until),
            )
            found += [(piece, at, bytes(places)) for piece, at, places in cursor.fetchall()]
    return found


def drop(blocks: Sequence[int], after: int, until: int | None) -> None:
    """Delete these pieces of these blocks."""
    with connection.cursor() as cursor:
        for block in blocks:
            cursor.execute(
                f"DELETE FROM matters_posting WHERE {_BETWEEN}",  # noqa: S608  # a constant
                _between([block], after, until),
            )
