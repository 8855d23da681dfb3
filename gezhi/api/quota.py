"""How often a key may ask: counted in the database, spent in memory.

A process takes a slice of the minute from the database and spends it without asking again. However many
processes there are, together they never let a key ask more often than the home says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from gezhi.vault import limits
from gezhi.vault.limits import TooOften

SECONDS = 60
MOST_WRONG = 20
"""Wrong keys a minute from one address; a 300th of what a right key may ask where the home allows more than usual."""
SLICES = 20
"""Into so many slices a minute is cut: one more statement in so many requests, and no more of the minute lost."""


class Slice(NamedTuple):
    """What one process may still spend of one minute. `spent` counts by itself, so that threads need no lock."""

    window: int
    granted: int
    spent: Iterator[int]


class Quota:
    """The slices that one process holds, by key."""

    def __init__(self) -> None:
        self.held: dict[UUID, Slice] = {}

    def spend(self, key: UUID, *, at: datetime) -> None:
        """Count one request of a key; raise `TooOften` if its minute is spent.

        No statement while the slice of this process lasts, and none once the minute is known to be spent; else one.
        """
        moment = int(at.timestamp())
        held = self.held.get(key)
        if held is not None and held.window == moment // SECONDS:
            if next(held.spent) <= held.granted:
                return
            if not held.granted:
                raise _spent(moment)
        self._take(key, moment)

    def _take(self, key: UUID, moment: int) -> None:
        """Take the next slice, and spend the first of it."""
        window, most = moment // SECONDS, settings.HOME.key_limit
        many = max(1, most // SLICES)
        granted = limits.lease("key", key, window, most=most, seconds=SECONDS, many=many)
        self.held[key] = Slice(window, granted, count(2))
        if not granted:
            raise _spent(moment)


class Strays:
    """Wrong keys, counted by the address they come from: `vault.limits` keeps a digest of it under a salt that is
    destroyed, a process only the number that Python's own secret makes of it. A right key is never counted."""

    def __init__(self) -> None:
        self.window, self.spent = 0, set[int]()

    def count(self, address: str, *, at: datetime) -> None:
        """Count one wrong key; raise `TooOften` if the minute of this address is spent.

        Once it is known to be spent this process asks the database no more: who floods costs nothing but the look-up.
        """
        moment, who = int(at.timestamp()), hash(address)
        if self.window != moment // SECONDS:
            self.window, self.spent = moment // SECONDS, set()
        if who not in self.spent:
            try:
                return limits.knock("key_address", address, at=at, most=most_wrong(), seconds=SECONDS)
            except TooOften:
                self.spent.add(who)
        seconds = SECONDS - moment % SECONDS
        told = _("这里一分钟里用了 {most} 次以上不对或已作废的钥匙。请先核对钥匙，{n} 秒后再试。")
        raise TooOften(told.format(most=most_wrong(), n=seconds), seconds)


def most_wrong() -> int:
    return max(MOST_WRONG, int(settings.HOME.key_limit) // 300)


def _spent(moment: int) -> TooOften:
    seconds = SECONDS - moment % SECONDS
    told = _("这把钥匙每分钟最多 {most} 次请求，这一分钟已经用完。请 {n} 秒后再试。")
    return TooOften(told.format(most=settings.HOME.key_limit, n=seconds), seconds)


quota = Quota()
"""The slices of this process."""
strays = Strays()
"""The addresses whose wrong keys spent the present minute, as this process knows them."""
