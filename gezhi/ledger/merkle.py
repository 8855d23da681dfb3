"""Merkle tree over digests, and the chain of sealed batches (leaf and node are told apart by a first byte)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

START = bytes(32)


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over 32-byte digests in order; a level of odd length carries its last node up unchanged."""
    if not leaves:
        return START
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def chain(before: bytes, batch: tuple[int, int, int], batch_root: bytes) -> bytes:
    """The chain value of a batch: it binds its number, count, moment (microseconds) and root to all sealed before."""
    head = b"".join(value.to_bytes(8) for value in batch)
    return hashlib.sha256(b"\x02" + before + head + batch_root).digest()
