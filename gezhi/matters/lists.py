# ruff: noqa: S608  (columns and conditions are constants of this file; values are parameters)
"""Work lists: hand-written, one statement, flat from ten thousand matters to ten million.

Each place a person may look (a desk, a unit, a department) is one range of one index in the order of due
moments; several places are the first rows of each, merged. Paging is by key: (due moment, id) of the last row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from gezhi.matters import walls
from gezhi.matters.sifting import COLUMNS as SIFTED
from gezhi.matters.sifting import LOOKED, Condition, as_sql
from gezhi.matters.walls import Reader
from gezhi.places.paths import depth
from gezhi.unseen import keepable

COLUMNS = (
    "id number headline item category grade step phase closing path desk department next_due_at next_from_at"
    " next_promise at recorded_at ended_at origin place_flag reporting"
).split()


MOST_COUNTED = 1_000
"""Nobody counts further: what a count costs stays flat, and the page says that there are more."""


class Line(NamedTuple):
    """One row of a list."""

    id: UUID
    number: str
    headline: str
    item: str
    category: str
    grade: str
    step: str
    phase: str
    closing: str
    path: str
    desk: str
    department: str
    next_due_at: datetime
    next_from_at: datetime | None
    next_promise: str
    at: datetime
    recorded_at: datetime
    ended_at: datetime | None
    origin: str
    place_flag: str
    reporting: str


class Glance(NamedTuple):
    """Of a row no more than where it stands in the day: its step and the open promise that comes first."""

    step: str
    next_from_at: datetime | None
    next_due_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """One range of one index: `column` is desk, asked_department or a1 … a6; or team, and `value` the account in whose
    teams they are. What a wall keeps the reader from is not in it."""

    column: str
    value: str
    reader: Reader


class Key(NamedTuple):
    """Where the page before ended."""

    due_at: datetime
    id: UUID


def key_from(due_at: str, id: str) -> Key:
    """The key that these words write. Raises `ValueError` for a moment without its zone, or beyond the years of UTC."""
    moment = datetime.fromisoformat(due_at)
    if moment.tzinfo is None:
        raise ValueError(due_at)
    try:
        return Key(moment.astimezone(UTC), UUID(id))
    except OverflowError:
        raise ValueError(due_at) from None


_OFTEN_EMPTY = {"asked_department", "a5", "a6"}
"""Their indexes leave out the empty ones; a database uses such an index only when it is told so."""
_COLUMNS = {"desk", "asked_department", "a1", "a2", "a3", "a4", "a5", "a6"}
TEAM = "team"
_IN_TEAMS = (
    "teamed IS NOT NULL AND id IN"
    " (SELECT t.matter FROM matters_member AS t WHERE t.account = %s AND t.ended_at IS NULL)"
)


def place_of(path: str, reader: Reader) -> Place:
    """The place of a unit: an equality on the ancestor column of its depth."""
    return Place(f"a{depth(path)}", path, reader)


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a place is kept: one step; what falls due from `since` on and before `before`; and, of the first
    `window` rows of each place, those that fulfil `further`."""

    step: str = ""
    since: datetime | None = None
    before: datetime | None = None
    further: tuple[Condition, ...] = ()
    window: int = LOOKED


ALL = Kept()


def open_lines(
    places: Sequence[Place],
    *,
    most: int = 50,
    after: Key | None = None,
    kept: Kept = ALL,
    backward: bool = False,
) -> list[Line]:
    """Open matters of these places by due moment: the first `most` after the key. One statement.

    `backward` goes from the key to earlier ones, nearest first.
    """
    if not keepable(kept.step):
        return []
    parts = [_part(COLUMNS, place, after, kept, most, backward) for place in places]
    rows = _first(parts, most, backward)
    return [Line(*row) for row in _converted(rows, COLUMNS)]


def window_end(places: Sequence[Place], *, after: Key | None, kept: Kept) -> Key | None:
    """Up to where every place was looked through when rows are kept one by one; none if all were, to their ends."""
    ends = []
    for place in places if kept.further else ():
        if place.column == TEAM:
            continue  # nobody is in so many teams
        where, given = _where(place, after, kept, False)
        sql = f"SELECT next_due_at, id FROM matters_matter WHERE {where}{_order(False)} LIMIT 1 OFFSET %s"
        with connection.cursor() as cursor:
            cursor.execute(sql, [*given, kept.window - 1])
            ends += _converted(cursor.fetchall(), ("next_due_at", "id"))
    return min((Key(*end) for end in ends), default=None)


_GLANCE = ("step", "next_from_at", "next_due_at", "id")


def glance(places: Sequence[Place], *, most: int = MOST_COUNTED + 1) -> list[Glance]:
    """The same rows at a glance, the first `most` by due moment: for counting them by step and by hour. One statement."""
    rows = _first([_part(_GLANCE, place, None, ALL, most, False) for place in places], most)
    return [Glance(*row[:3]) for row in _converted(rows, _GLANCE)]


_Part = tuple[str, list[Any]]


def _part(
    columns: Sequence[str], place: Place, after: Key | None, kept: Kept, most: int, backward: bool
) -> _Part:
    """The first rows of one range, and the values its statement is given."""
    where, given = _where(place, after, kept, backward)
    names, order = ", ".join(columns), _order(backward)
    if not kept.further:
        return f"SELECT {names} FROM matters_matter WHERE {where}{order} LIMIT %s", [*given, most]
    more, values = as_sql(kept.further)
    read = ", ".join(dict.fromkeys((*columns, "id", "next_due_at", *SIFTED)))
    inner = f"SELECT {read} FROM matters_matter WHERE {where}{order} LIMIT %s"
    sql = f"SELECT {names} FROM ({inner}) AS w WHERE {' AND '.join(more)}{order} LIMIT %s"
    return sql, [*given, kept.window, *map(_value, values), most]


def _first(parts: Sequence[_Part], most: int, backward: bool = False) -> list[tuple[Any, ...]]:
    """The first rows of several ranges in one order."""
    if not parts:
        return []
    given = [value for _sql, values in parts for value in values]
    whole = parts[0][0] if len(parts) == 1 else f"{_merged([sql for sql, _v in parts], backward)} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(whole, given if len(parts) == 1 else [*given, most])
        return list(cursor.fetchall())


def _merged(parts: Sequence[str], backward: bool) -> str:
    """Rows of several ranges in one order, each row once, read no further than they are asked for."""
    each = [f"SELECT * FROM ({part}) AS p{n}" for n, part in enumerate(parts)]
    if connection.vendor == "postgresql":
        whole = f"SELECT DISTINCT ON (next_due_at, id) * FROM ({' UNION ALL '.join(each)}) AS u"
    else:
        whole = " UNION ".join(each)
    return whole + _order(backward)


def _order(backward: bool) -> str:
    return " ORDER BY next_due_at DESC, id DESC" if backward else " ORDER BY next_due_at, id"


def _where(place: Place, after: Key | None, kept: Kept, backward: bool) -> _Part:
    if place.column not in _COLUMNS and place.column != TEAM:
        raise ValueError(place.column)
    walled, keys = walls.clause(place.reader)
    here = _IN_TEAMS if place.column == TEAM else f"{place.column} = %s"
    where, given = [here, "ended_at IS NULL", walled], [place.value, *keys]
    if place.column in _OFTEN_EMPTY:
        where.append(f"NOT ({place.column} = '')")  # the index's own words: SQLite compares them
    if after is not None:
        where.append(f"(next_due_at, id) {'<' if backward else '>'} (%s, %s)")
        given += [_value(after.due_at), _value(after.id)]
    for says, value in (
        ("step = %s", kept.step), ("next_due_at >= %s", kept.since), ("next_due_at < %s", kept.before),
    ):  # fmt: skip
        if value:
            where.append(says)
            given.append(_value(value))
    return " AND ".join(where), given


def _value(value: Any) -> Any:
    """A parameter as the database stores it."""
    if connection.vendor == "postgresql" or not isinstance(value, datetime | UUID):
        return value
    return value.hex if isinstance(value, UUID) else str(value.astimezone(UTC).replace(tzinfo=None))


_MOMENTS = {"next_due_at", "next_from_at", "at", "recorded_at", "ended_at"}


def _converted(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> list[Sequence[Any]]:
    """Rows with ids and moments of Python. A plain column of SQLite comes converted, that of a union as its text."""
    if connection.vendor == "postgresql":
        return list(rows)
    moments = [place for place, name in enumerate(columns) if name in _MOMENTS]
    id = columns.index("id")
    return [_from_sqlite(list(row), id, moments) for row in rows]


def _from_sqlite(row: list[Any], id: int, moments: Sequence[int]) -> list[Any]:
    row[id] = UUID(row[id])
    for place in moments:
        if (moment := row[place]) is not None:
            moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            row[place] = moment.replace(tzinfo=UTC)
    return row


def count_open(places: Sequence[Place], *, kept: Kept = ALL) -> int:
    """How many open matters these places hold, of those looked at; `MOST_COUNTED` + 1 stands for more."""
    if not places:
        return 0
    parts = [_counted_part(place, kept) for place in places]
    given = [value for _sql, values in parts for value in values]
    ids = " UNION ".join(sql for sql, _values in parts)
    sql = f"SELECT count(*) FROM (SELECT id FROM ({ids}) AS u LIMIT %s) AS c"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, MOST_COUNTED + 1])
        return int(cursor.fetchone()[0])


def _counted_part(place: Place, kept: Kept) -> _Part:
    if kept.further:
        sql, values = _part(("id",), place, None, kept, MOST_COUNTED + 1, False)
        return f"SELECT id FROM ({sql}) AS p", values
    where, given = _where(place, None, kept, False)
    sql = f"SELECT id FROM matters_matter WHERE {where} LIMIT %s"
    return f"SELECT id FROM ({sql}) AS p", [*given, MOST_COUNTED + 1]
