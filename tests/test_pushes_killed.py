"""kill -9 while something is pushed: at any statement and while the other side is waited for, it arrives, under one id."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gezhi.notify.tests.receiver import receiving
from tests import forked, instances
from tests.instances import ROOT, Instance

pytestmark = pytest.mark.slow
KILLS = (1, 3, 5, 7, 9, 12)  # statements into a delivering process at which it is killed

BUILD = """
from gezhi.ledger import clock
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.notify import hooks, services
world = liuxi.build()
with clock.fixed(liuxi.FRIDAY):
    he = world.person("he")
    hooks.make(hooks.Wanted("试", words["url"], hooks.KINDS), he.terms[0].term, by=world.clerk(), at=clock.now())
    for n in range(4):
        open_matter(Report(text=f"第 {n} 件事。", item="N01", lon=118.205, lat=30.615), by=world.clerk())
    while services.hear(at=clock.now()):
        pass
"""
DELIVER = """
import os, signal
from datetime import timedelta
from django.db import connection
from gezhi.ledger import clock
from gezhi.matters.tests import liuxi
from gezhi.notify import pushing
left = KILL_AT
def counting(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
at = liuxi.FRIDAY + timedelta(minutes=2 * ROUND)
with clock.fixed(at), connection.execute_wrapper(counting):
    while pushing.deliver(at=at):
        pass
"""
LOOK = """
from gezhi.notify.models import Push
answer = [[str(row.event), row.state] for row in Push.objects.all()]
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    """An instance of its own, on either database, that may push to this machine."""
    home, schema, url = tmp_path / "home", "", "sqlite"
    if request.param == "postgresql":
        url, schema = os.environ.get("GEZHI_TEST_DATABASE", ""), f"pushes_{secrets.token_hex(4)}"
        if not url.startswith("postgresql"):
            pytest.skip("no PostgreSQL to test on")
    made = instances.opened(home, database=url, schema=schema)
    with (home / "settings.toml").open("a") as settings:
        settings.write('push_to = ["127.0.0.0/8"]\n')
    yield made
    if schema:
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(f'DROP SCHEMA "{schema}" CASCADE')


def test_whatever_dies_while_it_delivers_loses_nothing(place: Instance) -> None:
    with receiving() as receiver:
        place.run(BUILD, url=receiver.url)
        codes = []
        for n, left in enumerate((*KILLS, 0)):
            code = DELIVER.replace("KILL_AT", str(left)).replace("ROUND", str(n))
            program = f"import django; django.setup()\n{code}"
            done = forked.program(program, env=place.environment, cwd=ROOT)
            assert done.returncode in {0, -signal.SIGKILL}, done.stderr
            codes.append(done.returncode)
        kept = dict(place.run(LOOK))
        came = [one["id"] for one in receiver.told]
    assert (set(kept.values()), len(kept)) == ({"sent"}, 4)
    assert set(came) == set(kept)
    assert codes.count(-signal.SIGKILL) >= 4


def test_the_process_of_the_house_delivers_and_goes(place: Instance) -> None:
    """Killed while the other side keeps it waiting; the next one delivers under the same id once the lease is over."""
    with receiving() as receiver:
        receiver.answers = ["silent"] * 4
        place.run(BUILD, url=receiver.url)
        command = [sys.executable, "-m", "gezhi.jobs", "pushes"]
        first = subprocess.Popen(command, env=place.environment, cwd=ROOT)
        _until(lambda: len(receiver.came) == 4)
        first.kill()
        first.wait()
        assert set(dict(place.run(LOOK)).values()) == {"waiting"}
        place.run(
            "from gezhi.ledger import clock\nfrom datetime import timedelta\nclock.move_to(clock.now() + timedelta(minutes=2))"
        )
        second = subprocess.Popen(command, env=place.environment, cwd=ROOT)
        _until(lambda: len(receiver.came) == 8)
        _until(lambda: set(dict(place.run(LOOK)).values()) == {"sent"})
        second.send_signal(signal.SIGTERM)
        second.wait(10)
        assert len({one["id"] for one in receiver.told}) == 4


def _until(done: object) -> None:
    end = time.monotonic() + 60  # a machine at work elsewhere starts a process in half of that
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.1)
