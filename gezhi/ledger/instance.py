"""What this instance is, and the number that tells whether memory is stale."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, cast

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from gezhi.home import Kind

from .models import Instance

_cached_kind: Kind | None = None


def open_instance(kind: Kind) -> None:
    """Write the one row at the first upgrade. Raises `ValueError` when the instance was opened as another kind."""
    row, _made = Instance.objects.get_or_create(id=1, defaults={"kind": kind})
    if row.kind != kind:
        raise ValueError(
            f"This instance was opened as {row.kind} and stays so; settings.toml now says {kind}. Put it back."
        )


def kind() -> Kind:
    """live, demo, simulation or replay; read once per process, since it can never change."""
    global _cached_kind
    if _cached_kind is None:
        row = Instance.objects.values_list("kind", flat=True).filter(id=1).first()
        if row is None:
            return "live"
        _cached_kind = cast(Kind, row)
    return _cached_kind


def forget() -> None:
    """Drop what this process remembers of the instance (a test that opens another one needs it)."""
    global _cached_kind
    _cached_kind = None


class Pulse(NamedTuple):
    """What a process must know afresh before it trusts its memory: one row, one statement."""

    revision: int
    clock_ahead: int


_reading: ContextVar[list[Pulse] | None] = ContextVar("reading", default=None)


@contextmanager
def reading(known: Pulse | None = None) -> Iterator[None]:
    """Within the block the pulse is read once, or not at all where it is known: for a page that only shows, and for one
    act, drawn from one state of the house. Within such a block another one changes nothing.
    """
    if _reading.get() is not None:
        yield
        return
    token = _reading.set([] if known is None else [known])
    try:
        yield
    finally:
        _reading.reset(token)


def pulse() -> Pulse:
    """The present revision and clock of the instance."""
    kept = _reading.get()
    if kept:
        return kept[0]
    found = _read_pulse()
    if kept is not None:
        kept.append(found)
    return found


def _read_pulse() -> Pulse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision, clock_ahead FROM ledger_instance WHERE id = 1")
        row = cursor.fetchone()
    return Pulse(int(row[0]), int(row[1])) if row else Pulse(0, 0)


def revision() -> int:
    """The present revision of tree, staffing, calendar and model. One statement."""
    return pulse().revision


def bump() -> None:
    """Tell every process that what it keeps of tree, staffing, calendar or model is stale.

    The new number was never used before, not even by a transaction that was rolled back. What `reading` keeps is read
    again.
    """
    if kept := _reading.get():
        kept.clear()
    Instance.objects.filter(id=1).update(revision=Greatest(F("revision") + 1, time.time_ns() // 1000))
