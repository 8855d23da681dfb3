"""Units without a code in the workbook: each gets one, and the same workbook again changes nothing."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from gezhi.exchange import workbook_now, workbook_plan, workbook_write
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.places import queries as places
from gezhi.places.models import Unit
from gezhi.rules import load
from gezhi.rules.model import Model

from .test_workbook import FIVE, edited, example, friday, looked, nanling, opened, today, told

pytestmark = pytest.mark.django_db
__all__ = ["friday", "nanling"]
TREE = [
    ("柳溪县", "县", None),
    ("望湖镇", "镇", "柳溪县"),
    ("柳荫镇", "镇", "柳溪县"),
    ("桥东社区", "社区", "望湖镇"),
    ("桥东社区", "社区", "柳荫镇"),
    ("01网格", "网格", "望湖镇/桥东社区"),
    ("02网格", "网格", "望湖镇/桥东社区"),
    ("01网格", "网格", "柳溪县/柳荫镇/桥东社区"),
]
CODES = ["01", "01-01", "01-02", "01-01-01", "01-02-01", "01-01-01-01", "01-01-01-02", "01-02-01-01"]


def without_codes(book: Workbook) -> None:
    """No code in 单元; what named a unit by its code names it from the top down."""
    units = {row[0].value: row for row in book["单元"].iter_rows(min_row=2)}
    above = {code: row[3].value for code, row in units.items()}

    def chain(code: Any) -> str:
        return (f"{chain(above[code])}/" if above[code] else "") + str(units[code][1].value)

    called = {code: chain(code) for code in units}
    for row in (*book["单元"].iter_rows(min_row=2), *book["人员"].iter_rows(min_row=2)):
        row[3].value = called.get(row[3].value, row[3].value)
    for row in units.values():
        row[0].value = None


def tree(rows: list[tuple[Any, ...]], **codes: str) -> bytes:
    """A workbook of these units (name, level, above) and of who administers; `codes`: r3="LX" gives row 3 a code."""
    book = Workbook()
    page = book.active
    page.title = "单元"
    page.append(["编码", "名称", "层级", "上级"])
    for number, row in enumerate(rows, start=2):
        page.append([codes.get(f"r{number}"), *row])
    staff = book.create_sheet("人员")
    staff.append(["登录名", "姓名", "岗位", "单元"])
    staff.append(["lin", "林例春", "系统管理员", None])
    staff.append(["qiao", "乔例夏", "网格员", "柳荫镇/桥东社区/01网格"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def codes_of(plan: workbook_plan.Plan) -> list[str]:
    return [unit.key for unit in sorted(plan.new_units, key=lambda unit: unit.line)]


@pytest.mark.parametrize("name", FIVE)
def test_a_district_opens_without_a_code_and_again_changes_nothing(name: str) -> None:
    model = load.named(name)
    body, coded = edited(example(model), without_codes), looked(example(model), model)
    plan = opened(model, body)
    assert plan.read.faults == []
    codes = codes_of(plan)
    assert len(codes) == len(set(codes)) == len(coded.new_units)
    assert codes[0] == "01"
    assert sorted(Unit.objects.values_list("code", flat=True)) == sorted(codes)
    assert looked(body, model, model).empty
    now = workbook_write.filled(model, workbook_now.rows(model, workbook_plan.standing(today())))
    page = load_workbook(io.BytesIO(now))["单元"]
    assert sorted(str(cell.value) for cell in page["A"][1:]) == sorted(codes)
    assert looked(now, model, model).empty


def test_a_made_code_is_that_of_the_unit_above_and_the_place_under_it(nanling: Model) -> None:
    plan = opened(nanling, tree(TREE))
    assert codes_of(plan) == CODES
    worker = next(line for line, _ in plan.appointments if line.sign_in == "qiao")
    assert worker.unit == "01-02-01-01"
    assert {unit.code: unit.names for unit in places.tree(today()).by_path.values()}["01-02-01-01"] == (
        "柳溪县", "柳荫镇", "桥东社区", "01网格",
    )  # fmt: skip
    assert looked(tree(TREE), nanling, nanling).empty


def test_rows_in_any_order_are_the_same_units(nanling: Model) -> None:
    assert looked(tree(TREE[::-1]), nanling).read.faults == []
    opened(nanling, tree(TREE))
    assert looked(tree(TREE[::-1]), nanling, nanling).empty
    some = [TREE[0], TREE[2], TREE[4], TREE[7]]
    assert looked(tree(some), nanling, nanling).empty


def test_one_name_at_two_levels_hangs_under_the_one_that_fits(nanling: Model) -> None:
    rows = [
        ("柳溪", "县", None),
        ("桥东", "镇", "柳溪"),
        ("桥东", "社区", "桥东"),
        ("01网格", "网格", "桥东"),
    ]
    staff = [("柳荫镇", "镇", "柳溪"), ("桥东社区", "社区", "柳荫镇"), ("01网格", "网格", "桥东社区")]
    plan = opened(nanling, tree(rows + staff))
    assert plan.read.faults == []
    assert codes_of(plan)[:4] == ["01", "01-01", "01-01-01", "01-01-01-01"]
    assert looked(tree(rows + staff), nanling, nanling).empty


def test_made_codes_go_round_those_that_are_written_and_those_that_were(nanling: Model) -> None:
    plan = looked(tree(TREE, r3="LX-W", r4="01-01", r7="01-01-02"), nanling)
    assert plan.read.faults == []
    codes = dict(zip([row[0] for row in TREE[:5]], codes_of(plan), strict=False))
    assert codes["望湖镇"] == "LX-W"
    assert codes_of(plan) == [
        "01", "LX-W", "01-01", "LX-W-01", "01-01-01", "01-01-02", "LX-W-01-02", "01-01-01-01",
    ]  # fmt: skip
    opened(nanling, tree(TREE))
    plan = looked(tree([*TREE, ("新桥社区", "社区", "望湖镇")]), nanling, nanling)
    assert codes_of(plan) == ["01-01-02"]
    Unit.objects.create(
        id="0" * 32, identity="1" * 32, level="grid", path="9999", name="旧", code="01-01-02",
        valid_from="2020-01-01", valid_to="2021-01-01",
    )  # fmt: skip
    plan = looked(tree([*TREE, ("新桥社区", "社区", "望湖镇")]), nanling, nanling)
    assert codes_of(plan) == ["01-01-03"]


def test_what_a_cell_calls_a_unit_never_hits_a_made_code_by_chance(nanling: Model) -> None:
    for word in ("01-01-01", "1-01-01"):
        plan = looked(tree([*TREE, ("03网格", "网格", word)]), nanling)
        assert list(told(plan)) == [("units", 10, 4)]
        assert told(plan)["units", 10, 4].startswith(f"没有编码或名称是“{word}”的单元。")
        assert "01-01-01" not in codes_of(plan)


def test_a_renamed_unit_without_a_code_is_a_new_one_and_is_told(nanling: Model) -> None:
    opened(nanling, tree(TREE))
    with clock.fixed(FRIDAY + timedelta(days=3)):
        rows = [("02新网格", *row[1:]) if row[0] == "02网格" else row for row in TREE]
        plan = looked(tree(rows), nanling, nanling)
        assert (codes_of(plan), plan.changes) == (["01-01-01-03"], [])
        assert told(plan) == {
            ("units", 8, 2): "没有编码，名称又和原有的不同，当作新的单元；“02网格”不动。"
            "要给它改名，请写上它的编码“01-01-01-02”。"
        }
        assert plan.may
        plan = looked(tree(rows, r8="01-01-01-02"), nanling, nanling)
        assert (codes_of(plan), len(plan.changes), plan.read.faults) == ([], 1, [])
        workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
        assert looked(tree(rows), nanling, nanling).empty
        # under its new name it is another's: the old name is a new unit
        plan = looked(tree(TREE), nanling, nanling)
        assert codes_of(plan) == ["01-01-01-03"]


def test_a_unit_said_twice_is_told_at_its_name_and_no_code_is_ever_red(nanling: Model) -> None:
    opened(nanling, tree(TREE))
    body = tree([*TREE, ("望湖镇", "镇", "柳溪县"), ("03网格", "网格", "桥东社区")])
    plan = looked(body, nanling, nanling)
    said = told(plan)
    assert set(said) == {("units", 10, 2), ("units", 11, 4)}
    assert "第 3 行已经叫“望湖镇”" in said["units", 10, 2]
    assert said["units", 11, 4] == ("叫“桥东社区”的单元不止一个，请写编码，或连上级一起写，如“上级/名称”。")
    page = load_workbook(io.BytesIO(workbook_write.with_faults(body, plan.read)))["单元"]
    assert all(cell.fill.fgColor.rgb != workbook_write.RED for cell in page["A"])
    assert page["D11"].fill.fgColor.rgb == workbook_write.RED


def test_the_heading_says_that_a_code_may_be_empty(nanling: Model) -> None:
    head = load_workbook(io.BytesIO(example(nanling)))["单元"]["A1"]
    assert head.value == "编码（空着就由系统编）"
    assert "空着就由系统编" in head.comment.text


def test_a_code_that_is_another_units_name_is_asked_about(nanling: Model) -> None:
    rows = load_workbook(io.BytesIO(example(nanling)))["单元"]
    name = rows["B3"].value

    def alike(book: Workbook) -> None:
        book["单元"]["A4"] = name

    said = told(looked(example(nanling, alike), nanling))["units", 4, 1]
    assert said.startswith(f"编码“{name}”是第 3 行那个单元的名称")


def test_a_wrong_row_is_told_once_and_not_where_names_lead_through_it(nanling: Model) -> None:
    def spoil(book: Workbook) -> None:
        without_codes(book)
        book["单元"]["C3"] = "乡镇"

    plan = looked(edited(example(nanling), spoil), nanling)
    assert [(one.sheet, one.row, one.column) for one in plan.read.faults] == [("units", 3, 3)]
