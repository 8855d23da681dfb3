"""Who asks: the address that limits count by. It is counted and never kept (`vault.limits`).

Behind a reverse proxy every connection comes from the proxy. It writes down from whom it heard in `X-Forwarded-For`, which
anybody else can write too: it is believed only from the proxies that the home names (`proxies`), read from the right, where
the nearest of them wrote.
"""

from __future__ import annotations

import ipaddress
import logging
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX = "unix"  # how a home names a proxy that comes by a Unix socket, which has no address
MOST = 20  # addresses of one header that are read: more proxies stand nowhere one behind the other
HOUSEHOLD = 64
NEAR = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")  # where a proxy of one's own may stand

_log = logging.getLogger(__name__)


def address_of(request: HttpRequest) -> str:
    """Who asks, for the limits: an IPv4 address, or the /64 of an IPv6 address.

    A household, or one telephone, gets a /64 and takes another address out of it whenever it likes: counted by single
    addresses nobody would ever be at a limit. Empty where there is none (a Unix socket that the home does not name).
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    said = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if said and not _trusted(peer):
        _hint(peer)
    elif said:
        return _counted(_asked(said) or peer)
    return _counted(peer)


def _asked(said: str) -> str:
    """The right-most address that is not a proxy of ours; of a header with nothing but those, the first one. None where
    it has something else than addresses: what one of ours wrote is never like that."""
    found = ""
    for word in reversed(said.split(",")[-MOST:]):
        read = _read(_bare(word.strip()))
        if read is None:
            return ""
        found = str(read)
        if not _trusted(found):
            break
    return found


def _bare(word: str) -> str:
    """Without the port that some proxies write beside it."""
    if word.startswith("["):
        return word[1:].split("]", 1)[0]
    return word.split(":", 1)[0] if word.count(":") == 1 else word


def _read(word: str) -> Address | None:
    try:
        found = ipaddress.ip_address(word)
    except ValueError:
        return None
    plain = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return plain or found


def _counted(word: str) -> str:
    found = _read(word)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found), HOUSEHOLD), strict=False))
    return str(found) if found else word


def _trusted(peer: str) -> bool:
    names: tuple[str, ...] = settings.HOME.proxies
    if not names:
        return False
    if not peer:
        return UNIX in names
    found = _read(peer)
    return found is not None and any(found in network for network in _networks(names))


@lru_cache(maxsize=8)
def _networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in names if one != UNIX)


def _hint(peer: str) -> None:
    """Say once that a proxy of one's own may stand there unnamed. An address that could be somebody's is not written down."""
    found = _read(peer)
    if not peer or (found is not None and found.is_loopback):
        _warn(f'"{peer or UNIX}"')
    elif found is not None and any(found in network for network in _networks(NEAR)):
        _warn("its address")


@lru_cache(maxsize=8)
def _warn(name: str) -> None:
    _log.warning(
        "X-Forwarded-For from a peer nearby is not believed. If a proxy of yours stands there, write proxies = [%s]"
        " into settings.toml; else everybody behind it shares one limit.",
        name,
    )
