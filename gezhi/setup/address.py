"""The address printed on slips: what a worker types into a telephone, not what this computer calls itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.setup import draft

MOST = 120
ONLY_HERE = ("127.", "localhost", "[::1]", "0.0.0.0")  # noqa: S104  told from others, never bound to


def printed(request: HttpRequest) -> str:
    """The site's address as it was kept, else as this request came."""
    return draft.address() or request.build_absolute_uri("/").rstrip("/")


def first_time(request: HttpRequest) -> str:
    """What a slip says to open."""
    return printed(request) + reverse("first_time")


def only_here(address: str) -> bool:
    """Whether nobody but this computer can open it."""
    return (urlsplit(address).netloc or address).startswith(ONLY_HERE)


def keep(typed: str) -> None:
    """Keep another address. Raises `Refused` for what is no address of a site."""
    plain = typed.strip().rstrip("/")[:MOST]
    parts = urlsplit(plain)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        told = _("“{typed}”不是网址。请写成 https://wangge.example.cn 这样。").format(
            typed=typed.strip()[:40]
        )
        raise Refused(told, code="address_wrong", field="address")
    draft.keep_address(plain)
