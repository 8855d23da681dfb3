"""Files of other systems: whatever they are called, they are read by what they are, and it is said how."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from gezhi.errors import Refused
from gezhi.exchange import reading
from gezhi.exchange.mapping import Laid
from gezhi.exchange.reading import Records

TABLE = [["编号", "内容"], ["A1", "路灯，不亮"], ["A2", "井盖"]]


def read(path: Path, laid: Laid | None = None) -> tuple[tuple[str, ...], list[dict[str, str]], str]:
    """Headers, rows, and how it was read."""
    file = reading.open_file(path, laid)
    records = Records(file)
    rows = [one.cells for one in records]
    return records.headers, rows, file.said()


def text(encoding: str, sign: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "x.csv"
        body = "\n".join(sign.join(f'"{cell}"' for cell in row) for row in TABLE)
        path.write_text(body, encoding=encoding)
        return path

    return write


def book(folder: Path, rows: list[list[object]], name: str = "x.xlsx", **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "Sheet1"
    for row in rows:
        made.active.append(row)
    for title, others in sheets.items():
        sheet = made.create_sheet(title)
        for row in others:
            sheet.append(row)
    made.save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (text("utf-8", ","), "UTF-8，分隔符是逗号"),
        (text("utf-8-sig", "\t"), "UTF-8，分隔符是制表符"),
        (text("gbk", ";"), "GB18030，分隔符是分号"),
        (text("gb18030", "|"), "GB18030，分隔符是竖线"),
        (text("utf-16", "\t"), "UTF-16，分隔符是制表符"),
        (lambda folder: book(folder, TABLE), "电子表格，表「Sheet1」，表头在第 1 行"),
        (lambda folder: book(folder, TABLE, "x.xls.xlsx"), "电子表格"),
    ],
)
def test_a_table_is_read_by_what_it_is(tmp_path: Path, write: Callable[[Path], Path], said: str) -> None:
    headers, rows, told = read(write(tmp_path))
    assert headers == ("编号", "内容")
    assert rows == [{"编号": "A1", "内容": "路灯，不亮"}, {"编号": "A2", "内容": "井盖"}]
    assert said in told


RECORDS = [{"id": 1, "at": {"lat": 30.5}, "tags": ["a"]}, {"id": 2, "closed": True}]
CELLS = [{"id": "1", "at.lat": "30.5", "tags.0": "a"}, {"id": "2", "closed": "true"}]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (RECORDS, ""),
        ({"total": 2, "requests": RECORDS}, ""),
        ({"data": {"requests": RECORDS, "other": [{"x": 1}]}}, "data.requests"),
    ],
)
def test_json_is_read_wherever_its_records_lie(tmp_path: Path, value: object, path: str) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(value).encode())
    headers, rows, said = read(file, Laid(path=path))
    assert headers == ("id", "at.lat", "tags.0", "closed")
    assert rows == CELLS
    assert said.startswith("JSON")


def test_json_by_line_and_by_number(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("\n\n".join(json.dumps(one) for one in RECORDS), encoding="utf-8")
    assert read(file)[1] == CELLS
    file.write_text(json.dumps({"A1": {"x": 1}, "A2": {"x": 2}}), encoding="utf-8")
    assert read(file)[1] == [{"@key": "A1", "x": "1"}, {"@key": "A2", "x": "2"}]


def test_a_sheet_gives_days_as_days_and_numbers_as_they_are_read(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [["编号", "时间", "数"], [20240001, datetime.fromisoformat("2024-01-02T09:30"), 1.5], [None] * 3],
    )
    assert read(path)[1] == [{"编号": "20240001", "时间": "2024-01-02 09:30:00", "数": "1.5"}]


def test_the_sheet_and_the_line_of_the_headers_can_be_named(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [["说明"]],
        数据=[["某市工单", None, None], ["基本", None, "办理"], ["编号", "内容", "时间"], ["A1", "灯", "x"]],
    )
    assert read(path, Laid(sheet="数据", header=3))[0] == ("编号", "内容", "时间")
    headers, rows, _said = read(path, Laid(sheet="数据", header=(2, 3)))
    assert headers == ("基本 编号", "基本 内容", "办理 时间")
    assert len(rows) == 1
    with pytest.raises(Refused, match="没有「别的」这张表"):
        read(path, Laid(sheet="别的"))


def test_headers_that_are_missing_or_stand_twice_get_a_name(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("编号,时间,,时间\nA1,1,2,3\n", encoding="utf-8")
    records = Records(reading.open_file(path))
    assert [one.cells for one in records] == [{"编号": "A1", "时间": "1", "第 3 栏": "2", "时间·2": "3"}]
    assert records.told == ("表头「时间」不止一栏，后面的叫「时间·2」。",)


@pytest.mark.parametrize(
    ("body", "laid", "reason"),
    [
        (b"", Laid(), "是空的"),
        (bytes(range(256)) * 40, Laid(), "文件不是表格"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0\0", Laid(), "文件不是表格"),
        (b"PK\x03\x04 nothing", Laid(), "打不开"),
        (b'{"a": 1}', Laid(), "没有成列的记录"),
        (b'[{"a": 1},\n{"a": ', Laid(), "第 2 行读不下去"),
        (b'{"a": 1}\n{"a": 2}\n{"a":', Laid(), "第 3 行不是完整的 JSON"),
        (b'{"a": []}', Laid(path="b.c"), "没有 b.c"),
        (b"a,b", Laid(encoding="klingon"), "没有「klingon」这种编码"),
        ("编号".encode("gb18030"), Laid(encoding="utf-8"), "文件不是表格"),
        (b'a,b\n1,2\n3,"4\n5,6\n', Laid(), "从第 3 行起有一个引号没有收尾"),
        (b'a,b\n1,"2"x\n', Laid(), "第 2 行里引号用得不对"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(
    tmp_path: Path, body: bytes, laid: Laid, reason: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(body)
    with pytest.raises(Refused, match=reason):
        read(path, laid)
