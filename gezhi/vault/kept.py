"""What goes from one page to the next and does not belong into an address: sealed in the session of whoever made it.

The address bears a mark alone, so the page can be loaded again and come back to. It ends with the session, and only the
last few of a kind are kept.
"""

from __future__ import annotations

import base64
import secrets
import zlib
from typing import TypeVar

import msgspec
from django.contrib.sessions.backends.base import SessionBase

from gezhi.vault.services import sealing

MOST = 3  # of one kind
LARGEST = 200_000  # bytes of one, packed: a session is read with every page
T = TypeVar("T")


def keep(session: SessionBase, kind: str, value: object, *, mark: str = "") -> str:
    """Keep a value that msgspec can write; the oldest of its kind beyond `MOST` goes.

    Returns the mark under which it lies, by default one that nobody can guess; empty, and nothing is kept, where the value
    is larger than a session holds.
    """
    mark = mark or secrets.token_urlsafe(9)
    sealed = sealing.seal_beside(zlib.compress(msgspec.json.encode(value)), _place(kind, mark))
    if len(sealed) > LARGEST:
        return ""
    held = {name: one for name, one in session.get(kind, {}).items() if name != mark}
    held[mark] = base64.b64encode(sealed).decode()
    session[kind] = dict([*held.items()][-MOST:])
    return mark


def kept(session: SessionBase, kind: str, mark: str, type: type[T]) -> T | None:
    """The value under this mark; none for one that this session does not hold, whose key is gone, or that an earlier
    version of the house has kept in another form."""
    sealed = session.get(kind, {}).get(mark)
    plain = sealing.opened_beside(base64.b64decode(sealed), _place(kind, mark)) if sealed else None
    try:
        return None if plain is None else msgspec.json.decode(zlib.decompress(plain), type=type)
    except msgspec.ValidationError:
        return None


def _place(kind: str, mark: str) -> str:
    return f"session.{kind}:{mark}"
