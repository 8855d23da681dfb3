"""A second process that judges the next rows while this one writes those before (`python -m gezhi.exchange.ahead`).

It reads and never writes: what it says is a proposal, and whoever writes checks that it still holds. So it may be killed
at any moment, and be slower, older or gone: the import goes on without it. When whoever wants it goes away, its pipe is
closed and it goes as well. Judging is the longer part, so that one batch of five is left to whoever writes.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from queue import Empty, Queue
from threading import Thread
from typing import IO, TYPE_CHECKING
from uuid import UUID

import django
import msgspec

if TYPE_CHECKING:
    from gezhi.exchange.judging import Staged

LARGE = 500_000
"""Bytes of a file from which a second process is worth its start."""
SHARE = 5
"""Of so many batches the last is judged by whoever writes: so both processes have about as much to do."""
_WAITING = 2
"""Batches that are kept for whoever writes, beside the one in the pipe."""
_LENGTH = struct.Struct(">Q")


def by_writer(turn: int) -> bool:
    """Whether the batch of this turn, counted from 0, is left to whoever writes."""
    return turn % SHARE == SHARE - 1


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
        self._blocks: Queue[bytes] = Queue(_WAITING)
        self._listener = Thread(target=self._listen, daemon=True)
        self.over = False

    def begin(self, order: Order) -> None:
        """Let it judge what is staged, while more is staged yet."""
        said = msgspec.msgpack.encode(order)
        self._listener.start()
        try:
            assert self.child.stdin is not None  # noqa: S101  # for the type checker: it is a pipe
            self.child.stdin.write(_LENGTH.pack(len(said)) + said)
            self.child.stdin.flush()
        except OSError:
            self.close()

    def all_staged(self) -> None:
        """Let it know that no more rows come."""
        if self.child.stdin is not None and not self.child.stdin.closed:
            _closed(self.child.stdin)

    def next_block(self) -> bytes:
        """The next block as it was sent; empty where there is none."""
        body = b"" if self.over else self._blocks.get()
        if not body:
            self.close()
        return body

    def _listen(self) -> None:
        """Take what it says out of the pipe, so that it need not wait while a batch is written or judged here."""
        while body := _told(self.child.stdout):
            self._blocks.put(body)
        self._blocks.put(b"")

    def close(self) -> None:
        """End it; it holds nothing."""
        if self.over:
            return
        self.over = True
        self.child.kill()
        while self._listener.is_alive():  # it may wait for room
            with suppress(Empty):
                self._blocks.get(timeout=0.05)
        for stream in (self.child.stdin, self.child.stdout):
            if stream is not None and not stream.closed:
                _closed(stream)
        self.child.wait()


def _told(stream: IO[bytes] | None) -> bytes:
    """The next message of a pipe; empty where it ends, be it in the middle of one."""
    head = stream.read(_LENGTH.size) if stream else b""
    many = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    body = stream.read(many) if stream and many else b""
    return body if len(body) == many else b""


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
    said = _told(sys.stdin.buffer)
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
    by, after, turn = Actor(order.account, order.post, order.own), 0, 0
    with translation.override(order.language):
        while rows := _staged(order, after):
            after = rows[-1][1]
            if not by_writer(turn):
                yield msgspec.msgpack.encode(judging.judge(rows, mapping, by=by, at=order.at))
            turn += 1


def _staged(order: Order, after: int) -> list[Staged]:
    """The next batch: whole, unless it is the last. While rows are still being staged it is waited for."""
    from gezhi.exchange import judging

    while True:
        ended = bool(select.select([sys.stdin], [], [], 0)[0])  # whoever stages says so by closing the pipe
        rows = judging.staged(order.run, after=after, most=order.batch)
        if ended or len(rows) == order.batch:
            return rows
        select.select([sys.stdin], [], [], 0.05)


if __name__ == "__main__":
    sys.exit(main())
