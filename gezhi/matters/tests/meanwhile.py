"""Somebody else acts between the reading of a matter and what is done on it: a real second connection."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

from django.db import connection

from gezhi.ledger import clock

from . import liuxi


class Meanwhile:
    """Lets another caller act as soon as the first one has read the row of a matter, and before it holds it."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act, self.done = act, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if not self.done and "WHERE number" in sql:
            self.done = True
            rows = context["cursor"].cursor
            kept = list(rows.fetchall())
            other = Thread(target=self._run)
            other.start()
            other.join()
            rows.fetchall = lambda: kept
        return found

    def _run(self) -> None:
        with clock.fixed(liuxi.FRIDAY):
            self.act()
        connection.close()
