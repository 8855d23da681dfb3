"""Exports as they really come: each is taken as far as it is sound, or refused with the line; nothing is half done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from gezhi.errors import Refused
from gezhi.exchange import mapping as mappings
from gezhi.exchange import queries, reading, services
from gezhi.exchange.models import Row, Run
from gezhi.exchange.services import Reconciled
from gezhi.ledger import clock
from gezhi.matters.models import Matter, Text
from gezhi.matters.tests.liuxi import World

from .sheets import BY

MAPPING = """
[source]
name = "ugly"
model = "nanling"
[time]
zone = "{zone}"
formats = ["%Y/%m/%d", "%d.%m.%y", "%Y-%m-%d %H:%M", "excel"]
{file}
[columns]
key = "编号"
at = "时间"
text = "内容"
item = "类别"
[[item]]
match = "堆"
item = "N01"
"""
GOOD = "A1,2026-03-02 09:00,楼道堆物,堆物\n"
HEAD = "编号,时间,内容,类别\n"


@dataclass(frozen=True)
class Ugly:
    """A file, what the mapping says of it, and what is taken and told; `refused`: the whole of it is."""

    body: str | bytes | Callable[[Path], None]
    taken: int = 0
    told: tuple[str, ...] = ()
    refused: str = ""
    file: str = ""
    zone: str = "Asia/Shanghai"


def sheet(rows: list[list[object]], merge: str = "", formula: str = "") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if merge:
            book.active.merge_cells(merge)
        if formula:
            book.active[formula] = '=CONCAT("楼道","堆物")'
        book.save(path)

    return write


HEADS: list[object] = ["编号", "时间", "内容", "类别"]
A1: list[object] = ["A1", "2026-03-02 09:00", "楼道堆物", "堆物"]
UGLY = {
    "a quotation mark that is never closed": Ugly(
        HEAD + GOOD + 'A2,2026-03-02 09:00,"堆,堆物\n' + GOOD * 9, refused="从第 3 行起有一个引号没有收尾"
    ),
    "words behind a closing mark": Ugly(
        HEAD + GOOD + 'A2,2026/3/2,"堆"了,堆物\n', refused="第 3 行里引号用得不对"
    ),
    "a line of sums at the end": Ugly(HEAD + GOOD + "合计,1,,\n", 1, ("这一行像是合计，不是一件事。",)),
    "a title, then two lines of headers": Ugly(
        sheet([["某县工单"], ["基本", None, None, None], HEADS, A1], "A2:D2"),
        refused="没有「编号」这一栏。文件的表头是：基本 编号",
        file="[file]\nheader = [2, 3]",
    ),
    "a title above the headers": Ugly("某县工单,,,\n" + HEAD + GOOD, 1, file="[file]\nheader = 2"),
    "blank columns between and at the end": Ugly(
        "编号,,时间,内容,,类别,,\nA1,,2026/3/2,堆物,,堆物,,\nA2,,2026/3/2,堆物,,堆物\n",
        1,
        ("这一行的栏数和表头不一样。",),
    ),
    "one header twice": Ugly("编号,时间,时间,内容,类别\nA1,2026/3/2,别的,堆物,堆物\n", 1),
    "dates of three kinds": Ugly(
        HEAD + "A1,2026/1/2,堆物,堆物\nA2,2.1.26,堆物,堆物\nA3,46024.5,堆物,堆物\nA4,02-Jan,堆物,堆物\n",
        3,
        ("时间：日期读不出来。",),
    ),
    "an hour that the clocks skipped": Ugly(
        HEAD + "A1,2026-03-08 02:30,堆物,堆物\nA2,2026-03-08 03:30,堆物,堆物\n",
        1,
        ("时间：当地没有这个时刻：那天夏令时开始，钟拨快了一小时。",),
        zone="America/New_York",
    ),
    "a zero byte in a cell": Ugly(
        HEAD + GOOD + "A2,2026/3/2,堆\0物,堆物\n", 1, ("内容：文字里有看不见的控制字符。请删去后再交。",)
    ),
    "zero bytes all over": Ugly(b"\0" * 5000 + HEAD.encode(), refused="文件不是表格"),
    "a formula without a result": Ugly(
        sheet([HEADS, A1, ["A2", "2026/3/2", None, "堆物"]], formula="C3"), 1, ("内容：这一栏是空的。",)
    ),
    "an old xls by its first bytes": Ugly(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, refused="打不开"
    ),
    "a sheet cut off in the middle": Ugly(lambda p: _cut(p), refused="打不开"),  # noqa: PLW0108
    "json by number": Ugly(
        json.dumps(
            {
                "A1": {"时间": "2026-03-02", "内容": "堆物", "类别": "堆物"},
                "A2": {"时间": "", "内容": "堆", "类别": "堆"},
            }
        ),
        1,
        ("时间：这一栏是空的。",),
    ),
    "json that breaks off": Ugly(
        '{"编号": "A1", "时间": "2026-03-02", "内容": "堆物", "类别": "堆物"}\n' * 3 + '{"编号": "A2",',
        refused="第 4 行不是完整的 JSON",
    ),
    "half in another encoding": Ugly(
        HEAD.encode() + "A1,2026/3/2,堆物,堆物\n".encode("gb18030") + b"\xff\xff\n", refused="文件不是表格"
    ),
    "only headers": Ugly(HEAD, 0),
    "empty rows and spaces": Ugly(HEAD + "\n ,, ,\n" + GOOD + ",,,\n", 1),
    "a number twice, once in full-width": Ugly(
        HEAD + GOOD + "Ａ１,2026/3/2,又堆物,堆物\n", 1, ("编号：文件里前面已有同一编号。",)
    ),
    "a cell of a million signs": Ugly(
        HEAD + GOOD + f"A2,2026/3/2,{'堆' * 900_000},堆物\n", 1, ("内容：正文最多",)
    ),
}


def _cut(path: Path) -> None:
    sheet([HEADS, *([A1] * 50)])(path)
    path.write_bytes(path.read_bytes()[:-400])


def brought(folder: Path, ugly: Ugly) -> Reconciled:
    path, map_path = folder / "export.xlsx", folder / "ugly.toml"
    if callable(ugly.body):
        ugly.body(path)
    else:
        path.write_bytes(ugly.body if isinstance(ugly.body, bytes) else ugly.body.encode())
    toml = MAPPING.format(zone=ugly.zone, file=ugly.file)
    if "@key" in str(ugly.body) or str(ugly.body).startswith('{"A1"'):
        toml = toml.replace('key = "编号"', 'key = "@key"')
    map_path.write_text(toml, encoding="utf-8")
    mapping = mappings.load(map_path)
    file = reading.open_file(path, mapping.said.file)
    return services.run_import(mapping, file, by=BY, at=clock.now())


@pytest.mark.parametrize("ugly", UGLY.values(), ids=UGLY.keys())
def test_an_ugly_export_is_told_and_nothing_is_half_done(world: World, tmp_path: Path, ugly: Ugly) -> None:
    if ugly.refused:
        with pytest.raises(Refused, match=ugly.refused):
            brought(tmp_path, ugly)
        assert (
            Matter.objects.count() == Row.objects.count() == Run.objects.count() == Text.objects.count() == 0
        )
        return
    found = brought(tmp_path, ugly)
    reasons = [reason for reason, _rows in queries.reasons(found.run)]
    assert (found.taken, found.waiting, found.adds_up) == (ugly.taken, 0, True)
    assert len(reasons) == len(ugly.told)
    assert all(reason.startswith(told) for reason, told in zip(reasons, ugly.told, strict=True))
    assert Matter.objects.count() == ugly.taken


def test_a_file_of_fifty_megabytes_breaks_off_and_leaves_nothing(world: World, tmp_path: Path) -> None:
    path, map_path = tmp_path / "big.csv", tmp_path / "ugly.toml"
    map_path.write_text(MAPPING.format(zone="Asia/Shanghai", file=""), encoding="utf-8")
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD)
        for n in range(3000):
            stream.write(f"B{n},2026/3/2,{'堆物。' * 1900},堆物\n")
        stream.write('B3000,2026/3/2,"堆\n')
    assert path.stat().st_size > 50_000_000
    mapping = mappings.load(map_path)
    with pytest.raises(Refused, match="从第 3002 行起有一个引号没有收尾"):
        services.run_import(mapping, reading.open_file(path), by=BY, at=clock.now())
    assert Row.objects.count() == Run.objects.count() == Matter.objects.count() == 0
