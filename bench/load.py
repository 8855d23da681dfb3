"""A load generator: so many connections kept open, each sending its next request when it has its answer."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice


@dataclass
class Seen:
    """What came back within the time."""

    seconds: float
    statuses: dict[int, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)  # seconds, one an answer

    @property
    def per_second(self) -> float:
        return self.statuses.get(201, 0) / self.seconds + self.statuses.get(200, 0) / self.seconds

    def wait(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


@dataclass
class _Line:
    """One connection: what is still to be read of its answer, and when it was asked."""

    door: socket.socket
    got: bytearray = field(default_factory=bytearray)
    asked: float = 0.0


def press(
    address: tuple[str, int], request: Callable[[], bytes], *, connections: int, seconds: float
) -> Seen:
    """Keep `connections` requests under way for so many seconds. Raises `ConnectionError` when one is cut off."""
    watch = selectors.DefaultSelector()
    lines = [_Line(socket.create_connection(address)) for _ in range(connections)]
    began = time.perf_counter()
    seen = Seen(seconds)
    for line in lines:
        line.door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        watch.register(line.door, selectors.EVENT_READ, line)
        _ask(line, request)
    until, running = began + seconds, connections
    while running:
        for key, _events in watch.select(timeout=30):
            if _answered(key.data, seen):
                if time.perf_counter() < until:
                    _ask(key.data, request)
                else:
                    running -= 1
    seen.seconds = time.perf_counter() - began
    for line in lines:
        line.door.close()
    watch.close()
    return seen


def _ask(line: _Line, request: Callable[[], bytes]) -> None:
    line.got.clear()
    line.asked = time.perf_counter()
    line.door.sendall(request())


def _answered(line: _Line, seen: Seen) -> bool:
    """Read what is there; true when the answer is whole."""
    more = line.door.recv(65536)
    if not more:
        raise ConnectionError("the server closed a connection")
    line.got += more
    head, mark, body = line.got.partition(b"\r\n\r\n")
    if not mark or not _whole(bytes(head).lower(), body):
        return False
    status = int(head[9:12])
    seen.statuses[status] = seen.statuses.get(status, 0) + 1
    seen.waits.append(time.perf_counter() - line.asked)
    return True


def _whole(head: bytes, body: bytearray) -> bool:
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    at = head.find(b"content-length:")
    return len(body) >= (int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0)


def send_all(
    address: tuple[str, int], requests: list[bytes], *, connections: int
) -> tuple[Seen, list[bytes]]:
    """Send each request once, `connections` under way at a time. Returns what was seen, and the bodies in their order."""
    waiting = iter(enumerate(requests))
    bodies = [b""] * len(requests)
    watch, seen = selectors.DefaultSelector(), Seen(0.0)
    began = time.perf_counter()
    for number, request in islice(waiting, connections):
        line = _Line(socket.create_connection(address))
        line.door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        watch.register(line.door, selectors.EVENT_READ, (line, [number]))
        _ask(line, lambda request=request: request)  # type: ignore[misc]
    while watch.get_map():
        for key, _events in watch.select(timeout=30):
            line, [number] = key.data
            if not _answered(line, seen):
                continue
            bodies[number] = _body(bytes(line.got))
            if (coming := next(waiting, None)) is None:
                watch.unregister(line.door)
                line.door.close()
            else:
                key.data[1][0] = coming[0]
                _ask(line, lambda request=coming[1]: request)  # type: ignore[misc]
    seen.seconds = time.perf_counter() - began
    watch.close()
    return seen, bodies


def _body(answer: bytes) -> bytes:
    """What follows the head, its chunks joined."""
    head, _mark, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return body
    whole = b""
    while body:
        size, _mark, body = body.partition(b"\r\n")
        whole, body = whole + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return whole
