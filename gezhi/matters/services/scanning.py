"""Asking a clamd whether a file carries what its signatures know, where `clamd` of the settings names one.

The protocol is that of clamd(8): `zINSTREAM\\0`, the file in chunks with their lengths before them (4 bytes, network
order), a length of zero at the end; the answer is one line that ends with a zero byte.
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

CHUNK = 64 * 1024
SECONDS = 30.0
MOST_ANSWER = 4096


class ScannerAway(Exception):
    """Nobody answers at the address, or not in the protocol: nothing can be said about the file."""


def found_in(body: bytes, address: str) -> str:
    """What was found: "" for nothing, the name of the signature, or "size" for a file larger than clamd takes.

    `address` is HOST:PORT or the path of a socket. Raises `ScannerAway`.
    """
    try:
        with _connected(address) as line:
            with suppress(
                BrokenPipeError, ConnectionResetError
            ):  # it has said why and closed; the answer is there
                _send(line, body)
            answer = _answer(line)
    except OSError as error:
        raise ScannerAway(f"clamd at {address}: {error}") from error
    said = answer.removeprefix("stream: ").strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    if "size limit exceeded" in said:
        return "size"
    raise ScannerAway(f"clamd at {address} said {said[:80]!r}")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(address)
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _send(line: socket.socket, body: bytes) -> None:
    line.sendall(b"zINSTREAM\0")
    for start in range(0, len(body), CHUNK):
        chunk = body[start : start + CHUNK]
        line.sendall(struct.pack("!I", len(chunk)) + chunk)
    line.sendall(struct.pack("!I", 0))


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER:
        more = line.recv(MOST_ANSWER)
        if not more:
            break
        said += more
    return said.rstrip(b"\0").decode(errors="replace")
