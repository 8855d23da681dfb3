"""Progress: a bar that keeps counting the seconds on a terminal, a line at each quarter where there is none."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Self, TextIO, TypeVar

from django.utils.translation import gettext as _

Thing = TypeVar("Thing")
_WIDE = 24


class Bar:
    """One line that fills up. Redrawn at most ten times a second by its steps, and every second by itself, so that
    whoever looks on sees that it is alive however long a step takes."""

    def __init__(self, label: str, total: int, to: TextIO | None = None) -> None:
        self.label, self.total, self.done = label, max(total, 1), 0
        self.out = to or sys.stderr
        self.seen = self.out.isatty()
        self.began = self.drawn_at = time.monotonic()
        self.quarter = -1
        self.seconds = _("{n} 秒")  # here: another thread has no language of its own
        self.ended = threading.Event()
        self._draw()
        if self.seen:
            threading.Thread(target=self._tick, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_told: object) -> None:
        self.ended.set()
        if failed is None:
            self.done = self.total
            self._draw()
        if self.seen:
            self.out.write("\n")
            self.out.flush()

    def step(self, by: int = 1) -> None:
        self.done = min(self.done + by, self.total)
        if not self.seen or self.done == self.total or time.monotonic() - self.drawn_at >= 0.1:
            self._draw()

    def _tick(self) -> None:
        while not self.ended.wait(1):
            self._draw()

    def _draw(self) -> None:
        self.drawn_at = time.monotonic()
        percent = 100 * self.done // self.total
        if not self.seen:
            self._tell(percent)
            return
        full = _WIDE * self.done // self.total
        bar = "█" * full + "░" * (_WIDE - full)
        spent = self.seconds.format(n=int(self.drawn_at - self.began))
        self.out.write(f"\r{self.label} {bar} {percent:3} %  {spent} ")
        self.out.flush()

    def _tell(self, percent: int) -> None:
        if percent // 25 > self.quarter:
            self.quarter = percent // 25
            self.out.write(f"{self.label} {percent} %\n")
            self.out.flush()


def along(label: str, things: Sequence[Thing] | Iterable[Thing], total: int) -> Iterator[Thing]:
    """Go through things behind a bar."""
    with Bar(label, total) as bar:
        for thing in things:
            yield thing
            bar.step()
