"""A push service on this machine that holds to RFC 8030, 8291 and 8292, and the browser behind it.

Nothing of the door itself is used: the token is checked against the key it names, and the body is opened with the
receiver's own keys.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gezhi.notify.doors.webpush import Reached

MOST = 4096


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Phone:
    """A browser that asked its service for an address."""

    name: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"0123456789abcdef"
    key: str = ""  # for which sender's key it was made; empty for any

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class PushService:
    """Keeps what it took. `says` are the next answers, before any rule: (status, headers)."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.taken: list[dict[str, Any]] = []
        self.waiting: dict[tuple[str, str], dict[str, Any]] = {}  # by address and topic
        self.asked = 0
        self.says: list[tuple[int, dict[str, str]]] = []
        self.lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with service.lock:
                    service.asked += 1
                    status, more = service.says.pop(0) if service.says else service.answer(self, body)
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_said: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def phone(self, name: str = "one", **more: Any) -> Reached:
        """An address for a browser, as `pushManager.subscribe` gives it."""
        made = self.phones[name] = Phone(name, **more)
        return Reached(f"{self.origin}/send/{name}", text_of(made.public), text_of(made.auth))

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str]]:
        told = {name.lower(): value for name, value in request.headers.items()}
        phone = self.phones.get(request.path.removeprefix("/send/"))
        if phone is None:
            return 410, {}
        wrong = self._wrong(told, phone, body)
        if wrong:
            return wrong, {}
        text = http_ece.decrypt(body, private_key=phone.private, auth_secret=phone.auth, version="aes128gcm")
        one = {"phone": phone.name, "said": json.loads(text), "headers": told}
        self.taken.append(one)
        self.waiting[phone.name, told["topic"]] = one
        return 201, {"Location": f"{self.origin}/message/{len(self.taken)}"}

    def _wrong(self, told: dict[str, str], phone: Phone, body: bytes) -> int:
        if not told.get("ttl", "").isdecimal() or told.get("content-encoding") != "aes128gcm":
            return 400
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", told.get("topic", "")):
            return 400
        if told.get("urgency") not in {"very-low", "low", "normal", "high"}:
            return 400
        if len(body) > MOST:
            return 413
        return self._unsigned(told.get("authorization", ""), phone)

    def _unsigned(self, said: str, phone: Phone) -> int:
        parts = re.fullmatch(r"vapid t=([A-Za-z0-9_.-]+), ?k=([A-Za-z0-9_-]+)", said)
        if parts is None:
            return 401
        head, claims, signature = parts[1].split(".")
        key, raw = bytes_of(parts[2]), bytes_of(signature)
        if phone.key and phone.key != parts[2]:
            return 403
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
            pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
            public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature):
            return 403
        claimed = json.loads(bytes_of(claims))
        left = claimed["exp"] - time.time()
        right = (
            claimed["aud"] == self.origin and 0 < left <= 24 * 3600 and claimed["sub"].startswith("mailto:")
        )
        return 0 if right and json.loads(bytes_of(head))["alg"] == "ES256" else 403


@contextmanager
def serving() -> Iterator[PushService]:
    service = PushService()
    thread = threading.Thread(
        target=service.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()
