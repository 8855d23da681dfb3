"""Keeping the processes of one or more instances alive, and ending all of them together.

One thread, one loop: start what is due, forward what is said, notice who ended, start again after a pause
that grows. Nothing of what passes through is kept.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gezhi.cli.leash import die_with
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say

PAUSES = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the next start, by failures in a row
WELL_AFTER = 60.0  # seconds after which a process counts as healthy again
STOP_WITHIN = 8.0


@dataclass
class Child:
    """One process that shall run as long as the supervisor does."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    due: float = 0.0  # when to start (again)
    forced: bool = False  # it had to be ended
    rest: bytes = field(default=b"", repr=False)  # a line whose end has not come yet


class Supervisor:
    """Runs `children` until told to stop. `check` is called about five times a second until it returns True."""

    def __init__(self, children: list[Child], check: Callable[[], bool]) -> None:
        self.children = children
        self.check = check
        self.stopping = False
        self.ready = False
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Start everything; return when a signal asked to stop and everything has ended."""
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        self.selector.register(wake, selectors.EVENT_READ)
        try:
            while not self.stopping:
                self._start_due()
                self.ready = self.ready or self.check()
                self._listen(1.0 if self.ready else 0.2)
                self._reap()
        finally:
            self._stop_all()

    def _asked_to_stop(self, *_signal: object) -> None:
        self.stopping = True

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None and child.due <= now:
                self._start(child)

    def _start(self, child: Child) -> None:
        """Its own process group, so that a Ctrl-C reaches only the supervisor; its end bound to ours."""
        me = os.getpid()
        child.process = subprocess.Popen(
            child.command,
            env=os.environ | child.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=lambda: die_with(me),  # noqa: PLW1509  # one thread: nothing to deadlock with
        )
        child.began = time.monotonic()
        out = child.process.stdout
        if out is not None:
            os.set_blocking(out.fileno(), False)
            self.selector.register(out, selectors.EVENT_READ, child)

    def _listen(self, seconds: float) -> None:
        """Forward what comes within `seconds`, or until the next start is due; while all stop, none is."""
        due = [c.due - time.monotonic() for c in self.children if c.process is None and not self.stopping]
        for key, _events in self.selector.select(max(0.0, min([seconds, *due]))):
            if key.data is None:
                os.read(key.fd, 512)
            else:
                self._forward(key.data, key.fd)

    def _forward(self, child: Child, descriptor: int) -> None:
        try:
            said = os.read(descriptor, 65536)
        except BlockingIOError:
            return
        if not said:
            self._silent(child)
        *lines, child.rest = (child.rest + said).split(b"\n")
        for line in lines:
            _write(child.name, line)

    def _silent(self, child: Child) -> None:
        if child.process is not None and child.process.stdout is not None:
            with contextlib.suppress(KeyError, ValueError):
                self.selector.unregister(child.process.stdout)

    def _reap(self) -> None:
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                self._ended(child)
                lived = time.monotonic() - child.began
                child.failures = 0 if lived > WELL_AFTER else child.failures + 1
                pause = PAUSES[min(child.failures, len(PAUSES) - 1)]
                child.due = time.monotonic() + pause
                say(
                    _("{name} 意外结束（{code}），{pause:g} 秒后重新启动。").format(
                        name=child.name, code=code, pause=pause
                    )
                )

    def _ended(self, child: Child) -> None:
        """Say its last words, let go of its pipe, and end whatever it left behind in its group."""
        process, child.process = child.process, None
        if process is None or process.stdout is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(process.stdout)
        with contextlib.suppress(BlockingIOError, OSError):
            child.rest += os.read(process.stdout.fileno(), 65536)
        process.stdout.close()
        for line in child.rest.split(b"\n"):
            if line:
                _write(child.name, line)
        child.rest = b""

    def _stop_all(self) -> None:
        """Ask each to end, last started first; after `STOP_WITHIN` seconds end what is left, and say which it was."""
        self.stopping = True
        for child in reversed(self.children):
            if child.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    child.process.terminate()
        until = time.monotonic() + STOP_WITHIN
        while any(c.process is not None for c in self.children):
            self._listen(0.1)
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    self._ended(child)
                elif child.process is not None and time.monotonic() > until:
                    self._end(child)

    def _end(self, child: Child) -> None:
        """Of its own accord it did not stop: whoever reads the log looks there for what it was busy with."""
        if child.process is not None and not child.forced:
            child.forced = True
            say(_("{name} 没有自己停下，已强制结束。").format(name=child.name))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)


def _write(name: str, line: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{name:<7}│ {line.decode('utf-8', 'replace')}\n")
        sys.stdout.flush()
