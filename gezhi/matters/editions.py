"""Which version of the governance model holds: new matters take today's, old ones keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.matters.models import Edition
from gezhi.rules.load import from_canonical
from gezhi.rules.model import Model

_loaded: dict[str, Model] = {}
_current: tuple[tuple[int, date] | None, str] = (None, "")


def of_version(version: str) -> Model:
    """The model of this version, from the store of versions; kept in memory once read."""
    if version not in _loaded:
        body = Edition.objects.values_list("body", flat=True).get(version=version)
        _loaded[version] = from_canonical(body)
    return _loaded[version]


class Line(NamedTuple):
    """An edition without its text: from which day it holds, and when it was adopted last."""

    version: str
    name: str
    since: date
    adopted_at: datetime


def lines() -> list[Line]:
    """Every edition that was not withdrawn, the one adopted last first."""
    rows = Edition.objects.filter(withdrawn_at=None).order_by("-turn", "-adopted_at", "-since")
    return [Line(*row) for row in rows.values_list(*Line._fields)]


def holding(on: date, adopted: Sequence[Line]) -> str:
    """The version for a day: the last adopted of those that hold by then; empty where there are none.

    A day before all of them has the last that did not wait for a day of its own when it was adopted.
    """
    found = [one for one in adopted if one.since <= on]
    found = found or [one for one in adopted if one.since <= timezone.localdate(one.adopted_at)]
    return (found or list(adopted[:1]))[0].version if adopted else ""


def waiting(on: date) -> Line | None:
    """The edition that is published and begins after this day, if there is one."""
    adopted = lines()
    held = holding(on, adopted)
    return next((one for one in adopted if one.since > on and one.version != held), None)


def current(on: date, revision: int | None = None) -> Model:
    """The model for matters opened on this day: the last adopted of those that hold by then.

    Raises `Refused` in an instance that has none yet.
    """
    global _current
    key = (instance.revision() if revision is None else revision, on)
    if _current[0] != key:
        found = holding(on, lines())
        if not found:
            raise Refused(_("这个实例还没有治理模型。请先运行 gezhi upgrade。"), code="no_model")
        _current = (key, found)
    return of_version(_current[1])


def today() -> Model:
    """The model for matters opened now. One statement."""
    pulse = instance.pulse()
    now = clock.ahead(pulse.clock_ahead)
    return current(now.astimezone(timezone.get_default_timezone()).date(), pulse.revision)


def forget() -> None:
    """Drop what this process keeps: for tests, whose databases roll back under one revision."""
    global _current
    _current = (None, "")
