"""A folder as a stranger writes it, and the ways in which its files come back broken."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

Break = Callable[[Path], object]
MODEL = """[model]
id = "small"
name = "小镇网格"
english = "Small"
valid_from = 2026-01-01
source = "本地"
extends = "base"
drop = ["flow.order", "flow.main.step.ordered", "flow.main.move.order", "flow.main.move.order_done", "flow.main.move.order_back", "duty.review", "duty.coordinate", "metric.ordered", "metric.order_on_time"]
[level]
town = { name = "镇", english = "Town", count = 1 }
village = { name = "村", english = "Village", under = "town" }
[post]
office = { name = "综治办", english = "Office", levels = ["town"], never_vacant = true }
worker = { name = "网格员", english = "Worker", levels = ["village"] }
system_admin = { name = "系统管理员", levels = ["town"], sees = "none", administers = "system" }
security_admin = { name = "安全管理员", levels = ["town"], sees = "none", administers = "security" }
[staffing]
two = { name = "综治办两人", level = "town", least = { office = 2 } }
[department]
water = { name = "水务站", level = "town" }
[duty]
report = { held_by = ["worker", "office"] }
triage = { held_by = ["office"] }
in_grid = { held_by = ["worker", "office"] }
assign = { held_by = ["office"] }
ask = { held_by = ["worker", "office"] }
arbitrate = { held_by = ["office"] }
approve = { held_by = ["office"] }
verify = { held_by = ["office"] }
spot_check = { held_by = ["worker@other", "office"] }
confirm = { held_by = ["issuer", "office"] }
answer = { held_by = ["worker", "office"] }
close = { held_by = ["office"] }
supervise = { held_by = ["office"] }
convene = { held_by = ["worker", "office"] }
[flow.main.promise]
answer = { length = "2工作日", basis = "小镇办法（示例）" }
[catalogue.common]
name = "清单"
total = 2
[metric]
in_grid = { num = { not_used = ["summons", "assigned", "raise"] } }
"""
ITEMS = """编码,名称,清单,类别,承办,流程,等级,时限,证据,格内
X1,路灯不亮,common,设施,网格员,main,ordinary,3工作日,可选,是
X2,水管破裂,common,设施,水务站,main,urgent,4小时,照片,否
"""
PUBLISHED = """编号,名称,数值,单位,定义,指标,来源,原文
P1,村数,12,个,未说明,,小镇年报（示例）,全镇12个村
"""


def made(place: Path) -> Path:
    """The folder, whole."""
    folder = place / "small"
    folder.mkdir()
    for name, text in (("model.toml", MODEL), ("items.csv", ITEMS), ("published.csv", PUBLISHED)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def put(old: str, new: str, file: str = "model.toml") -> Break:
    """These words for those, once."""

    def act(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, old
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return act


def item(old: str, new: str) -> Break:
    return put(old, new, "items.csv")


def figure(old: str, new: str) -> Break:
    return put(old, new, "published.csv")


def raw(file: str, body: bytes) -> Break:
    """The file as these bytes."""
    return lambda folder: (folder / file).write_bytes(body)


def text(file: str, words: str) -> Break:
    """The file as these words."""
    return raw(file, words.encode())


def without(file: str, column: str) -> Break:
    """The file without one of its columns."""

    def act(folder: Path) -> None:
        rows = [line.split(",") for line in (folder / file).read_text(encoding="utf-8").splitlines()]
        at = rows[0].index(column)
        kept = [",".join(row[:at] + row[at + 1 :]) for row in rows]
        (folder / file).write_text("\n".join(kept) + "\n", encoding="utf-8")

    return act


def recoded(file: str, encoding: str) -> Break:
    """The file in another encoding."""
    return lambda folder: (folder / file).write_bytes(
        (folder / file).read_text(encoding="utf-8").encode(encoding)
    )


def gone(file: str) -> Break:
    return lambda folder: (folder / file).unlink()


def workbook(file: str) -> Break:
    """A workbook that was only given another name."""
    body = BytesIO()
    with ZipFile(body, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    return raw(file, body.getvalue())


def loop(file: str) -> Break:
    """A link that leads to itself."""

    def act(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(folder / file)

    return act


def folder_instead(file: str) -> Break:
    def act(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return act


def beside(name: str, text: str) -> Break:
    """Another folder next to it."""

    def act(folder: Path) -> None:
        other = folder.parent / name
        other.mkdir()
        (other / "model.toml").write_text(text, encoding="utf-8")

    return act


def both(*breaks: Break) -> Break:
    def act(folder: Path) -> None:
        for one in breaks:
            one(folder)

    return act
