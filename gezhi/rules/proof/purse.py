"""How much of a model is walked at the most: a page that waits for a proof is answered, whatever was written."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 300_000
"""Ways on that are looked at in one model at the most: some seconds; the five that ship have far fewer, a slip in one may have ten times as many."""


class TooLarge(Exception):
    """A flow of which more can happen than is walked. `flow` is its id."""

    def __init__(self, flow: str) -> None:
        super().__init__(flow)
        self.flow = flow


@dataclass
class Purse:
    """How many ways on may still be looked at, in all walks of one model together."""

    left: int = field(default_factory=lambda: MOST)

    def pay(self, ways: int, flow: str) -> None:
        """Raise `TooLarge` when it is spent."""
        self.left -= ways
        if self.left < 0:
            raise TooLarge(flow)
