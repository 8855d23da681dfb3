"""The demo's ledger and logs hold no name, no telephone and no word that anybody wrote (foundation 3)."""

from __future__ import annotations

import sqlite3

import pytest

from tests.instances import Instance

from .conftest import Site

pytestmark = pytest.mark.browser
WORDS = """
import json
from gezhi.matters.models import Matter, Text
from gezhi.people.models import Account
from gezhi.vault import ciphers, keys
from gezhi.vault.models import Secret
from gezhi.vault.services import openings
reporters = [openings._opened(secret) for secret in Secret.objects.filter(id__in=Matter.objects.exclude(reporter=None).values("reporter"))]
answer = {
    "staff": list(Account.objects.values_list("name", flat=True)),
    "reporters": [r.name for r in reporters if r.name],
    "contacts": [r.contact for r in reporters if r.contact],
    "notes": list(Text.objects.values_list("body", flat=True)),
}
"""


@pytest.fixture(scope="module")
def words(liuxi: Site) -> dict[str, list[str]]:
    """Everything that people are called, can be reached at, or have written in this demo."""
    said: dict[str, list[str]] = Instance(liuxi.home).run(WORDS)
    assert all(said.values())
    return said


def test_the_ledger_holds_none_of_them(liuxi: Site, words: dict[str, list[str]]) -> None:
    with sqlite3.connect(f"file:{liuxi.home / 'gezhi.sqlite3'}?mode=ro", uri=True) as base:
        rows = base.execute("SELECT what, post, facts FROM ledger_entry").fetchall()
    assert rows
    book = "\n".join("\t".join(row) for row in rows)
    assert [word for kind in words.values() for word in kind if word in book] == []


def test_a_matters_row_and_a_message_hold_no_reporter(liuxi: Site, words: dict[str, list[str]]) -> None:
    with sqlite3.connect(f"file:{liuxi.home / 'gezhi.sqlite3'}?mode=ro", uri=True) as base:
        rows = base.execute("SELECT * FROM matters_matter").fetchall()
        rows += base.execute("SELECT * FROM notify_message").fetchall()
    book = "\n".join("\t".join(map(str, row)) for row in rows)
    assert [word for kind in ("reporters", "contacts") for word in words[kind] if word in book] == []


def test_the_logs_hold_none_of_them(liuxi: Site, words: dict[str, list[str]]) -> None:
    log = liuxi.log.read_text(encoding="utf-8", errors="replace")
    said = words["reporters"] + words["contacts"] + words["notes"]
    assert [word for word in said if word in log] == []
