"""这一带: what anybody is told of a place, without having reported anything: how it goes with what stands in the street.

The rule of 附议 holds (`nearby`): of an item only that the model opens to it, and nothing of a matter from which somebody
is kept. Nothing is told before a person has accepted it, and that only from the next day on: whoever watches a place cannot
tell from it at which hour, or whether just now, somebody spoke. Told are kinds of things and days: no number, point,
word, picture or person, and of matters that would read alike how many they are (docs/decisions/0070).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gezhi.matters.models import Matter, Part
from gezhi.places import paths
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.keys import SETTLED
from gezhi.rules.model import Model

DAYS = 30
"""For so long what was done is told."""
MOST = 2000
"""Matters that are read of those in work, and again of those done: a community has some hundreds."""
NO_PROMISE = 9999
INDEXED = 6  # depths that have a column of their own: a1 … a6


@dataclass(frozen=True, slots=True)
class Line:
    """Matters of one item that read alike: accepted on one day, equally far (a phase), promised by or done on one day.

    `done` is none for what is in work, `due` where nothing is promised; `late` says that the promise has passed.
    """

    item: str
    accepted: date
    phase: str
    due: date | None
    late: bool
    done: date | None
    count: int


@dataclass(frozen=True, slots=True)
class News:
    """What happened on one day that is over: so many matters of an item were accepted, or (`done`) done."""

    day: date
    item: str
    done: bool
    count: int


@dataclass(frozen=True, slots=True)
class Around:
    """What is in work and what was done, the latest day first. `cut`: there is more than was read."""

    going: list[Line]
    done: list[Line]
    cut: bool


def told_of(path: str, ground: Tree) -> TreeUnit | None:
    """The unit of this path that has such a page: the smallest ones and those right above them. None for what is wider, which
    is nobody's street and of which public figures tell, and for what stands nowhere today."""
    unit = ground.by_path.get(path)
    if unit is None or unit.leaf or any(child.leaf for child in ground.children(path)):
        return unit
    return None


def around(path: str, model: Model, now: datetime) -> Around:
    """What is told of a unit and those below it. Two statements, each within the index of that unit."""
    items = [code for code, item in model.items.items() if item.me_too]
    today = timezone.localdate(now)
    order = {code: place for place, code in enumerate(items)}
    going = _going(path, items, _midnight(today), now) if items else []
    done = _done(path, items, today) if items else []
    return Around(
        _lines(going, order),
        _lines(done, order),
        len(going) >= MOST or len(done) >= MOST,
    )


def news(told: Around, today: date) -> list[News]:
    """What happened on each of the last thirty days but today, the latest first: a day that is over is told once, and the
    same to everybody, whenever they look."""
    counts: Counter[tuple[date, str, bool]] = Counter()
    for one in (*told.going, *told.done):
        counts[one.accepted, one.item, False] += one.count
        if one.done:
            counts[one.done, one.item, True] += one.count
    since = today - timedelta(days=DAYS)
    found = [News(*key, count) for key, count in counts.items() if since <= key[0] < today]
    return sorted(found, key=lambda one: (-one.day.toordinal(), not one.done, one.item))


def _going(path: str, items: list[str], midnight: datetime, now: datetime) -> list[Line]:
    rows = _open_in(path).filter(item__in=items, accepted_recorded_at__lt=midnight).exclude(phase="reported")
    found = (
        _public(rows).order_by("next_due_at", "id").values_list("item", "accepted_at", "phase", "next_due_at")
    )
    return [
        _going_line(item, accepted, phase, due, now)
        for item, accepted, phase, due in found[:MOST]
        if accepted is not None
    ]


def _going_line(item: str, accepted: datetime, phase: str, due: datetime, now: datetime) -> Line:
    promised = due if due.year < NO_PROMISE else None
    on = timezone.localdate(promised) if promised else None
    late = promised is not None and promised <= now
    return Line(item, timezone.localdate(accepted), phase, on, late, None, 1)


def _done(path: str, items: list[str], today: date) -> list[Line]:
    first, after = paths.span(path)
    since, midnight = _midnight(today - timedelta(days=DAYS)), _midnight(today)
    rows = Matter.objects.filter(
        path__gte=first,
        path__lt=after,
        ended_recorded_at__gte=since,
        ended_at__gte=since,
        closing__in=SETTLED,
        item__in=items,
        accepted_recorded_at__lt=midnight,
    )
    found = _public(rows).order_by("-ended_at").values_list("item", "accepted_at", "ended_at")
    return [
        Line(item, timezone.localdate(accepted), "ended", None, False, timezone.localdate(ended), 1)
        for item, accepted, ended in found[:MOST]
        if accepted is not None and ended is not None
    ]


def _open_in(path: str) -> QuerySet[Matter]:
    depth = paths.depth(path)
    if depth <= INDEXED:
        return Matter.objects.filter(ended_at=None, **{f"a{depth}": path})
    first, after = paths.span(path)
    return Matter.objects.filter(ended_at=None, path__gte=first, path__lt=after)


def _public(rows: QuerySet[Matter]) -> QuerySet[Matter]:
    """Without what somebody is kept from, now or ever, and without parts: the whole stands for them."""
    return rows.filter(walled=None).exclude(Exists(Part.objects.filter(matter=OuterRef("id"))))


def _lines(rows: list[Line], order: dict[str, int]) -> list[Line]:
    """Those that read alike are one, and no order tells which came first on a day."""
    alike = Counter(rows)
    lines = [
        Line(one.item, one.accepted, one.phase, one.due, one.late, one.done, count)
        for one, count in alike.items()
    ]
    return sorted(lines, key=lambda one: _place(one, order))


def _place(one: Line, order: dict[str, int]) -> tuple[int, int, str, int, int]:
    day = one.done or one.accepted
    return (
        -day.toordinal(),
        order[one.item],
        one.phase,
        (one.due or date.max).toordinal(),
        -one.accepted.toordinal(),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
