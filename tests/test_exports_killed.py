"""An export whose process is killed -9: the next one leaves no line twice and none out."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.instances import ROOT, Instance, opened

MANY = 20_000  # four batches; the first megabyte is on the disk long before the last
FILL = """
from django.db import connection
from gezhi.exchange import exports
from gezhi.ledger import clock
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
with clock.fixed(liuxi.FRIDAY):
    world = liuxi.build()
    lon, lat = liuxi.INSIDE
    made = open_matter(Report(text="井盖翘起。", item="N01", lon=lon, lat=lat, reporting="anonymous"), by=world.clerk())
    own = {"id": "printf('%032x', n)", "number": "printf('K%07d', n)", "client_key": "NULL"}
    columns = [f'"{f.column}"' for f in Matter._meta.concrete_fields]
    values = [own.get(column.strip('"'), column) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < %s)"
            f" INSERT INTO matters_matter ({', '.join(columns)})"
            f" SELECT {', '.join(values).replace('%', '%%')} FROM matters_matter, copies WHERE number = %s",
            [int(words["many"]) - 1, made.number],
        )
he = world.person("he")
answer = exports.ask("state=all", "check", "csv", by=he, at=clock.now()).id.hex
"""
READ = """
import csv, io
from uuid import UUID
from gezhi.exchange.models import Export
from gezhi.exchange import exports
from gezhi.vault import streams
one = Export.objects.get(id=UUID(words["id"]))
text = b"".join(streams.opened(exports.path_of(one.id), one.id)).decode("utf-8-sig")
lines = list(csv.reader(io.StringIO(text, newline="")))
numbers = [line[0] for line in lines[1:-1]]
answer = [one.state, one.lines, len(numbers), len(set(numbers)), lines[-1][0]]
"""


def export(instance: Instance) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gezhi.jobs", "exports"], cwd=ROOT, env=instance.environment
    )


@pytest.mark.slow
def test_killed_in_the_middle_the_next_one_is_whole(tmp_path: Path) -> None:
    instance = opened(tmp_path / "home")
    id = instance.run(FILL, many=str(MANY))
    part = instance.home / "exports" / f"{id}.part"
    killed = export(instance)
    until = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
        assert killed.poll() is None
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert part.exists()
    assert not part.with_suffix("").exists()
    assert export(instance).wait(timeout=120) == 0
    assert instance.run(READ, id=id) == ["done", MANY, MANY, MANY, f"完：以上共 {MANY} 件"]
    assert not part.exists()
