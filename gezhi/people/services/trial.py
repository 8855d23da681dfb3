"""Trying a change before it is made, and making it on what was seen.

A page shows what a change would do and asks; between the two somebody else may have changed the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import instance

Made = TypeVar("Made")


def would(act: Callable[[], Made]) -> Made:
    """Let a service say whether it would refuse, on today's state, and what it would return; whatever it writes is taken
    back."""
    with transaction.atomic():
        made = act()
        transaction.set_rollback(True)
    return made


@contextmanager
def as_seen(seen: str, now: Callable[[], str]) -> Iterator[None]:
    """A change of staffing within the block, if, and only if, what it rests on still is what was seen.

    1. Take the lock under which staffing changes one at a time. 2. Compare. 3. The change, in the same transaction.
    Raises `Refused` for whoever came second; nothing of theirs is written, nothing of the first is overwritten.
    """
    with transaction.atomic():
        instance.bump()
        if now() != seen:
            raise Refused(
                _("就在刚才，别人改动了这里。什么都没有写；请看一遍现在的样子，再决定要不要改。"),
                code="moved_meanwhile",
            )
        yield
