"""The same corner of 柳溪 as the tests of matters."""

from gezhi.desk.tests.conftest import sit
from gezhi.matters.tests.conftest import world

__all__ = ["sit", "world"]
