"""Putting an identity away, and destroying it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import pouring
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.vault import ciphers, events, keys
from gezhi.vault.models import Secret
from gezhi.vault.purposes import ERASURES


class SecretRow(NamedTuple):
    """The column values of one sealed identity, in the order of the table."""

    id: UUID
    kind: str
    sealed: bytes
    blind: bytes | None
    made_at: datetime


def place(secret: UUID) -> str:
    """The associated data that binds a ciphertext to its row."""
    return f"vault_secret.sealed:{secret}"


def prepared_reporter(name: str, contact: str, at: datetime) -> SecretRow:
    """A reporter's identity, sealed and ready for the one statement of intake. Touches no database.

    The id is random, not made of the time: it must tell nothing when it stands in a matter's row.
    """
    ring = keys.ring()
    id = uuid4()
    plain = msgspec.json.encode({"name": name, "contact": contact})
    blind = ciphers.blind(ring.index, ring.newest.cipher, contact) if contact.strip() else None
    return SecretRow(id, "reporter", ciphers.seal(ring.newest, plain, place(id)), blind, at)


def load(rows: Iterable[SecretRow]) -> pouring.Load:
    """Identities that were sealed before, to be put: those of imported records, many at once."""
    return pouring.load(Secret, SecretRow._fields, rows)


def seal_reporter(name: str, contact: str, *, at: datetime) -> UUID | None:
    """Seal a reporter's name and contact. Returns the token to keep; none when there is nothing to seal."""
    if not name.strip() and not contact.strip():
        return None
    row = prepared_reporter(name, contact, at)
    Secret.objects.bulk_create([Secret(**row._asdict())])
    return row.id


def seal_key(kind: str, key: str, *, at: datetime) -> UUID:
    """Seal a key that machines use, so that it lies nowhere in the clear. Returns the token to keep."""
    ring, id = keys.ring(), uuid4()
    sealed = ciphers.seal(ring.newest, msgspec.json.encode({"key": key}), place(id))
    Secret.objects.create(id=id, kind=kind, sealed=sealed, blind=None, made_at=at)
    return id


def opened_key(kind: str, token: UUID) -> str:
    """The key that was sealed under this token, for the machine that uses it: it names nobody, so no opening is asked.

    Raises `NotFound` for what is no key of this kind, or was destroyed.
    """
    row = Secret.objects.filter(id=token, kind=kind).exclude(sealed=b"").first()
    if row is None:
        raise NotFound(_("没有这把密钥，或已经销毁。"))
    ring, sealed = keys.ring(), bytes(row.sealed)
    plain = ciphers.open_sealed(ring.keys[sealed[0]], sealed, place(token))
    return str(msgspec.json.decode(plain)["key"])


def destroy_key(kind: str, token: UUID) -> None:
    """Destroy a sealed key for good."""
    Secret.objects.filter(id=token, kind=kind).update(sealed=b"")


def delete_keys(kind: str, tokens: Iterable[UUID]) -> None:
    """Delete sealed keys with their rows, where nobody need know later that there was one."""
    Secret.objects.filter(id__in=list(tokens), kind=kind).delete()


def seal_beside(plain: bytes, place: str) -> bytes:
    """Seal what another room keeps for a while in a row of its own; it opens at that place and nowhere else."""
    return ciphers.seal(keys.ring().newest, plain, place)


def opened_beside(sealed: bytes, place: str) -> bytes | None:
    """What `seal_beside` sealed; none where its key was removed since, or it is of another place."""
    key = keys.ring().keys.get(sealed[0])
    try:
        return ciphers.open_sealed(key, sealed, place) if key else None
    except ciphers.Unreadable:
        return None


@transaction.atomic
def erase(secret: UUID, basis: str, *, by: Actor, at: datetime) -> None:
    """Destroy an identity for good; who looked at it stays known. `basis` is one of `ERASURES`."""
    if basis not in ERASURES:
        raise Refused(_("请从列表中选择删除依据。"), code="basis_unknown", field="basis")
    if not Secret.objects.filter(id=secret).exclude(sealed=b"").update(sealed=b"", blind=None):
        raise NotFound(_("没有这份身份信息，或已经删除。"))
    record(events.ERASED, secret, by=by, at=at, basis=basis)
