"""How other systems write moments: ISO 8601, patterns, serial days of a spreadsheet, seconds since 1970."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.foreign_words import PATTERNS

SPECIAL = ("excel", "epoch", "epoch_ms")
"""Days since 30 December 1899, seconds and milliseconds since 1970."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?)?\s?(Z|[+-]\d\d:?\d\d)?\Z")
_COMPACT = re.compile(r"%Y(%[mdHMS])+\Z")
_NUMBER = re.compile(r"-?\d{1,13}(\.\d+)?\Z")
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet knows no zone
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119: outside of it a number is no date
TICK = timedelta(milliseconds=1)


def plain(said: str) -> str:
    """Full-width digits and signs as half-width ones, without spaces around."""
    return said.strip() if said.isascii() else unicodedata.normalize("NFKC", said).strip()


def local(said: str, formats: Sequence[str]) -> datetime | None:
    """What stands there, aware only where it says its zone itself; none if no format fits."""
    if _ISO.match(said):
        try:
            return datetime.fromisoformat(said.replace(" ", "T", 1).replace(" ", "").replace(",", "."))
        except ValueError:
            return None
    for form in formats:
        found = _special(said, form) if form in SPECIAL else _patterned(said, form)
        if found is not None:
            return found
    return None


def _patterned(said: str, form: str) -> datetime | None:
    if _COMPACT.match(form) and len(said) != len(form) + 2:  # else digits are cut anywhere
        return None
    try:
        if strict := _strict(form):
            pattern, parts = strict
            if found := pattern.match(said):
                return _of_digits(dict(zip(parts, found.groups(), strict=True)))
        return datetime.strptime(said, form)  # noqa: DTZ007  # its zone is the mapping's
    except ValueError:
        return None


_PARTS = {
    "Y": "([0-9]{4})",
    "m": "(0[1-9]|1[0-2])",
    "d": "(0[1-9]|[12][0-9]|3[01])",
    "H": "([01][0-9]|2[0-3])",
    "I": "(0[1-9]|1[0-2])",
    "M": "([0-5][0-9])",
    "S": "([0-5][0-9])",
    "p": "(AM|PM)",
}


@lru_cache(maxsize=128)
def _strict(form: str) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """What catches a moment that is written out in full by this pattern, and the parts it catches, in order: half of the
    time of reading a file would else go into `strptime`. None for a pattern of other parts, which it alone can read."""
    parts = tuple(re.findall(r"%(.)", form))
    twelve = {"I", "p"} & set(parts)
    if len(set(parts)) != len(parts) or set(parts) - set(_PARTS) or not {"Y", "m", "d"} <= set(parts):
        return None
    if twelve and (len(twelve) < 2 or "H" in parts):
        return None
    pieces = re.split(r"%(.)", form)
    caught = "".join(_PARTS[one] if n % 2 else re.escape(one) for n, one in enumerate(pieces))
    return re.compile(caught + r"\Z"), parts


def _of_digits(said: Mapping[str, str]) -> datetime:
    """Raises `ValueError` for a day that no month has."""
    hour = int(said.get("H", said.get("I", "0")))
    if half := said.get("p"):
        hour = hour % 12 + (12 if half == "PM" else 0)
    day = int(said["Y"]), int(said["m"]), int(said["d"])
    return datetime(*day, hour, int(said.get("M", "0")), int(said.get("S", "0")))  # noqa: DTZ001  # as above


def _special(said: str, form: str) -> datetime | None:
    if not _NUMBER.match(said):
        return None
    number = float(said)
    if form == "excel":
        if not _SERIALS[0] <= number <= _SERIALS[1]:
            return None
        return _to_second(_SERIAL_START + timedelta(days=number))
    seconds = number / 1000 if form == "epoch_ms" else number
    return _EPOCH + timedelta(seconds=seconds) if abs(seconds) < 1e11 else None


def _to_second(found: datetime) -> datetime:
    """A serial day is a fraction: 09:00 comes as 08:59:59.999997."""
    return (found + timedelta(milliseconds=500)).replace(microsecond=0)


def in_utc(found: datetime, zone: ZoneInfo, *, later: bool, field: str) -> datetime:
    """The instant. Raises `Refused` for a local time that the clocks skipped, unless it is to be read one hour `later`.

    Of an hour that the clocks repeat in autumn the earlier is taken.
    """
    if found.tzinfo:
        return found.astimezone(UTC)
    there = found.replace(tzinfo=zone).astimezone(UTC)
    if not later and there.astimezone(zone).replace(tzinfo=None) != found:
        raise Refused(_("当地没有这个时刻：那天夏令时开始，钟拨快了一小时。"), code="never_was", field=field)
    return there


def recognised(said: Sequence[str]) -> tuple[str, ...]:
    """The formats that read every one of these values: none, one, or two that cannot be told apart by them.

    Empty where ISO alone reads them. Several formats where the column mixes them, each needed by some value.
    """
    values = [value for value in map(plain, said) if value and local(value, ()) is None]
    if not values:
        return ()
    fitting = [form for form in (*PATTERNS, *SPECIAL) if all(local(v, (form,)) for v in values)]
    if fitting:
        first = fitting[0]
        return tuple(form for form in fitting[:2] if form == first or _swapped(first, form))
    needed: list[str] = []
    for value in values:
        if local(value, needed) is None:
            form = next((one for one in (*PATTERNS, "excel") if local(value, (one,))), None)
            needed += [form] if form else []
    return tuple(needed)


def is_moment(said: Sequence[str]) -> bool:
    """Whether most of these values are moments by some format."""
    values = [value for value in map(plain, said) if value]
    read = sum(local(value, PATTERNS) is not None for value in values)
    return bool(values) and read * 2 >= len(values)


def _swapped(one: str, other: str) -> bool:
    """Whether the two differ only in which comes first, day or month."""
    return one != other and one.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m") == other
