"""A sealed file that is written and read chunk by chunk: what is too large to be held whole.

The chunks are those of `services.files`: each with its length before it, sealed for its own place, so that none can
be altered, left out, moved or cut off at the end unseen. It is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.vault import ciphers, keys

CHUNK = 1_000_000
_LENGTH = struct.Struct(">I")


class Sealing:
    """A file to write into. `close` makes it whole and gives the SHA-256 of what was written; `drop` leaves nothing."""

    def __init__(self, path: Path, id: UUID) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path, self._id, self._key = path, id, keys.ring().newest
        self._part = path.with_suffix(".part")
        self._stream = self._part.open("wb")
        self._waiting, self._number = bytearray(), 0
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, body: bytes) -> int:
        """Take bytes. Raises `OSError` when the disk is full."""
        self._digest.update(body)
        self._waiting += body
        self.size += len(body)
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(body)

    def flush(self) -> None:
        """Chunks are full, or the last: nothing is written earlier."""

    def hexdigest(self) -> str:
        """The SHA-256 of what was written so far."""
        return self._digest.hexdigest()

    def close(self) -> str:
        self._seal(bytes(self._waiting), last=True)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._part.replace(self._path)
        return self.hexdigest()

    def drop(self) -> None:
        self._stream.close()
        self._part.unlink(missing_ok=True)

    def _seal(self, body: bytes, *, last: bool) -> None:
        sealed = ciphers.seal(self._key, body, _place(self._id, self._number, last=last))
        self._stream.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


def opened(path: Path, id: UUID) -> Iterator[bytes]:
    """The plain bytes, chunk by chunk. Raises `Refused` for a file that is gone, altered, or of a key that is gone."""
    told = _("这份封存的文件打不开：内容被改动过，或文件、密钥不在。请重新导出。")
    try:
        with path.open("rb") as stream:
            yield from _chunks(stream, path.stat().st_size, id)
    except (ciphers.Unreadable, OSError, struct.error) as error:
        raise Refused(told, code="vault_unreadable") from error


def _chunks(stream: IO[bytes], size: int, id: UUID) -> Iterator[bytes]:
    read = stream.read
    ring, at, number = keys.ring(), 0, 0
    while at < size or not number:
        (length,) = _LENGTH.unpack(read(_LENGTH.size))
        sealed = read(length)
        at += _LENGTH.size + length
        key = ring.keys.get(sealed[0]) if sealed else None
        if key is None:
            raise ciphers.Unreadable(str(id))
        yield ciphers.open_sealed(key, sealed, _place(id, number, last=at >= size))
        number += 1


def _place(id: UUID, number: int, *, last: bool) -> str:
    return f"export:{id}:{number}:{'last' if last else 'more'}"
