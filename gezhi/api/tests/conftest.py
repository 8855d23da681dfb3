"""A corner of 柳溪, and the keys of the programs that speak for its people."""

from __future__ import annotations

import pytest

from gezhi.matters.tests import liuxi
from gezhi.matters.tests.conftest import lasting as lasting
from gezhi.matters.tests.conftest import world as world

from .program import Program


@pytest.fixture
def centre(world: liuxi.World) -> Program:
    """The program that acts as the centre."""
    return Program.of(world, "he")
