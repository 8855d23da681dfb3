"""What `make test` says on a machine that lacks what it needs."""

from __future__ import annotations

import os
import shutil

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
