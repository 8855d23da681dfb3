"""An invented old register of 柳溪 as a CSV file, and the mapping that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gezhi.exchange import mapping as mappings
from gezhi.exchange import reading, services
from gezhi.exchange.mapping import Mapping
from gezhi.exchange.services import Reconciled, Tell
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor

MAPPING = """
[source]
name = "old_register"
model = "nanling"
[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M", "%Y年%m月%d日"]
[columns]
key = "编号"
at = "上报时间"
ended = "办结时间"
text = "内容"
item = "类别"
status = "状态"
lon = "经度"
lat = "纬度"
address = "地址"
[[item]]
match = "堆|垃圾"
item = "N01"
[[item]]
match = "^(N[0-9]{2})$"
item = '\\1'
[status]
"已销号" = ["accept", "finish_grid", "pass", "answer", "close"]
"处置中" = ["accept"]
"无效" = ["drop"]
"已评价" = ["close"]
"""
HEADERS = (
    "编号",
    "上报时间",
    "办结时间",
    "内容",
    "类别",
    "状态",
    "经度",
    "纬度",
    "地址",
    "户主积分",
    "民族",
    "经办",
)
BY = Actor(None, "import:old_register")


def line(key: str = "A1", **said: str) -> list[str]:
    """One row: a heap in the first grid, reported and settled in March, unless said otherwise."""
    usual = dict.fromkeys(HEADERS, "") | {
        "编号": key,
        "上报时间": "2026-03-02 09:00",
        "办结时间": "2026-03-03 10:30",
    }
    usual |= {
        "内容": "楼道堆了纸箱。",
        "类别": "堆物",
        "状态": "已销号",
        "经度": "118.2051",
        "纬度": "30.5051",
    }
    usual |= {"户主积分": "12", "民族": "汉"}
    return list((usual | said).values())


def sheet(
    folder: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", headers: Sequence[str] = HEADERS
) -> Path:
    """A CSV file of these rows."""
    body = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in (headers, *rows))
    path = folder / "register.csv"
    path.write_text(body + "\r\n", encoding=encoding)
    return path


def mapping(folder: Path, body: str = MAPPING) -> Mapping:
    """The mapping, read from a file."""
    path = folder / "register.toml"
    path.write_text(body, encoding="utf-8")
    return mappings.load(path)


def brought(folder: Path, rows: Sequence[Sequence[str]], tell: Tell | None = None) -> Reconciled:
    """Import these rows."""
    file = reading.open_file(sheet(folder, rows))
    return services.run_import(mapping(folder), file, by=BY, at=clock.now(), tell=tell)
