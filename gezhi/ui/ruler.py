"""格尺: a promise drawn as ten cells.

Time fills the cells from left to right. A kept promise stays inside the frame; a late one sticks out of it.
Units: one cell is 10 wide; the due line stands at 100; three more cells have room beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gezhi.ui import words

Kind = Literal["run", "soon", "late", "pause", "met", "none"]
WARN_AT_CELL = 8.0


class Promised(Protocol):
    """What a ruler needs to know of a promise."""

    @property
    def made_at(self) -> datetime | None: ...
    @property
    def warn_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Ruler:
    """`used` counts filled cells (0 to 10), `beyond` cells outside the frame (0 to 3), `mark` where it was met."""

    kind: Kind
    used: float
    beyond: int = 0
    mark: float | None = None
    hollow: tuple[int, ...] = ()
    words: str = ""
    note: str = ""


def of(promise: Promised | None, now: datetime) -> Ruler:
    """The ruler of one promise as it stands now.

    A met promise is green if, and only if, it was met by its due moment; one met later stays late and settled. One
    whose clock stands still (`stands_since`) is drawn as it stood then.
    """
    due = getattr(promise, "due_at", None)
    if promise is None or due is None:
        return Ruler("none", 0.0, words=words.no_promise())
    made = promise.made_at or due
    met = getattr(promise, "met_at", None)
    paused, limit = getattr(promise, "paused", None), getattr(promise, "limit", "")
    stands: datetime | None = getattr(promise, "stands_since", None)
    upto = met or stands or now
    used = cells(made, promise.warn_at, due, upto)
    if upto > due:
        return Ruler("late", 10.0, _beyond(made, due, upto), words=words.late(upto - due, settled=bool(met)))
    if met:
        return Ruler("met", used, mark=used, words=words.took(met - made, due - made, limit))
    if paused:
        return Ruler("pause", used, hollow=_next_cells(used), words=words.paused(str(paused)))
    if stands:
        return Ruler("pause", used, hollow=_next_cells(used), words=words.stands(now - stands))
    kind: Kind = "soon" if used >= WARN_AT_CELL else "run"
    return Ruler(kind, used, words=words.left(due - now, getattr(promise, "workdays_left", None)))


def cells(made: datetime, warn: datetime | None, due: datetime, at: datetime) -> float:
    """How many of the ten cells are used at a moment.

    Eight cells reach from made to warned and two from warned to due, so that the ninth cell begins with
    the warning also where only working time counts.
    """
    warn = warn or made + (due - made) * 0.8
    if at <= made:
        return 0.0
    if at < warn:
        return WARN_AT_CELL * ((at - made) / (warn - made))
    if due <= warn:
        return 10.0
    return min(10.0, WARN_AT_CELL + 2.0 * ((at - warn) / (due - warn)))


def svg(ruler: Ruler, size: str = "") -> str:
    """The drawing. The caller puts the words beside it; they are its accessible name too."""
    fit = "none" if size == "wide" else "xMinYMid meet"
    parts = [
        *_frame(),
        *_filled(ruler),
        *_pauses(ruler.hollow),
        '<rect class="d" x="99.4" y="-2" width="2" height="14"/>',
    ]
    parts += [_cell("o", 103.4 + 10 * n) for n in range(ruler.beyond)]
    if ruler.mark is not None:
        parts.append(f'<rect class="e" x="{_edge(ruler.mark):.1f}" y="-2" width="2.4" height="14"/>')
    classes = " ".join(filter(None, ("rl", ruler.kind, size)))
    head = f'<svg class="{classes}" viewBox="0 -2 132 14" preserveAspectRatio="{fit}" role="img"'
    return f'{head} aria-label="{{label}}">{"".join(parts)}</svg>'


def _beyond(made: datetime, due: datetime, at: datetime) -> int:
    """One cell outside up to a tenth over, two up to as long again, three beyond."""
    whole = (due - made).total_seconds()
    over = (at - due).total_seconds() / whole if whole > 0 else 9.0
    return 1 if over <= 0.1 else 2 if over <= 1 else 3


def _next_cells(used: float) -> tuple[int, ...]:
    first = min(8, int(used + 0.999))
    return (first, first + 1)


def _frame() -> Iterable[str]:
    return (_cell("t w" if n >= WARN_AT_CELL else "t", 10 * n) for n in range(10))


def _filled(ruler: Ruler) -> Iterable[str]:
    if ruler.kind == "none":
        return []
    whole = int(ruler.used)
    drawn = [_cell("f", 10 * n) for n in range(whole)]
    if ruler.used > whole:
        drawn.append(_cell("f", 10 * whole, 8 * (ruler.used - whole)))
    return drawn


def _pauses(hollow: Sequence[int]) -> Iterable[str]:
    return (f'<rect class="h" x="{10 * n + 0.5:g}" y=".5" width="7" height="9" rx="1.5"/>' for n in hollow)


def _cell(classes: str, x: float, width: float = 8.0) -> str:
    return f'<rect class="{classes}" x="{x:g}" y="0" width="{width:.2g}" height="10" rx="1.5"/>'


def _edge(used: float) -> float:
    whole = min(9, int(used))
    return 10 * whole + 8 * (used - whole)
