"""Ids are UUIDv7 made here: sortable by time, the same on both databases, known before anything is stored."""

from __future__ import annotations

import os
import struct
import threading
import time
from datetime import timedelta
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A UUIDv7 that is greater than every one this process made before, even within a millisecond.

    The 12 bits after the millisecond hold its fraction (RFC 9562, method 3), so ids of one process never
    run backwards; the remaining 62 bits are random.
    """
    global _last
    now = time.time_ns() >> 8  # about 1/4 of a microsecond; 52 bits of it are used
    with _lock:
        _last = now = now if now > _last else _last + 1
    nanoseconds = now << 8
    millisecond, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    value = (
        (millisecond & 0xFFFFFFFFFFFF) << 80
        | 0x7 << 76
        | fraction << 64
        | 0x2 << 62
        | (int.from_bytes(os.urandom(8)) >> 2)
    )
    return UUID(int=value)


def new_ids(many: int) -> list[str]:
    """So many ids at once, each greater than the one before, as 32 hexadecimal digits: for what is poured."""
    global _last
    with _lock:
        first = max(time.time_ns() >> 8, _last + 1)
        _last = first + many - 1
    chances = struct.unpack(f">{many}Q", os.urandom(8 * many))
    return [_word(first + n, chance >> 2) for n, chance in enumerate(chances)]


def _word(ticks: int, chance: int) -> str:
    millisecond, rest = divmod(ticks << 8, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return f"{millisecond & 0xFFFFFFFFFFFF:012x}7{fraction:03x}{0x2 << 62 | chance:016x}"


def lowest_id(age: timedelta) -> UUID:
    """The lowest id that could have been made so long ago by this machine's time: whatever is younger sorts after it."""
    millisecond = (time.time_ns() - int(age.total_seconds() * 1e9)) // 1_000_000
    return UUID(int=(millisecond & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | 0x2 << 62)
