"""The same corner of 柳溪 as the tests of matters."""

from gezhi.matters.tests.conftest import world

__all__ = ["world"]
