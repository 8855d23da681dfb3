"""What a plan of the ground will do to open matters and to people, counted before anybody decides it.

It is asked of the same value that decides when the day has come, so that what is foreseen is what happens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _

from gezhi.matters import carried, sentences
from gezhi.matters.models import Matter
from gezhi.people import services as staff
from gezhi.people import tokens
from gezhi.people.services import Going, Wish
from gezhi.places.succession import UNDECIDED, Point, Succession
from gezhi.rules.model import Model

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


def foreseen(turn: Succession, wishes: Sequence[Wish] = (), *, since: date | None = None) -> Foreseen:
    """Count what a plan carries over: two statements for each range of paths it touches, and the terms.

    Terms change from the plan's day on, or from `since`.
    """
    counted: Counter[_Going] = Counter()
    for path, point, number in _lying(turn):
        home = turn.home(path, point)
        if home is not None and home.path != path:
            counted[path, home.path, home.why] += number
    streams = tuple(
        Stream(path, turn.units[path].name, now, turn.after.by_path[now].name, why, number)
        for (path, now, why), number in sorted(counted.items())
    )
    return Foreseen(streams, staff.goings(turn.heirs, wishes, since or turn.on))


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


@dataclass(frozen=True, slots=True)
class People:
    """How many people of one post go from a unit that ends to another (`now` empty: nowhere), and what is lacking."""

    post: str
    was: str
    now: str
    number: int
    lacks: str


def people_of(seen: Foreseen, turn: Succession, model: Model) -> tuple[People, ...]:
    """The terms that move, by post and units: numbers, and nobody's name."""
    names = {unit.identity: unit.name for unit in turn.units.values()}
    to = {unit.identity: unit.name for unit in turn.after.by_path.values()}
    counted = Counter(
        (_label(one, model), names[one.unit], to.get(one.to, "") if one.to else "", one.lacks)
        for one in seen.terms
    )
    return tuple(People(post, was, now, n, lacks) for (post, was, now, lacks), n in sorted(counted.items()))


def _label(going: Going, model: Model) -> str:
    known = model.departments.get(going.department) or model.posts.get(going.post)
    return sentences.label(known) if known else going.post


def lacking_of(seen: Foreseen, turn: Succession, model: Model) -> list[tuple[Going, str]]:
    """The terms of which the plan must say more, each with the sentence of its post."""
    names = {unit.identity: unit.name for unit in turn.units.values()}
    alike = Counter((one.unit, one.post, one.department) for one in seen.lacking)
    return [
        (
            one,
            people_words(
                People(
                    _label(one, model),
                    names[one.unit],
                    "",
                    alike[one.unit, one.post, one.department],
                    one.lacks,
                )
            ),
        )
        for one in seen.lacking
    ]


def key_words(seen: Foreseen, turn: Succession) -> list[str]:
    """What becomes of keys of programs at units that end, one sentence each."""
    names = {unit.identity: unit.name for unit in turn.units.values()}
    said = []
    for one in tokens.goings(seen.terms, turn.heirs):
        now = turn.after.by_identity.get(one.to) if one.to else None
        sentence = (
            _("{was} 的钥匙“{key}”跟着到 {now}，程序不用改。")
            if now
            else _("{was} 的钥匙“{key}”届时作废：没有它可以跟去的单元。还要用的，请另发一把。")
        )
        said.append(sentence.format(was=names[one.unit], key=one.name, now=now.name if now else ""))
    return said


def stream_words(one: Stream) -> str:
    """Where some matters go and why, in one sentence."""
    said = _("{was} 的 {n} 件转到 {now}：{why}。")
    return said.format(was=one.was, now=one.now, n=one.matters, why=carried.why(one.why))


def people_words(one: People) -> str:
    """Where some people go, in one sentence."""
    if one.lacks == "unsaid":
        said = _("{was} 的「{post}」{n} 人：没有唯一的接续单元，请写明归到哪里，或写明空缺。")
    elif one.lacks:
        said = _("{was} 的「{post}」{n} 人：任命晚于方案生效，请先撤销那项任命。")
    elif one.now:
        said = _("{was} 的「{post}」{n} 人转任 {now}。")
    else:
        said = _("{was} 的「{post}」{n} 人届时离任，岗位空缺。")
    return said.format(was=one.was, post=one.post, n=one.number, now=one.now)
