"""The address printed on slips: what a worker types into a telephone, not what this computer calls itself."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import validate_host
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.setup import draft
from gezhi.ui.site import whole

MOST = 120
HERE = ("127.", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  told from others, never bound to
PORTS = {"http": 80, "https": 443}


def printed(request: HttpRequest) -> str:
    """The site's address as it was kept, else as this request came."""
    return whole(request)


def first_time(request: HttpRequest) -> str:
    """What a slip says to open."""
    return whole(request, reverse("first_time"))


def only_here(address: str) -> bool:
    """Whether nobody but this computer can open it."""
    return _of(address).startswith((*HERE, *EVERYWHERE))


def closed(request: HttpRequest) -> bool:
    """Whether the server answers on this machine alone, as far as `gezhi run` told and this request shows."""
    return _closed() and only_here(request.build_absolute_uri("/"))


def _closed() -> bool:
    return bool(settings.LISTENS) and _of(settings.LISTENS).startswith(HERE)


def listens() -> str:
    """Where the server answers, in words; empty where another server than `gezhi run` serves the pages."""
    if not settings.LISTENS:
        return ""
    parts = urlsplit(settings.LISTENS)
    if _of(settings.LISTENS) in EVERYWHERE:
        return _("这台机器的每个网络地址，端口 {port}").format(port=parts.port)
    return parts.netloc


def others_open() -> list[str]:
    """The addresses at which others reach the server, as far as it knows its own names."""
    if not settings.LISTENS or _closed():
        return []
    parts, bound = urlsplit(settings.LISTENS), _of(settings.LISTENS)
    names = [bound] if bound not in EVERYWHERE else _names()
    return [f"http://{name}:{parts.port}" for name in names if validate_host(name, settings.ALLOWED_HOSTS)]


def fault(address: str, request: HttpRequest) -> str:
    """Why others will not reach the site at this address, in a sentence; empty where nothing speaks against it.

    Nothing is asked over the network: the address is compared with where the server answers, with the names it
    answers to, and with the address by which this request came.
    """
    parts = urlsplit(address)
    name = _of(address)
    if only_here(address):
        return _("{address} 只有这台机器打得开，手机上打不开。").format(address=address)
    if not validate_host(name, settings.ALLOWED_HOSTS):
        told = _("打开 {address} 会被拒绝：设置文件 settings.toml 的 hosts 里没有 {name}。")
        return told.format(address=address, name=name)
    if not settings.LISTENS or parts.netloc == request.get_host():
        return ""
    return _unheard(address, parts)


def _unheard(address: str, parts: SplitResult) -> str:
    """Whether the server hears there at all; a proxy may stand in front where it does not."""
    own, bound = urlsplit(settings.LISTENS), _of(settings.LISTENS)
    port = parts.port or PORTS.get(parts.scheme, 0)
    heard = bound in EVERYWHERE or bound == _of(address)
    if heard and parts.scheme == "http" and port == own.port:
        return ""
    if port == own.port:
        told = _("{address} 上没有人应答：格治现在只在 {listens} 上应答。")
    else:
        told = _("格治现在在 {listens} 上应答。要前面有转发到那里的服务器，{address} 才打得开。")
    return told.format(address=address, listens=listens())


def _names() -> list[str]:
    """The names in the settings by which others may call."""
    return [one for one in settings.ALLOWED_HOSTS if not one.strip("[]").startswith((*HERE, "*", "."))]


def _of(address: str) -> str:
    """The host of an address, without its port."""
    return (urlsplit(address).hostname or address).lower()


def keep(typed: str) -> None:
    """Keep another address. Raises `Refused` for what is no address of a site."""
    plain = typed.strip().rstrip("/")[:MOST]
    parts = urlsplit(plain)
    if parts.scheme not in ("http", "https") or not _host_of(parts) or parts.query or parts.fragment:
        told = _("“{typed}”不是网址。请写成 https://wangge.example.cn 这样。").format(
            typed=typed.strip()[:40]
        )
        raise Refused(told, code="address_wrong", field="address")
    draft.keep_address(plain)


def _host_of(parts: SplitResult) -> str:
    """The host, where the port beside it is a port."""
    try:
        return (parts.hostname or "") if parts.port is None or parts.port else ""
    except ValueError:
        return ""
