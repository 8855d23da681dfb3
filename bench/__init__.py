"""Measurements: `python -m bench` lists them; each is one command that prints one table."""
