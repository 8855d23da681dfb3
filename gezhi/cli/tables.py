"""The tables of an instance brought up to this program: whoever writes meanwhile never waits long for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused

# Shorter than the deadlock_timeout of PostgreSQL (1 s): of two that wait for each other it is we who give way.
WAIT = "500ms"
PAUSE = 1.0  # seconds in which those who queued behind us write
PATIENCE = 600.0  # seconds
GAVE_WAY = "55P03"  # lock_not_available


def bring_up_tables() -> None:
    """Every migration that is missing, each as far as it goes in one piece. Raises `Refused` after ten minutes."""
    from django.core.management import call_command

    patiently(lambda: call_command("migrate", verbosity=0, interactive=False))


def patiently(act: Callable[[], object], patience: float = PATIENCE, pause: float = PAUSE) -> None:
    """Act, and act again as often as somebody holds a table that it wants: whoever reads a table for minutes (an
    export) lets a change of the table wait, and behind the change everybody who writes would wait too.

    Raises `Refused` when `patience` (seconds) is spent. SQLite knows no such queue: there it acts once.
    """
    from django.db import OperationalError

    until, told = time.monotonic() + patience, False
    with _short_waits():
        while True:
            try:
                act()
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != GAVE_WAY:
                    raise
                if time.monotonic() > until:
                    raise _spent() from error
            else:
                return
            if not told:
                say(_("有程序正占着要改的数据表，升级先让路，等它做完再继续。"))
            told = True
            time.sleep(pause)


def _spent() -> Refused:
    return Refused(
        _(
            "等了很久，要改的数据表一直被占着，升级停在这里；已改好的都保留，数据没有受损。"
            "请等导出、备份做完，或停下程序，再运行 gezhi upgrade。"
        ),
        code="tables_are_held",
    )


@contextmanager
def _short_waits() -> Iterator[None]:
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    _set(f"SET lock_timeout = '{WAIT}'")
    try:
        yield
    finally:
        if connection.is_usable():
            _set("RESET lock_timeout")


def _set(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
