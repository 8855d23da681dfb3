"""When a length that starts now is over, counted as the Civil Code counts, with the days that decided.

- Days, weeks, months: the start day is not counted; due at the end of the last day (local midnight, exclusive).
  A month ends on the same day number, else on the month's last day.
- Minutes and hours count from the moment.
- Working days: as days, but only `work` and `makeup` days of the calendar count.
- Working hours: the service hours of working days. Service hours and minutes: the service hours of every day.
- `legal_at` rolls a last natural day that is a rest day to the end of the next working day; `due_at` never rolls.
- Where the clock stood still (`stood`) nothing counts: of minutes, hours and service hours the stretch itself, of days
  every day at whose end it stood. So a day on which it stopped and went on again counts, and stopping gains nothing.
- Where the length was extended (`more`), the extension counts from where the length before it was over.

A calendar is a plain mapping day → (kind, status). A day that is not in it is provisional: Monday to Friday work.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from gezhi.rules.length import Length, parse

Calendar = Mapping[date, tuple[str, str]]
WORKING = ("work", "makeup")
STRIP = 100
DAY = timedelta(days=1)
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
    (the last time it did); `held` that the new one would have been over already, see `counting_on.recounted`. `stood` are the
    stretches in which the clock stood still, `more` the lengths by which it was extended.
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
    stood: tuple[Span, ...] = ()
    more: tuple[str, ...] = ()

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
    stood: tuple[Span, ...] = (),
    more: tuple[str, ...] = (),
) -> Due:
    """Count `length` from the aware instant `start`. Raises ValueError for "source": use `given`."""
    place = ZoneInfo(zone)
    start = start.astimezone(UTC)
    whole = length
    counted = _count(start, length, _On(calendar, service_hours, place, stood))
    for word in more:
        length = parse(word)
        counted = _extended(counted, length, _On(calendar, service_hours, place, stood))
    due_at = counted.spans[-1][1].astimezone(UTC)
    legal = _rolled(counted.last, calendar) if length.unit in ("day", "week", "month") else counted.last
    strip, cut = _strip(start.astimezone(place).date(), legal, counted.days, calendar)
    decided = [*counted.decided, *_days(counted.last, legal)] if legal > counted.last else counted.decided
    return Due(
        length=str(whole),
        clock=whole.clock,
        zone=zone,
        start=start,
        due_at=due_at,
        legal_at=due_at if legal == counted.last else midnight(legal + DAY, place).astimezone(UTC),
        last_day=counted.last,
        runs=_joined(counted.spans),
        strip=strip,
        cut=cut,
        provisional=bool(decided) and any(day_of(calendar, day)[1] != "official" for day in decided),
        hours=service_hours if {whole.unit, length.unit} & _WINDOWED else "",
        stood=stood,
        more=more,
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


_WINDOWED = frozenset(("workhour", "servicehour", "serviceminute"))
TICK = timedelta(microseconds=1)


class _On(msgspec.Struct, frozen=True):
    """On what a length is counted."""

    calendar: Calendar
    hours: str
    place: ZoneInfo
    stood: tuple[Span, ...] = ()

    def counts(self, day: date) -> bool:
        """Whether the clock ran when this local day ended."""
        end = midnight(day + DAY, self.place)
        return not any(a < end <= b for a, b in self.stood)

    def running(self, begin: datetime, end: datetime) -> list[Span]:
        """A stretch without those in which the clock stood still."""
        runs = [(begin, end)]
        for a, b in self.stood:
            runs = [one for x, y in runs for one in ((x, min(y, a)), (max(x, b), y)) if one[0] < one[1]]
        return runs


def _count(start: datetime, length: Length, on: _On) -> _Counted:
    if length.unit in ("minute", "hour"):
        return _hours(start, timedelta(minutes=length.minutes), on)
    if length.unit in ("day", "week", "month"):
        return _natural_days(start.astimezone(on.place).date(), length, on)
    if length.unit == "workday":
        return _working_days(start.astimezone(on.place).date(), length.amount, on)
    if length.unit in _WINDOWED:
        return _windowed(start.astimezone(on.place), length, on)
    raise ValueError(f"{length.unit!r} cannot be counted")


def _extended(before: _Counted, more: Length, on: _On) -> _Counted:
    """What was counted, and `more` from where it was over: of days, those after the last one."""
    over = before.spans[-1][1]
    exact = more.unit in ("minute", "hour") or more.unit in _WINDOWED
    after = _count(over if exact else over - TICK, more, on)
    return _Counted(
        [*before.spans, *after.spans],
        before.days | after.days,
        after.last,
        [*before.decided, *after.decided],
    )


def _hours(start: datetime, left: timedelta, on: _On) -> _Counted:
    """From the moment, without the stretches in which the clock stood still."""
    spans: list[Span] = []
    begin = start
    for a, b in sorted(on.stood):
        if b <= begin or a >= begin + left:
            continue
        if begin < a:
            spans.append((begin, a))
            left -= a - begin
        begin = b
    spans.append((begin, begin + left))
    first, last = (moment.astimezone(on.place).date() for moment in (start, begin + left))
    return _Counted(spans, set(_days(first, last)), last, [])


def _natural_days(first: date, length: Length, on: _On) -> _Counted:
    if length.unit == "month":
        last = _months_after(first, length.amount)
    else:
        last = first + timedelta(days=length.amount * (7 if length.unit == "week" else 1))
    if not on.stood:
        span = (midnight(first + DAY, on.place), midnight(last + DAY, on.place))
        return _Counted([span], set(_days(first + DAY, last)), last, [last])
    counted: list[date] = []
    left, day = (last - first).days, first
    while len(counted) < left:
        day += DAY
        counted += [day] if on.counts(day) else []
    return _Counted(_whole(counted, on.place), set(counted), day, [day])


def _whole(days: list[date], place: ZoneInfo) -> list[Span]:
    return [(midnight(day, place), midnight(day + DAY, place)) for day in days]


def _working_days(first: date, amount: int, on: _On) -> _Counted:
    """Walk from the day after `first`; count what works until `amount` days are found."""
    counted: list[date] = []
    day = first
    while len(counted) < amount:
        day += DAY
        if day_of(on.calendar, day)[0] in WORKING and (not on.stood or on.counts(day)):
            counted.append(day)
    return _Counted(_whole(counted, on.place), set(counted), day, _days(first + DAY, day))


def _windowed(start: datetime, length: Length, on: _On) -> _Counted:
    """Walk the windows of each day that counts, from the moment, until the minutes are used up."""
    windows = service_windows(on.hours)
    left = timedelta(minutes=length.minutes)
    spans: list[Span] = []
    day = start.date()
    while left:
        works = length.unit != "workhour" or day_of(on.calendar, day)[0] in WORKING
        for a, b in windows if works else ():
            begin = max(start, datetime.combine(day, a, start.tzinfo))
            close = datetime.combine(
                day + DAY if b == time.max else day, time() if b == time.max else b, start.tzinfo
            )
            for x, y in on.running(begin, close) if left and begin < close else ():
                end = min(y, x + left)
                left -= end - x
                if x < end:
                    spans.append((x, end))
        day += DAY
    last = spans[-1][0].astimezone(on.place).date()
    decided = _days(start.date(), last) if length.unit == "workhour" else []
    return _Counted(spans, {a.astimezone(on.place).date() for a, _ in spans}, last, decided)


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
        last += DAY
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
    return tuple([
        DayStrip(day, (known := day_of(calendar, day))[0], day in counted, known[1] == "official")
        for day in days
    ]), cut  # fmt: skip


def midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
