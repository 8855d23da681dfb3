"""An import in two processes is the import in one, whoever of them is killed -9, and whenever."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.instances import Instance, opened

MANY, BATCH = 900, 100
PREPARE = """
from pathlib import Path
from gezhi.exchange.tests.sheets import line, mapping, sheet
from gezhi.matters.tests import liuxi
liuxi.build()
rows = []
for n in range(int(words["many"])):
    said = {"办结时间": "", "状态": "处置中"} if n % 5 == 0 else {}
    said |= {"状态": "不知道"} if n % 97 == 1 else {}
    said |= {"经度": f"118.2{n % 20:02d}5", "上报时间": f"2026-03-{n % 2 + 1:02d} {n % 24:02d}:{n % 60:02d}"}
    rows.append(line(f"K{n % (int(words['many']) - 9):05d}", **said))
sheet(Path(words["folder"]), rows)
mapping(Path(words["folder"]))
"""
TAKE = """
import os, signal
from pathlib import Path
from gezhi.exchange import ahead, judging, reading, services
from gezhi.exchange.tests.sheets import BY, mapping
from gezhi.ledger import clock
ahead.wanted = lambda _size: words["beside"] == "yes"
judging.BATCH = int(words["batch"])
made, here, judge = [], [], judging.judge

class Seen(ahead.Ahead):
    def __init__(self):
        super().__init__()
        made.append(self.child.pid)

def judged(rows, *said, **more):
    here.append(len(rows))
    return judge(rows, *said, **more)

def tell(phase, done, of):
    if phase == "take" and done == int(words["until"]) and words["kill"]:
        pid = made[0] if words["kill"] == "beside" else os.getpid()
        Path(words["folder"], "pid").write_text(str(made[0]))
        os.kill(pid, signal.SIGKILL)

services.Ahead, judging.judge = Seen, judged
file = reading.open_file(Path(words["folder"], "register.csv"))
found = services.run_import(mapping(Path(words["folder"])), file, by=BY, at=clock.now(), tell=tell)
answer = [found.read, found.taken, found.known, found.rejected, found.waiting, sum(here)]
"""
WAIT = """
import time
from itertools import islice
from pathlib import Path
import msgspec
from gezhi.exchange import ahead, judging, reading, services
from gezhi.exchange.judging import Block
from gezhi.exchange.models import Row
from gezhi.exchange.reading import Records
from gezhi.exchange.tests.sheets import BY, mapping
from gezhi.ledger import clock
judging.BATCH, at, read = 100, clock.now(), mapping(Path(words["folder"]))
file = reading.open_file(Path(words["folder"], "register.csv"))
run, beside = services._run(read, file, at), ahead.Ahead()
beside.begin(services._order(run, read, BY, at))
records = iter(Records(file))

def stage(many):
    services._put_aside(run, list(islice(records, many)), read, at)

stage(250)
early = [len(msgspec.msgpack.decode(beside.next_block(), type=Block).rows) for _batch in range(2)]
time.sleep(0.5)
early.append(beside._blocks.qsize())
stage(5_000)
beside.all_staged()
blocks = [*iter(beside.next_block, b"")]
rows = [len(msgspec.msgpack.decode(said, type=Block).rows) for said in blocks]
waiting = Row.objects.filter(state="staged").count()
full = ahead.Ahead()
full.begin(services._order(run, read, BY, at))
full.all_staged()
until = time.monotonic() + 60
while full._blocks.qsize() < 2 and time.monotonic() < until:
    time.sleep(0.05)
began = time.monotonic()
full.close()
answer = [early, rows, waiting, beside.over, full.child.poll() is not None, time.monotonic() - began < 20]
"""
STORED = """
import json
from gezhi.exchange.models import Row
from gezhi.ledger.models import Entry
from gezhi.matters.models import Asked, Matter, Text
from gezhi.promises.models import Promise
names = dict(Matter.objects.values_list("id", "number"))

def of(table, *order, without=()):
    mine = {"id", "matter", "about", "salt", "run", *without}
    columns = [f.attname for f in table._meta.concrete_fields if f.attname not in mine | {"run_id"}]
    about = next((n for n in ("matter", "about") if n in {f.name for f in table._meta.concrete_fields}), "id")
    rows = table.objects.filter(**{f"{about}__in": list(names)}) if table is Entry else table.objects.all()
    return [[names.get(row.pop(about))] + [str(v) for v in row.values()]
            for row in rows.order_by(*order).values(about, *columns)]

def entries():
    for row in sorted(Entry.objects.filter(about__in=list(names)), key=lambda e: (names[e.about], e.id)):
        facts = {k: v for k, v in json.loads(row.facts).items() if k != "texts"}
        yield [names[row.about], row.what, row.post, str(row.at), facts]

answer = {
    "matters": of(Matter, "number", without=("recorded_at", "accepted_recorded_at", "ended_recorded_at")),
    "texts": of(Text, "body", "matter"), "asked": of(Asked, "department", "matter", without=("since",)),
    "promises": sorted(map(repr, of(Promise, "name"))), "rows": of(Row, "line"), "entries": list(entries()),
    "marks": len(set(names)),
}
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance with its ground, and the file beside it."""
    instance = opened(tmp_path_factory.mktemp("begun") / "home")
    instance.run(PREPARE, many=str(MANY), folder=str(instance.home.parent))
    return instance


def fresh(begun: Instance, folder: Path) -> Instance:
    """A copy of it."""
    return Instance(Path(shutil.copytree(begun.home, folder / "home")))


def taken(instance: Instance, begun: Instance, *, beside: bool = True, kill: str = "", until: int = 0) -> Any:
    return instance.run(
        TAKE,
        folder=str(begun.home.parent),
        beside="yes" if beside else "",
        kill=kill,
        until=str(until),
        batch=str(BATCH),
    )


@pytest.mark.slow
def test_in_two_processes_all_that_is_stored_is_what_one_stores(begun: Instance, tmp_path: Path) -> None:
    one, two, killed = (fresh(begun, tmp_path / name) for name in ("one", "two", "killed"))
    *counts, here = taken(one, begun, beside=False)
    assert counts[0] == here + 9 == MANY  # nine stand twice
    assert taken(two, begun) == [*counts, BATCH]  # the fifth of nine batches was left to the one that writes
    *same, here = taken(killed, begun, kill="beside", until=2 * BATCH)
    assert same == counts
    assert 0 < here <= MANY - 2 * BATCH  # the process that writes went on by itself
    stored = one.run(STORED)
    assert stored["marks"] == counts[1] > 850
    assert len(stored["entries"]) > 3 * counts[1]
    assert two.run(STORED) == stored
    assert killed.run(STORED) == stored


def at_work(pid: int) -> bool:
    """Whether a process is there that was not only left unburied."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_killed_while_it_writes_nothing_is_lost_or_twice(begun: Instance, tmp_path: Path) -> None:
    instance = fresh(begun, tmp_path)
    with pytest.raises(AssertionError):
        taken(instance, begun, kill="self", until=3 * BATCH)
    pid, until = int((begun.home.parent / "pid").read_text()), time.monotonic() + 20
    while at_work(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not at_work(pid)
    stored = instance.run(STORED)
    assert stored["marks"] < MANY
    read, got, known, rejected, waiting, _here = taken(instance, begun)
    assert (read, known, waiting) == (MANY, 0, 0)
    assert got + rejected == MANY
    assert instance.run(STORED)["marks"] == got
    assert taken(instance, begun)[1:3] == [0, got]


@pytest.mark.slow
def test_the_one_beside_begins_while_rows_are_staged_and_ends_when_it_is_told(
    begun: Instance, tmp_path: Path
) -> None:
    """Two whole batches of the first 250 rows and no part of the third; then all but those of the one that writes."""
    early, rows, waiting, over, gone, soon = fresh(begun, tmp_path).run(WAIT, folder=str(begun.home.parent))
    assert early == [100, 100, 0]
    assert sum(rows) == waiting - 3 * BATCH  # two came before, one is left to the one that writes
    assert set(rows[:-1]) == {BATCH}
    assert over
    assert gone  # though nobody took what it had to say
    assert soon
