"""kill -9 while pictures are drawn: at any statement, on both databases, each is there once or refused, none is lost."""

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
KILLS = (2, 4, 5, 6, 8, 11)  # statements into a drawing process at which it is killed

BUILD = """
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.services import photos
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.test_photos import with_place
liuxi.build()
with clock.fixed(liuxi.FRIDAY):
    for _n in range(int(words["many"])):
        photos.keep(new_id(), [with_place()], kind="report", at=clock.now(), original=True)
"""

DRAW = """
import os, signal
from datetime import timedelta
from django.db import connection
from gezhi.matters.services.photos import encode_waiting
from gezhi.matters.tests import liuxi
left = KILL_AT
def counting(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(counting):
    while encode_waiting(at=liuxi.FRIDAY + timedelta(minutes=3 * ROUND), most=1):
        pass
"""

LOOK = """
from collections import Counter
from gezhi.ledger.models import Entry
from gezhi.matters.models import Photo
from gezhi.matters.services import photos
from gezhi.vault.models import SealedFile
from gezhi.vault.services.files import bytes_of, path_of
from gezhi.matters.tests.test_photos import with_place
rows = list(Photo.objects.all())
ready = [row for row in rows if row.state == "ready"]
answer = {
    "states": Counter(row.state for row in rows),
    "reasons": sorted({row.reason for row in rows if row.state == "refused"}),
    "shown": sum(photos.shown_file(row.id).exists() for row in ready),
    "told": sorted(Counter(Entry.objects.filter(what="photo.ready").values_list("about", flat=True)).values()),
    "sealed": sum(bytes_of(row.original) == with_place() for row in ready),
    "seals": sorted(Counter(SealedFile.objects.values_list("id", flat=True)).values()),
    "raw": sum(photos.raw_file(row.id).exists() for row in rows if row.state == "waiting"),
}
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    """An instance of its own, on either database."""
    if request.param == "sqlite":
        yield instances.opened(tmp_path / "home")
        return
    url = os.environ.get("GEZHI_TEST_DATABASE", "")
    if not url.startswith("postgresql"):
        pytest.skip("no PostgreSQL to test on")
    schema = f"photos_{secrets.token_hex(4)}"
    try:
        yield instances.opened(tmp_path / "home", database=url, schema=schema)
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def test_killed_at_any_statement_every_picture_is_there_once(place: Instance) -> None:
    many = len(KILLS) + 1
    place.run(BUILD, many=str(many))
    died = 0
    for time, kill_at in enumerate(KILLS):
        died += drawn(place, kill_at, time) == -9
    assert died == len(KILLS)
    assert drawn(place, 0, len(KILLS) + 1) == 0
    found = place.run(LOOK)
    ready, refused = found["states"].get("ready", 0), found["states"].get("refused", 0)
    assert ready + refused == many
    assert refused <= len(KILLS) // 2  # each refusal took two deaths,
    assert found["reasons"] in ([], ["broke_worker"])  # and no other has a cause
    assert found["shown"] == found["sealed"] == ready
    assert found["told"] == found["seals"] == [1] * ready
    assert found["raw"] == 0


def drawn(place: Instance, kill_at: int, time: int) -> int:
    """Draw in a process of its own, killed at this statement (0: not at all); its exit code."""
    program = DRAW.replace("KILL_AT", str(kill_at)).replace("ROUND", str(time))
    start = "import django; django.setup()\n"
    return forked.program(start + program, env=place.environment, cwd=ROOT).returncode
