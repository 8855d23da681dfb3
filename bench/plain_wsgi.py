"""The whole house, but its rows are written by the plain ORM: for comparison."""

from gezhi.config.wsgi import application
from gezhi.matters.services import writer
from gezhi.matters.tests import plain

writer.write = plain.write
__all__ = ["application"]
