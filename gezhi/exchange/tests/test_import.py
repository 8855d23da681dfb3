"""Records of another system: taken once, judged by their own times, put aside with a reason, never lost."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from gezhi.errors import Refused
from gezhi.exchange import judging, queries, reading, rejects, services
from gezhi.exchange.models import Row, Run
from gezhi.ledger import clock
from gezhi.ledger.models import Entry, Unheard
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import queries as matters
from gezhi.matters.models import Matter, Text
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.tests.liuxi import COUNTY, GRID, World
from gezhi.promises.models import Promise

from .sheets import BY, HEADERS, brought, line, mapping, sheet

REPORTED = datetime.fromisoformat("2026-03-02T09:00+08:00")
ENDED = datetime.fromisoformat("2026-03-03T10:30+08:00")


def test_a_record_becomes_a_matter_with_its_own_times_and_number(world: World, tmp_path: Path) -> None:
    found = brought(tmp_path, [line("旧-001")])
    row = Matter.objects.get(number="旧-001")

    assert (found.read, found.taken, found.adds_up) == (1, 1, True)
    assert (row.path, row.origin, row.step, row.closing, row.desk) == (GRID, "import", "closed", "solved", "")
    assert (row.at, row.accepted_at, row.ended_at) == (REPORTED, REPORTED, ENDED)
    assert row.recorded_at == row.accepted_recorded_at == row.ended_recorded_at == clock.now()
    staged = Row.objects.get()
    assert (staged.state, staged.raw, staged.matter) == ("taken", "", row.id)


def test_its_promises_are_judged_by_its_source_and_nobody_is_told(world: World, tmp_path: Path) -> None:
    waiting = Unheard.objects.count()
    brought(
        tmp_path,
        [line("A1"), line("A2", 办结时间="2026-04-30 10:00"), line("A3", 办结时间="", 状态="处置中")],
    )
    finish = {Matter.objects.get(id=p.about).number: p for p in Promise.objects.filter(name="finish")}

    assert all(p.imported for p in Promise.objects.all())
    assert [(finish[k].met_at is not None, finish[k].missed_at is not None) for k in ("A1", "A2", "A3")] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    assert Unheard.objects.count() == waiting + 1  # the run itself
    assert keep_promises(at=clock.now()) == 0


def test_an_imported_matter_is_read_on_its_page_and_proved_by_the_ledger(
    world: World, tmp_path: Path
) -> None:
    brought(tmp_path, [line()])
    page = matters.page(world.person("he"), "A1")
    assert page is not None
    assert [story.facts["step"] for story in page.story][:2] == ["closed", "answered"]
    seal(at=clock.now())
    verdict = verify(matters.read_texts)
    assert verdict.whole, verdict.faults


def test_an_open_record_lies_on_the_desk_that_must_act(world: World, tmp_path: Path) -> None:
    brought(tmp_path, [line(状态="处置中", 办结时间="")])
    assert [one.number for one in matters.inbox(world.person("lin"))] == ["A1"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"编号": ""}, "编号：这一栏是空的"),
        ({"上报时间": "昨天"}, "上报时间：日期读不出来"),
        ({"上报时间": "2027-01-01 08:00"}, "上报时间：发生时间在将来"),
        ({"上报时间": "1900-01-01 08:00"}, "上报时间：发生时间早于 1990 年"),
        ({"办结时间": ""}, "办结时间：状态是已了结"),
        ({"办结时间": "2026-03-01 08:00"}, "办结时间：了结时间早于"),
        ({"状态": "处置中"}, "状态：有了结时间"),
        ({"状态": "不知道"}, "状态：对照表里没有"),
        ({"状态": "已评价"}, "状态：按治理模型"),
        ({"类别": "别的"}, "类别：对照表里没有这一类"),
        ({"类别": "N99"}, "类别：事项清单里没有"),
        ({"内容": "x\x00y"}, "内容：文字里有看不见的控制字符"),
        ({"内容": "长" * 4001}, "内容：正文最多"),
        ({"经度": "东"}, "经度：坐标不是数字"),
        ({"经度": ""}, "经度：地点要经度和纬度两个数"),
        ({"纬度": "nan"}, "经度：经度或纬度不是一个数"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(
    world: World, tmp_path: Path, said: dict[str, str], reason: str
) -> None:
    found = brought(tmp_path, [line(**said), line("B1", 内容="𠮷宅门口 🚲 堆物")])
    assert (found.read, found.taken, found.rejected, found.adds_up) == (2, 1, 1, True)
    [(told, _n)] = queries.reasons(found.run)
    assert told.startswith(reason)
    assert Row.objects.get(state="rejected").raw == ""


@pytest.mark.parametrize(
    ("lon", "lat", "flag"),
    [("118.2", "30.5", "rounded"), ("", "", "missing"), ("118.9051", "30.5051", "outside")],
)
def test_a_point_that_says_no_grid_is_flagged_not_placed(
    world: World, tmp_path: Path, lon: str, lat: str, flag: str
) -> None:
    brought(tmp_path, [line(经度=lon, 纬度=lat)])
    row = Matter.objects.get()
    assert (row.path, row.located, row.place_flag) == (COUNTY, "none", flag)


def test_the_same_file_is_taken_once_however_often_it_is_brought(world: World, tmp_path: Path) -> None:
    rows = [line("A1"), line("A2"), line("A2", 内容="又写一遍")]
    first, second = brought(tmp_path, rows), brought(tmp_path, rows)
    assert (first.taken, first.known, first.rejected) == (2, 0, 1)
    assert (second.taken, second.known, second.rejected) == (0, 2, 1)
    assert Matter.objects.count() == Text.objects.count() == 2
    assert [run.taken for run in queries.runs()] == [0, 2]


def test_a_number_of_this_house_is_never_given_twice(world: World, tmp_path: Path) -> None:
    brought(tmp_path, [line("A1")])
    Matter.objects.update(client_key="another-source")
    found = brought(tmp_path, [line("A1")])
    assert queries.reasons(found.run) == [("编号：已有别的事项用这个编号。", 1)]


class Killed(Exception):
    """The process went away."""


def test_an_import_that_was_killed_goes_on_where_it_stood(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "BATCH", 3)
    rows = [line(f"A{n}") for n in range(10)]

    def until(phase: str, most: int) -> None:
        def tell(now: str, done: int, _of: int) -> None:
            if now == phase and done >= most:
                raise Killed

        with pytest.raises(Killed):
            brought(tmp_path, rows, tell)

    until("stage", 400)
    until("take", 3)
    until("take", 3)
    assert 0 < Matter.objects.count() < 10
    found = brought(tmp_path, rows)
    assert (found.read, found.taken, found.adds_up) == (10, 10, True)
    assert (Matter.objects.count(), Run.objects.count()) == (10, 1)


def test_a_banned_column_is_dropped_and_counted_and_nowhere_stored(world: World, tmp_path: Path) -> None:
    found = brought(tmp_path, [line("A1", 户主积分="特9981"), line("A2", 民族="", 状态="不知道")])
    assert found.dropped == {"户主积分": 2, "民族": 1}
    assert Run.objects.get().dropped == 3
    stored = " ".join(str(v) for table in (Row, Matter, Text, Entry) for v in table.objects.values_list())
    assert "特9981" not in stored
    to = tmp_path / "rejects.csv"
    rejects.write(found.run, reading.open_file(tmp_path / "register.csv"), to)
    assert "积分" not in to.read_text(encoding="utf-8-sig")


def test_rejected_rows_come_back_beside_their_reasons_and_can_be_mended(world: World, tmp_path: Path) -> None:
    found = brought(tmp_path, [line("A1"), line("A2", 状态="不知道", 经办="略")])
    to = tmp_path / "rejects.csv"
    assert rejects.write(found.run, reading.open_file(tmp_path / "register.csv"), to) == 1
    with to.open(encoding="utf-8-sig", newline="") as stream:
        [row] = csv.DictReader(stream)
    assert (row["行号"], row["编号"], row["经办"]) == ("3", "A2", "略")
    assert row["退回原因"] == "状态：对照表里没有这个状态。"

    to.write_text(to.read_text(encoding="utf-8-sig").replace("不知道", "已销号"), encoding="utf-8")
    again = services.run_import(mapping(tmp_path), reading.open_file(to), by=BY, at=clock.now())
    assert (again.taken, Matter.objects.count()) == (1, 2)


def test_a_file_saved_as_gb18030_reads_the_same(world: World, tmp_path: Path) -> None:
    file = reading.open_file(sheet(tmp_path, [line()], encoding="gb18030"))
    services.run_import(mapping(tmp_path), file, by=BY, at=clock.now())
    assert Text.objects.get().body == "楼道堆了纸箱。"


def test_a_row_of_another_width_is_put_aside(world: World, tmp_path: Path) -> None:
    found = brought(tmp_path, [line("A1")[:-1], line("A2")])
    assert queries.reasons(found.run) == [("这一行的栏数和表头不一样。", 1)]


def test_a_file_without_the_mapped_column_is_refused_whole(world: World, tmp_path: Path) -> None:
    file = reading.open_file(sheet(tmp_path, [["A1"]], headers=["编号"]))
    with pytest.raises(Refused, match="没有「上报时间」这一栏"):
        services.run_import(mapping(tmp_path), file, by=BY, at=clock.now())
    assert HEADERS[1] == "上报时间"
    assert Matter.objects.count() == 0
