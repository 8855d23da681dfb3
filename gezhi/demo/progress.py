"""Progress bars on a terminal; silence where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO, TypeVar

Thing = TypeVar("Thing")
_WIDE = 24


class Bar:
    """One line that fills up. Redrawn at most ten times a second."""

    def __init__(self, label: str, total: int, to: TextIO | None = None) -> None:
        self.label, self.total, self.done = label, max(total, 1), 0
        self.out = to or sys.stderr
        self.seen = self.out.isatty()
        self.drawn_at = 0.0
        self._draw()

    def step(self, by: int = 1) -> None:
        self.done = min(self.done + by, self.total)
        if self.done == self.total or time.monotonic() - self.drawn_at >= 0.1:
            self._draw()

    def close(self) -> None:
        self.done = self.total
        self._draw()
        if self.seen:
            self.out.write("\n")
            self.out.flush()

    def _draw(self) -> None:
        self.drawn_at = time.monotonic()
        if not self.seen:
            return
        full = _WIDE * self.done // self.total
        bar = "█" * full + "░" * (_WIDE - full)
        self.out.write(f"\r{self.label} {bar} {100 * self.done // self.total:3} %")
        self.out.flush()


def along(label: str, things: Sequence[Thing] | Iterable[Thing], total: int) -> Iterator[Thing]:
    """Go through things behind a bar."""
    bar = Bar(label, total)
    for thing in things:
        yield thing
        bar.step()
    bar.close()
