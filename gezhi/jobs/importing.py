"""The process that takes in a file which was handed in on the page.

It holds the same lock as `gezhi import`: two imports never go into one home at once.
"""

from __future__ import annotations

from datetime import datetime

from gezhi.exchange import tasks
from gezhi.jobs import apart
from gezhi.ledger import clock

LOCK = "import.lock"


def start_waiting(_at: datetime) -> int:
    """Start a process where a task waits and none is at it."""
    return apart.start("imports", LOCK, tasks.waits)


def run_waiting() -> int:
    """Do what waits, if nobody else is at it. Returns the exit code."""
    return apart.run(LOCK, tasks.waits, lambda task, gone: tasks.carry_out(task, at=clock.now(), gone=gone))
