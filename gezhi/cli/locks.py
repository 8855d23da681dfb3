"""One process at a time: a lock on a file, which ends with whoever holds it, however that one ends."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


def hold(file: Path, taken: Exception) -> IO[str]:
    """Take the lock of a file for as long as what is returned stays open. Raises `taken` when another has it."""
    lock = file.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise taken from None
    return lock


def is_held(file: Path) -> bool:
    """Whether some process holds the lock of a file."""
    if not file.exists():
        return False
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
