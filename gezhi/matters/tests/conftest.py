"""The world of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gezhi.ledger import clock

from . import liuxi


@pytest.fixture
def world(db: None) -> Iterator[liuxi.World]:
    """A corner of 柳溪 on a Friday afternoon; its clock stands until a test moves it."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        yield liuxi.build()
    liuxi.forget()


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[liuxi.World]:
    """The same corner for tests whose transactions are real: what one connection commits another sees."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        yield liuxi.build()
    liuxi.forget()
