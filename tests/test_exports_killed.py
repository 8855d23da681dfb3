"""An export whose process is killed -9: the next one leaves no line twice and none out; memory stays flat."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.instances import ROOT, Instance, opened

MANY = 60_000
FILL = """
from gezhi.exchange import exports
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
with clock.fixed(liuxi.FRIDAY):
    world = liuxi.build()
    lon, lat = liuxi.INSIDE
    made = open_matter(Report(text="井盖翘起。", item="N01", lon=lon, lat=lat, reporting="anonymous"), by=world.clerk())
    one = Matter.objects.get(number=made.number)
    rows = []
    for n in range(int(words["many"]) - 1):
        copy = Matter(**{f.attname: getattr(one, f.attname) for f in Matter._meta.concrete_fields})
        copy.id, copy.number, copy.client_key = new_id(), f"K{n:07d}", None
        rows.append(copy)
    Matter.objects.bulk_create(rows, batch_size=500)
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
