"""A second process that judges the next rows while this one writes those before (`python -m gezhi.exchange.ahead`).

It reads and never writes: what it says is a proposal, and whoever writes checks that it still holds. So it may be killed
at any moment, and be slower, older or gone: the import goes on without it. When whoever wants it goes away, its pipe is
closed and it goes as well.
"""

from __future__ import annotations

import gc
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO
from uuid import UUID

import django
import msgspec

LARGE = 500_000
"""Bytes of a file from which a second process is worth its start."""
_LENGTH = struct.Struct(">Q")


class Order(msgspec.Struct):
    """What is to be judged: a run, in batches of so many, by a mapping (its words as JSON), for whom, in whose language."""

    run: UUID
    batch: int
    mapping: bytes
    digest: str
    account: UUID | None
    post: str
    own: str
    at: datetime
    language: str


class Ahead:
    """The process, for whoever writes. Where it cannot do its part, `next_block` says nothing and it is over."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "gezhi.exchange.ahead"]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._over = False

    def begin(self, order: Order) -> None:
        """Let it judge: all that it is to read is staged."""
        assert self.child.stdin is not None  # noqa: S101  # for the type checker: it is a pipe
        try:
            self.child.stdin.write(msgspec.msgpack.encode(order))
            self.child.stdin.close()
        except OSError:
            self.close()

    def next_block(self) -> bytes:
        """The next block as it was sent; empty where there is none."""
        stream = self.child.stdout
        if self._over or stream is None:
            return b""
        head = stream.read(_LENGTH.size)
        body = stream.read(*_LENGTH.unpack(head)) if len(head) == _LENGTH.size else b""
        if not body or len(body) < _LENGTH.unpack(head)[0]:
            self.close()
            return b""
        return body

    def close(self) -> None:
        """End it; it holds nothing."""
        if self._over:
            return
        self._over = True
        self.child.kill()
        for stream in (self.child.stdin, self.child.stdout):
            if stream is not None and not stream.closed:
                _closed(stream)
        self.child.wait()


def _closed(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:  # words were left in it for a process that is gone
        return


def wanted(size: int) -> bool:
    """Whether a second process helps with a file of so many bytes: there is a core for it, and what is staged can be seen
    from outside this process's transaction."""
    from django.db import connection

    return size >= LARGE and not connection.in_atomic_block and len(os.sched_getaffinity(0)) > 1


_SWEPT = 40_000
"""Objects after which cycles are looked for during an import: a batch makes several times as many; of ten times as many, what waits to be swept takes 60 MB."""


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Within the block Python looks for cycles fifty times less often. Rows and their values are none, and looking at
    all of them again and again takes a quarter of the writing process's time."""
    usual = gc.get_threshold()
    gc.set_threshold(_SWEPT, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def main() -> int:
    """Warm up, be told what to judge, and send block after block until none is left or nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted closes the pipe
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed by mistake is no block
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.config.settings")
    django.setup()
    from gezhi.matters.services import importing

    importing.warm()
    said = sys.stdin.buffer.read()
    if not said:
        return 0
    gc.freeze()  # what is loaded by now stays
    try:
        with seldom_swept():
            for body in _blocks(msgspec.msgpack.decode(said, type=Order)):
                out.write(_LENGTH.pack(len(body)))
                out.write(body)
                out.flush()
    except BrokenPipeError:
        os._exit(0)  # closing the pipe once more would complain
    return 0


def _blocks(order: Order) -> Iterator[bytes]:
    from django.utils import translation

    from gezhi.exchange import judging
    from gezhi.exchange.mapping import Mapping, Said
    from gezhi.ledger.actor import Actor

    mapping = Mapping(msgspec.json.decode(order.mapping, type=Said), order.digest)
    by, after = Actor(order.account, order.post, order.own), 0
    with translation.override(order.language):
        while rows := judging.staged(order.run, after=after, most=order.batch):
            after = rows[-1][1]
            yield msgspec.msgpack.encode(judging.judge(rows, mapping, by=by, at=order.at))


if __name__ == "__main__":
    sys.exit(main())
