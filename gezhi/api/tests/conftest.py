"""A corner of 柳溪, and the keys of the programs that speak for its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gezhi.ledger import clock
from gezhi.matters.tests import liuxi

from .program import Program


@pytest.fixture
def world(db: None) -> Iterator[liuxi.World]:
    """The corner on a Friday afternoon; its clock stands until a test moves it."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        yield liuxi.build()
    liuxi.forget()


@pytest.fixture
def centre(world: liuxi.World) -> Program:
    """The program that acts as the centre."""
    return Program.of(world, "he")
