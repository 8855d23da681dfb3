"""The process that takes out a list as a file, as somebody asked for on the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from gezhi.exchange import exporting, exports
from gezhi.jobs import apart
from gezhi.ledger import clock

LOCK = "export.lock"
NOTED = 1.0
"""Seconds between two notes of how far one is: each waits for the disk."""


def start_waiting(_at: datetime) -> int:
    """Start a process where an export waits and none is at it."""
    return apart.start("exports", LOCK, exports.waits)


def run_waiting() -> int:
    """Do what waits, if nobody else is at it. Returns the exit code."""
    return apart.run(LOCK, exports.waits, _carry_out)


def _carry_out(id: UUID, gone: Callable[[], bool]) -> None:
    """One export. How far it is, is noted by a connection of its own, once a second: that of the lines reads one snapshot
    and writes nothing."""
    next_note = 0.0
    with ThreadPoolExecutor(1) as beside:

        def tell(lines: int, expected: int) -> None:
            nonlocal next_note
            if time.monotonic() < next_note and 0 < lines < expected:
                return
            next_note = time.monotonic() + NOTED
            if not beside.submit(exports.told, id, lines, expected).result() or gone():
                raise exporting.Stopped

        exporting.carry_out(id, at=clock.now(), tell=tell)
