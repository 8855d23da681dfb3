"""The corner of 柳溪, as whoever has no account meets it."""

from __future__ import annotations

from gezhi.matters.tests.conftest import lasting as lasting
from gezhi.matters.tests.conftest import world as world
