"""Sealing bytes, and finding them again without opening: AES-256-GCM with SHA-256, or SM4-GCM with SM3.

Pure functions over bytes. A sealed value is key number (1 byte) + nonce (12) + ciphertext + tag (16).
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
TAG = 16
BLIND = 16
_LOOSE = re.compile(r"[\s\-()·.]+")
_PHONE = re.compile(r"(?:\+?86|0086)?(1\d{10})\Z")


class Unreadable(Exception):
    """The value was altered, moved from another row, or sealed with another key."""


@dataclass(frozen=True, slots=True)
class Key:
    """One sealing key: its number (1–255), its cipher ("aes" or "sm4") and 32 bytes."""

    number: int
    cipher: str
    secret: bytes


def seal(key: Key, plain: bytes, place: str) -> bytes:
    """Seal `plain` for one place ("table.column:row"); it opens there and nowhere else."""
    nonce = os.urandom(NONCE)
    sealer = _sm4_seal if key.cipher == "sm4" else _aes_seal
    return bytes([key.number]) + nonce + sealer(key.secret, nonce, plain, place.encode())


def open_sealed(key: Key, sealed: bytes, place: str) -> bytes:
    """The plain bytes. Raises `Unreadable` when the value, the place or the key is not the one sealed."""
    nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    opener = _sm4_open if key.cipher == "sm4" else _aes_open
    try:
        return opener(key.secret, nonce, body, place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(place) from error


def blind(index_key: bytes, cipher: str, contact: str) -> bytes:
    """16 bytes by which the same contact is found again: a keyed hash of its normal form."""
    digest = hashes.SM3() if cipher == "sm4" else hashes.SHA256()
    keyed = hmac.HMAC(index_key, digest)
    keyed.update(normal(contact).encode())
    return keyed.finalize()[:BLIND]


def normal(contact: str) -> str:
    """The form in which two writings of one contact are equal.

    1. Full-width to half-width (NFKC), small letters. 2. No spaces, dashes, brackets or dots in what is not
    an e-mail address. 3. A mobile number without its country prefix.
    """
    said = unicodedata.normalize("NFKC", contact).strip().lower()
    if "@" in said:
        return said
    said = _LOOSE.sub("", said)
    phone = _PHONE.match(said)
    return phone.group(1) if phone else said


def _aes_seal(secret: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    return AESGCM(secret).encrypt(nonce, plain, place)


def _aes_open(secret: bytes, nonce: bytes, body: bytes, place: bytes) -> bytes:
    return AESGCM(secret).decrypt(nonce, body, place)


def _sm4_seal(secret: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    work = Cipher(algorithms.SM4(secret[:16]), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(place)
    return work.update(plain) + work.finalize() + work.tag


def _sm4_open(secret: bytes, nonce: bytes, body: bytes, place: bytes) -> bytes:
    work = Cipher(algorithms.SM4(secret[:16]), modes.GCM(nonce, body[-TAG:])).decryptor()
    work.authenticate_additional_data(place)
    return work.update(body[:-TAG]) + work.finalize()
