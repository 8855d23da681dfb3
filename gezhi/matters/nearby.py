"""附议: what somebody who is about to report is told of what was reported nearby already, and what they may say of it.

Of an item only that the model opens to it (column 附议): what stands in the street and points at no household. Nothing is
told of anything else, nor that there was nothing: whoever is complained of learns from no answer of this room that
somebody spoke. What is told is the kind of thing, how far in steps of fifty metres, which day (of today which part of it), how far it has come and
by when: no word, picture, number or name of a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac

from gezhi.ledger import clock
from gezhi.ledger.fetching import fetch, marks
from gezhi.ledger.ids import lowest_id
from gezhi.matters import outward
from gezhi.matters.duplicates import Seen, apart, wgs84_of
from gezhi.matters.models import Matter
from gezhi.matters.outward import Which
from gezhi.places import queries as places
from gezhi.rules import length, noticed
from gezhi.rules.model import Alike, Model

LOOKED_AT = 100
"""Matters, the newest: of more the counts say how many there are at least."""
FARTHEST = 200
"""Metres; the model's own radius for telling duplicates where that is shorter."""
STEP = 50
SALT = "gezhi.matters.nearby"
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class Near:
    """One that was reported: `metres` rounded up to fifty, the day, how far it is (a phase), and by when it is promised
    to be done, as its reporter's own page says it; none where that is not promised, or the clock stands still.

    `part` of the day is morning, afternoon or evening. `token` names it to the house and to nobody else.
    """

    token: str
    metres: int
    on: date
    part: str
    phase: str
    due_at: datetime | None


class Found(NamedTuple):
    """Those that lie around a point, the nearest first. `whole`: these are all, and not the newest of more."""

    near: list[Near]
    whole: bool


class _Row(NamedTuple):
    id: UUID
    path: str
    lon: float | None
    lat: float | None
    datum: str
    at: datetime
    recorded_at: datetime
    phase: str
    model: str
    flow: str


def is_told(item: str, model: Model) -> bool:
    """Whether anybody is told of what was reported nearby of this item."""
    return _rule(item, model) is not None


def nearby(item: str, lon: float, lat: float, model: Model) -> Found:
    """The open matters of this item around a point (WGS84 degrees), the nearest first, at most `LOOKED_AT`; one statement,
    and one for what is promised of those that were found.

    None for an item of which nobody is told, for a matter from which somebody is kept, and for what lies elsewhere.
    """
    found, whole = _around(item, lon, lat, model)
    due = outward.done_by(Which(row.id, row.model, row.flow) for _metres, row in found)
    return Found([_near(metres, row, due.get(row.id)) for metres, row in found], whole)


def said(token: str, item: str, lon: float | None, lat: float | None, model: Model) -> UUID | None:
    """The matter that is pointed out by this token to whoever stands there; none for anything else, and for what ended
    since it was shown."""
    if not token or lon is None or lat is None:
        return None
    found, _whole = _around(item, lon, lat, model)
    return next((row.id for _metres, row in found if _token(row.id) == token), None)


def _around(item: str, lon: float, lat: float, model: Model) -> tuple[list[tuple[float, _Row]], bool]:
    """Those around the point with their metres, and whether no more were left out."""
    rule = _rule(item, model)
    if rule is None:
        return [], True
    radius, now = min(rule.radius, FARTHEST), clock.now()
    paths = places.tree(clock.today()).around(lon, lat, radius)
    rows = _rows(item, paths, length.parse(rule.days).minutes) if paths else []
    here = Seen(item, "", lon, lat, now, "")
    found = [
        (apart(here, Seen(item, row.path, *wgs84_of(row.lon, row.lat, row.datum), row.at, "")), row)
        for row in rows
    ]
    close = sorted((metres, row) for metres, row in found if metres is not None and metres <= radius)
    return close, len(rows) < LOOKED_AT


def _rule(item: str, model: Model) -> Alike | None:
    known = model.items.get(item)
    return noticed.alike_of(model.alikes, known) if known is not None and known.me_too else None


def _rows(item: str, paths: Sequence[str], minutes: int) -> list[_Row]:
    tail = (
        f"WHERE path IN ({marks(paths)}) AND id >= %s AND item = %s AND ended_at IS NULL AND walled IS NULL"
        f" ORDER BY id DESC LIMIT {LOOKED_AT}"
    )
    asked = [*paths, lowest_id(timedelta(minutes=minutes)), item]
    return [_Row(*row) for row in fetch(Matter, _Row._fields, tail, asked)]


def _near(metres: float, row: _Row, due: datetime | None) -> Near:
    return Near(
        token=_token(row.id),
        metres=max(STEP, -(-round(metres) // STEP) * STEP),
        on=timezone.localdate(row.at),
        part=_part(row.at),
        phase=row.phase,
        due_at=due,
    )


def _part(at: datetime) -> str:
    """Coarse: enough to tell two of today apart, too little to tell who stood there."""
    hour = timezone.localtime(at).hour
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"


def _token(matter: UUID) -> str:
    """A word for a matter that tells nothing of it: its id would tell the millisecond in which somebody reported it."""
    return salted_hmac(SALT, matter.hex, algorithm="sha256").hexdigest()[:32]
