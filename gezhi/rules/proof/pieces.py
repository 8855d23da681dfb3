"""What a machine is made of: the core of a matter, an edge, whoever takes it, the kind of item, and their flags."""

from __future__ import annotations

from typing import NamedTuple

from gezhi.rules.proof.bodies import Body, Conflicts

# what an edge is
FILLED = 1  # can surely be taken when every post is filled
VACANT = 2  # can surely be taken when every post that may be vacant is
HUMAN = 4
OUTSIDE = 8
HOUSE = 16
LIMITED = 32  # by a move that runs out: at_most, or levels to raise to
VERIFY = 64  # under a duty of kind verify
ORDER = 128
RECEIPT = 256
CLOCK = 512
UNSURE = 1024  # may have run out; nothing that must be possible rests on it

# flags of a core
VERIFIED = 1
DEALT = 2  # somebody met or settled it without handling (kind meet)
DRAWN_NO = 4
DRAWN_YES = 8
DRAWN = DRAWN_NO | DRAWN_YES
ORDER_OUT = 16
ORDER_DONE = 32
ORDER_FAILED = 64
ORDERS = ORDER_OUT | ORDER_DONE | ORDER_FAILED
FIRST_LIMIT = 128

AFTER_CHECKING = ("checking", "answering", "ended")


class Core(NamedTuple):
    """`handler` is none before anybody handled."""

    step: str
    command: int
    now: str
    called: str
    handler: Conflicts | None
    flags: int


class Label(NamedTuple):
    """What happened, for the story: a move by a body or by somebody outside, an order's end, a receipt."""

    kind: str
    id: str
    body: Body | None = None


class Edge(NamedTuple):
    """`effect` is a number of `Promises`; `kept` bits of promises that must be closed."""

    label: Label
    to: Core
    effect: int
    bits: int
    kept: int


class Hand(NamedTuple):
    """Who takes a move: `handler` if that makes one, `turns` the flags it sets and clears."""

    label: Label
    bits: int
    handler: Conflicts | None
    turns: tuple[int, int] = (0, 0)


class Profile(NamedTuple):
    """A kind of item as far as guards and departments can tell."""

    grade: str
    in_grid: bool | None
    low: bool
    department: str


class Outcome(NamedTuple):
    """How an order may end, and who handled it last."""

    result: str
    handler: Conflicts | None

    def spelled(self) -> tuple[str, list[str]]:
        return self.result, sorted(self.handler or ())
