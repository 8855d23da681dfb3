"""The instance's one clock. `recorded_at` comes from here and from nowhere else.

A live instance keeps the time of its machine. An instance opened as demo, simulation or replay may stand
apart from it, and its clock may be moved forward only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused

from . import instance
from .models import Instance

_source: Callable[[], datetime] | None = None


def wall() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The instance's time, in UTC."""
    if _source is not None:
        return _source()
    if instance.kind() == "live":
        return wall()
    return ahead(instance.pulse().clock_ahead)


def today() -> date:
    """The instance's local day."""
    return timezone.localdate(now())


def ahead(microseconds: int) -> datetime:
    """The instance's time when its clock is known to stand so far from the machine's (the hot path knows)."""
    if _source is not None:
        return _source()
    return wall() + timedelta(microseconds=microseconds)


def move_to(moment: datetime) -> None:
    """Move the clock of a demo, simulation or replay forward.

    Raises `Refused` in a live instance, and for a moment that has passed.
    """
    if instance.kind() == "live":
        raise Refused(_("正式实例的时钟就是机器的时钟，不能拨动。"), code="clock_is_live")
    if moment < now():
        raise Refused(_("时钟只能往前拨。请选一个比现在晚的时刻。"), code="clock_goes_forward")
    gap = moment - wall()
    micro = (gap.days * 86400 + gap.seconds) * 1_000_000 + gap.microseconds
    Instance.objects.filter(id=1, clock_ahead__lt=micro).update(clock_ahead=micro)


def start_at(moment: datetime) -> None:
    """Put a new demo, simulation or replay at the moment where it begins, before anything was recorded."""
    from .models import Entry  # the clock is read by whoever writes entries

    if instance.kind() == "live" or Entry.objects.exists():
        raise Refused(_("这个实例已经开始记账，时钟不能再定起点。"), code="clock_has_started")
    gap = moment - wall()
    Instance.objects.filter(id=1).update(clock_ahead=round(gap.total_seconds() * 1_000_000))


class Fixed:
    """A clock that stands until it is moved: for simulations and tests."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        if moment < self.moment:
            raise ValueError("A clock moves forward only.")
        self.moment = moment

    def tick(self, seconds: float = 1) -> datetime:
        self.moment += timedelta(seconds=seconds)
        return self.moment


@contextmanager
def fixed(moment: datetime) -> Iterator[Fixed]:
    """Within the block this process's clock is the given one."""
    global _source
    before, clock = _source, Fixed(moment)
    _source = clock
    try:
        yield clock
    finally:
        _source = before
