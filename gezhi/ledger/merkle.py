"""Merkle tree over digests, and the chains of sealed batches and of days (each told from the others by a first byte)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

START = bytes(32)


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over 32-byte digests in order; a level of odd length carries its last node up unchanged."""
    if not leaves:
        return START
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0]


Tree = list[list[bytes]]


def tree(leaves: Sequence[bytes]) -> Tree:
    """All levels over these digests, the leaves' own first, to be asked for many ways."""
    levels = [[hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    return levels


def path(levels: Tree, place: int) -> list[str]:
    """The way from the leaf at `place` (from 0) to the root: at each level the neighbour, "L" (it stands to the left) or "R"
    and its hash in hexadecimal. A node that is carried up has no neighbour, and no step."""
    steps = []
    for level in levels:
        other = place ^ 1
        if other < len(level):
            steps.append(("L" if other < place else "R") + level[other].hex())
        place //= 2
    return steps


def climb(leaf: bytes, steps: Sequence[str]) -> bytes:
    """The root to which these steps lead from a leaf."""
    node = hashlib.sha256(b"\x00" + leaf).digest()
    for step in steps:
        other = bytes.fromhex(step[1:])
        node = hashlib.sha256(b"\x01" + (other + node if step[0] == "L" else node + other)).digest()
    return node


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
    return pairs + level[len(pairs) * 2 :]


def chain(before: bytes, batch: tuple[int, int, int], batch_root: bytes) -> bytes:
    """The chain value of a batch: it binds its number, count, moment (microseconds) and root to all sealed before."""
    head = b"".join(value.to_bytes(8) for value in batch)
    return hashlib.sha256(b"\x02" + before + head + batch_root).digest()


def day_chain(before: bytes, day: date, figures: tuple[int, int, int], day_root: bytes) -> bytes:
    """The chain value of a day: it binds the day, its first and last batch, its count of entries and its root to all days
    before."""
    head = b"".join(value.to_bytes(8) for value in (int(f"{day:%Y%m%d}"), *figures))
    return hashlib.sha256(b"\x03" + before + head + day_root).digest()
