"""The process that takes in a file which was handed in on the page: one at a time, started by the sender's loop.

It is a process of its own so that nothing else waits for it, and so that its memory is given back. It holds the same
lock as `gezhi import`: two imports never go into one home at once. If it goes away, the loop starts another.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from datetime import datetime
from typing import IO

from django.conf import settings

from gezhi.exchange import tasks
from gezhi.ledger import clock

_child: subprocess.Popen[bytes] | None = None


def start_waiting(_at: datetime) -> int:
    """Start a process where a task waits and none is at it."""
    global _child
    if _child is not None and _child.poll() is None:
        return 0
    if tasks.waits() is None or not _free():
        return 0
    _child = subprocess.Popen([sys.executable, "-m", "gezhi.jobs", "imports"])
    return 0


def run_waiting() -> int:
    """Do what waits, if nobody else is at it. Returns the exit code."""
    lock = _lock()
    if lock is None:
        return 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = os.getppid()
    os.nice(5)
    with lock:
        while (id := tasks.waits()) is not None and os.getppid() == parent:
            tasks.carry_out(id, at=clock.now(), gone=lambda: os.getppid() != parent)
    return 0


def _free() -> bool:
    lock = _lock()
    if lock is None:
        return False
    lock.close()
    return True


def _lock() -> IO[str] | None:
    held = (settings.HOME.path / "import.lock").open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        return None
    return held
