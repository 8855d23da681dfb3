"""One request to an address that somebody else named, and nothing beyond: no inner network, no redirect, no long wait.

The name is looked up when the request is made, every address it has is held against the rules, and the connection goes
to the very address that passed: a name that answers otherwise a moment later leads nowhere (RFC 6890 lists the special
networks; OWASP's sheet on server-side request forgery the ways around a check of names).
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance

CONNECT, WHOLE = 5.0, 10.0  # seconds
FIRST = 200  # characters of an answer that are kept
_READ = 800  # bytes of an answer that are read
_READ_WHOLE = 16_384  # bytes of a provider's answer
_EMBEDS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""IPv6 in which an IPv4 address is wrapped (NAT64, 6to4, Teredo): nobody needs them to be reached."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Barred(Exception):
    """The address is not one that may be asked."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: the status (0 where none came), what went wrong, the first of what was said."""

    status: int
    fault: str
    said: str
    millis: int
    come_back: float | None = None  # seconds that the other side asks to wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered: the status (0 where none came), what went wrong, and the body."""

    status: int
    fault: str
    body: bytes = b""
    come_back: float | None = None

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty one for anything else."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str, *, chosen_here: bool = False) -> Target:
    """The parts of an address. Raises `Refused`, with field url, for one that can never be asked. `chosen_here`: whoever
    administers this machine named it; its own programs may be asked without TLS, in a live instance too."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not (
        parts.scheme in {"https", "http"} and host and url.isascii() and url.isprintable() and " " not in url
    ):
        raise Refused(_("请写完整的网址，如 https://example.org/gezhi。"), code="url_wrong", field="url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(_("网址里不写用户名、密码和 #。"), code="url_wrong", field="url")
    secure = parts.scheme == "https"
    if not secure and not (_is_loopback(host) and (chosen_here or instance.kind() != "live")):
        raise Refused(_("只推送到 https 开头的网址。"), code="url_not_https", field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def check(url: str) -> None:
    """Raise `Refused`, with field url, for an address that can never be asked: a wrong one, or an inner one by number."""
    host = target_of(url).host
    try:
        number = ipaddress.ip_address("127.0.0.1" if host.lower().rstrip(".") == "localhost" else host)
    except ValueError:
        return
    if not may_ask(number):
        told = _("不向内部网络的地址推送。确实要推，请管理员把那个网段写进 settings.toml 的 push_to。")
        raise Refused(told, code="url_inside", field="url")


def may_ask(address: Address) -> bool:
    """If, and only if, the address is of the open internet, or of a network that the home names in `push_to`.

    Link-local addresses (where clouds keep their secrets), multicast and the like never; one's own machine only where it
    is named, and never in a live instance.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    if any(address in network for network in _EMBEDS if network.version == address.version):
        return False
    if address.is_loopback and instance.kind() == "live":
        return False
    if address.is_global:
        return True
    networks = map(ipaddress.ip_network, settings.HOME.push_to)
    return any(address in network for network in networks if network.version == address.version)


def resolve(host: str, port: int) -> list[str]:
    """Every address that a name has now. Raises `OSError` where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def may_reach(address: Address) -> bool:
    """If, and only if, a provider that whoever administers this machine named may be there: anywhere but where no
    provider is."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send the body once. Never raises for what the other side does or is."""
    began = time.monotonic()
    answer = _answered(lambda: _asked(target_of(url), body, headers, may_ask, _READ))
    said = answer.body.decode("utf-8", "replace")
    shown = "".join(sign if sign.isprintable() else " " for sign in said)[:FIRST]
    return Outcome(answer.status, answer.fault, shown, _millis(began), answer.come_back)


def call(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Ask a provider that whoever administers this machine named, once. Never raises for what the other side does or is;
    neither the address nor what was sent stands in an answer or a log."""
    return _answered(lambda: _asked(target_of(url, chosen_here=True), body, headers, may_reach, _READ_WHOLE))


def _answered(ask: Callable[[], tuple[int, bytes, float | None]]) -> Answer:
    began = time.monotonic()
    try:
        status, said, come_back = ask()
        return Answer(status, "redirect" if 300 <= status < 400 else "", said, come_back)
    except Refused:
        fault = "url"
    except Barred:
        fault = "barred"
    except socket.gaierror:
        fault = "name"
    except TimeoutError:
        fault = "timeout"
    except ssl.SSLError:
        fault = "tls"
    except (OSError, http.client.HTTPException, ValueError):
        fault = "connection"
    return Answer(0, "timeout" if time.monotonic() - began >= WHOLE else fault)


def _asked(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    may: Callable[[Address], bool],
    read: int,
) -> tuple[int, bytes, float | None]:
    addresses = resolve(target.host, target.port)
    if not addresses or not all(may(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise Barred(target.host)
    line = socket.create_connection((addresses[0], target.port), timeout=CONNECT)
    watch = threading.Timer(WHOLE, _cut, [line])
    watch.daemon = True
    watch.start()
    try:
        if target.secure:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
        line.settimeout(WHOLE)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
        said = answer.read(read)
        return answer.status, said, _seconds(answer.headers.get("Retry-After", ""))
    finally:
        watch.cancel()
        line.close()


def _cut(line: socket.socket) -> None:
    """End a connection that lasts too long, whatever it waits for."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _seconds(said: str) -> float | None:
    return float(said) if said.strip().isdecimal() and len(said) < 9 else None


def _millis(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
