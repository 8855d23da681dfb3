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
    """One range of one index: `column` is desk, asked_department or a1 … a6."""

    column: str
    value: str


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


def place_of(path: str) -> Place:
    """The place of a unit: an equality on the ancestor column of its depth."""
    return Place(f"a{len(path) // 4}", path)


def open_lines(
    places: Sequence[Place],
    *,
    most: int = 50,
    after: Key | None = None,
    step: str = "",
    before: datetime | None = None,
    backward: bool = False,
) -> list[Line]:
    """Open matters of these places by due moment: the first `most` after the key. One statement.

    `step` keeps one step only; `before` keeps what falls due before that moment; `backward` goes from the
    key to earlier ones, nearest first.
    """
    kept = [_where(place, after, step, before, backward) for place in places]
    rows = _first(COLUMNS, kept, most, backward)
    return [Line(*row) for row in _converted(rows, COLUMNS)]


_GLANCE = ("step", "next_from_at", "next_due_at", "id")


def glance(places: Sequence[Place], *, most: int = MOST_COUNTED + 1) -> list[Glance]:
    """The same rows at a glance, the first `most` by due moment: for counting them by step and by hour. One statement."""
    rows = _first(_GLANCE, [_where(place, None, "", None, False) for place in places], most)
    return [Glance(*row[:3]) for row in _converted(rows, _GLANCE)]


def _first(
    columns: Sequence[str], kept: Sequence[tuple[str, list[Any]]], most: int, backward: bool = False
) -> list[tuple[Any, ...]]:
    """The first rows of several ranges in one order."""
    if not kept:
        return []
    parts, given = [], []
    for where, values in kept:
        parts.append(
            f"SELECT {', '.join(columns)} FROM matters_matter WHERE {where}{_order(backward)} LIMIT %s"
        )
        given.extend([*values, most])
    whole = parts[0] if len(parts) == 1 else f"{_merged(parts, backward)} LIMIT %s"
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


def _where(
    place: Place, after: Key | None, step: str, before: datetime | None, backward: bool
) -> tuple[str, list[Any]]:
    if place.column not in _COLUMNS:
        raise ValueError(place.column)
    where, given = [f"{place.column} = %s", "ended_at IS NULL"], [place.value]
    if place.column in _OFTEN_EMPTY:
        where.append(f"NOT ({place.column} = '')")  # the index's own words: SQLite compares them
    if after is not None:
        where.append(f"(next_due_at, id) {'<' if backward else '>'} (%s, %s)")
        given += [_value(after.due_at), _value(after.id)]
    if step:
        where.append("step = %s")
        given.append(step)
    if before is not None:
        where.append("next_due_at < %s")
        given.append(_value(before))
    return " AND ".join(where), given


def _value(value: datetime | UUID) -> Any:
    """A parameter as the database stores it."""
    if connection.vendor == "postgresql":
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


def count_open(places: Sequence[Place], *, step: str = "", before: datetime | None = None) -> int:
    """How many open matters these places hold; `MOST_COUNTED` + 1 stands for more. `step`, `before`: `open_lines`."""
    if not places:
        return 0
    parts, given = [], []
    for place in places:
        where, values = _where(place, None, step, before, False)
        parts.append(f"SELECT id FROM matters_matter WHERE {where}")
        given.extend(values)
    sql = f"SELECT count(*) FROM (SELECT id FROM ({' UNION '.join(parts)}) AS u LIMIT %s) AS c"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, MOST_COUNTED + 1])
        return int(cursor.fetchone()[0])
