"""What was typed at a desk whose sign-in had ended meanwhile: carried, sealed, past the sign-in page and back to its form.

Nothing of it is done, and nobody else than whoever wrote it gets to see it: a form says for whom it was drawn (`mark_of`), and
what is carried opens to that account alone. Pictures are not carried, nor what no form of ours was drawn for.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from gezhi.vault import kept
from gezhi.vault.services import sealing

FOR = "drawn_for"  # the field of a form that says for whom it was drawn
FIELD = "carried"  # of the sign-in page, of an address, and what it lies under in a session
LARGEST = 60_000  # bytes, sealed: it goes through the browser twice
GOOD_FOR = 12 * 3600  # seconds
_PLACE = "desk.carried"
_LEFT = {FOR, "csrfmiddlewaretoken", "asks", "moved", "seen", "key", "id", "client_key"}
_CODE = re.compile(r"[!-~]{0,40}")


@dataclass(frozen=True, slots=True)
class Carried:
    """Where it was sent, for whom the form was drawn, when, and every field with its values."""

    path: str
    drawn_for: str
    at: int
    fields: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One value that came back; `words` were written by hand, anything else was chosen."""

    name: str
    value: str
    words: bool


def mark_of(account: UUID) -> str:
    """Whom a form was drawn for. Keyed: it tells nobody who that is, and nobody else can write it."""
    return salted_hmac("gezhi.desk.drawn_for", account.hex, algorithm="sha256").hexdigest()[:24]


def seal(request: HttpRequest) -> str:
    """What a form sends whose sender is signed in no more; empty where it is not one of ours, or larger than is carried."""
    drawn_for = request.POST.get(FOR, "")
    if not drawn_for:
        return ""
    fields = {name: values for name, values in request.POST.lists() if name not in _LEFT}
    said = Carried(
        request.get_full_path(), drawn_for, _seconds(), {name: [*map(str, of)] for name, of in fields.items()}
    )
    sealed = base64.b64encode(sealing.seal_beside(zlib.compress(msgspec.json.encode(said)), _PLACE)).decode()
    return sealed if len(sealed) <= LARGEST else ""


def opened(word: str, account: UUID) -> Carried | None:
    """What was sealed, for the account for which its form was drawn; none for anybody else, later than half a day, or
    for what we did not seal."""
    try:
        sealed = base64.b64decode(word[:LARGEST], validate=True)
        plain = sealing.opened_beside(sealed, _PLACE) if sealed else None
        said = msgspec.json.decode(zlib.decompress(plain), type=Carried) if plain else None
    except (binascii.Error, zlib.error, msgspec.DecodeError):
        return None
    if said is None or _seconds() - said.at > GOOD_FOR:
        return None
    return said if constant_time_compare(said.drawn_for, mark_of(account)) else None


def keep(request: HttpRequest, said: Carried) -> str:
    """Lay it into the session that has just begun. Returns the address of its form, which names it."""
    mark = kept.keep(request.session, FIELD, said.fields)
    if not mark:
        return said.path
    path, _mark, asked = said.path.partition("?")
    others = [one for one in asked.split("&") if one and not one.startswith(f"{FIELD}=")]
    return f"{path}?{'&'.join([*others, urlencode({FIELD: mark})])}"


def fields(request: HttpRequest) -> Mapping[str, list[str]]:
    """What came back to the form that is opened by its own address."""
    mark = request.GET.get(FIELD, "") if request.method == "GET" else ""
    found = kept.kept(request.session, FIELD, mark, dict[str, list[str]]) if mark else None
    return found or {}


def sent(request: HttpRequest) -> dict[str, Any]:
    """The same for a form that is filled by the house: one value of each field."""
    return {name: of[-1] for name, of in fields(request).items() if of}


def shown(request: HttpRequest) -> list[Field]:
    """The same for every other form: `ui/keep.js` lays it into its fields; without scripts the words are there to copy."""
    return [
        Field(name, value, not _CODE.fullmatch(value))
        for name, values in fields(request).items()
        for value in values
    ]


def forget(request: HttpRequest) -> None:
    """It was handed in: what was carried is needed no more."""
    request.session.pop(FIELD, None)


def _seconds() -> int:
    return int(timezone.now().timestamp())
