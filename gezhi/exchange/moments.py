"""How other systems write moments: ISO 8601, patterns, serial days of a spreadsheet, seconds since 1970."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
        return datetime.strptime(said, form)  # noqa: DTZ007  # its zone is the mapping's
    except ValueError:
        return None


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
    aware = found if found.tzinfo else found.replace(tzinfo=zone)
    there = aware.astimezone(UTC)
    if not later and there.astimezone(aware.tzinfo).replace(tzinfo=None) != found.replace(tzinfo=None):
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
