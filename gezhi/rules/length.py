"""Lengths are words that a clerk writes. The unit is the clock; there is no second key to contradict it.

`10分钟 4小时 3日 1周 3月` natural · `5工作日 4工作小时` working · `2服务小时 30服务分钟` while service hours run ·
`item` from column 时限 · `source` the due moment that came with the record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

UNITS = {
    "分钟": "minute",
    "小时": "hour",
    "日": "day",
    "天": "day",
    "周": "week",
    "月": "month",
    "工作日": "workday",
    "工作小时": "workhour",
    "服务小时": "servicehour",
    "服务分钟": "serviceminute",
}
_WORDS = {unit: word for word, unit in UNITS.items() if word != "天"}
_MINUTES = {
    "minute": 1,
    "hour": 60,
    "day": 1440,
    "week": 7 * 1440,
    "month": 30 * 1440,
    "workhour": 60,
    "servicehour": 60,
    "serviceminute": 1,
}
_FORM = re.compile(r"([1-9]\d{0,3})\s*(" + "|".join(sorted(UNITS, key=len, reverse=True)) + ")")
EXAMPLES = "10分钟 4小时 3日 1周 5工作日 4工作小时 2服务小时 3月"


class LengthError(ValueError):
    """Not a length."""


@dataclass(frozen=True, slots=True)
class Length:
    """`amount` of `unit`; amount 0 of "source" is the due moment that came with the record."""

    amount: int
    unit: str

    @property
    def clock(self) -> str:
        """natural, working, service or source."""
        if self.unit.startswith("work"):
            return "working"
        if self.unit.startswith("service"):
            return "service"
        return "source" if self.unit == "source" else "natural"

    @property
    def minutes(self) -> int:
        """Minutes of its own clock; a month is 30 days. Not known for working days and "source"."""
        return self.amount * _MINUTES[self.unit]

    def __str__(self) -> str:
        return "source" if self.unit == "source" else f"{self.amount}{_WORDS[self.unit]}"


SOURCE = Length(0, "source")


@lru_cache(maxsize=512)
def parse(word: str) -> Length:
    """Read one length. Raises `LengthError` for anything else."""
    if word == "source":
        return SOURCE
    said = _FORM.fullmatch(word.strip())
    if said is None:
        raise LengthError(word)
    return Length(int(said[1]), UNITS[said[2]])
