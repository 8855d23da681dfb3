"""A sealed file of named parts: what `gezhi backup` writes and `gezhi restore` reads.

    magic line, length of header (4 bytes), header (JSON: scrypt's numbers and salt, a check of the key)
    then chunks: length (4 bytes), AES-256-GCM of at most 256 KiB; nonce = number of the chunk,
    associated data = digest of the header + number + whether it is the last

A cut, altered, re-ordered or lengthened file does not open. Inside, a part is a name, its bytes in blocks,
and their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

MAGIC = b"gezhi backup 1\n"
CHUNK = 256 * 1024
COST = {"n": 2**16, "r": 8, "p": 1}  # 64 MiB, about a fifth of a second
MOST_COST = 2**20
_LAST = 0x80000000
_FRAME = struct.Struct(">cI")


def _key(passphrase: str, header: dict[str, object]) -> tuple[bytes, str]:
    """The file's key, and the check word that tells a wrong passphrase from a damaged file."""
    n, r, p = (int(str(header[name])) for name in ("n", "r", "p"))
    if not (1 < n <= MOST_COST and n & (n - 1) == 0 and 0 < r <= 16 and 0 < p <= 4):
        raise damaged()
    derived = Scrypt(salt=bytes.fromhex(str(header["salt"])), length=64, n=n, r=r, p=p).derive(
        passphrase.encode()
    )
    return derived[:32], hashlib.sha256(derived[32:]).hexdigest()[:32]


def damaged() -> Refused:
    return Refused(
        _("备份文件已损坏或被改动，不能使用。没有写入任何内容；请换一份备份。"), code="backup_damaged"
    )


def cut() -> Refused:
    return Refused(_("备份文件不完整（可能没有复制完）。没有写入任何内容；请重新取一份。"), code="backup_cut")


class Writer:
    """Seals parts into a file, one after another. `close` writes the last chunk; without it the file is void."""

    def __init__(self, to: IO[bytes], passphrase: str) -> None:
        header: dict[str, object] = {**COST, "salt": os.urandom(32).hex()}
        key, header["check"] = _key(passphrase, header)
        body = json.dumps(header, sort_keys=True).encode()
        to.write(MAGIC + struct.pack(">I", len(body)) + body)
        self._to, self._seal = to, AESGCM(key)
        self._bound, self._number = hashlib.sha256(body).digest(), 0
        self._waiting = bytearray()
        self._part = hashlib.sha256()

    def begin(self, name: str) -> None:
        self._part = hashlib.sha256()
        self._frame(b"N", name.encode())

    def block(self, body: bytes) -> None:
        self._part.update(body)
        self._frame(b"D", body)

    def end(self) -> str:
        """End the part. Returns the SHA-256 of its bytes."""
        self._frame(b"E", self._part.digest())
        return self._part.hexdigest()

    def close(self) -> None:
        self._chunk(bytes(self._waiting), last=True)

    def _frame(self, kind: bytes, body: bytes) -> None:
        self._waiting += _FRAME.pack(kind, len(body)) + body
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def _chunk(self, body: bytes, *, last: bool) -> None:
        nonce, bound = _place(self._bound, self._number, last)
        sealed = self._seal.encrypt(nonce, body, bound)
        self._to.write(struct.pack(">I", len(sealed) | (_LAST if last else 0)) + sealed)
        self._number += 1


class Reader:
    """Opens the parts of a file in order. Raises `Refused` for a wrong passphrase or a damaged or cut file."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise Refused(_("这不是格治的备份文件。"), code="not_a_backup")
        (length,) = struct.unpack(">I", _exactly(source, 4))
        body = _exactly(source, min(length, 4096))
        try:
            header = json.loads(body)
            key, check = _key(passphrase, header)
        except (ValueError, KeyError, TypeError) as error:
            raise damaged() from error
        if header.get("check") != check:
            raise Refused(_("口令不对。没有写入任何内容。"), code="wrong_passphrase")
        self._source, self._open = source, AESGCM(key)
        self._bound, self._number, self._ended = hashlib.sha256(body).digest(), 0, False
        self._waiting = bytearray()

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """(name, blocks) of every part; the blocks must be read to their end before the next part."""
        while (frame := self._frame()) is not None:
            kind, body = frame
            if kind != b"N":
                raise damaged()
            yield body.decode(), self._blocks()

    def _blocks(self) -> Iterator[bytes]:
        seen = hashlib.sha256()
        while frame := self._frame():
            kind, body = frame
            if kind == b"E":
                if body != seen.digest():
                    raise damaged()
                return
            seen.update(body)
            yield body
        raise cut()

    def _frame(self) -> tuple[bytes, bytes] | None:
        head = self._take(_FRAME.size, may_end=True)
        if not head:
            return None
        kind, length = _FRAME.unpack(head)
        return kind, self._take(length)

    def _take(self, length: int, *, may_end: bool = False) -> bytes:
        while len(self._waiting) < length and not self._ended:
            self._next_chunk()
        if may_end and not self._waiting:
            return b""
        if len(self._waiting) < length:
            raise damaged()
        taken = bytes(self._waiting[:length])
        del self._waiting[:length]
        return taken

    def _next_chunk(self) -> None:
        (said,) = struct.unpack(">I", _exactly(self._source, 4))
        last, length = bool(said & _LAST), said & ~_LAST
        if length > CHUNK + 16:
            raise damaged()
        nonce, bound = _place(self._bound, self._number, last)
        try:
            self._waiting += self._open.decrypt(nonce, _exactly(self._source, length), bound)
        except InvalidTag as error:
            raise damaged() from error
        self._number, self._ended = self._number + 1, last
        if last and self._source.read(1):
            raise damaged()


def _place(bound: bytes, number: int, last: bool) -> tuple[bytes, bytes]:
    return number.to_bytes(12), bound + number.to_bytes(8) + bytes([last])


def _exactly(source: IO[bytes], length: int) -> bytes:
    body = source.read(length)
    if len(body) != length:
        raise cut()
    return body
