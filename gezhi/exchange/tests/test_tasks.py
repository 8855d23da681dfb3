"""A file handed in on the page: guessed, previewed, counted, stopped, gone on with, taken in; the rejected rows come back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.exchange import drafting, judging, mapping, previewing, tasks
from gezhi.exchange.models import Row, Run, Task
from gezhi.ledger import clock
from gezhi.matters.models import Matter
from gezhi.matters.tests.liuxi import World

from .sheets import BY, HEADERS, MAPPING, line, sheet


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "folder", lambda: tmp_path)


def handed_in(folder: Path, many: int = 6) -> Task:
    rows = [line(f"A{n}") for n in range(many)] + [line("B1", 上报时间="昨天"), line("A0")]
    body = sheet(folder, rows).read_bytes()
    task = tasks.hand_in("旧册.csv", io.BytesIO(body), by=BY, at=clock.now())
    tasks.write_mapping(task, MAPPING)
    return task


def test_what_is_checked_is_what_is_taken(world: World, tmp_path: Path) -> None:
    task = handed_in(tmp_path)
    tasks.begin(task, "check")
    tasks.carry_out(task.id, at=clock.now())
    task.refresh_from_db()
    checked = json.loads(task.found)
    assert (task.state, checked["read"], checked["taken"], checked["rejected"]) == ("done", 8, 6, 2)
    assert Matter.objects.count() == Row.objects.count() == 0

    tasks.begin(task, "take")
    tasks.carry_out(task.id, at=clock.now())
    task.refresh_from_db()
    taken = json.loads(task.found)
    assert {n: taken[n] for n in ("read", "taken", "known", "rejected")} == {
        n: checked[n] for n in ("read", "taken", "known", "rejected")
    }
    assert dict(taken["faults"]) == dict(checked["faults"])
    assert Matter.objects.count() == 6
    with tasks.rejects_of(task).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["行号"], row["编号"], row["地址"]) for row in rows] == [("8", "B1", ""), ("9", "A0", "")]


def test_it_is_stopped_and_goes_on(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "BATCH", 2)
    task = handed_in(tmp_path)
    tasks.begin(task, "take")
    with pytest.raises(Refused, match="正在做"):
        tasks.begin(task, "take")
    with pytest.raises(Refused, match="有一个文件正在做"):
        tasks.hand_in("x.csv", io.BytesIO(b"a,b\n1,2\n"), by=BY, at=clock.now())

    calls = 0

    def gone() -> bool:
        nonlocal calls
        calls += 1
        return calls > 5  # in the middle of taking

    tasks.carry_out(task.id, at=clock.now(), gone=gone)
    task.refresh_from_db()
    assert (task.state, tasks.waits()) == ("running", task.id)  # its process went away: another goes on
    assert 0 < Matter.objects.count() < 6
    tasks.stop(task)
    assert tasks.waits() is None
    tasks.carry_out(task.id, at=clock.now())
    assert Matter.objects.count() < 6
    tasks.begin(task, "take")
    tasks.carry_out(task.id, at=clock.now())
    task.refresh_from_db()
    found = json.loads(task.found)
    assert (task.state, found["taken"], found["waiting"], Matter.objects.count()) == ("done", 6, 0, 6)
    assert Run.objects.count() == 1


def test_what_cannot_be_done_is_told_and_leaves_nothing(world: World, tmp_path: Path) -> None:
    task = handed_in(tmp_path)
    tasks.write_mapping(task, MAPPING.replace('"编号"', '"号码"'))
    tasks.begin(task, "take")
    tasks.carry_out(task.id, at=clock.now())
    task.refresh_from_db()
    assert (task.state, task.told[:14]) == ("failed", "文件里没有「号码」这一栏。文")
    assert Row.objects.count() == Run.objects.count() == Matter.objects.count() == 0
    with pytest.raises(Refused, match="读不懂"):
        tasks.write_mapping(task, "[source")
    with pytest.raises(Refused, match="是空的"):
        tasks.hand_in("x.csv", io.BytesIO(b""), by=BY, at=clock.now())
    assert Task.objects.count() == 1
    tasks.drop()
    assert not Task.objects.exists()
    assert [p.name for p in tmp_path.glob(f"{task.id.hex}*")] == []


def test_the_first_rows_are_shown_as_the_matters_they_would_be(world: World, tmp_path: Path) -> None:
    held = tasks.opened(handed_in(tmp_path))
    shown = previewing.first_rows(held.file, held.mapping, by=BY, at=clock.now())
    first = shown[0].seen
    assert first is not None
    assert (first.unit, first.step, first.flag) == ("桥东 01 格", "销号", "")
    assert [(one.line, one.fault) for one in shown if one.fault] == [
        (8, "上报时间：日期读不出来。"),
        (9, "编号：已有别的事项用这个编号。"),
    ]
    assert Matter.objects.count() == 0


def test_a_mapping_is_guessed_from_the_headers_and_written_as_toml(world: World, tmp_path: Path) -> None:
    held = tasks.opened(handed_in(tmp_path))
    found = drafting.look(held.file)
    said = drafting.guessed(found, held.file, world.model, zone="Asia/Shanghai")
    columns = said.columns
    assert (columns.key, columns.at, columns.ended, columns.text) == ("编号", "上报时间", "办结时间", "内容")
    assert (columns.item, columns.status, columns.lon, columns.lat) == ("类别", "状态", "经度", "纬度")
    assert [one.name for one in found.columns if one.banned] == ["户主积分", "民族"]
    again = tasks.parsed(drafting.as_toml(tasks.parsed(MAPPING).said)).said
    assert again == tasks.parsed(MAPPING).said
    assert HEADERS[0] == "编号"


@pytest.mark.parametrize("path", sorted(mapping.SHIPPED.glob("*.toml")), ids=lambda p: p.stem)
def test_every_mapping_that_ships_is_written_as_it_is_read(path: Path) -> None:
    said = mapping.load(path).said
    assert tasks.parsed(drafting.as_toml(said)).said == said
