"""A home for the moment, made before Django reads its settings. Pytest loads this first of all (pyproject)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gezhi.home import make_home

_folder = tempfile.TemporaryDirectory(prefix="gezhi-test-home-")
PATH = Path(_folder.name)
os.environ["GEZHI_HOME"] = _folder.name
os.environ["GEZHI_TESTING"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "gezhi.config.settings"

make_home(
    PATH,
    kind="simulation",
    name="柳溪县",
    database=os.environ.get("GEZHI_TEST_DATABASE", "sqlite"),
    synchronous="NORMAL",
)
