"""kill -9 while a plan of the ground is carried to its matters: at any statement, on both databases, nothing is lost or twice."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import forked, instances
from tests.instances import ROOT, Instance

pytestmark = pytest.mark.slow
MATTERS = 24
KILLS = (7, 14, 17, 19, 21, 40)  # statements into a carrying process at which it is killed

BUILD = """
from gezhi.ledger import clock
from gezhi.matters.tests import ground_plans as plans, liuxi
world = liuxi.build()
with clock.fixed(liuxi.FRIDAY):
    for n in range(int(words["matters"])):
        plans.opened(world, at=liuxi.INSIDE if n % 2 else liuxi.BESIDE)
    plans.taken(world, plans.merged(world))
"""

CARRY = """
import signal
from django.db import connection
from gezhi.ledger import clock
from gezhi.matters.services.carrying import carry
from gezhi.matters.tests import ground_plans as plans
left = int(words["kill_at"])
def counting(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with clock.fixed(plans.FIRST_MORNING), connection.execute_wrapper(counting):
    while carry(at=clock.now(), most=5):
        pass
"""

LOOK = """
from collections import Counter
from gezhi.ledger.models import Entry, Unheard
from gezhi.matters import proof
from gezhi.matters.models import Carrying, Former, Matter
from gezhi.promises.models import Promise
told = Entry.objects.filter(what="matter.carried").values_list("id", "about")
answer = {
    "matters": Matter.objects.count(),
    "paths": sorted(set(Matter.objects.values_list("path", flat=True))),
    "moved": sorted(set(Matter.objects.values_list("moved", flat=True))),
    "entries": sorted(Counter(about for _id, about in told).values()),
    "unheard": Unheard.objects.filter(entry__in=[id for id, _about in told]).count(),
    "former": Former.objects.count(),
    "carried": list(Carrying.objects.values_list("carried", "stage")),
    "whole": proof.proof().whole,
}
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    """A corner of 柳溪 with matters in two grids that are to be one from December on."""
    if request.param == "sqlite":
        yield instances.opened(tmp_path / "home")
        return
    url = os.environ.get("GEZHI_TEST_DATABASE", "")
    if not url.startswith("postgresql"):
        pytest.skip("no PostgreSQL to test on")
    schema = f"killed_{secrets.token_hex(4)}"
    try:
        yield instances.opened(tmp_path / "home", database=url, schema=schema)
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def test_killed_at_any_statement_it_ends_as_if_it_had_not_been(place: Instance) -> None:
    place.run(BUILD, matters=str(MATTERS))
    died = 0
    for kill_at in KILLS:
        died += carried(place, kill_at) == -9
    assert died >= len(KILLS) - 1
    assert carried(place, 0) == 0
    found = place.run(LOOK)
    assert found["matters"] == MATTERS
    assert len(found["paths"]) == 1
    assert found["moved"] == [1]
    assert found["entries"] == [1] * MATTERS
    assert found["unheard"] == MATTERS
    assert found["former"] == MATTERS
    assert found["carried"] == [[MATTERS, "done"]]
    assert found["whole"]


def carried(place: Instance, kill_at: int) -> int:
    """Carry in a process of its own, killed at this statement (0: not at all); its exit code."""
    start = "import django; django.setup(); import os; words = {'kill_at': '" + str(kill_at) + "'}\n"
    program = start + CARRY
    return forked.program(program, env=place.environment, cwd=ROOT).returncode
