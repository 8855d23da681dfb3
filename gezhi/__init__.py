"""Gezhi 格治: an open platform for grid governance."""

__version__ = "0.1.0"
