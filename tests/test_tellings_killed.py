"""kill -9 while a telling is handed over: at any statement it is told, under one number, and the number stays sealed."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gezhi.notify.tests.providers import ID, SECRET, SIGN, Aliyun, open_here
from tests import forked, instances
from tests.instances import ROOT, Instance

pytestmark = pytest.mark.slow
KILLS = (2, 6, 9, 12, 15, 20, 26)  # statements into a delivering process at which it is killed
PHONE = "13800138000"

BUILD = """
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Instance
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.notify import doorkeeping, services
world = liuxi.build()
Instance.objects.update(kind="live")
with clock.fixed(liuxi.FRIDAY):
    said = doorkeeping.Said(endpoint=words["url"], sign=words["sign"], templates=("*=SMS_154950910:number",))
    doorkeeping.add("aliyun", "短信", said, words["key"], by=HOUSE, at=clock.now())
    for n in range(5):
        report = Report(text=f"第 {n} 件事。", item="N01", lon=118.205, lat=30.505, contact=words["phone"])
        open_matter(report, by=world.clerk())
    while services.hear(at=clock.now()):
        pass
"""
DELIVER = """
import os, signal
from datetime import timedelta
from django.db import connection
from gezhi.ledger import clock
from gezhi.matters.tests import liuxi
from gezhi.notify import delivering
left = KILL_AT
def counting(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
at = liuxi.FRIDAY + timedelta(minutes=4 * ROUND)
with clock.fixed(at), connection.execute_wrapper(counting):
    while delivering.deliver(at=at):
        pass
"""
LOOK = """
from gezhi.notify.models import Message
answer = [[row.id.hex, row.state] for row in Message.objects.filter(door="sms")]
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    """An instance of its own, on either database."""
    home, schema, url = tmp_path / "home", "", "sqlite"
    if request.param == "postgresql":
        url, schema = os.environ.get("GEZHI_TEST_DATABASE", ""), f"tellings_{secrets.token_hex(4)}"
        if not url.startswith("postgresql"):
            pytest.skip("no PostgreSQL to test on")
    yield instances.opened(home, database=url, schema=schema)
    if schema:
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(f'DROP SCHEMA "{schema}" CASCADE')


def test_whatever_dies_while_it_hands_over_loses_nothing(place: Instance) -> None:
    with open_here(Aliyun()) as provider:
        place.run(BUILD, url=provider.url, key=f"{ID}:{SECRET}", sign=SIGN, phone=PHONE)
        codes = []
        for n, left in enumerate((*KILLS, 0)):
            code = DELIVER.replace("KILL_AT", str(left)).replace("ROUND", str(n))
            program = f"import django; django.setup()\n{code}"
            done = forked.program(program, env=place.environment, cwd=ROOT)
            assert done.returncode in {0, -signal.SIGKILL}, done.stderr
            assert PHONE not in done.stderr + done.stdout
            codes.append(done.returncode)
        kept = dict(place.run(LOOK))
        sent = [one["OutId"] for one in provider.taken]
    assert (set(kept.values()), len(kept)) == ({"sent"}, 5)
    assert set(sent) == set(kept)
    assert len(sent) <= 5 + len(KILLS)  # once more for each that died between hand-over and mark
    assert codes.count(-signal.SIGKILL) >= 4
    for file in place.home.rglob("*"):
        assert not file.is_file() or PHONE.encode() not in file.read_bytes(), file
