"""What a plan of the ground will do to open matters and to people, counted before anybody decides it.

It is asked of the same value that decides when the day has come, so that what is foreseen is what happens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from gezhi.matters.models import Matter
from gezhi.people import services as staff
from gezhi.people.services import Going, Wish
from gezhi.places.succession import UNDECIDED, Point, Succession

KNOWN = ("point", "address")  # how a matter was located when its point tells the unit
_Going = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stream:
    """How many open matters go from one unit to another, by the names of both, and why; see `succession.Home`."""

    before: str
    was: str
    path: str
    now: str
    why: str
    matters: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Open matters that a plan carries over, by where they go, and terms at units that it ends."""

    streams: tuple[Stream, ...]
    terms: tuple[Going, ...]

    @property
    def matters(self) -> int:
        return sum(one.matters for one in self.streams)

    @property
    def undecided(self) -> int:
        """Those that wait at the level above until somebody says where they lie (待定位)."""
        return sum(one.matters for one in self.streams if one.why == UNDECIDED)

    @property
    def unstaffed(self) -> int:
        return sum(1 for one in self.terms if one.to is None and not one.lacks)

    @property
    def lacking(self) -> tuple[Going, ...]:
        """Terms of which the plan must say more before it can be taken."""
        return tuple(one for one in self.terms if one.lacks)


def foreseen(turn: Succession, wishes: Sequence[Wish] = ()) -> Foreseen:
    """Count what a plan carries over: one statement for each range of paths it touches, and the terms."""
    counted: Counter[_Going] = Counter()
    for path, point, number in _lying(turn):
        home = turn.home(path, point)
        if home is not None and home.path != path:
            counted[path, home.path, home.why] += number
    streams = tuple(
        Stream(path, turn.units[path].name, now, turn.after.by_path[now].name, why, number)
        for (path, now, why), number in sorted(counted.items())
    )
    return Foreseen(streams, staff.goings(turn.heirs, wishes, turn.on))


def point_of(located: str, lon: float | None, lat: float | None) -> Point | None:
    """The point of a matter, where it was by its point that its unit was told."""
    return (lon, lat) if located in KNOWN and lon is not None and lat is not None else None


def _lying(turn: Succession) -> Iterator[tuple[str, Point | None, int]]:
    """Open matters of the touched units: those with a point one by one, the others counted by path."""
    for first, after in turn.ranges():
        there = Matter.objects.filter(path__gte=first, path__lt=after, ended_at=None)
        without = there.exclude(located__in=KNOWN).order_by().values_list("path").annotate(Count("id"))
        for path, number in without:
            yield path, None, number
        rows = there.filter(located__in=KNOWN).values_list("path", "located", "lon", "lat")
        for path, located, lon, lat in rows.iterator(chunk_size=2000):
            yield path, point_of(located, lon, lat), 1


def unit_names(going: Going, turn: Succession) -> tuple[str, str]:
    """The names of the unit that a term leaves, and of the one it goes to (empty for none)."""
    was = next((unit.name for unit in turn.units.values() if unit.identity == going.unit), "")
    to: UUID | None = going.to
    now = turn.after.by_identity.get(to) if to is not None else None
    return was, now.name if now else ""
