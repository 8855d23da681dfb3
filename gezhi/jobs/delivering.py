"""The process that hands tellings over to providers: started by the sender's loop where something waits, gone when nothing
did for a while.

It is a process of its own for the reason `pushing` gives. Any number of them may run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime

from gezhi.jobs.pushing import IDLE
from gezhi.ledger import clock
from gezhi.notify import delivering, posting

_child: subprocess.Popen[bytes] | None = None


def start_waiting(at: datetime) -> int:
    """Start a process where something waits and none is at it."""
    global _child
    if _child is not None and _child.poll() is None:
        return 0
    if delivering.is_due(at=at) or posting.is_due(at=at):
        _child = subprocess.Popen([sys.executable, "-m", "gezhi.jobs", "tellings"])
    return 0


def run_waiting() -> int:
    """Deliver until nothing was due for a while, or whoever started this is gone. Returns the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent, idle = os.getppid(), time.monotonic() + IDLE
    while os.getppid() == parent and time.monotonic() < idle:
        if delivering.deliver(at=clock.now()) + posting.deliver(at=clock.now()):
            idle = time.monotonic() + IDLE
        else:
            time.sleep(0.5)
    return 0
