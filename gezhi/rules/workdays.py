"""When a length that starts now is over, counted as the Civil Code counts, with the days that decided.

- Days, weeks, months: the start day is not counted; due at the end of the last day (local midnight, exclusive).
  A month ends on the same day number, else on the month's last day.
- Minutes and hours count from the moment.
- Working days: as days, but only `work` and `makeup` days of the calendar count.
- Working hours: the service hours of working days. Service hours and minutes: the service hours of every day.
- `legal_at` rolls a last natural day that is a rest day to the end of the next working day; `due_at` never rolls.

A calendar is a plain mapping day → (kind, status). A day that is not in it is provisional: Monday to Friday work.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from gezhi.rules.length import Length, parse

Calendar = Mapping[date, tuple[str, str]]
WORKING = ("work", "makeup")
STRIP = 100
_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


class DayStrip(msgspec.Struct, frozen=True, array_like=True):
    """One day of the derivation: `kind` is work, rest, holiday or makeup; `official` false = provisional."""

    day: date
    kind: str
    counted: bool
    official: bool = True


class Due(msgspec.Struct, frozen=True, omit_defaults=True):
    """When it is due and every value that decided it. Instants are aware UTC.

    `strip` holds the start day, the counted days and those to which the legal date rolls: at most the last
    100, `cut` is the number left out before. `last_day` is the local day that `due_at` ends or lies in.
    `provisional` if, and only if, a day that decided has no official notice. `runs` are the stretches that
    count, from–to, in order; neighbours are joined. `was` is the due moment before the calendar changed
    (the last time it did); `held` that the new one would have been over already, see `recounted`.
    """

    length: str
    clock: str
    zone: str
    start: datetime
    due_at: datetime
    legal_at: datetime
    last_day: date
    runs: tuple[Span, ...] = ()
    strip: tuple[DayStrip, ...] = ()
    cut: int = 0
    provisional: bool = False
    hours: str = ""
    was: datetime | None = None
    held: bool = False

    @property
    def rolls(self) -> bool:
        """True if, and only if, the legal date is later than the promised one."""
        return self.legal_at > self.due_at

    def warn_at(self, percent: int) -> datetime | None:
        """The moment after which this share of the counted time has passed, to the second; none for 0."""
        if not percent:
            return None
        left = sum((b - a for a, b in self.runs), timedelta()) * percent / 100
        for a, b in self.runs:
            if left <= b - a:
                return (a + left).replace(microsecond=0)
            left -= b - a
        return self.due_at

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Due:
        return msgspec.json.decode(text, type=cls)


class _Counted(msgspec.Struct):
    """What one way of counting found: aware stretches, counted days, last day, days that decided."""

    spans: list[Span]
    days: set[date]
    last: date
    decided: list[date]


def day_of(calendar: Calendar, day: date) -> tuple[str, str]:
    """Kind and status of a day; without a notice Monday to Friday work, provisionally."""
    return calendar.get(day) or ("work" if day.weekday() < 5 else "rest", "provisional")


def due(
    start: datetime,
    length: Length,
    calendar: Calendar,
    service_hours: str = "",
    *,
    zone: str = "Asia/Shanghai",
) -> Due:
    """Count `length` from the aware instant `start`. Raises ValueError for "source": use `given`."""
    place = ZoneInfo(zone)
    start = start.astimezone(UTC)
    counted = _count(start, length, calendar, service_hours, place)
    due_at = counted.spans[-1][1].astimezone(UTC)
    legal = _rolled(counted.last, calendar) if length.unit in ("day", "week", "month") else counted.last
    strip, cut = _strip(start.astimezone(place).date(), legal, counted.days, calendar)
    decided = [*counted.decided, *_days(counted.last, legal)] if legal > counted.last else counted.decided
    return Due(
        length=str(length),
        clock=length.clock,
        zone=zone,
        start=start,
        due_at=due_at,
        legal_at=due_at if legal == counted.last else _midnight(legal + _DAY, place).astimezone(UTC),
        last_day=counted.last,
        runs=_joined(counted.spans),
        strip=strip,
        cut=cut,
        provisional=any(day_of(calendar, day)[1] != "official" for day in decided),
        hours=service_hours if length.unit in _WINDOWED else "",
    )


def given(start: datetime, due_at: datetime, *, zone: str = "Asia/Shanghai") -> Due:
    """The due moment came with the record: nothing is counted and no day decided."""
    start, due_at = start.astimezone(UTC), due_at.astimezone(UTC)
    return Due(
        length="source",
        clock="source",
        zone=zone,
        start=start,
        due_at=due_at,
        legal_at=due_at,
        last_day=due_at.astimezone(ZoneInfo(zone)).date(),
        runs=((start, max(start, due_at)),),
    )


def recounted(old: Due, calendar: Calendar, *, now: datetime) -> Due | None:
    """The same promise counted again because days changed; none if nothing about it changes.

    It may fall due earlier or later. What has not fallen due yet never falls due in the past: where the new
    count is over before the present local day ends, it ends with that day (or at the old moment, if sooner).
    """
    new = due(old.start, parse(old.length), calendar, old.hours, zone=old.zone)
    place = ZoneInfo(old.zone)
    tonight = _midnight(now.astimezone(place).date() + _DAY, place).astimezone(UTC)
    floor = min(old.due_at, tonight)
    due_at = max(new.due_at, floor)
    legal_at = max(new.legal_at, due_at)
    moved = (due_at, legal_at) != (old.due_at, old.legal_at)
    if not moved and (new.provisional, new.strip) == (old.provisional, old.strip):
        return None
    was, held = (old.due_at, due_at > new.due_at) if moved else (old.was, old.held)
    return replace(new, due_at=due_at, legal_at=legal_at, was=was, held=held)


_WINDOWED = ("workhour", "servicehour", "serviceminute")


def _count(start: datetime, length: Length, calendar: Calendar, hours: str, place: ZoneInfo) -> _Counted:
    if length.unit in ("minute", "hour"):
        end = start + timedelta(minutes=length.minutes)
        last = end.astimezone(place).date()
        return _Counted([(start, end)], set(_days(start.astimezone(place).date(), last)), last, [])
    if length.unit in ("day", "week", "month"):
        return _natural_days(start.astimezone(place).date(), length, place)
    if length.unit == "workday":
        return _working_days(start.astimezone(place).date(), length.amount, calendar, place)
    if length.unit in _WINDOWED:
        return _windowed(start.astimezone(place), length, calendar, hours)
    raise ValueError(f"{length.unit!r} cannot be counted")


def _natural_days(first: date, length: Length, place: ZoneInfo) -> _Counted:
    if length.unit == "month":
        last = _months_after(first, length.amount)
    else:
        last = first + timedelta(days=length.amount * (7 if length.unit == "week" else 1))
    span = (_midnight(first + _DAY, place), _midnight(last + _DAY, place))
    return _Counted([span], set(_days(first + _DAY, last)), last, [last])


def _working_days(first: date, amount: int, calendar: Calendar, place: ZoneInfo) -> _Counted:
    """Walk from the day after `first`; count what works until `amount` days are found."""
    counted: list[date] = []
    day = first
    while len(counted) < amount:
        day += _DAY
        if day_of(calendar, day)[0] in WORKING:
            counted.append(day)
    spans = [(_midnight(d, place), _midnight(d + _DAY, place)) for d in counted]
    return _Counted(spans, set(counted), day, _days(first + _DAY, day))


def _windowed(start: datetime, length: Length, calendar: Calendar, hours: str) -> _Counted:
    """Walk the windows of each day that counts, from the moment, until the minutes are used up."""
    windows = service_windows(hours)
    left = timedelta(minutes=length.minutes)
    spans: list[Span] = []
    day = start.date()
    while left:
        works = length.unit != "workhour" or day_of(calendar, day)[0] in WORKING
        for a, b in windows if works else ():
            begin = max(start, datetime.combine(day, a, start.tzinfo))
            end = datetime.combine(
                day + _DAY if b == time.max else day, time() if b == time.max else b, start.tzinfo
            )
            if left and begin < end:
                end = min(end, begin + left)
                left -= end - begin
                spans.append((begin, end))
        day += _DAY
    last = spans[-1][0].date()
    decided = _days(start.date(), last) if length.unit == "workhour" else []
    return _Counted(spans, {a.date() for a, _ in spans}, last, decided)


@lru_cache(maxsize=64)
def service_windows(hours: str) -> tuple[tuple[time, time], ...]:
    """Windows of "09:00-12:00 14:00-18:00", in order, not overlapping; 24:00 is `time.max`. Else ValueError."""
    windows = []
    for word in hours.split():
        a, _, b = word.partition("-")
        windows.append((time.fromisoformat(a), time.max if b == "24:00" else time.fromisoformat(b)))
    edges = [edge for window in windows for edge in window]
    if not windows or edges != sorted(set(edges)):
        raise ValueError(hours)
    return tuple(windows)


def _months_after(day: date, amount: int) -> date:
    """The same day number `amount` months later, else that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rolled(last: date, calendar: Calendar) -> date:
    while day_of(calendar, last)[0] not in WORKING:
        last += _DAY
    return last


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """The same stretches in UTC, each joined with the one before it where they touch."""
    runs: list[Span] = []
    for a, b in spans:
        begin, end = a.astimezone(UTC), b.astimezone(UTC)
        if runs and runs[-1][1] == begin:
            begin = runs.pop()[0]
        runs.append((begin, end))
    return tuple(runs)


def _strip(
    first: date, last: date, counted: set[date], calendar: Calendar
) -> tuple[tuple[DayStrip, ...], int]:
    cut = max(0, (last - first).days + 1 - STRIP)
    days = _days(first + timedelta(days=cut), last)
    known = ((day, *day_of(calendar, day)) for day in days)
    return tuple(DayStrip(d, kind, d in counted, status == "official") for d, kind, status in known), cut


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
