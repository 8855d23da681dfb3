"""A holiday notice as a clerk types it: the days of one year that differ from Monday-to-Friday.

    日期,类型,说明
    2027-01-01,放假,元旦
    2027-02-14,调休上班,春节

The same in English: day,kind,words with holiday and makeup. Every other day of that year is then what its weekday says, officially. A notice may also name days up to ten
days before or after its year (元旦 of the next one is announced with it).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gezhi.rules.folder import decoded

KINDS = {"放假": "holiday", "调休上班": "makeup", "holiday": "holiday", "makeup": "makeup"}
HEADERS = {("日期", "类型"), ("day", "kind")}
BESIDE = timedelta(days=10)
Row = tuple[date, str, str, str]
"""Day, kind (work, rest, holiday, makeup), status, source: as `promises` stores it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a notice: `code` names the fault, `line` counts from 1 (0 = the file), `found` is the cell."""

    code: str
    line: int
    found: str = ""


class NoticeError(ValueError):
    """A notice that cannot be taken; nothing of it was."""

    def __init__(self, faults: list[Fault]):
        super().__init__(", ".join(f"{f.line}: {f.code} {f.found}" for f in faults))
        self.faults = faults


def read(raw: bytes, year: int, source: str) -> list[Row]:
    """Every day of the year, official, in order, and the days beside it that the notice names.

    UTF-8 (with or without BOM) or GB18030. Raises `NoticeError` with every fault found: `empty`, `header`,
    `date`, `kind`, `year`, `twice`, `weekday_makeup` (a make-up day that is a weekday already works).
    """
    named, faults = _named(_rows(raw), year)
    if not named and not faults:
        faults = [Fault("empty", 0)]
    if faults:
        raise NoticeError(faults)
    days = dict(_whole(year)) | named
    return [(day, days[day], "official", source) for day in sorted(days)]


def _rows(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(decoded(raw, "replace"), newline="")))


def _named(rows: list[list[str]], year: int) -> tuple[dict[date, str], list[Fault]]:
    if not rows:
        return {}, [Fault("empty", 0)]
    if tuple(cell.strip() for cell in rows[0][:2]) not in HEADERS:
        return {}, [Fault("header", 1, ",".join(rows[0]))]
    named: dict[date, str] = {}
    faults = []
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        read_one = _one(row, line, year)
        if isinstance(read_one, Fault):
            faults.append(read_one)
        elif read_one[0] in named:
            faults.append(Fault("twice", line, row[0].strip()))
        else:
            named[read_one[0]] = read_one[1]
    return named, faults


def _one(row: list[str], line: int, year: int) -> tuple[date, str] | Fault:
    written, word = (cell.strip() for cell in (*row, "", "")[:2])
    try:
        day = date.fromisoformat(written.replace("/", "-"))
    except ValueError:
        return Fault("date", line, written)
    kind = KINDS.get(word)
    if kind is None:
        return Fault("kind", line, word)
    if not date(year, 1, 1) - BESIDE <= day <= date(year, 12, 31) + BESIDE:
        return Fault("year", line, written)
    if kind == "makeup" and day.weekday() < 5:
        return Fault("weekday_makeup", line, written)
    return day, kind


def _whole(year: int) -> Iterator[tuple[date, str]]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day, "work" if day.weekday() < 5 else "rest"
        day += timedelta(days=1)
