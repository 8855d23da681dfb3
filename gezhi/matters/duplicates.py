"""Which open matters may be the same thing as a report: near, at the time, said alike. Shown with the reason.

How near, how long and how alike the model says for each item (`rules.noticed.Alike`). 1. The leaves of the tree around
the point. 2. Matters that lie there, by (path, id): ids are made in the order of time, so the days are a range of them.
3. The gate. 4. Metres and days. 5. Words: the cosine of their pieces, rare ones weighing more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.ledger import clock
from gezhi.ledger.fetching import fetch, marks
from gezhi.ledger.ids import lowest_id
from gezhi.matters import access, editions
from gezhi.matters.models import Matter, Part, Text
from gezhi.people.queries import Person
from gezhi.places import datum
from gezhi.places import queries as places
from gezhi.rules import length, noticed
from gezhi.rules.model import Alike, Model
from gezhi.words import hints, similar

MOST = 3
LOOKED_AT = 300  # of the newest around; a place with more of them in the days is told by its newest
LEAST, HOUSE, OTHER_ITEM = 0.05, 0.2, 0.4  # see `wanted`; found by trying, docs/decisions/0040
UNKNOWN = 0.5  # of the radius, where a point is missing
EARTH = 6_371_008.8
_PARTS = Part._meta.db_table
_OF_ONE = (  # of a constant; values are parameters
    f"SELECT matter FROM {_PARTS} WHERE whole = %s UNION ALL SELECT whole FROM {_PARTS} WHERE matter = %s UNION ALL"  # noqa: S608
    f" SELECT one.matter FROM {_PARTS} one JOIN {_PARTS} own ON own.whole = one.whole WHERE own.matter = %s"
)
"""Ids of the parts of a matter, of its whole, and of the other parts of that; each by an index."""


class Seen(NamedTuple):
    """What is compared of a report: WGS84 degrees, or none; when it happened; its words."""

    item: str
    path: str
    lon: float | None
    lat: float | None
    at: datetime
    text: str


class Found(NamedTuple):
    """A matter that may be the same: how far (none where a point is missing), how alike, and what both say."""

    id: UUID
    number: str
    headline: str
    metres: int | None
    at: datetime
    share: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that is shown, with the reason in words."""

    number: str
    headline: str
    reason: str


def candidates(matter: Matter, person: Person, same: UUID | None = None) -> list[Candidate]:
    """Open matters that may be the same thing as this one and that the person may see, the likeliest first. `same`: the
    one that its reporter named (`nearby`) comes before all."""
    found = [one for one in _likely(matter, person) if one.id != same]
    named = _named(same, person) if same is not None else []
    return (named + [Candidate(one.number, one.headline, reason(one, matter.at)) for one in found])[:MOST]


def _named(same: UUID, person: Person) -> list[Candidate]:
    rows = [_Row(*row) for row in fetch(Matter, _Row._fields, "WHERE id = %s AND ended_at IS NULL", [same])]
    told = _("报告的人看了附近的，说就是这一件")
    return [
        Candidate(row.number, row.headline, told) for row in access.open_among(person, editions.today(), rows)
    ]


def _likely(matter: Matter, person: Person) -> list[Found]:
    model = editions.today()
    item = model.items.get(matter.item)
    rule = noticed.alike_of(model.alikes, item) if item else None
    if rule is None or not matter.headline:
        return []
    return around(matter, rule, person, model)


class _Row(NamedTuple):
    """A matter that lies around, as it is read."""

    id: UUID
    number: str
    headline: str
    item: str
    path: str
    lon: float | None
    lat: float | None
    datum: str
    at: datetime
    desk: str
    walled: bool | None


def around(matter: Matter, rule: Alike, person: Person, model: Model) -> list[Found]:
    """Two statements: the matters around, and their words; a third where some of them do not open by their row."""
    lon, lat = wgs84_of(matter.lon, matter.lat, matter.datum)
    paths = _leaves(matter, lon, lat, rule.radius)
    if not paths:
        return []
    asked = Seen(matter.item, matter.path, lon, lat, matter.at, "")
    near = [row for row in _rows(matter, rule, paths) if _near(asked, _seen(row), rule)]
    rows = access.open_among(person, model, near)
    if not rows:
        return []
    bodies = _bodies([matter.id, *(row.id for row in rows)])
    asked = asked._replace(text=bodies.get(matter.id, matter.headline))
    seen = [
        (row.id, row.number, row.headline, _seen(row)._replace(text=bodies.get(row.id, row.headline)))
        for row in rows
    ]
    return judged(asked, seen, rule)[:MOST]


def _seen(row: _Row) -> Seen:
    return Seen(row.item, row.path, *wgs84_of(row.lon, row.lat, row.datum), row.at, row.headline)


def _leaves(matter: Matter, lon: float | None, lat: float | None, radius: int) -> tuple[str, ...]:
    """Where matters that may be the same lie: the leaves around the point, else the leaf that was stated."""
    ground = places.tree(clock.today())
    if lon is not None and lat is not None:
        return ground.around(lon, lat, radius)
    unit = ground.by_path.get(matter.path)
    return (matter.path,) if unit is not None and unit.leaf else ()


def _rows(matter: Matter, rule: Alike, paths: Sequence[str]) -> list[_Row]:
    """The newest that lie on these leaves, are open and happened within the days; none that was taken out of this one or
    with it, nor what it was taken out of. Whom they are open to is not asked."""
    days = timedelta(minutes=length.parse(rule.days).minutes)
    since = lowest_id(max(clock.now() - (matter.recorded_at - days), timedelta()))
    tail = (
        f"WHERE path IN ({marks(paths)}) AND id >= %s AND id <> %s AND ended_at IS NULL"
        f" AND id NOT IN ({_OF_ONE}) ORDER BY id DESC LIMIT {LOOKED_AT}"
    )
    rows = (_Row(*row) for row in fetch(Matter, _Row._fields, tail, [*paths, since, *[matter.id] * 4]))
    return [row for row in rows if abs(row.at - matter.at) <= days]


def _bodies(matters: Iterable[UUID]) -> dict[UUID, str]:
    rows = Text.objects.filter(matter__among=list(matters), kind="report")
    return dict(rows.values_list("matter", "body"))


def judged(asked: Seen, around: Sequence[tuple[UUID, str, str, Seen]], rule: Alike) -> list[Found]:
    """Of those that are `_near`, such as are soon enough and alike enough, the likeliest first."""
    bare = [similar.bare(one.text) for _id, _number, _headline, one in around]
    rarity = similar.Rarity([similar.bare(asked.text), *bare], base())
    mine, house = rarity.vector(similar.bare(asked.text)), similar.numbered(asked.text)
    found = []
    for (id, number, headline, one), text in zip(around, bare, strict=True):
        metres = apart(asked, one)
        share = similar.cosine(mine, rarity.vector(text))
        over = share - wanted(asked, one, metres, similar.agree(house, similar.numbered(one.text)), rule)
        if over >= 0:
            words = tuple(similar.shared(similar.bare(asked.text), text, rarity))
            whole = None if metres is None else round(metres)
            found.append((over, Found(id, number, headline, whole, one.at, share, words)))
    return [one for _over, one in sorted(found, key=lambda pair: (-pair[0], pair[1].number))]


def _near(asked: Seen, other: Seen, rule: Alike) -> bool:
    """Within the radius; where a point is missing, in the same unit."""
    metres = apart(asked, other)
    return asked.path == other.path if metres is None else metres <= rule.radius


def wanted(asked: Seen, other: Seen, metres: float | None, house: int, rule: Alike) -> float:
    """How much of their words two reports must have in common.

    `like` where the shares of the radius and of the days that lie between them add up to one half; more the farther
    and the later, less the nearer and the sooner, and less where both name one house (`house` 1), more where they name
    two (-1). Where another item was chosen, nearness helps less. Something in common there must be.
    """
    days = abs(asked.at - other.at) / timedelta(minutes=length.parse(rule.days).minutes)
    between = days + (UNKNOWN if metres is None else metres / rule.radius)
    if asked.item == other.item:
        return max(LEAST, rule.share + between - 0.5 - HOUSE * house)
    return max(LEAST, rule.share + OTHER_ITEM * between - HOUSE / 2 * house)


def apart(one: Seen, other: Seen) -> float | None:
    """Metres between two points, exact to a thousandth over a few kilometres; none where one is missing."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    east = math.radians(other.lon - one.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
    return EARTH * math.hypot(east, math.radians(other.lat - one.lat))


@cache
def base() -> similar.Rarity:
    """How rare words are before any report is read: among our own examples of what people say."""
    return similar.Rarity(phrase for kind in hints.examples().kinds for phrase in kind.says)


def reason(found: Found, at: datetime) -> str:
    """120 米，3 天前，都说“路灯”“东门”."""
    if found.metres is None:
        near = _("同一单元，没有准确的点")
    else:
        near = ngettext("相距 {n} 米", "相距 {n} 米", found.metres).format(n=found.metres)
    parts = [near, _when(found.at, at)]
    if found.words:
        parts.append(_("都说{words}").format(words="".join(f"“{word}”" for word in found.words)))
    return _("，").join(parts)


def _when(then: datetime, at: datetime) -> str:
    """By how many days, or hours, it came before or after."""
    hours = round(abs(at - then) / timedelta(hours=1))
    days = round(hours / 24)
    if hours < 1:
        return _("几乎同时")
    if hours < 24:
        said = (
            ngettext("早 {n} 小时", "早 {n} 小时", hours)
            if then <= at
            else ngettext("晚 {n} 小时", "晚 {n} 小时", hours)
        )
        return said.format(n=hours)
    said = (
        ngettext("早 {n} 天", "早 {n} 天", days) if then <= at else ngettext("晚 {n} 天", "晚 {n} 天", days)
    )
    return said.format(n=days)


def wgs84_of(lon: float | None, lat: float | None, of: str) -> tuple[float | None, float | None]:
    return (
        (None, None)
        if lon is None or lat is None
        else datum.to_wgs84(lon, lat, of if of in datum.DATUMS else "wgs84")
    )
