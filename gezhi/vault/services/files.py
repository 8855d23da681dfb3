"""Files under seal: put away in chunks, opened for a purpose, destroyed when their time is over.

A sealed file is a row of chunks, each with its length before it (4 bytes, big endian) and sealed for its own place:
file, number, and whether it is the last. So none can be altered, left out, moved or cut off at the end unseen.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.services import record
from gezhi.vault import ciphers, events, keys
from gezhi.vault.models import SealedFile
from gezhi.vault.purposes import FILE_PURPOSES

CHUNK = 1_000_000
_LENGTH = struct.Struct(">I")


def seal_file(id: UUID, body: bytes, *, kind: str, about: UUID, at: datetime) -> None:
    """Seal a file and record its SHA-256. Sealed again under the same id before the row was there, it is the same.

    To be called within the transaction of the change. Raises `OSError` when the disk is full.
    """
    key, digest = keys.ring().newest, hashlib.sha256(body)
    write_whole(path_of(id, key.number), b"".join(_chunks(key, id, body)))
    SealedFile.objects.bulk_create(
        [
            SealedFile(
                id=id,
                kind=kind,
                about=about,
                key=key.number,
                size=len(body),
                sha256=digest.digest(),
                made_at=at,
            )
        ]
    )
    record(
        events.FILE_SEALED,
        about,
        by=HOUSE,
        at=at,
        file=id,
        kind=kind,
        size=len(body),
        sha256=digest.hexdigest(),
    )


def open_file(id: UUID, purpose: str, *, by: Actor, at: datetime) -> bytes:
    """The plain bytes, for a person who says what for; every opening is an entry. Who may ask is the caller's to hold.

    The entry is there before a byte is given. Raises `Refused` for an unknown purpose or a file that does not open,
    `NotFound` for one that was destroyed.
    """
    if by.account is None:
        raise Refused(_("封存的文件只能由人查看，请先登录。"), code="needs_a_person")
    if purpose not in FILE_PURPOSES:
        raise Refused(_("请从列表中选择查看目的。"), code="purpose_unknown", field="purpose")
    row = SealedFile.objects.filter(id=id, gone_at=None).first()
    if row is None:
        raise NotFound(_("没有这份封存的文件，或已经销毁。"))
    body = bytes_of(id)
    with transaction.atomic():
        record(events.FILE_OPENED, row.about, by=by, at=at, file=id, kind=row.kind, purpose=purpose)
    return body


def bytes_of(id: UUID) -> bytes:
    """The plain bytes for the house's own work, compared with the digest that was recorded."""
    try:
        try:
            return _read(id)
        except FileNotFoundError:
            return _read(id)  # sealed anew with another key in between
    except (ciphers.Unreadable, FileNotFoundError, struct.error) as error:
        told = _("这份封存的文件打不开：内容被改动过，或文件、密钥不在。请告知管理员核对备份。")
        raise Refused(told, code="vault_unreadable") from error


def _read(id: UUID) -> bytes:
    row = SealedFile.objects.filter(id=id, gone_at=None).first()
    key = keys.ring().keys.get(row.key) if row else None
    if row is None or key is None:
        raise ciphers.Unreadable(str(id))
    body = b"".join(_opened(key, id, path_of(id, row.key).read_bytes()))
    if hashlib.sha256(body).digest() != bytes(row.sha256):
        raise ciphers.Unreadable(str(id))
    return body


def destroy_file(id: UUID, basis: str, *, by: Actor, at: datetime) -> bool:
    """Destroy a file for good; its row and digest stay. False where it was destroyed before.

    To be called within the transaction of the change; the file goes when that has become true.
    """
    row = SealedFile.objects.filter(id=id, gone_at=None).first()
    if row is None or not SealedFile.objects.filter(id=id, gone_at=None).update(gone_at=at, key=0):
        return False
    record(events.FILE_DESTROYED, row.about, by=by, at=at, file=id, kind=row.kind, basis=basis)
    transaction.on_commit(lambda: _unlink(id))
    return True


def _unlink(id: UUID) -> None:
    """The file, and what a change of key that was cut off may have left of it."""
    for file in path_of(id, 0).parent.glob(f"{id.hex}-*"):
        file.unlink(missing_ok=True)


def reseal_files(new: ciphers.Key, *, most: int) -> int:
    """Seal up to `most` files anew that another key sealed. Returns how many. The old file goes after the commit."""
    rows = list(SealedFile.objects.filter(gone_at=None).exclude(key=new.number).order_by("id")[:most])
    for row in rows:
        body = bytes_of(row.id)
        write_whole(path_of(row.id, new.number), b"".join(_chunks(new, row.id, body)))
        SealedFile.objects.filter(id=row.id, key=row.key).update(key=new.number)
        old = path_of(row.id, row.key)
        transaction.on_commit(lambda old=old: old.unlink(missing_ok=True))  # type: ignore[misc]  # bound now
    return len(rows)


def path_of(id: UUID, key: int) -> Path:
    """Where a file lies that this key sealed."""
    files: Path = settings.HOME.files
    return files / "sealed" / id.hex[-2:] / f"{id.hex}-{key}"


def purposes() -> Mapping[str, Promise]:
    """What a sealed file may be opened for."""
    return FILE_PURPOSES


def write_whole(path: Path, body: bytes) -> None:
    """A file that is there whole or not at all, and survives a cut of power. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _chunks(key: ciphers.Key, id: UUID, body: bytes) -> Iterator[bytes]:
    starts = range(0, max(len(body), 1), CHUNK)
    for number, start in enumerate(starts):
        sealed = ciphers.seal(key, body[start : start + CHUNK], _place(id, number, start == starts[-1]))
        yield _LENGTH.pack(len(sealed)) + sealed


def _opened(key: ciphers.Key, id: UUID, sealed: bytes) -> Iterator[bytes]:
    at, number = 0, 0
    while at < len(sealed) or not number:
        (length,) = _LENGTH.unpack_from(sealed, at)
        at += _LENGTH.size + length
        chunk = sealed[at - length : at]
        yield ciphers.open_sealed(key, chunk, _place(id, number, at >= len(sealed)))
        number += 1


def _place(id: UUID, number: int, last: bool) -> str:
    return f"vault_sealedfile:{id}:{number}:{'last' if last else 'more'}"
