"""The services broken on purpose, one rule each: what the lives beside the twin must notice.

A mutant takes one rule out of the real services; everything around it stays real.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Q

from gezhi.ledger import services as ledger
from gezhi.matters import access, scenes
from gezhi.matters.services import intake, keeping, moving, reports
from gezhi.promises import services as promises
from gezhi.promises.services import Settled
from gezhi.reporting import counting
from gezhi.rules import deadlines, steps, workdays

from . import life

Breaks = Callable[[pytest.MonkeyPatch], None]


def instead(room: Any, name: str, change: Callable[..., Any]) -> Breaks:
    """`change(real, *given, **named)` stands in the place of a service."""

    def breaks(patch: pytest.MonkeyPatch) -> None:
        real = getattr(room, name)
        patch.setattr(room, name, lambda *given, **named: change(real, *given, **named))

    return breaks


def _never_late(settled: Settled) -> Settled:
    return settled._replace(late=[], ended=[one._replace(missed_at=None) for one in settled.ended])


def always(room: Any, name: str, answer: Any) -> Breaks:
    return instead(room, name, lambda _real, *_given, **_named: answer)


def counted_by(said: str, other: str) -> Breaks:
    """The statement of the figures with other words in it."""
    return instead(counting, "_rows", lambda real, sql, given: real(sql.replace(said, other), given))


class EachDayWorks(dict[Any, Any]):
    """A calendar that knows no rest."""

    def get(self, _day: Any, _default: Any = None) -> tuple[str, str]:
        return "work", "official"


MUTANTS: dict[str, Breaks] = {
    "a move is taken more often than it may be": always(scenes.Taken, "__getitem__", 0),
    "no note is asked for": instead(
        scenes, "seat_for", lambda real, *given: real(*given[:3], replace(given[3], note=True))
    ),
    "whoever handled may verify": always(steps, "_kept_apart", ()),
    "nobody is remembered as who handled": always(steps, "sets_handler", False),
    "whoever sees some ground sees everything": always(access, "within", ~Q(pk=None)),
    "a page that is out of date still moves": instead(
        life,
        "take_step",
        lambda real, *given, **named: real(*given, **named | {"given": replace(named["given"], seen=None)}),
    ),
    "a key opens a matter each time it is sent": instead(intake, "client_key", lambda *_given: uuid4().hex),
    "what is late needs no reason": always(reports, "check_time", None),
    "whoever acts says when it was recorded": instead(
        ledger, "prepare", lambda real, *given, **named: real(*given, **named | {"recorded_at": named["at"]})
    ),
    "promises are judged by the claimed time": instead(
        moving, "move", lambda real, *given, **named: real(*given, **named | {"recorded_at": named["at"]})
    ),
    "days of rest count as working days": instead(
        workdays,
        "due",
        lambda real, at, length, _calendar, *given, **named: real(
            at, length, EachDayWorks(), *given, **named
        ),
    ),
    "nobody is warned": always(workdays.Due, "warn_at", None),
    "an end that solves nothing leaves its promises open": instead(
        deadlines, "on_move", lambda real, *given: replace(real(*given), voids=())
    ),
    "a step keeps a promise that it has no part in": instead(
        promises,
        "judge",
        lambda real, open_ones, flow, *, met=(), **named: real(
            open_ones, flow, met=[p.name for p in open_ones] if met else (), **named
        ),
    ),
    "a promise kept too late is not missed": instead(
        promises,
        "judge",
        lambda real, *given, **named: _never_late(real(*given, **named)),
    ),
    "what is missed is not promised again above": always(keeping, "_made_again", []),
    "a closing is counted once for each of its promises": counted_by(
        "FROM matters_matter m\n        WHERE",
        "FROM matters_matter m JOIN promises_promise q ON q.about = m.id\n        WHERE",
    ),
    "what was kept too late counts as kept in time": counted_by("AND p.missed_at IS NULL", ""),
}
