"""这一带: what anybody is told of a place, without having reported anything: how it goes with what stands in the street.

The rule of 附议 holds (`nearby`): of an item only that the model opens to it, and nothing of a matter from which somebody
is kept. Everything is told as it stood when today began: whoever watches a place cannot tell from it at which hour, or
whether just now, somebody spoke, rated or opened again; and a day that is over is told alike for ever. Told are kinds of
things and days: no number, point, word, picture or person, no step of what is in work, and of matters that would read
alike how many they are (docs/decisions/0070).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from gezhi.ledger import queries as ledger
from gezhi.matters import events, outward
from gezhi.matters.models import Matter, Part, PastEnd
from gezhi.matters.outward import Which
from gezhi.places import paths
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.keys import SETTLED
from gezhi.rules.model import Model

DAYS = 30
"""For so long what was done is told."""
MOST = 2000
"""Matters that are read of those in work, and again of those that ended: a community has some hundreds."""
INDEXED = 6  # depths that have a column of their own: a1 … a6


@dataclass(frozen=True, slots=True)
class Line:
    """Matters of one item that read alike: accepted on one day, and promised by or done on one day.

    `done` is none for what is in work, `due` where nothing is promised; `late` says that the promise has passed.
    """

    item: str
    accepted: date
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
    """What was in work and what was done when today began, the latest day first; and the `news` of the last thirty days but
    today, the latest first. `cut`: there is more than was read."""

    going: list[Line]
    done: list[Line]
    news: list[News]
    cut: bool


class _End(NamedTuple):
    """An end of a matter: when it was and was written down, whether by it the thing is done, and when it was undone."""

    at: datetime
    recorded_at: datetime
    settled: bool
    undone: datetime | None = None

    def stood(self, moment: datetime) -> bool:
        """Whether the matter stood as ended by it when this moment began."""
        return self.recorded_at < moment and (self.undone is None or self.undone >= moment)


class _Row(NamedTuple):
    id: UUID
    item: str
    model: str
    flow: str
    accepted_at: datetime
    accepted_recorded_at: datetime
    ended_at: datetime | None
    ended_recorded_at: datetime | None
    closing: str
    again: bool


_Ends = Mapping[UUID, Sequence[_End]]


def told_of(path: str, ground: Tree) -> TreeUnit | None:
    """The unit of this path that has such a page: the smallest ones and those right above them. None for what is wider, which
    is nobody's street and of which public figures tell, and for what stands nowhere today."""
    unit = ground.by_path.get(path)
    if unit is None or unit.leaf or any(child.leaf for child in ground.children(path)):
        return unit
    return None


def around(path: str, model: Model, now: datetime) -> Around:
    """What is told of a unit and those below it. Two statements, each within the index of that unit; one for what is
    promised where something is in work, and two where something was opened again."""
    order = {code: place for place, code in enumerate(c for c, item in model.items.items() if item.me_too)}
    if not order:
        return Around([], [], [], cut=False)
    today = timezone.localdate(now)
    first = today - timedelta(days=DAYS)
    since, midnight = _midnight(first), _midnight(today)
    found = [
        _read(rows, list(order), since, midnight) for rows in (_open(path), _ended(path, since, midnight))
    ]
    rows = list({row.id: row for some in found for row in some}.values())  # one may end between the two
    ends = _ends(rows, since)
    return Around(
        _lines(_going(rows, ends, midnight), order),
        _lines(_done(rows, ends, since, midnight), order),
        _news(rows, ends, first, today),
        any(len(some) >= MOST for some in found),
    )


def _read(rows: QuerySet[Matter], items: list[str], since: datetime, midnight: datetime) -> list[_Row]:
    """Of these what had been accepted when today began, without what somebody is kept from, now or ever, and without parts:
    the whole stands for them."""
    undone = PastEnd.objects.filter(undone_recorded_at__gte=since)
    found = (
        rows.filter(item__in=items, accepted_recorded_at__lt=midnight, walled=None)
        .exclude(Exists(Part.objects.filter(matter=OuterRef("id"))))
        .annotate(again=ExpressionWrapper(Q(id__in=undone.values("matter")), output_field=BooleanField()))
        .values_list(*_Row._fields)
    )
    return [_Row(*row) for row in found[:MOST]]


def _open(path: str) -> QuerySet[Matter]:
    depth = paths.depth(path)
    rows = Matter.objects.filter(ended_at=None).order_by("next_due_at", "id")
    if depth <= INDEXED:
        return rows.filter(**{f"a{depth}": path})
    first, after = paths.span(path)
    return rows.filter(path__gte=first, path__lt=after)


def _ended(path: str, since: datetime, midnight: datetime) -> QuerySet[Matter]:
    """However they ended: what ended today was in work when it began, and what was told of a day stays."""
    first, after = paths.span(path)
    return Matter.objects.filter(
        Q(ended_at__gte=since) | Q(ended_recorded_at__gte=midnight),
        path__gte=first,
        path__lt=after,
        ended_recorded_at__gte=since,
    ).order_by("-ended_at")


def _ends(rows: Iterable[_Row], since: datetime) -> _Ends:
    """Every end of these: that which stands, and those of the last thirty days that were undone."""
    ends: defaultdict[UUID, list[_End]] = defaultdict(list)
    for row in rows:
        if row.ended_at is not None and row.ended_recorded_at is not None:
            ends[row.id].append(_End(row.ended_at, row.ended_recorded_at, row.closing in SETTLED))
    again = [row.id for row in rows if row.again]
    if again:
        asked = ledger.happened_to(
            again, (events.REOPENED,)
        )  # what was merged, and is on its own again, was not done
        reopened = {(one.about, one.recorded_at) for one in asked}
        past = PastEnd.objects.filter(matter__in=again, undone_recorded_at__gte=since)
        for id, at, recorded_at, undone in past.values_list(
            "matter", "ended_at", "ended_recorded_at", "undone_recorded_at"
        ):
            ends[id].append(_End(at, recorded_at, (id, undone) in reopened, undone))
    return ends


def _going(rows: Iterable[_Row], ends: _Ends, midnight: datetime) -> list[Line]:
    going = [row for row in rows if not any(end.stood(midnight) for end in ends.get(row.id, ()))]
    due = outward.done_by((Which(row.id, row.model, row.flow) for row in going), at=midnight)
    return [_going_line(row, due.get(row.id), midnight) for row in going]


def _going_line(row: _Row, due: datetime | None, midnight: datetime) -> Line:
    late = due is not None and due <= midnight
    return Line(row.item, _day(row.accepted_at), outward.day_of(due) if due else None, late, None, 1)


def _done(rows: Iterable[_Row], ends: _Ends, since: datetime, midnight: datetime) -> list[Line]:
    return [
        Line(row.item, _day(row.accepted_at), None, late=False, done=_day(end.at), count=1)
        for row in rows
        for end in ends.get(row.id, ())
        if end.settled and end.at >= since and end.stood(midnight)
    ]


def _news(rows: Iterable[_Row], ends: _Ends, first: date, today: date) -> list[News]:
    """What happened on each day, as it stood when that day was over: nothing that came later takes it back."""
    counts: Counter[tuple[date, str, bool]] = Counter()
    for row in rows:
        own = ends.get(row.id, ())
        if not any(end.stood(_over(row.accepted_recorded_at)) for end in own if not end.settled):
            counts[_day(row.accepted_at), row.item, False] += 1
        for end in own:
            if end.settled and _day(end.recorded_at) < today and end.stood(_over(end.recorded_at)):
                counts[_day(end.at), row.item, True] += 1
    found = [News(*key, count) for key, count in counts.items() if first <= key[0] < today]
    return sorted(found, key=lambda one: (-one.day.toordinal(), not one.done, one.item))


def _lines(rows: list[Line], order: dict[str, int]) -> list[Line]:
    """Those that read alike are one, and no order tells which came first on a day."""
    alike = Counter(rows)
    lines = [Line(one.item, one.accepted, one.due, one.late, one.done, count) for one, count in alike.items()]
    return sorted(lines, key=lambda one: _place(one, order))


def _place(one: Line, order: dict[str, int]) -> tuple[int, int, int, int]:
    day = one.done or one.accepted
    return (
        -day.toordinal(),
        order[one.item],
        (one.due or date.max).toordinal(),
        -one.accepted.toordinal(),
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _over(at: datetime) -> datetime:
    """When the day of a moment is over."""
    return _midnight(_day(at) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
