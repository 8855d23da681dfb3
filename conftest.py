"""Tests run in a home of their own, on SQLite or (GEZHI_TEST_DATABASE=postgresql://…) on PostgreSQL."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_home = tempfile.TemporaryDirectory(prefix="gezhi-test-home-")
os.environ["GEZHI_HOME"] = _home.name
os.environ["GEZHI_TESTING"] = "1"

from gezhi.home import make_home  # noqa: E402  # the home must be named before anything reads it

make_home(
    Path(_home.name) / "",
    kind="simulation",
    name="柳溪区",
    database=os.environ.get("GEZHI_TEST_DATABASE", "sqlite"),
    synchronous="NORMAL",
)
