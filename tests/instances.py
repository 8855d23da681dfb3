"""Whole instances beside one another, each in its own home and its own processes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gezhi.home import make_home
from tests import forked
from tools import scratch_home

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Instance:
    """One home, and a way to run code in it as its own process would."""

    home: Path

    def run(self, code: str, **words: str) -> Any:
        """Run code in a new process of this instance; what it leaves in `answer` comes back by way of JSON."""
        program = (
            "import django; django.setup(); import json, os; words = json.loads(os.environ['WORDS']); answer = None\n"
            + textwrap.dedent(code)
            + "\nprint('answer ' + json.dumps(answer, default=str))\n"
        )
        done = forked.program(program, env=self.environment | {"WORDS": json.dumps(words)}, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.rsplit("answer ", 1)[1])

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GEZHI_TEST_")}
        kept.pop("GEZHI_TESTING", None)
        return kept | {"GEZHI_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "gezhi.config.settings"}


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once for all workers of this run. To be copied, not changed."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder = shared / "once" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = folder.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half)
            half.rename(folder)
    return folder


def opened(folder: Path, *, kind: str = "simulation", database: str = "sqlite", schema: str = "") -> Instance:
    """A new instance, brought up as its operator would; on SQLite a copy, keys and all, of one that was."""
    if (database, schema) == ("sqlite", ""):
        return Instance(Path(shutil.copytree(_brought_up(kind), folder)))
    return _opened(folder, kind, database, schema)


@cache
def _brought_up(kind: str) -> Path:
    """A home that this process has brought up once."""
    return _opened(scratch_home.PATH / f"opened-{kind}", kind, "sqlite", "").home


def _opened(folder: Path, kind: str, database: str, schema: str) -> Instance:
    make_home(folder, kind=kind, name="柳溪县", database=database, schema=schema, synchronous="NORMAL")
    done = forked.command(["upgrade", "--home", str(folder)], env=Instance(folder).environment, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return Instance(folder)
