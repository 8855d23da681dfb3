"""The database is locked or gone, the disk is full: a sentence that says what to do, and nothing half-written."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from gezhi.home import make_home
from tests.instances import Instance, opened

pytestmark = pytest.mark.slow

SIGN_IN = """
from django.db import connection
if connection.vendor == "sqlite":
    connection.settings_dict["OPTIONS"]["timeout"] = 0.2
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
page = client.post("/sign-in", {"sign_in": "qiao", "password": "wrong-password"}, HTTP_ACCEPT_LANGUAGE="zh-hans")
answer = [page.status_code, page.content.decode()]
"""
PROGRAM = """
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
page = client.get("/api/v1/matters", HTTP_AUTHORIZATION="Bearer gz_0", HTTP_ACCEPT_LANGUAGE="zh-hans")
answer = [page.status_code, page.content.decode()]
"""


def plain(said: Any) -> str:
    """What the page said, when it said it with the status of a house that cannot answer now."""
    status, body = said
    assert status == 503, body[:500]
    assert "Traceback" not in body
    assert "OperationalError" not in body
    return str(body)


@pytest.fixture(scope="module")
def liuxi(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return opened(tmp_path_factory.mktemp("homes") / "liuxi")


def test_a_locked_database_is_told_in_a_sentence(liuxi: Instance) -> None:
    with sqlite3.connect(liuxi.home / "gezhi.sqlite3") as other:
        other.execute("BEGIN IMMEDIATE")
        assert "请" in plain(liuxi.run(SIGN_IN))
        other.rollback()
    count = "from gezhi.vault.models import Attempt; answer = Attempt.objects.count()"
    assert liuxi.run(count) == 0


@pytest.mark.parametrize("request_of", [SIGN_IN, PROGRAM], ids=["page", "program"])
def test_a_database_that_is_gone_is_told_in_a_sentence(tmp_path: Path, request_of: str) -> None:
    address = "postgresql://gezhi@127.0.0.1:9/gezhi"
    make_home(tmp_path / "gone", kind="simulation", name="松岗", database=address, schema="gone")
    assert "请" in plain(Instance(tmp_path / "gone").run(request_of))
