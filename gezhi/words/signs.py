"""Codes that people read, write and say: thirty-two signs of which none looks like another (Crockford's)."""

from __future__ import annotations

import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST = 80
_OF_A_NUMBER = frozenset("0123456789+-() ,ext.")
_LOOKS_LIKE = str.maketrans("OIL", "011")


def read(typed: str) -> str:
    """A code as somebody types it: small and wide letters, gaps and dashes, O for 0, I and L for 1."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST]).upper()
    return "".join(sign for sign in plain if sign.isalnum()).translate(_LOOKS_LIKE)


def written(number: int, length: int) -> str:
    """A number of `5 * length` bits as a code of that many signs; what is above is left out."""
    return "".join(SIGNS[number >> 5 * place & 31] for place in range(length))


def is_office_number(said: str) -> bool:
    """Whether this may be the telephone of an office: figures, dashes, brackets and an extension, or nothing at all."""
    return set(said) <= _OF_A_NUMBER
