"""What a mapping can say: made columns, words for every other word, times as other systems write them, and persons."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gezhi.errors import Refused
from gezhi.exchange import mapping as mappings
from gezhi.exchange import moments, queries, reading, services
from gezhi.exchange.models import Row
from gezhi.exchange.personal import is_personal
from gezhi.exchange.services import Reconciled
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import queries as matters
from gezhi.matters.models import Matter, Merged, Text
from gezhi.matters.services.importing import client_key
from gezhi.matters.tests.liuxi import COMMUNITY, COUNTY, GRID, World
from gezhi.vault.models import Secret

from .sheets import BY

HOTLINE = """
[source]
name = "hotline"
model = "nanling"
[time]
zone = "Asia/Shanghai"
formats = ["%Y/%m/%d %H:%M", "excel", "%d.%m.%y"]
[make."标题和内容"]
of = ["标题", "内容"]
join = "。"
[make."经"]
of = ["坐标"]
split = ","
part = 1
[make."纬"]
of = ["坐标"]
split = ","
part = -1
[make."小类"]
of = ["分类"]
match = "^[^-]+-(.+)$"
[make."来源"]
constant = "12345"
[columns]
key = "工单号"
at = "受理时间"
ended_days = "答复天数"
text = "标题和内容"
item = "小类"
channel = "来源"
status = "状态"
unit = "所属网格"
parent = "重复于"
transfers = "转办次数"
answer = "答复"
rated = "满意度"
lon = "经"
lat = "纬"
[personal]
drop = ["身份证号"]
name = "诉求人"
contact = "联系电话"
[[item]]
match = "堆物"
item = "N01"
[[item]]
match = ".*"
item = "N02"
[channel]
"12345" = "resident"
[rated]
"满意" = "content"
"*" = "none"
[status]
"已办结" = ["accept", "finish_grid", "pass", "answer", "close"]
"*" = ["drop"]
"""
ROW = {
    "工单号": "Ｆ００１",
    "受理时间": "2026/3/2 9:00",
    "答复天数": "11",
    "标题": "楼道",
    "内容": "堆了纸箱",
    "分类": "市容-堆物",
    "状态": "已办结",
    "所属网格": "",
    "重复于": "",
    "转办次数": "２",
    "答复": "已清理。",
    "满意度": "满意",
    "坐标": "118.2051,30.5051",
    "诉求人": "某某某",
    "联系电话": "13900000001",
    "身份证号": "",
}


def brought(folder: Path, *rows: dict[str, str], toml: str = HOTLINE) -> Reconciled:
    """These rows, each the usual one unless it says otherwise."""
    path, map_path = folder / "hotline.csv", folder / "hotline.toml"
    map_path.write_text(toml, encoding="utf-8")
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, list(ROW))
        writer.writeheader()
        writer.writerows([ROW | row for row in rows])
    mapping = mappings.load(map_path)
    return services.run_import(mapping, reading.open_file(path, mapping.said.file), by=BY, at=clock.now())


def opened(number: str) -> dict[str, Any]:
    matter = Matter.objects.get(number=number)
    return dict(json.loads(Entry.objects.get(about=matter.id, what="matter.opened").facts))


def test_what_a_hotline_knows_is_all_there(world: World, tmp_path: Path) -> None:
    assert brought(tmp_path, {}, {"工单号": "F002", "重复于": "F001", "状态": "无效"}).taken == 2
    row = Matter.objects.get(number="F001")
    assert (row.item, row.channel, row.path, row.closing) == ("N01", "resident", GRID, "solved")
    assert ((row.ended_at or row.at) - row.at).days == 11
    texts = dict(Text.objects.filter(matter=row.id).values_list("kind", "body"))
    assert texts == {"report": "楼道。堆了纸箱", "answer": "已清理。"}
    facts = opened("F001")
    assert (facts["transfers"], facts["rated"]) == (2, "content")
    assert opened("F002")["parent"] == client_key("hotline", "F001")
    seal(at=clock.now())
    assert verify(matters.read_texts).whole


def test_what_repeats_another_leads_to_it_where_both_may_be_seen(
    world: World, tmp_path: Path, sit: Callable[[str], Client]
) -> None:
    """F003 names one that never came, F004 none; F002 lies with lin, what it repeats in the grid of song."""
    brought(
        tmp_path,
        {"坐标": "118.2151,30.5051"},
        {"工单号": "F002", "重复于": "F001"},
        {"工单号": "F003", "重复于": "F009"},
        {"工单号": "F004"},
    )

    def said(who: str, number: str) -> str | None:
        page = matters.page(world.person(who), number)
        assert page is not None
        return page.ties.said.number if page.ties.said else None

    assert [said("he", number) for number in ("F001", "F002", "F003", "F004")] == [None, "F001", None, None]
    assert said("lin", "F002") is None
    assert not Merged.objects.exists()
    body = sit("he").get("/desk/m/F002").content.decode()
    assert "来源系统记为重复，原件是" in body
    assert 'href="/desk/m/F001"' in body


def test_a_reporter_goes_to_the_vault_and_nowhere_else(world: World, tmp_path: Path) -> None:
    assert brought(tmp_path, {}, {"工单号": "F002", "受理时间": "昨天"}).rejected == 1
    row = Matter.objects.get()
    assert (row.reporting, Secret.objects.count()) == ("confidential", 1)
    assert row.reporter == Secret.objects.get().id
    stored = " ".join(str(v) for t in (Row, Matter, Text, Entry) for v in t.objects.values_list())
    assert "某某某" not in stored
    assert "13900000001" not in stored


def test_while_it_is_staged_the_reporter_is_sealed_already(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_take_batch", lambda *_a, **_k: 0)
    brought(tmp_path, {})
    raw = Row.objects.get(state="staged").raw
    assert "@sealed" in raw
    assert "某某某" not in raw
    assert "13900000001" not in raw


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('drop = ["身份证号"]', "", ""),  # banned altogether: dropped without being named
        ('contact = "联系电话"', "", "联系电话"),
        ('text = "标题和内容"', 'text = "联系电话"', "联系电话"),
        ('of = ["标题", "内容"]', 'of = ["标题", "诉求人2"]', "诉求人2"),
        ('key = "工单号"', 'key = "身份证号"', "不得采集"),
    ],
)
def test_a_column_that_names_a_person_is_sealed_dropped_or_refused(
    world: World, tmp_path: Path, old: str, new: str, said: str
) -> None:
    toml = HOTLINE.replace(old, new)
    assert toml != HOTLINE
    if not said:
        assert brought(tmp_path, {}, toml=toml).taken == 1
        return
    with pytest.raises(Refused, match=said):
        brought(tmp_path, {}, toml=toml)
    assert Row.objects.count() == Matter.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["诉求人姓名", "联系 电话", "Phone", "callerEmail", "first_name", "车牌号", "E-mail", "reporter"]
)
def test_a_personal_column_is_known_by_its_name(name: str) -> None:
    assert is_personal(name)


@pytest.mark.parametrize(
    "name",
    [
        "工单号",
        "联系方式类型",
        "MethodReceived",
        "service_name",
        "agency_responsible",
        "手机来源",
        "Template",
    ],
)
def test_others_are_not(name: str) -> None:
    assert not is_personal(name)


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("桥东０１格", GRID),
        ("桥东社区 / 桥东 01 格", GRID),
        ("桥东社区", COMMUNITY),
        ("没有这一格", COUNTY),
        ("", COUNTY),
    ],
)
def test_a_unit_is_known_by_its_label(world: World, tmp_path: Path, label: str, path: str) -> None:
    brought(tmp_path, {"坐标": "", "所属网格": label})
    row = Matter.objects.get()
    assert (row.path, row.located) == (path, "unit" if path != COUNTY else "none")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"坐标": "40513245.12,3378123.5"}, "投影坐标（米）"),
        ({"转办次数": "两次"}, "转办次数：这一栏要写一个数"),
        ({"转办次数": "1.5"}, "次数要写 0 到"),
        ({"答复天数": "-3"}, "天数不在 0 到"),
        ({"工单号": ""}, "工单号：这一栏是空的"),
        ({"受理时间": "2026/13/2 9:00"}, "日期读不出来"),
        ({"工单号": "合计", "受理时间": "317"}, "像是合计"),
    ],
)
def test_what_cannot_be_taken_says_why(
    world: World, tmp_path: Path, said: dict[str, str], reason: str
) -> None:
    found = brought(tmp_path, said)
    [(told, _n)] = queries.reasons(found.run)
    assert reason in told


def test_no_point_is_often_written_as_two_zeros(world: World, tmp_path: Path) -> None:
    brought(tmp_path, {"坐标": "0,0"})
    row = Matter.objects.get()
    assert (row.located, row.place_flag, row.lon) == ("none", "missing", None)


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("2026-03-02T01:00:00Z", "2026-03-02 01:00"),
        ("2026-03-02T09:00:00+08:00", "2026-03-02 01:00"),
        ("2026/3/2 9:00", "2026-03-02 01:00"),
        ("46083.375", "2026-03-02 01:00"),  # a spreadsheet's day
        ("2.3.26", "2026-03-01 16:00"),
        ("２０２６/３/２ ９:００", "2026-03-02 01:00"),
    ],
)
def test_times_of_several_formats_are_read(world: World, tmp_path: Path, said: str, hour: str) -> None:
    brought(tmp_path, {"受理时间": said})
    assert Matter.objects.get().at.isoformat(" ", "minutes").startswith(hour)


@pytest.mark.parametrize(
    ("said", "formats"),
    [
        (["2024/1/2 08:00", "2024/12/31 23:59"], ("%Y/%m/%d %H:%M",)),
        (["13/02/2024", "01/02/2024"], ("%d/%m/%Y",)),
        (["01/02/2024", "03/04/2024"], ("%m/%d/%Y", "%d/%m/%Y")),  # cannot be told apart: both are shown
        (["45293.5", "45294"], ("excel",)),
        (["1704153600", "1704157200"], ("epoch",)),
        (["1704153600000"], ("epoch_ms",)),
        (["2024-01-02T08:00:00Z"], ()),
        (["2024/1/2", "2.1.24"], ("%Y/%m/%d", "%d.%m.%y")),
        (["2024年1月2日", ""], ("%Y年%m月%d日",)),
    ],
)
def test_formats_are_recognised(said: list[str], formats: tuple[str, ...]) -> None:
    assert moments.recognised(said) == formats


@pytest.mark.parametrize(
    ("to", "step", "closing", "moves"),
    [
        ("solved", "closed", "solved", 5),
        ("answered", "answered", "", 4),
        ("void", "void", "void", 1),
        ("gridwork", "gridwork", "", 1),
        ("accepted", "gridwork", "", 1),  # the house goes on at once
    ],
)
def test_a_status_may_say_where_it_came_to(
    world: World, tmp_path: Path, to: str, step: str, closing: str, moves: int
) -> None:
    toml = HOTLINE.replace('["accept", "finish_grid", "pass", "answer", "close"]', f'"{to}"')
    days = "3" if closing else ""
    found = brought(tmp_path, {"答复天数": days}, toml=toml)
    assert queries.reasons(found.run) == []
    row = Matter.objects.get()
    assert (row.step, row.closing) == (step, closing)
    entries = Entry.objects.filter(about=row.id, what="matter.stepped").exclude(post="house")
    taken = [json.loads(facts)["move"] for facts in entries.order_by("id").values_list("facts", flat=True)]
    assert len(taken) == moves
    assert not {"content", "confirm", "finish_self"} & set(taken)  # nothing is claimed of a reporter


def test_a_format_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HOTLINE.replace('"excel"', '"yyyy-mm-dd"'), encoding="utf-8")
    with pytest.raises(Refused, match="yyyy-mm-dd"):
        mappings.load(path)
