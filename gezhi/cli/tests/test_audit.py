"""`gezhi audit` on the figures of one published system: 383 for 380, 168 of 190, and what a vacancy shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gezhi.cli import audit, audit_counts
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters.tests import liuxi

from .conftest import Command, Homes

GROUND = """
import django; django.setup()
from datetime import date
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.people.models import Account, Term
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.matters import editions
from django.utils import timezone
at = clock.now()
model = editions.current(timezone.localdate(at))
levels = Levels({one.id: one.under for one in model.levels.values()})
rows = [
    UnitRow("district", "", "district", "柳溪区"),
    UnitRow("street", "district", "street", "望湖街道"),
    UnitRow("community", "street", "community", "桥东社区"),
    *(UnitRow(f"grid{n}", "community", "grid", f"桥东{n:03d}格", code=f"G{n:03d}") for n in range(1, 191)),
]
units = plant_tree(rows, levels, on=date(2026, 1, 1), by=HOUSE, at=at).identities
for n in range(1, 191):
    for number in range(3 if n <= 3 else 2):
        who = Account(id=new_id(), sign_in=f"w{n}.{number}", name="样本", made_at=at)
        who.save()
        Term(id=new_id(), account=who, post="worker", unit=units[f"grid{n}"], from_on=date(2026, 1, 1)).save()
"""
LEAVE = """
import django; django.setup()
from django.utils import timezone
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters import editions
from gezhi.people.models import Term
from gezhi.people.services import end_term
at = clock.now()
day = timezone.localdate(at)
for term in Term.objects.filter(account__sign_in__startswith="w190."):
    end_term(term.id, day, editions.current(day), by=HOUSE, at=at)
print(day)
"""


@pytest.fixture
def home(gezhi: Command, homes: Homes) -> Path:
    return homes.copy(gezhi.folder / "home", GROUND, name="柳溪区", model="jianghai")


def party(gezhi: Command, without: int, encoding: str = "gb18030") -> Path:
    """A table as an office would save it: one Party organisation in each grid but the first ones."""
    file = gezhi.folder / "党组织.csv"
    lines = ["单位,项目,数目,来源,日期"]
    lines += [f"G{n:03d},party,{int(n > without)},区委组织部,2026-06-30" for n in range(1, 191)]
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return file


@pytest.mark.slow
def test_the_audit_says_what_is_there_and_which_22_are_not(gezhi: Command, home: Path) -> None:
    said = gezhi("audit", "staffing", "--home", home).stdout
    assert re.match(r"柳溪区，\d{4}-\d\d-\d\d 的配备，按治理办法「[^」]+」核对：\n", said)
    assert "一格两员　专职网格员（每个至少 2）" in said
    assert "190 个网格应有 380，现有 383（383 ≥ 380），缺 0，多 3。" in said
    assert "达到的网格 190/190 = 100.0 %，全覆盖。" in said
    assert "190 个网格；没有录入数目，不能核对。" in said
    assert "没有单设" not in said

    assert "已收 190 个数" in gezhi("audit", "counts", party(gezhi, 22), "--home", home).stdout
    said = gezhi("audit", "staffing", "--home", home).stdout
    assert "190 个网格共有 168 个，允许合设。" in said
    assert "达到的网格 168/190 = 88.4 %。" in said
    listed = "、".join(f"桥东{n:03d}格" for n in range(1, 23))
    assert f"没有单设的 22 个：望湖街道/桥东社区：{listed}。" in said
    assert "数是导入的：区委组织部（2026-06-30）。" in said
    assert said.count("全覆盖") == 1
    assert "办的人和核的人" in said
    before = gezhi("audit", "staffing", "--on", "2026-06-29", "--home", home).stdout
    assert "没有录入数目" in before


@pytest.mark.slow
def test_the_same_for_programs_and_for_spreadsheets(gezhi: Command, home: Path) -> None:
    gezhi("audit", "counts", party(gezhi, 22, "utf-8-sig"), "--home", home)
    lines = {
        f"{one['rule']}/{one['what']}": one
        for one in gezhi.json("audit", "staffing", "--home", home)["lines"]
    }
    worker, net = lines["one_grid_two/worker"], lines["one_grid_two/party"]
    assert (worker["required"], worker["present"], worker["missing"], worker["surplus"]) == (380, 383, 0, 3)
    assert net["ratio"] == {"numerator": 168, "denominator": 190, "percent": "88.4"}
    assert not net["whole"]
    assert len(net["short"]) == 22
    heads = lines["unit_each/unit_head"]
    assert heads["ratio"] == {"numerator": 0, "denominator": 0, "percent": "—"}
    assert not heads["whole"]

    text = gezhi("audit", "staffing", "--csv", "--home", home).stdout
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    grid = next(row for row in rows if row["项目"] == "网格党组织")
    assert (grid["达到的单元"], grid["单元数"], grid["百分比"], grid["全覆盖"]) == (
        "168",
        "190",
        "88.4",
        "否",
    )
    assert (grid["应有"], grid["缺"]) == ("—", "—")
    assert grid["没有达到的单元"].count("桥东") == 44


@pytest.mark.slow
def test_a_vacancy_shows_with_its_day_and_who_is_asked(gezhi: Command, home: Path) -> None:
    day = gezhi.python(home, LEAVE).strip()
    lines = {one["desk"]: one for one in gezhi.json("audit", "vacancies", "--home", home)["vacancies"]}
    empty = next(desk for desk, one in lines.items() if one["since"] == day)
    assert empty.startswith("worker@")
    assert lines[empty]["waiting"] == 0
    said = gezhi("audit", "vacancies", "--home", home).stdout
    assert f"桥东190格 专职网格员：{day} 起空缺" in said
    assert "智慧网格中心：从未任命，没有人接办，0 件在等。" in said
    rows = gezhi("audit", "vacancies", "--csv", "--home", home).stdout
    assert f"桥东190格 专职网格员,{day}," in rows


WRONG = (
    ("单位,项目,数目,来源\nG001,party,1,部\n", "不多不少"),
    ("单位,项目,数目,来源,日期,姓名\nG001,party,1,部,2026-06-30,某\n", "不多不少"),
    ("单位,项目,数目,来源,日期\n桥东 01 格,party,一,部,2026-06-30\n", "第 2 行"),
    ("单位,项目,数目,来源,日期\n桥东 01 格,party,1,部,6月30日\n", "第 2 行"),
    (
        "单位,项目,数目,来源,日期\n桥东 01 格,party,1,部,2026-06-30\nG9,party,1,部,2026-06-30\n",
        "第 3 行：没有单位“G9”",
    ),
)


@pytest.fixture
def corner(db: None) -> Iterator[None]:
    """A corner of 柳溪 in this process, to read files against."""
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        liuxi.build()
        yield
    liuxi.forget()


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_table_that_cannot_be_read_is_told_by_its_row(
    corner: None, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "数.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        audit_counts.read(file)
    assert told in refusal.value.reason


@pytest.mark.parametrize("head", ["单位,项目,数目,来源,日期", "on,unit,what,number,source"])
def test_columns_come_in_any_order_and_by_either_name(corner: None, tmp_path: Path, head: str) -> None:
    said = {"单位": "桥东 01 格", "项目": "party", "数目": "2", "来源": "部", "日期": "2026-06-30"}
    said |= {column: said[name] for column, name in audit_counts.COLUMNS.items()}
    file = tmp_path / "数.csv"
    file.write_text(f"{head}\n{','.join(said[name] for name in head.split(','))}\n,,,,\n", encoding="utf-8")
    row = audit_counts.read(file)[0]
    assert (row.what, row.number, row.source, row.counted_on) == ("party", 2, "部", date(2026, 6, 30))


def test_a_cell_that_a_spreadsheet_would_reckon_with_is_kept_from_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    audit.print_csv([["=1+1", "-3", -3, "", "网格"]])
    assert capsys.readouterr().out == "\ufeff'=1+1,'-3,-3,,网格\n"
