"""A new sealing key, re-sealing what the old one sealed, and taking the old one away.

1. `add_key` writes the new file; from then on everything new is sealed with it. 2. `reseal` is called until
it returns 0; each call is one batch in one transaction, so a crash costs one batch and nothing is lost.
3. `remove_key` destroys an old file when nothing in the database carries its number.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.home import new_vault_key
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.vault import ciphers, events, keys
from gezhi.vault.models import SealedFile, Secret
from gezhi.vault.queries import not_sealed_with, sealed_with

from .files import reseal_files
from .sealing import place

BATCH = 200
FILES = 5  # up to 20 MB each
SETTLES = timedelta(hours=1)  # longer than any transaction that may still seal with the old key


_KEYS = int.from_bytes(b"vault_key") << 56


def subject(number: int) -> UUID:
    """What entries about a key are about: an id made of its number."""
    return UUID(int=_KEYS | number)


@transaction.atomic
def add_key(*, by: Actor, at: datetime) -> int:
    """Make the next key, of the cipher the home's settings name. Returns its number."""
    ring = keys.ring()
    number = ring.newest.number + 1
    if number > 255:
        raise Refused(_("密钥编号已用到 255。请先移除不用的旧密钥。"), code="keys_used_up")
    key = ciphers.Key(number, settings.HOME.cipher, new_vault_key())
    record(events.KEY_ADDED, subject(number), by=by, at=at, number=number, cipher=key.cipher)
    with os.fdopen(os.open(keys.key_file(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.secret)
        file.flush()
        os.fsync(file.fileno())
    return number


@transaction.atomic
def reseal(*, by: Actor, at: datetime) -> int:
    """Re-seal up to `BATCH` identities with the newest key, then up to `FILES` files. Returns how many; 0 means done."""
    ring = keys.ring()
    new = ring.newest
    done = 0
    for secret in not_sealed_with(new.number).order_by("id")[:BATCH]:
        old = bytes(secret.sealed)
        plain = ciphers.open_sealed(ring.keys[old[0]], old, place(secret.id))
        contact = msgspec.json.decode(plain).get("contact", "")  # a machine's key has none
        blind = ciphers.blind(ring.index, new.cipher, contact) if contact.strip() else None
        fresh = ciphers.seal(new, plain, place(secret.id))
        done += Secret.objects.filter(id=secret.id, sealed=old).update(sealed=fresh, blind=blind)
    done += reseal_files(new, most=FILES) if not done else 0
    if done:
        record(events.KEY_RESEALED, subject(new.number), by=by, at=at, number=new.number, count=done)
    return done


@transaction.atomic
def remove_key(number: int, *, by: Actor, at: datetime) -> None:
    """Destroy an old key, if, and only if, a newer one has stood for an hour and nothing uses the old."""
    ring = keys.ring()
    if number not in ring.keys or number == ring.newest.number:
        raise Refused(_("只能移除已被替换的旧密钥。"), code="key_in_use")
    newer = keys.key_file(ring.newest).stat().st_mtime
    if datetime.now(UTC) < datetime.fromtimestamp(newer, UTC) + SETTLES:
        raise Refused(_("新密钥启用未满一小时，可能还有写入在用旧密钥。请稍后再试。"), code="key_settles")
    if sealed_with(number).exists() or SealedFile.objects.filter(key=number).exists():
        raise Refused(_("还有内容用旧密钥封存。请先完成重新封存。"), code="key_in_use")
    record(events.KEY_REMOVED, subject(number), by=by, at=at, number=number)
    keys.key_file(ring.keys[number]).unlink()
