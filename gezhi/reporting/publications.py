"""What was published stays: each table is worked out once, when its week or month is over, and kept as a file of the home.

A page, a file or a program that asks reads the file: no statement, however many matters there are and however many ask.
A table is never worked out again, whatever is recorded, extended, opened again or erased afterwards: two tables of one
period, less one another, would be the few cases that changed. The files lie with the pictures, so that a backup has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
from django.conf import settings
from django.utils import timezone

from gezhi.errors import Refused
from gezhi.reporting import open_figures
from gezhi.reporting.open_figures import WEEK, Period, Publication
from gezhi.vault.services.files import write_whole

FOLDER = "open"
WEEKS, MONTHS = 13, 12
"""How far back tables are made where none is kept: of a house that begins to publish."""
_TABLES = {"week": open_figures.week_table, "month": open_figures.month_table}


def publish(at: datetime) -> int:
    """Make the table of the latest week or month that is over and has none. Returns how many were made: one or none."""
    today = timezone.localdate(at)
    for period, ends in (("week", _weeks(today)), ("month", _months(today))):
        for first in ends:
            file = _file(period, first)
            if file.exists():
                continue
            try:
                table = _TABLES[period](first)
            except Refused:
                break  # the house was not there yet, or its model has no such metric; nor had it before
            write_whole(file, msgspec.json.encode(table))
            return 1
    return 0


def kept(period: Period) -> list[Publication]:
    """All that was published of weeks or of months, the latest first."""
    return [_read(file) for file in _files(period)]


def latest(period: Period) -> Publication | None:
    """The last one that was published; none before there is any."""
    return next((_read(file) for file in _files(period)[:1]), None)


def _weeks(today: date) -> Iterator[date]:
    monday = today - timedelta(days=today.weekday())
    for back in range(1, WEEKS + 1):
        yield monday - back * WEEK


def _months(today: date) -> Iterator[date]:
    first = today.replace(day=1)
    for _month in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        yield first


def _file(period: str, first: date) -> Path:
    files: Path = settings.HOME.files
    return files / FOLDER / f"{period}-{first.isoformat()}.json"


def _files(period: str) -> list[Path]:
    files: Path = settings.HOME.files
    return sorted((files / FOLDER).glob(f"{period}-*.json"), reverse=True)


def _read(file: Path) -> Publication:
    return msgspec.json.decode(file.read_bytes(), type=Publication)
