"""The promises of another model over the way that a matter really went: which would have been kept, which not.

Pure: the way is a list of moments, the calendar is handed in. The same rules decide as in the house (`deadlines`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gezhi.rules import deadlines, workdays
from gezhi.rules.length import Length, LengthError
from gezhi.rules.model import Flow, Item, Model, PromiseRule
from gezhi.rules.workdays import Calendar

WHOLE_DAYS = frozenset(("day", "week", "month", "workday"))


@dataclass(frozen=True, slots=True)
class Passed:
    """One thing that happened: a step entered (empty where the move stayed), the one left, and the move."""

    at: datetime
    entered: str
    left: str = ""
    move: str = ""


@dataclass(frozen=True, slots=True)
class Clocked:
    """What came of one promise of a matter: its (last) due moment, and whether it was ever broken by the end."""

    due_at: datetime
    late: bool


@dataclass(slots=True)
class Dues:
    """Due moments of one model on one calendar; those counted in whole days are worked out once a day and length."""

    model: Model
    calendar: Calendar
    _known: dict[tuple[date, Length], datetime] = field(default_factory=dict)

    def due(self, start: datetime, length: Length) -> datetime:
        if length.unit not in WHOLE_DAYS:
            return self._count(start, length)
        key = start.astimezone(ZoneInfo(self.model.timezone)).date(), length
        if key not in self._known:
            self._known[key] = self._count(start, length)
        return self._known[key]

    def _count(self, start: datetime, length: Length) -> datetime:
        model = self.model
        return workdays.due(start, length, self.calendar, model.service_hours, zone=model.timezone).due_at


def judgeable(rule: PromiseRule) -> bool:
    """True if a way of steps and moves can say whether it was kept.

    Not where a telling starts or keeps it, where the due moment came with the record, or where the clock itself moves
    on when it runs out: then somebody outside was waited for, and nobody broke anything.
    """
    heard = (*rule.starts, *rule.met)
    waits = bool(rule.missed) and all(follows.do == "move" for follows in rule.missed)
    return not (waits or rule.length == "source" or any(word.startswith("told:") for word in heard))


def replayed(
    dues: Dues, flow: Flow, item: Item, way: Iterable[Passed], *, as_of: datetime
) -> dict[str, Clocked] | None:
    """The promises that would have begun, by id; none where the way passes a step that this flow does not have.

    A promise in whose term the clock would have stood still is left out: the way does not say how long.
    """
    steps = list(way)
    if any(passed.entered and passed.entered not in flow.step for passed in steps):
        return None
    running = _Running(dues, flow, item)
    for passed in steps:
        running.take(passed)
    return running.ended(as_of)


@dataclass(slots=True)
class _Running:
    dues: Dues
    flow: Flow
    item: Item
    open: dict[str, datetime] = field(default_factory=dict)
    done: dict[str, Clocked] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def take(self, passed: Passed) -> None:
        """Keep, drop and start, in this order, as the house does."""
        effects = deadlines.promises_of(self.flow, entered=passed.entered, left=passed.left, move=passed.move)
        self.stopped |= {rule.id for rule in effects.pauses if rule.id in self.open}
        restarted = [rule for rule in effects.starts if rule.again == "restart"]
        for rule in (*effects.meets, *effects.voids, *restarted):
            if rule.id in self.open:
                self._settle(rule.id, passed.at)
        for rule in effects.starts:
            if rule.id not in self.open and judgeable(rule):
                self._start(rule, passed.at)

    def _start(self, rule: PromiseRule, at: datetime) -> None:
        try:
            term = deadlines.term_of(self.dues.model, self.flow, rule, grade=self.item.grade, item=self.item)
            self.open[rule.id] = self.dues.due(at, term.length)
        except (LengthError, KeyError, ValueError):
            return  # the item brings no length of its own

    def _settle(self, id: str, at: datetime) -> None:
        due_at = self.open.pop(id)
        before = self.done.get(id)
        self.done[id] = Clocked(due_at, at > due_at or (before is not None and before.late))

    def ended(self, as_of: datetime) -> dict[str, Clocked]:
        for id in tuple(self.open):
            self._settle(id, as_of)
        return {id: clocked for id, clocked in self.done.items() if id not in self.stopped}


def shown(found: Mapping[str, Clocked]) -> frozenset[str]:
    """The promises that were broken."""
    return frozenset(id for id, clocked in found.items() if clocked.late)
