"""The published days as files: what the open data offers, and what a newspaper or a notary keeps."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from .days import DayLine, ledger_mark, published

FORMAT = "gezhi-days-1"


def as_data(name: str, since: date | None = None) -> dict[str, Any]:
    """`format`, `house` (how the district is called), `ledger` (`days.ledger_mark`) and `days`: of each day, the oldest
    first, `day` (2026-11-20), `first` and `last` batch, `batches`, `entries`, `root`, `before` and `chain` (64 hexadecimal
    digits each)."""
    days = [{**line._asdict(), "day": line.day.isoformat()} for line in published(since)]
    return {"format": FORMAT, "house": name, "ledger": ledger_mark(), "days": days}


def as_json(name: str, since: date | None = None) -> str:
    """The same as JSON, a line for each day, so that two copies can be compared line by line."""
    said = as_data(name, since)
    days = ",\n".join(json.dumps(day) for day in said.pop("days"))
    return f'{json.dumps(said, ensure_ascii=False)[:-1]}, "days": [\n{days}\n]}}'


def as_csv(since: date | None = None) -> str:
    """The days alone as a table: a head, a line for each day."""
    to = io.StringIO()
    table = csv.writer(to, lineterminator="\n")
    table.writerow(DayLine._fields)
    table.writerows(published(since))
    return to.getvalue()
