"""Browsers that asked to be told: RFC 8030 (what is handed over), 8291 (sealed for that browser alone), 8292 (who sends it).

Where a browser is reached it says itself, so a stranger may name any address: only push services that the home names are
asked, and none within the house but one that is named there with its whole origin.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _
from py_vapid import Vapid02

from gezhi.errors import Refused
from gezhi.notify import outside
from gezhi.notify.doors.outcomes import Letter, Outcome, Setting

MOST = 4096
"""Bytes that every push service takes (RFC 8291, 4)."""
LASTS = 24 * 3600
"""Seconds for which a push service keeps what a phone that is off cannot take yet, at most."""
_SIGNED, _ANEW = (
    12 * 3600,
    6 * 3600,
)  # seconds that a token holds, and after which another is made; 24 hours at most
_ENDPOINT = 1000  # characters
_POINT, _AUTH = 65, 16  # bytes
_tokens: dict[tuple[str, str, str], tuple[float, str]] = {}


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a browser is reached, and its keys in base64url, as its `PushSubscription` says them."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


def check(reached: Reached) -> None:
    """Raise `Refused` for a browser that cannot be told anything, or may not be asked."""
    if chosen(reached.endpoint) is None:
        told = _("这个浏览器的推送服务不在本站认得的几家里，发不到。请凭编号和查询码看进度。")
        raise Refused(told, code="push_service", field="endpoint")
    try:
        _point(reached.p256dh)
        whole = len(_bytes(reached.auth)) == _AUTH
    except ValueError:
        whole = False
    if not whole:
        raise Refused(_("浏览器给的钥匙读不懂。请关掉这一页，再打开试一次。"), code="push_keys", field="keys")


def chosen(endpoint: str) -> bool | None:
    """Whether whoever administers this machine named the very origin, so that it may lie within the house; False for one of
    the public services, None for anything else."""
    if len(endpoint) > _ENDPOINT:
        return None
    try:
        target, host = outside.target_of(endpoint, chosen_here=True), urlsplit(endpoint).hostname or ""
    except Refused:
        return None
    for named in settings.HOME.push_services:
        if "://" in named:
            if origin(endpoint) == named:
                return True
        elif target.secure and target.port == 443 and _fits(host, named):
            return False
    return None


def _fits(host: str, named: str) -> bool:
    return host.endswith(named[1:]) if named.startswith("*.") else host == named


def origin(endpoint: str) -> str:
    """Scheme, host and port, as a token names for whom it is."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _bytes(said: str) -> bytes:
    """Of base64url, with or without its padding. Raises `ValueError`."""
    if not said.isascii() or len(said) > 200:
        raise ValueError
    return base64.b64decode(
        said.rstrip("=") + "=" * (-len(said.rstrip("=")) % 4), altchars="-_", validate=True
    )


def _point(said: str) -> ec.EllipticCurvePublicKey:
    """A point of P-256, written whole. Raises `ValueError` for one that lies beside the curve."""
    raw = _bytes(said)
    if len(raw) != _POINT:
        raise ValueError
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_keys() -> tuple[str, str]:
    """A fresh pair: the private key as it is sealed, and the public one as browsers are told it."""
    made = ec.generate_private_key(ec.SECP256R1())
    private = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _text(private), _text(_raw(made.public_key()))


def _raw(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealed(
    reached: Reached, said: bytes, *, salt: bytes | None = None, own: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """What only that browser can read. `salt` and `own` are drawn anew for each; a test gives those of the standard."""
    found: bytes = http_ece.encrypt(
        said, salt=salt, private_key=own or ec.generate_private_key(ec.SECP256R1()), dh=_raw(_point(reached.p256dh)),
        auth_secret=_bytes(reached.auth), version="aes128gcm",
    )  # fmt: skip
    return found


def _signed(key: str, contact: str, there: str) -> str:
    """The header that says who sends: the same for a service for some hours, since each must be checked there."""
    now, named = time.time(), (hashlib.sha256(key.encode()).hexdigest(), contact, there)
    made, header = _tokens.get(named, (0.0, ""))
    if now - made < _ANEW:
        return header
    if len(_tokens) > 99:
        _tokens.clear()
    claims = {"aud": there, "exp": int(now) + _SIGNED, "sub": contact}
    signer = Vapid02.from_der(key.encode())
    signer.conf = {"no-strict": True}  # `contact` was checked by us: its pattern lets no umlaut pass
    header = str(signer.sign(claims)["Authorization"])
    _tokens[named] = (now, header)
    return header


class Push:
    """The door for one batch. A service that is not reached, or is busy, is not asked again in it."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.resting: dict[str, Outcome] = {}

    def close(self) -> None:
        return

    def hand_over(self, letter: Letter) -> Outcome:
        reached = msgspec.json.decode(letter.to, type=Reached)
        there, own = origin(reached.endpoint), chosen(reached.endpoint)
        if own is None:
            return Outcome("refused", "service", "address")
        if there in self.resting:
            return self.resting[there]
        said = {
            "title": letter.words["title"],
            "body": letter.text,
            "url": letter.words["url"],
            "tag": letter.words["tag"],
        }
        body = sealed(reached, json.dumps(said, ensure_ascii=False).encode())
        if len(body) > MOST:
            return Outcome("refused", "length", "length")
        headers = {
            "TTL": letter.words.get("ttl", str(LASTS)),
            "Urgency": letter.words["urgency"],
            "Topic": letter.words["tag"],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": _signed(self.setting.key, self.setting.sender, there),
        }
        asked = outside.call if own else outside.post
        answer: outside.Answer | outside.Outcome = asked(reached.endpoint, body, headers)
        found = of(answer.status, answer.fault, answer.come_back)
        if found.kind == "later":
            self.resting[there] = found
        return found


def of(status: int, fault: str, come_back: float | None) -> Outcome:
    """What an answer means. 404 and 410: the browser asked its service to forget us, or is not there any more."""
    code = str(status) if status else fault
    if fault in {"url", "barred", "redirect"}:
        return Outcome("refused", code, "address")
    if fault:
        return Outcome("later", code, "unreached")
    if status in {200, 201, 202, 204}:
        return Outcome("taken", code)
    if status in {404, 410}:
        return Outcome("refused", code, "gone")
    if status == 413:
        return Outcome("refused", code, "length")
    if status in {400, 401, 403}:
        return Outcome("stopped", code, "key")
    return Outcome("later", code, "busy", wait=come_back or 0.0)
