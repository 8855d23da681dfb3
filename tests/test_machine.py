"""What `make test` says on a machine that lacks what it needs."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tools import machine


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who is not root, on a machine that has nothing."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    monkeypatch.setattr(machine, "postgresql_bin", lambda: None)
    monkeypatch.setattr(machine, "chinese_letters", lambda: False)
    monkeypatch.setattr(machine, "atomic", lambda: False)


def test_who_may_not_install_reads_one_command(bare: None, capsys: pytest.CaptureFixture[str]) -> None:
    machine.bring(machine.missing())
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert said[1].startswith("  su -c 'apt-get update && apt-get install ")
    assert all(name in said[1] for name in machine.PACKAGES)


def test_a_browser_without_its_driver_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(machine, "atomic", lambda: False)
    assert not machine.browser()
    assert "libatomic1" in machine.missing()


def test_what_pip_compiled_is_found_where_a_run_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, to = tmp_path / "site-packages", tmp_path / "bytecode"
    source = library / "made" / "one.py"
    monkeypatch.setattr(sys, "pycache_prefix", None)
    compiled = Path(cache_from_source(str(source)))
    compiled.parent.mkdir(parents=True)
    compiled.write_bytes(b"compiled")
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(library))
    assert machine.lend_bytecode(to) == 1
    monkeypatch.setattr(sys, "pycache_prefix", str(to))
    assert Path(cache_from_source(str(source))).read_bytes() == b"compiled"
    assert machine.lend_bytecode(to) == 0
