"""Days: one published line per local day, over what was sealed in it, chained to the line before.

A day's line covers the batches that were sealed in it, by `sealed_at`: an entry of 23:59:58 that was sealed at 00:00:05 is
in the next day's. So a day that is over can gain nothing any more, whoever still writes. A line is made when its day is
over, from where the line before ended, and stays; a day in which nothing was sealed has none, and that nothing was left out
there is told by the numbers of the batches, which have no gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from . import merkle
from .models import DayRoot, Seal
from .services import only_sealer

ONE_DAY = timedelta(days=1)


class DayLine(NamedTuple):
    """A day as it is published; hashes in hexadecimal. `before` is the chain value of the line before."""

    day: date
    first: int  # batch
    last: int
    batches: int
    entries: int
    root: str
    before: str
    chain: str


class _Open(NamedTuple):
    """The day to be closed next, its first and last batch, and the chain value before it."""

    day: date
    first: int
    last: int
    before: bytes


def close_days(*, at: datetime) -> int:
    """Make the lines of the days that are over at this moment. Returns how many.

    Each is a transaction of its own under the lock of the sealer: of several jobs one makes it, and one that is killed
    leaves nothing half done. Where there is none to make, nothing is written and no lock is taken.
    """
    done = 0
    while _next_day(at) is not None and _close_one(at):
        done += 1
    return done


def _close_one(at: datetime) -> bool:
    with transaction.atomic():
        open_day = _next_day(at) if only_sealer() else None
        if open_day is None:
            return False
        rows = Seal.objects.filter(number__range=(open_day.first, open_day.last)).order_by("number")
        sealed = [(count, bytes(chain)) for count, chain in rows.values_list("count", "chain")]
        entries = sum(count for count, _chain in sealed)
        root = merkle.root([chain for _count, chain in sealed])
        chain = merkle.day_chain(
            open_day.before, open_day.day, (open_day.first, open_day.last, entries), root
        )
        made = DayRoot(open_day.day, open_day.first, open_day.last, entries, root, chain)
        DayRoot.objects.bulk_create([made])
    return True


def _next_day(at: datetime) -> _Open | None:
    """The next day to be closed, if it is over.

    Batches go by number. Machines' clocks jump: what was sealed before another batch was not sealed on a later day than
    that one, whatever the clock said then, and whatever came too late for a day that is closed belongs to the next.
    """
    last = DayRoot.objects.order_by("-day").first()
    if last is not None and at < _end(last.day + ONE_DAY):
        return None
    since = last.last + 1 if last else 1
    rows = Seal.objects.filter(number__gte=since)
    earliest = rows.aggregate(at=Min("sealed_at"))["at"]
    if earliest is None:
        return None
    day = timezone.localdate(earliest, timezone.get_default_timezone())
    day = max(day, last.day + ONE_DAY) if last else day
    if at < _end(day):
        return None
    until = rows.filter(sealed_at__lt=_end(day)).aggregate(number=Max("number"))["number"]
    return _Open(day, since, until, bytes(last.chain) if last else merkle.START)


def _end(day: date) -> datetime:
    """The midnight with which a day of the instance's calendar ends."""
    return datetime.combine(day + ONE_DAY, time(), tzinfo=timezone.get_default_timezone())


def published(since: date | None = None) -> list[DayLine]:
    """The lines of all days, or of those since one, in order. Two statements at most."""
    rows = DayRoot.objects.order_by("day")
    before = merkle.START
    if since is not None:
        earlier = rows.filter(day__lt=since).values_list("chain", flat=True).last()
        before = bytes(earlier) if earlier else before
        rows = rows.filter(day__gte=since)
    lines = []
    for row in rows.iterator(2000):
        lines.append(line_of(row, before))
        before = bytes(row.chain)
    return lines


def line_of(row: DayRoot, before: bytes) -> DayLine:
    """A day's row as it is published."""
    return DayLine(
        row.day,
        row.first,
        row.last,
        row.last - row.first + 1,
        row.entries,
        bytes(row.root).hex(),
        before.hex(),
        bytes(row.chain).hex(),
    )


def ledger_mark() -> str:
    """By what this ledger is told from every other: the chain value of its first batch; empty before there is one."""
    first = Seal.objects.filter(number=1).values_list("chain", flat=True).first()
    return bytes(first).hex() if first else ""


class Proof:
    """The lines of all days against the batches, which come one after another; `faults` are sentences."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.days = 0
        self._rows: Iterator[DayRoot] = DayRoot.objects.order_by("day").iterator(500)
        self._now: DayRoot | None = next(self._rows, None)
        self._before, self._expected = merkle.START, 1
        self._leaves: list[bytes] = []
        self._entries = 0

    def take(self, number: int, count: int, chain: bytes) -> None:
        """The next batch, as it is proved by itself: its number, how many entries it has, its chain value."""
        while self._now is not None and number > self._now.last:
            self._close(self._now)
        if self._now is not None and number >= self._now.first:
            self._leaves.append(chain)
            self._entries += count

    def end(self) -> None:
        """There is no further batch."""
        while self._now is not None:
            self._close(self._now)

    def _close(self, row: DayRoot) -> None:
        if row.first != self._expected:
            self.faults.append(f"day {row.day}: it should begin with batch {self._expected}")
        if merkle.root(self._leaves) != bytes(row.root) or self._entries != row.entries:
            self.faults.append(f"day {row.day}: its batches are not the ones that were published")
        figures = (row.first, row.last, row.entries)
        if merkle.day_chain(self._before, row.day, figures, bytes(row.root)) != bytes(row.chain):
            self.faults.append(f"day {row.day}: the chain from the day before is broken")
        self.days += 1
        self._before, self._expected = bytes(row.chain), row.last + 1
        self._leaves, self._entries = [], 0
        self._now = next(self._rows, None)
