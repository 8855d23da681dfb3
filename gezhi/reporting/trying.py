"""The matters of a period under another model: what would have come out differently. Nothing is changed.

Matter by matter, page by page, in one snapshot that cannot write: the item, the grade, who would have been asked first
and to handle it, and which promises would have been broken. What really happened is read from the ledger and from the
promises; the other model is asked the same questions with the people and the ground of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.ledger import instance
from gezhi.ledger.models import Entry
from gezhi.matters import admission_gate, editions, events, routing, scenes, sentences
from gezhi.matters.models import Matter
from gezhi.people.queries import Roster, roster
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.promises import queries as promises
from gezhi.promises.models import Promise
from gezhi.reporting.trying_clock import Clocked, Dues, Passed, judgeable, replayed, shown
from gezhi.rules.model import Flow, Item, Model
from gezhi.rules.steps import Facts

PAGE = 400


@dataclass(slots=True)
class Part:
    """How many of how many differ, and the first of them: number, before, after. `kinds` counts each before → after."""

    of: int = 0
    different: int = 0
    first: list[tuple[str, str, str]] = field(default_factory=list)
    kinds: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, number: str, before: str, after: str, most: int) -> None:
        self.of += 1
        if before != after:
            self.different += 1
            self.kinds[before, after] = self.kinds.get((before, after), 0) + 1
            if len(self.first) < most:
                self.first.append((number, before, after))


@dataclass(slots=True)
class PromisePart:
    """One promise: on how many matters, broken before and broken under the other model. `before` none: it is new."""

    name: str
    of: int = 0
    late_before: int | None = 0
    late_after: int | None = 0


@dataclass(slots=True)
class Outcome:
    """What came of a period under another model. Every count has its denominator beside it."""

    matters: int = 0
    imported: int = 0
    absent: Part = field(default_factory=Part)
    grade: Part = field(default_factory=Part)
    first_desk: Part = field(default_factory=Part)
    handling_desk: Part = field(default_factory=Part)
    unwalkable: int = 0
    judged: int = 0
    newly_late: Part = field(default_factory=Part)
    newly_in_time: Part = field(default_factory=Part)
    promises: dict[tuple[str, str], PromisePart] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """Matters whose item is in the other model's lists."""
        return self.matters - self.absent.different


@dataclass(frozen=True, slots=True)
class Period:
    """The instants [begins, ends) in which a matter was recorded."""

    begins: datetime
    ends: datetime


class _Seen(NamedTuple):
    """What is read of one matter."""

    id: UUID
    number: str
    model: str
    flow: str
    item: str
    path: str
    recorded_at: datetime


@contextmanager
def reading_only() -> Iterator[None]:
    """One snapshot in which every write fails, on both databases."""
    outermost = not connection.in_atomic_block
    if connection.vendor == "postgresql":
        level = "ISOLATION LEVEL REPEATABLE READ, " if outermost else ""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION {level}READ ONLY")
            yield
        return
    connection.ensure_connection()
    driver = (
        connection.connection
    )  # the driver itself: what Django refuses after a failed write must still be undone
    driver.execute("PRAGMA query_only = ON")
    if outermost:
        driver.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        if outermost:
            driver.execute("ROLLBACK")
        driver.execute("PRAGMA query_only = OFF")


def tried(model: Model, period: Period, *, as_of: datetime, most: int = 10) -> Outcome:
    """Every matter of the period, in the order of recording. `most` of each list are kept by number.

    What is still open is judged as of `as_of`. Memory does not grow with the number of matters.
    """
    trial = _Trial(model, as_of, most, instance.revision())
    within = _within(period)
    trial.found.imported = Matter.objects.filter(within, origin="import").count()
    mark: Mark | None = None
    while page := _page(within & ~Q(origin="import"), mark):
        mark = _take_page(trial, page)
    return trial.found


Mark = tuple[datetime, UUID]
"""How far a trial has come: when the last matter was recorded, and which one it was."""


def counted(period: Period) -> tuple[int, int]:
    """Matters of the period that a trial looks at, and those that were imported and are left out."""
    found = Matter.objects.filter(_within(period))
    imported = found.filter(origin="import").count()
    return found.count() - imported, imported


def tried_further(
    model: Model, period: Period, found: Outcome, after: Mark | None, *, as_of: datetime, most: int = 10
) -> Mark | None:
    """One page more of a trial: up to `PAGE` matters after the mark go into `found`. None when there are no more."""
    page = _page(_within(period) & ~Q(origin="import"), after)
    return _take_page(_Trial(model, as_of, most, instance.revision(), found), page) if page else None


def _within(period: Period) -> Q:
    return Q(recorded_at__gte=period.begins, recorded_at__lt=period.ends)


def _page(within: Q, mark: Mark | None) -> list[_Seen]:
    """The next matters in the order of recording."""
    after = Q(recorded_at__gt=mark[0]) | Q(recorded_at=mark[0], id__gt=mark[1]) if mark else Q()
    rows = Matter.objects.filter(within, after).order_by("recorded_at", "id")[:PAGE]
    return [_Seen(*row) for row in rows.values_list(*_Seen._fields)]


def _take_page(trial: _Trial, page: list[_Seen]) -> Mark:
    ids = [seen.id for seen in page]
    told, owed = _stories(ids), promises.of_many(ids)
    for seen in page:
        trial.take(seen, told.get(seen.id, []), owed.get(seen.id, []))
    return page[-1].recorded_at, page[-1].id


Story = list[tuple[str, datetime, dict[str, Any]]]


def _stories(ids: list[UUID]) -> dict[UUID, Story]:
    """What was recorded when each was opened and with each step, oldest first. One statement."""
    rows = Entry.objects.filter(about__in=ids, what__in=(events.OPENED, events.STEPPED)).order_by("id")
    found: dict[UUID, Story] = {}
    for about, what, at, facts in rows.values_list("about", "what", "recorded_at", "facts"):
        found.setdefault(about, []).append((what, at, msgspec.json.decode(facts)))
    return found


@dataclass(slots=True)
class _Trial:
    """The other model, and what has been found so far."""

    model: Model
    as_of: datetime
    most: int
    revision: int
    found: Outcome = field(default_factory=Outcome)
    _dues: Dues | None = None
    _handling: dict[tuple[str, bool | None], str] = field(default_factory=dict)

    def take(self, seen: _Seen, story: Story, owed: list[Promise]) -> None:
        """One matter."""
        self.found.matters += 1
        own = editions.of_version(seen.model)
        before = own.items[seen.item]
        item = self.model.items.get(seen.item)
        flow = self.model.flows.get(item.flow) if item else None
        name = sentences.label(before)
        self.found.absent.take(seen.number, name, name if item and flow else "", self.most)
        if item is None or flow is None or not story:
            return
        graded = _grade(own, before), _grade(self.model, item)
        self.found.grade.take(seen.number, *graded, self.most)
        self._routes(seen, own, (flow, item), story)
        self._promises(seen, own, (flow, item), story, owed)

    def _routes(self, seen: _Seen, own: Model, what: tuple[Flow, Item], story: Story) -> None:
        """Who was asked first and to handle it, and who would have been."""
        flow, item = what
        on = timezone.localdate(seen.recorded_at)
        ground, staff = places.tree(on, self.revision), roster(on, revision=self.revision)
        opened = story[0][2]
        first = self._asked(flow, flow.first, item, str(opened["path"]), ground, staff)
        was = _desk_words(str(opened["desk"]), own, ground)
        self.found.first_desk.take(seen.number, was, _desk_words(first, self.model, ground), self.most)
        handled = next((facts for _what, _at, facts in story[1:] if _handles(own, seen.flow, facts)), None)
        step = self._handling_step(flow, item)
        if handled is not None and step:
            would = self._asked(flow, step, item, seen.path, ground, staff)
            was = _desk_words(str(handled["desk"]), own, ground)
            self.found.handling_desk.take(seen.number, was, _desk_words(would, self.model, ground), self.most)

    def _asked(self, flow: Flow, step: str, item: Item, path: str, ground: Tree, staff: Roster) -> str:
        lie = routing.Lie(path, path, item, routing.department_of(item), None, ground)
        level = routing.level_at(ground, path)
        in_grid = admission_gate.in_grid(self.model, item)
        facts = Facts(step, item.grade, in_grid, level, evidence=item.evidence, low=item.low)
        return routing.asked_at(self.model, flow, facts, lie, staff).desk

    def _handling_step(self, flow: Flow, item: Item) -> str:
        """The first step of handling on the shortest way to a solved end."""
        in_grid = admission_gate.in_grid(self.model, item)
        key = flow.id, in_grid
        if key not in self._handling:
            way = scenes.way(flow, flow.first, in_grid=in_grid)
            self._handling[key] = next((step for step in way if flow.step[step].phase == "handling"), "")
        return self._handling[key]

    def _promises(
        self, seen: _Seen, own: Model, what: tuple[Flow, Item], story: Story, owed: list[Promise]
    ) -> None:
        """Which promises were broken, and which would have been."""
        flow, item = what
        if self._dues is None:
            self._dues = Dues(self.model, promises.calendar(self.revision))
        after = replayed(self._dues, flow, item, _way(own, seen.flow, story), as_of=self.as_of)
        if after is None:
            self.found.unwalkable += 1
            return
        self.found.judged += 1
        before: dict[str, Clocked] = {}
        for p in owed:
            rule = own.flows[seen.flow].promise.get(p.name)
            if rule is not None and not p.imported and judgeable(rule):
                overdue = (
                    not (p.met_at or p.void_at) and p.due_at < self.as_of
                )  # the watcher has still to look
                late = p.missed_at is not None or overdue or (p.name in before and before[p.name].late)
                before[p.name] = Clocked(p.due_at, late)  # missed once and promised anew: it stays missed
        self._compare(seen.number, own.flows[seen.flow], flow, before, after)

    def _compare(
        self, number: str, was: Flow, now: Flow, before: dict[str, Clocked], after: dict[str, Clocked]
    ) -> None:
        for name in {**before, **after}:
            rule = now.promise.get(name) or was.promise[name]
            part = self.found.promises.setdefault((now.id, name), PromisePart(sentences.label(rule)))
            part.of += 1
            part.late_before = _added(part.late_before, before.get(name), name in was.promise)
            part.late_after = _added(part.late_after, after.get(name), name in now.promise)
        broken, would = shown(before), shown(after)
        words = [
            sentences.label(flow.promise[name])
            for flow, names in ((now, would - broken), (was, broken - would))
            for name in names
        ]
        late, in_time = sorted(words[: len(would - broken)]), sorted(words[len(would - broken) :])
        self.found.newly_late.take(number, "", _("、").join(late), self.most)
        self.found.newly_in_time.take(number, _("、").join(in_time), "", self.most)


def _added(so_far: int | None, clocked: Clocked | None, known: bool) -> int | None:
    """One more broken promise; none for a model that does not make this promise at all."""
    if not known or so_far is None:
        return None
    return so_far + (clocked is not None and clocked.late)


def _grade(model: Model, item: Item) -> str:
    """The grade that the list gives, in words; what a person chose by hand he would have chosen again."""
    flow = model.flows[item.flow]
    scheme = model.grades.get(flow.grades)
    return sentences.label(scheme.grade[item.grade]) if scheme and item.grade in scheme.grade else ""


def _handles(model: Model, flow: str, facts: dict[str, Any]) -> bool:
    step = model.flows[flow].step.get(str(facts["step"]))
    return step is not None and step.phase == "handling" and bool(facts["desk"])


def _way(model: Model, flow: str, story: Story) -> list[Passed]:
    """The way a matter went. A move that stays enters nothing."""
    (_what, began, opened), *rest = story
    way = [Passed(began, str(opened["step"]))]
    for _what, at, facts in rest:
        move = model.flows[flow].move.get(str(facts["move"]))
        stays = move is not None and move.to == "same"
        entered, left = ("", "") if stays else (str(facts["step"]), str(facts["from"]))
        way.append(Passed(at, entered, left, str(facts["move"])))
    return way


def _desk_words(desk: str, model: Model, ground: Tree) -> str:
    """A desk as people call it: unit and post, or the department."""
    if code := routing.department_at(desk):
        return sentences.label(model.departments[code]) if code in model.departments else code
    post, _, path = desk.partition("@")
    unit = ground.by_path.get(path)
    said = sentences.label(model.posts[post]) if post in model.posts else post
    return f"{unit.name} {said}" if unit else said
