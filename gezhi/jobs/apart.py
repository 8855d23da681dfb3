"""A process of its own for what is long: one at a time under a lock, started by the sender's loop, gone when that goes.

So nothing else waits for it, and its memory is given back. If it goes away, the loop starts another.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import IO
from uuid import UUID

from django.conf import settings

_children: dict[str, subprocess.Popen[bytes]] = {}


def start(word: str, lock: str, waits: Callable[[], UUID | None]) -> int:
    """Start `python -m gezhi.jobs WORD` where something waits and none is at it."""
    child = _children.get(word)
    if child is not None and child.poll() is None:
        return 0
    if waits() is None or not _free(lock):
        return 0
    _children[word] = subprocess.Popen([sys.executable, "-m", "gezhi.jobs", word])
    return 0


def run(lock: str, waits: Callable[[], UUID | None], act: Callable[[UUID, Callable[[], bool]], None]) -> int:
    """Do what waits, one after another, if nobody else is at it. `act` is told how to know that whoever started this
    is gone. Returns the exit code."""
    held = _lock(lock)
    if held is None:
        return 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = os.getppid()
    os.nice(5)
    with held:
        while (id := waits()) is not None and os.getppid() == parent:
            act(id, lambda: os.getppid() != parent)
    return 0


def _free(name: str) -> bool:
    lock = _lock(name)
    if lock is None:
        return False
    lock.close()
    return True


def _lock(name: str) -> IO[str] | None:
    held = (settings.HOME.path / name).open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        return None
    return held
