"""The corner of 柳溪, as the tests of matters have it."""

from gezhi.matters.tests.conftest import lasting as lasting
from gezhi.matters.tests.conftest import world as world
